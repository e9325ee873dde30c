#include "rowsplit/text/strip.h"

#include <string>
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
using ::rowsplit::testing::StringsAre;

constexpr std::string_view kSixBlanks = " \t\n\v\f\r";

std::string StripPlainly(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSixBlanks);
  if (begin == std::string_view::npos) return "";
  const size_t end = text.find_last_not_of(kSixBlanks);
  return std::string(text.substr(begin, end - begin + 1));
}

TEST(Strip, CutsSixBytesOffBothEnds) {
  EXPECT_THAT(*Strip(StringTensor::FromStrings(std::vector<std::string_view>{
                  " a b\n", "\t\v\f\r", "c", "", "\xC2\xA0 d\x1F"})),
              StringsAre({"a b", "", "c", "", "\xC2\xA0 d\x1F"}));
  EXPECT_THAT(*Strip(StringTensorView()), StringsAre({}));
}

TEST(Strip, EqualsThePlainWayForAllRows) {
  for (const std::string_view alphabet : {" a", " \t\n\v\f\rab", " "}) {
    for (const StringCase& strings : StringCases(Seed(), alphabet)) {
      std::vector<std::string> expected;
      for (int64_t i = 0; i < strings.view().size(); ++i)
        expected.push_back(StripPlainly(strings.view()[i]));
      for (const int num_threads : {1, 4}) {
        EXPECT_THAT(
            *Strip(strings.view(), {.exec = {.num_threads = num_threads}}),
            StringsAre(expected))
            << strings.name;
      }
    }
  }
}

TEST(Strip, CanBeCancelled) {
  CancellationToken cancelled;
  cancelled.Cancel();
  EXPECT_THAT(
      Strip(StringTensor::FromStrings(std::vector<std::string_view>{" a"}),
            {.exec = {.cancellation = &cancelled}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
