#include "rowsplit/ops/spans.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::RaggedIs;

Spans RandomSpans(testing::Random& random, const RowPartition& rows) {
  BufferBuilder<int64_t> starts(static_cast<size_t>(rows.num_values()));
  BufferBuilder<int64_t> limits(static_cast<size_t>(rows.num_values()));
  for (size_t i = 0; i < starts.size(); ++i) {
    starts[i] = static_cast<int64_t>(testing::Below(random, 6));
    limits[i] = starts[i] + static_cast<int64_t>(testing::Below(random, 4));
  }
  return {
      *Tensor::FromPartition(rows, Tensor::Vector(std::move(starts).Build())),
      *Tensor::FromPartition(rows, Tensor::Vector(std::move(limits).Build()))};
}

bool Overlap(int64_t a, int64_t b, int64_t c, int64_t d,
             const SpanOptions& options) {
  const bool contains = a <= c && d <= b;
  const bool contained = c <= a && b <= d;
  if (options.partial_overlap) return (a <= c && c < b) || (c <= a && a < d);
  if (options.contains || options.contained_by) {
    return (options.contains && contains) ||
           (options.contained_by && contained);
  }
  return contains && contained;
}

SpanOptions OptionsOf(int bits) {
  return {.contains = (bits & 1) != 0,
          .contained_by = (bits & 2) != 0,
          .partial_overlap = (bits & 4) != 0};
}

TEST(SpanOverlaps, EqualsTheReferenceInRaggedRows) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 40; ++round) {
    const int64_t num_rows = round % 5;
    const Spans source =
        RandomSpans(random, testing::RandomPartition(random, num_rows, 4));
    const Spans target =
        RandomSpans(random, testing::RandomPartition(random, num_rows, 4));
    const SpanOptions options = OptionsOf(round % 8);
    const auto overlaps = SpanOverlaps(source, target, options);
    ASSERT_TRUE(overlaps.ok()) << overlaps.status();
    const auto starts = testing::ToRows(*source.start.As<int64_t>());
    const auto limits = testing::ToRows(*source.limit.As<int64_t>());
    const auto from = testing::ToRows(*target.start.As<int64_t>());
    const auto to = testing::ToRows(*target.limit.As<int64_t>());
    std::vector<std::vector<bool>> expected;
    std::vector<std::vector<int64_t>> places;
    std::vector<int64_t> last;
    for (size_t row = 0; row < starts.size(); ++row) {
      for (size_t s = 0; s < starts[row].size(); ++s) {
        expected.emplace_back();
        places.emplace_back();
        for (size_t t = 0; t < from[row].size(); ++t) {
          expected.back().push_back(Overlap(starts[row][s], limits[row][s],
                                            from[row][t], to[row][t], options));
          if (expected.back().back())
            places.back().push_back(static_cast<int64_t>(t));
        }
        last.push_back(places.back().empty() ? -1 : places.back().back());
      }
    }
    EXPECT_EQ(testing::ToRows(*overlaps->As<bool>()), expected);
    EXPECT_EQ(overlaps->partition(0), source.start.partition(0));
    EXPECT_EQ(testing::ToRows(
                  *SpanAlignments(source, target, options)->As<int64_t>()),
              places);
    const Tensor alignment = *SpanAlignment(source, target, options);
    EXPECT_THAT(alignment.items<int64_t>(), ::testing::ElementsAreArray(last));
    EXPECT_EQ(alignment.partition(0), source.start.partition(0));
  }
}

Spans Dense(Buffer<int64_t> starts, Buffer<int64_t> limits,
            std::vector<int64_t> shape) {
  return {*Tensor::Dense(starts, shape), *Tensor::Dense(limits, shape)};
}

TEST(SpanOverlaps, TakesVectors) {
  const Spans source = Dense({0, 3}, {3, 5}, {2});
  const Spans target = Dense({0, 3}, {2, 5}, {2});
  EXPECT_EQ(*SpanOverlaps(source, target, {.contains = true}),
            *Tensor::Dense(Buffer<bool>{true, false, false, true}, {2, 2}));
  EXPECT_EQ(*SpanAlignment(source, target),
            Tensor::Vector(Buffer<int64_t>{-1, 1}));
  EXPECT_THAT(
      *SpanAlignments(source, target, {.contains = true})->As<int64_t>(),
      RaggedIs({{0}, {1}}));
}

