#include "rowsplit/ops/segments.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::NestedList;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::ToNested;
using Segments = std::vector<Tensor>;

constexpr CombineSegmentsOptions kIds = {.start_of_sequence_id = 101,
                                         .end_of_segment_id = 102};

NestedList Nested(int64_t value, int depth) {
  NestedList nested = ToNested(Tensor::Scalar(value));
  for (; depth > 0; --depth) nested = testing::ListOf({nested});
  return nested;
}

NestedList WithItems(const NestedList& like, int64_t value) {
  if (like.is_item) return Nested(value, 0);
  NestedList filled;
  for (const NestedList& row : like.list)
    filled.list.push_back(WithItems(row, value));
  return filled;
}

TEST(CombineSegments, EqualsTheReferenceForAllRanks) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int ragged_rank = 1; ragged_rank <= 3; ++ragged_rank) {
    for (int round = 0; round < 10; ++round) {
      Segments segments;
      for (uint64_t n = testing::Below(random, 3) + 1; n > 0; --n) {
        segments.push_back(testing::RandomTensor(random, DType::kInt64, {},
                                                 ragged_rank, round));
      }
      NestedList combined;
      NestedList ids;
      for (int row = 0; row < round; ++row) {
        NestedList items = testing::ListOf({Nested(101, ragged_rank - 1)});
        NestedList numbers = testing::ListOf({Nested(0, ragged_rank - 1)});
        for (size_t i = 0; i < segments.size(); ++i) {
          const NestedList from = ToNested(segments[i]).list[row];
          const NestedList of = WithItems(from, static_cast<int64_t>(i));
          items.list.insert(items.list.end(), from.list.begin(),
                            from.list.end());
          numbers.list.insert(numbers.list.end(), of.list.begin(),
                              of.list.end());
          items.list.push_back(Nested(102, ragged_rank - 1));
          numbers.list.push_back(
              Nested(static_cast<int64_t>(i), ragged_rank - 1));
        }
        combined.list.push_back(items);
        ids.list.push_back(numbers);
      }
      const auto result = CombineSegments(segments, kIds);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(ToNested(result->combined), combined);
      EXPECT_EQ(ToNested(result->segment_ids), ids);
    }
  }
}

Tensor Rows(Buffer<int32_t> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(values), splits);
}

TEST(CombineSegments, PutsIdsAroundSegments) {
  const Segments segments = {Rows({1, 2, 3}, {0, 2, 3}), Rows({4}, {0, 1, 1})};
  const auto result = CombineSegments(segments, kIds);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(*result->combined.As<int32_t>(),
              RaggedIs({{101, 1, 2, 102, 4, 102}, {101, 3, 102, 102}}));
  EXPECT_THAT(*result->segment_ids.As<int32_t>(),
              RaggedIs({{0, 0, 0, 0, 1, 1}, {0, 0, 0, 1}}));
}

TEST(ConcatenateSegments, LeavesTheIdsOut) {
  const Segments segments = {Rows({1, 2, 3}, {0, 2, 3}), Rows({4}, {0, 1, 1})};
  const auto result = ConcatenateSegments(segments);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(*result->combined.As<int32_t>(), RaggedIs({{1, 2, 4}, {3}}));
  EXPECT_THAT(*result->segment_ids.As<int32_t>(), RaggedIs({{0, 0, 1}, {0}}));
  const Tensor dense = *Tensor::Dense(Buffer<int64_t>{1, 2}, {2, 1});
  EXPECT_EQ(ConcatenateSegments(Segments{dense, dense})->segment_ids,
            *Tensor::Dense(Buffer<int64_t>{0, 1, 0, 1}, {2, 2}));
}

TEST(CombineSegments, NamesWhatDoesNotFit) {
  const Tensor rows = Rows({1}, {0, 1});
  EXPECT_THAT(CombineSegments({}, kIds), FailsWith(kInvalid, "nonempty"));
  EXPECT_THAT(ConcatenateSegments({}), FailsWith(kInvalid, "nonempty"));
  const Tensor floats =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<float>{1}), {0, 1});
  EXPECT_THAT(CombineSegments(Segments{floats}, kIds),
              FailsWith(kInvalid, "segments[0] is float32"));
  const Tensor wide =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{1}), {0, 1});
  EXPECT_THAT(CombineSegments(Segments{rows, wide}, kIds),
              FailsWith(kInvalid, "segments[1] is int64"));
  EXPECT_THAT(CombineSegments(Segments{rows.flat_values()}, kIds),
              FailsWith(kInvalid, "must be ragged"));
  EXPECT_EQ(CombineSegments(Segments{rows, Rows({1}, {0, 1, 1})}, kIds)
                .status()
                .code(),
            kInvalid);
  EXPECT_THAT(
      CombineSegments(Segments{rows}, {.start_of_sequence_id = 1LL << 31}),
      FailsWith(kInvalid, "start_of_sequence_id must fit"));
  EXPECT_THAT(
      CombineSegments(Segments{rows}, {.end_of_segment_id = -1LL << 40}),
      FailsWith(kInvalid, "end_of_segment_id must fit"));
}

TEST(CombineSegments, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const ExecOptions exec = {.cancellation = &token};
  EXPECT_THAT(CombineSegments(Segments{Rows({1}, {0, 1})}, {.exec = exec}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
