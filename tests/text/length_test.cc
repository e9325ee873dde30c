#include "rowsplit/text/length.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST(Length, CountsBytesOrCharacters) {
  const StringTensor strings = StringTensor::FromStrings(
      std::vector<std::string_view>{"aé", "", "\x80\x80", "日本𝄞"});
  EXPECT_THAT(Length(strings)->span(), ElementsAre(3, 0, 2, 10));
  EXPECT_THAT(Length(strings, {.unit = CharUnit::kUtf8Char})->span(),
              ElementsAre(2, 0, 0, 3));
  EXPECT_THAT(Length(StringTensorView())->span(), IsEmpty());
}

TEST(Length, EqualsThePlainWayForAllRows) {
  for (const StringCase& strings : StringCases(Seed(), "a\xC3\xA9\xFF")) {
    std::vector<int32_t> bytes;
    std::vector<int32_t> characters;
    for (int64_t i = 0; i < strings.view().size(); ++i) {
      bytes.push_back(static_cast<int32_t>(strings.view()[i].size()));
      characters.push_back(0);
      for (const char byte : strings.view()[i])
        characters.back() += (byte & 0xC0) != 0x80;
    }
    for (const int num_threads : {1, 4}) {
      const ExecOptions exec{.num_threads = num_threads};
      EXPECT_THAT(Length(strings.view(), {.exec = exec})->span(),
                  ElementsAreArray(bytes));
      EXPECT_THAT(
          Length(strings.view(), {.unit = CharUnit::kUtf8Char, .exec = exec})
              ->span(),
          ElementsAreArray(characters));
    }
  }
}

TEST(Length, RefusesAStringOf2GiB) {
  // Nobody looks at the bytes of the long one.
  const std::vector<Offset> offsets = {0, 5, 5 + (int64_t{1} << 31)};
  const std::string_view bytes = "abcde";
  const StringTensorView view(offsets, {bytes.data(), bytes.size()});
  EXPECT_THAT(Length(view, {.unit = CharUnit::kUtf8Char}),
              FailsWith(absl::StatusCode::kOutOfRange,
                        "string 1 has 2147483648 bytes"));
}

TEST(Length, CanBeCancelled) {
  CancellationToken cancelled;
  cancelled.Cancel();
  EXPECT_THAT(
      Length(StringTensor::FromStrings(std::vector<std::string_view>{"a"}),
             {.exec = {.cancellation = &cancelled}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