TEST(SpanOverlaps, BroadcastsDenseRows) {
  const Spans source = Dense({0, 4, 2, 8}, {2, 6, 3, 9}, {2, 2});
  const Spans target = Dense({2}, {5}, {1, 1});
  EXPECT_EQ(*SpanOverlaps(source, target, {.partial_overlap = true}),
            *Tensor::Dense(Buffer<bool>{false, true, true, false}, {2, 2, 1}));
  EXPECT_EQ(
      SpanOverlaps(target, source, {.partial_overlap = true})->flat_shape(),
      (std::vector<int64_t>{2, 1, 2}));
  // Rows of an alignment are ragged.
  EXPECT_THAT(
      *SpanAlignment(source, target, {.partial_overlap = true})->As<int64_t>(),
      RaggedIs({{-1, 0}, {0, -1}}));
}

TEST(SpanOverlaps, KeepsOuterAxes) {
  const auto deep = [](const Tensor& tensor) {
    return *Tensor::FromRowSplits(tensor, {0, 0, 2});
  };
  ROWSPLIT_SEEDED_RANDOM(random);
  const Spans source =
      RandomSpans(random, *RowPartition::FromRowLengths({{2, 1}}));
  const Spans target =
      RandomSpans(random, *RowPartition::FromRowLengths({{0, 3}}));
  const SpanOptions options = {.partial_overlap = true};
  EXPECT_EQ(*SpanOverlaps({deep(source.start), deep(source.limit)},
                          {deep(target.start), deep(target.limit)}, options),
            deep(*SpanOverlaps(source, target, options)));
  EXPECT_EQ(*SpanAlignment({deep(source.start), deep(source.limit)},
                           {deep(target.start), deep(target.limit)}, options),
            deep(*SpanAlignment(source, target, options)));
  // Ragged rows of dense spans.
  const Spans dense = Dense({0, 1, 2, 3}, {4, 5, 6, 7}, {2, 2});
  EXPECT_EQ(*SpanOverlaps({deep(dense.start), deep(dense.limit)},
                          {deep(dense.start), deep(dense.limit)}),
            deep(*SpanOverlaps(dense, dense)));
}

TEST(SpanOverlaps, NamesWhatDoesNotFit) {
  const Spans two = Dense({0, 3}, {3, 5}, {2});
  const Spans one = Dense({0}, {3}, {1});
  EXPECT_THAT(SpanOverlaps({two.start, one.limit}, one),
              FailsWith(kInvalid, "must have one shape"));
  EXPECT_THAT(
      SpanOverlaps({Tensor::Scalar(int64_t{1}), Tensor::Scalar(int64_t{1})},
                   {Tensor::Scalar(int64_t{1}), Tensor::Scalar(int64_t{1})}),
      FailsWith(kInvalid, "1 or more"));
  EXPECT_THAT(SpanOverlaps(two, Dense({0}, {3}, {1, 1})),
              FailsWith(kInvalid, "same rank"));
  EXPECT_THAT(SpanOverlaps(Dense({0, 3}, {3, 5}, {2, 1}),
                           Dense({0, 3, 4}, {3, 5, 6}, {3, 1})),
              FailsWith(kInvalid, "sizes 2 and 3"));
  const Tensor narrow = Tensor::Vector(Buffer<int32_t>{1});
  EXPECT_THAT(SpanOverlaps(one, {narrow, narrow}),
              FailsWith(kInvalid, "int64 and int32"));
  const Tensor floats = Tensor::Vector(Buffer<float>{1});
  EXPECT_EQ(SpanOverlaps({floats, floats}, {floats, floats}).status().code(),
            kInvalid);
  const auto rows = [](const Tensor& tensor, std::initializer_list<Offset> s) {
    return *Tensor::FromRowSplits(tensor, s);
  };
  const Spans ragged = {rows(two.start, {0, 1, 2}), rows(two.limit, {0, 1, 2})};
  EXPECT_THAT(SpanOverlaps(ragged, two), FailsWith(kInvalid, "same rank"));
  EXPECT_THAT(SpanOverlaps({ragged.start, rows(two.limit, {0, 2, 2})}, ragged),
              FailsWith(kInvalid, "the same rows"));
  EXPECT_THAT(
      SpanOverlaps(ragged, {rows(two.start, {0, 2}), rows(two.limit, {0, 2})}),
      FailsWith(kInvalid, "2 and 1"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(SpanOverlaps(two, two, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
