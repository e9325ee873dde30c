#include "text/transform.h"

#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;

std::string Mapped(const Transform& transform, const std::string& source) {
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(source);
  const absl::Status status = transform.Map(text);
  if (!status.ok()) return status.ToString();
  std::string made;
  return text.toUTF8String(made);
}

TEST(Transform, MapsByItsId) {
  const auto transform = Transform::Create("Any-Latin; Latin-ASCII");
  ASSERT_TRUE(transform.ok()) << transform.status();
  EXPECT_EQ(Mapped(*transform, "Москва"), "Moskva");
  EXPECT_EQ(Mapped(*transform, ""), "");
  const Transform copy = *transform;
  EXPECT_EQ(Mapped(copy, "Δέλτα"), "Delta");
}

TEST(Transform, RefusesAnUnknownId) {
  for (const std::string id : {"Latin-Quenya", "", "[", "Any-Latin; \xFF"}) {
    EXPECT_THAT(Transform::Create(id),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "ICU knows no transform '" + id + "'"));
  }
}

TEST(Transform, IsUsedBySeveralThreads) {
  const auto transform = Transform::Create("Cyrillic-Latin");
  ASSERT_TRUE(transform.ok());
  const std::string expected = Mapped(*transform, "Москва и Минск");
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i)
        count += Mapped(*transform, "Москва и Минск") != expected ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace rowsplit::internal
