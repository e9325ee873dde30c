#include "rowsplit/text/byte_split.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::testing::ElementsAre;

RaggedTensor<int32_t> Starts(std::initializer_list<int32_t> values,
                             std::initializer_list<Offset> splits) {
  return *RaggedTensor<int32_t>::FromRowSplits(values, splits);
}

TEST(ByteSplit, GivesBytesAndPlaces) {
  const auto split = ByteSplit(Strings({"h\xC3\xA9", "", "b"}));
  EXPECT_THAT(split->bytes, RaggedIs<uint8_t>({{104, 195, 169}, {}, {98}}));
  EXPECT_THAT(split->starts.span(), ElementsAre(0, 1, 2, 0));
  EXPECT_THAT(split->ends.span(), ElementsAre(1, 2, 3, 1));
  EXPECT_EQ(ByteSplit(StringTensorView())->bytes.num_rows(), 0);
}

TEST(ByteSplit, EqualsAPlainLoopForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), "ab\xFF")) {
    for (const int threads : {1, 3}) {
      const auto split =
          ByteSplit(c.view(), {.exec = {.num_threads = threads}});
      ASSERT_TRUE(split.ok());
      ASSERT_EQ(split->bytes.num_rows(), c.view().size());
      size_t at = 0;
      for (int64_t row = 0; row < c.view().size(); ++row) {
        for (size_t i = 0; i < c.view()[row].size(); ++i, ++at) {
          ASSERT_EQ(split->bytes.flat_values()[at],
                    static_cast<uint8_t>(c.view()[row][i]));
          ASSERT_EQ(split->starts[at], static_cast<int32_t>(i));
          ASSERT_EQ(split->ends[at], static_cast<int32_t>(i) + 1);
        }
      }
      ASSERT_EQ(split->starts.size(), at);
    }
  }
}

TEST(SplitByOffsets, CutsEachString) {
  const std::vector<int32_t> ends = {4, 5, 5, 2};
  EXPECT_THAT(*SplitByOffsets(Strings({"hello", "", "xyz"}),
                              Starts({0, 4, 5, 0}, {0, 3, 3, 4}), ends),
              RaggedIs({{"hell", "o", ""}, {}, {"xy"}}));
  EXPECT_EQ(SplitByOffsets(StringTensorView(), RaggedTensor<int32_t>(), {})
                ->num_rows(),
            0);
}

TEST(SplitByOffsets, NamesThePieceThatIsNotThere) {
  const StringTensor input = Strings({"ab", "hello"});
  const auto cut = [&](int32_t start, int32_t end) {
    const std::vector<int32_t> ends = {end};
    return SplitByOffsets(input, Starts({start}, {0, 0, 1}), ends);
  };
  EXPECT_THAT(cut(2, 100),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "string 1 of 5 bytes has no piece from 2 to 100"));
  EXPECT_THAT(cut(3, 1),
              FailsWith(absl::StatusCode::kInvalidArgument, "from 3 to 1"));
  EXPECT_THAT(cut(-1, 2),
              FailsWith(absl::StatusCode::kInvalidArgument, "from -1 to 2"));
  EXPECT_THAT(cut(6, 6),
              FailsWith(absl::StatusCode::kInvalidArgument, "from 6 to 6"));
}

TEST(SplitByOffsets, ChecksTheRows) {
  const std::vector<int32_t> ends = {1};
  EXPECT_THAT(SplitByOffsets(Strings({"a", "b"}), Starts({0}, {0, 1}), ends),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "a row for each of 2 strings, got 1 rows"));
  EXPECT_THAT(
      SplitByOffsets(Strings({"ab"}), Starts({0, 1}, {0, 2}), ends),
      FailsWith(absl::StatusCode::kInvalidArgument, "2 starts, but 1 ends"));
}

TEST(SplitByOffsets, TakesTensorsOfAnyRank) {
  const Tensor starts = Tensor::Vector(Buffer<int32_t>{0, 4});
  const Tensor ends = Tensor::Vector(Buffer<int32_t>{4, 5});
  const auto of_scalar =
      SplitByOffsets(Tensor::Scalar(std::string_view("hello")), starts, ends);
  EXPECT_EQ(of_scalar->rank(), 1);
  EXPECT_EQ(of_scalar->strings()[1], "o");
  const Tensor two = Tensor::Vector(Strings({"ab", "cd"}));
  const Tensor dense = *Tensor::Dense(Buffer<int32_t>{0, 1}, {2, 1});
  const Tensor dense_ends = *Tensor::Dense(Buffer<int32_t>{1, 2}, {2, 1});
  const auto of_vector = SplitByOffsets(two, dense, dense_ends);
  EXPECT_THAT(*of_vector->AsStrings(), RaggedIs({{"a"}, {"d"}}));
  // No rows, of no width.
  EXPECT_EQ(SplitByOffsets(Tensor::Vector(Strings({})),
                           *Tensor::Dense(Buffer<int32_t>{}, {0, 0}),
                           *Tensor::Dense(Buffer<int32_t>{}, {0, 0}))
                ->num_rows(),
            0);
  EXPECT_THAT(SplitByOffsets(two, starts, ends),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "starts must be int32 of rank 2, got int32 of rank 1"));
  const Tensor other =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2}), {0, 2, 2});
  EXPECT_THAT(SplitByOffsets(two, dense, other),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "ends must have the rows of starts"));
}

TEST(ByteSplit, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const ByteSplitOptions options{.exec = {.cancellation = &token}};
  const std::vector<int32_t> ends = {1};
  EXPECT_THAT(ByteSplit(Strings({"a"}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(
      SplitByOffsets(Strings({"a"}), Starts({0}, {0, 1}), ends, options),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
