#include "rowsplit/text/split_merge.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Random;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToRows;
using ::testing::ElementsAre;

RaggedTensor<int32_t> Labels(std::initializer_list<int32_t> labels,
                             std::initializer_list<Offset> splits) {
  return *RaggedTensor<int32_t>::FromRowSplits(Buffer<int32_t>(labels),
                                               Buffer<Offset>(splits));
}

TEST(SplitMerge, BeginsATokenWhereTheLabelIsZero) {
  const StringTensor input = Strings({"HelloMonday", "é中"});
  const auto made = SplitMerge(
      input,
      Labels({0, 1, 1, 1, 1, 0, 1, 2, 1, 1, 1, 0, 1, 5}, {0, 11, 14}).view());
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(made->tokens, RaggedIs({{"Hello", "Monday"}, {"é中"}}));
  EXPECT_THAT(made->starts, ElementsAre(0, 5, 0));
  EXPECT_THAT(made->ends, ElementsAre(5, 11, 5));
}

TEST(SplitMerge, SplitsAtWhitespaceOrJoinsOverIt) {
  const StringTensor input = Strings({" New\u00A0York "});
  const auto labels = Labels({1, 0, 1, 1, 0, 1, 1, 1, 1, 0}, {0, 10});
  const auto forced = SplitMerge(input, labels.view());
  EXPECT_THAT(forced->tokens, RaggedIs({{"New", "York"}}));
  EXPECT_THAT(forced->starts, ElementsAre(1, 6));
  const auto joined =
      SplitMerge(input, labels.view(), {.force_split_at_whitespace = false});
  EXPECT_THAT(joined->tokens, RaggedIs({{"NewYork"}}));
  EXPECT_THAT(joined->starts, ElementsAre(1));
  EXPECT_THAT(joined->ends, ElementsAre(10));
}

TEST(SplitMerge, TakesIllFormedBytesAsTheFirstOfThemSays) {
  // C3 takes the space with it, FF and E2 what is there.
  const auto made = SplitMerge(Strings({"\x80\xC3 \xFF", "\xE2"}),
                               Labels({0, 0, 0, 0}, {0, 3, 4}).view());
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(made->tokens, RaggedIs({{"\x80", "\xC3 ", "\xFF"}, {"\xE2"}}));
}

TEST(SplitMerge, RefusesTooFewLabels) {
  EXPECT_THAT(
      SplitMerge(Strings({"a", "ab"}), Labels({0, 0}, {0, 1, 2}).view()),
      FailsWith(absl::StatusCode::kInvalidArgument,
                "string 1 has 2 characters and 1 of them"));
  EXPECT_THAT(SplitMerge(Strings({"a", "b"}), Labels({0, 0}, {0, 2}).view()),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "for each of the 2 strings, got 1 rows"));
}

TEST(SplitMergeFromLogits, TakesTheGreaterOfTheTwo) {
  const std::vector<float> logits = {0, 1, 2, 1, 0, 0, 3, 3,
                                     5, 1, 0, 1, 0, 0, 0, 0};
  const auto made = SplitMergeFromLogits(Strings({"abc", "d e"}), logits, 4);
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(made->tokens, RaggedIs({{"a", "bc"}, {"d", "e"}}));
  EXPECT_THAT(made->starts, ElementsAre(0, 1, 0, 2));
}

TEST(SplitMergeFromLogits, EqualsTheLabelsForAnyNumberOfThreads) {
  Random random(Seed());
  constexpr int64_t kLongest = 40;
  std::vector<std::string> texts;
  std::vector<float> logits;
  std::vector<int32_t> labels;
  std::vector<Offset> splits = {0};
  for (int row = 0; row < 20'000; ++row) {
    std::string& text = texts.emplace_back();
    const auto size = static_cast<int64_t>(Below(random, kLongest));
    for (int64_t i = 0; i < kLongest; ++i) {
      if (i < size) text += Below(random, 4) == 0 ? " " : "é";
      logits.push_back(static_cast<float>(Below(random, 3)));
      logits.push_back(static_cast<float>(Below(random, 3)));
      labels.push_back(logits.end()[-2] > logits.end()[-1] ? 0 : 1);
    }
    splits.push_back(static_cast<Offset>(labels.size()));
  }
  const StringTensor input = Strings({texts.begin(), texts.end()});
  for (const bool force : {false, true}) {
    const auto by_labels =
        SplitMerge(input, RaggedView<int32_t>{splits, labels},
                   {.force_split_at_whitespace = force});
    ASSERT_TRUE(by_labels.ok());
    for (const int threads : {1, 4}) {
      const auto made =
          SplitMergeFromLogits(input, logits, kLongest,
                               {.force_split_at_whitespace = force,
                                .exec = {.num_threads = threads}});
      ASSERT_TRUE(made.ok());
      ASSERT_EQ(made->tokens, by_labels->tokens);
    }
  }
}

TEST(SplitMergeFromLogits, RefusesOtherShapes) {
  const StringTensor input = Strings({"ab"});
  const std::vector<float> logits(4);
  EXPECT_THAT(SplitMergeFromLogits(input, std::span(logits).first(2), 1),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "string 0 has 2 characters and 1 of them"));
  for (const int64_t characters :
       {int64_t{-1}, int64_t{3}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_THAT(SplitMergeFromLogits(input, logits, characters),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "logits must have the shape [1, "));
  }
}

TEST(SplitMerge, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const SplitMergeOptions options{.exec = {.cancellation = &token}};
  EXPECT_THAT(SplitMerge(Strings({"a"}), Labels({0}, {0, 1}).view(), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
