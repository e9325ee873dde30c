#include "rowsplit/ops/trimmer.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/boolean_mask.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::RaggedIs;
using Segments = std::vector<Tensor>;

constexpr TrimStrategy kStrategies[] = {TrimStrategy::kRoundRobin,
                                        TrimStrategy::kWaterfall,
                                        TrimStrategy::kShrinkLongest};

// One item at a time, as the strategies are described.
std::vector<int64_t> ShareOneByOne(TrimStrategy strategy,
                                   std::vector<int64_t> lengths,
                                   int64_t budget) {
  const auto total = [](const std::vector<int64_t>& v) {
    return std::accumulate(v.begin(), v.end(), int64_t{0});
  };
  if (strategy == TrimStrategy::kShrinkLongest) {
    while (total(lengths) > budget)
      --*std::max_element(lengths.begin(), lengths.end());
    return lengths;
  }
  std::vector<int64_t> kept(lengths.size(), 0);
  if (strategy == TrimStrategy::kWaterfall) {
    for (size_t i = 0; i < kept.size(); ++i) {
      while (kept[i] < lengths[i] && total(kept) < budget) ++kept[i];
    }
    return kept;
  }
  for (size_t turn = 0; total(kept) < std::min(budget, total(lengths));
       ++turn) {
    const size_t i = turn % kept.size();
    if (kept[i] < lengths[i]) ++kept[i];
  }
  return kept;
}

Tensor RowOf(int64_t length) {
  BufferBuilder<int32_t> values(static_cast<size_t>(length));
  std::iota(values.span().begin(), values.span().end(), 0);
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                {0, length});
}

TEST(Trimmer, SharesAsItemByItemForAllSmallLengths) {
  for (const TrimStrategy strategy : kStrategies) {
    for (int code = 0; code < 5 * 5 * 5; ++code) {
      const std::vector<int64_t> lengths = {code % 5, code / 5 % 5, code / 25};
      const Segments segments = {RowOf(lengths[0]), RowOf(lengths[1]),
                                 RowOf(lengths[2])};
      for (int64_t budget = 0; budget <= 13; ++budget) {
        const auto trimmed = TrimSegments(
            segments, {.strategy = strategy, .max_seq_length = {budget}});
        ASSERT_TRUE(trimmed.ok()) << trimmed.status();
        std::vector<int64_t> kept;
        for (const Tensor& segment : *trimmed)
          kept.push_back(segment.num_values());
        EXPECT_EQ(kept, ShareOneByOne(strategy, lengths, budget))
            << ::testing::PrintToString(lengths) << " " << budget;
      }
    }
  }
}

TEST(Trimmer, SharesAsInTheExample) {
  const Segments segments = {RowOf(5), RowOf(2), RowOf(3)};
  const std::vector<std::vector<int64_t>> expected = {
      {3, 2, 2}, {5, 2, 0}, {2, 2, 3}};
  for (size_t n = 0; n < expected.size(); ++n) {
    const auto trimmed = *TrimSegments(
        segments, {.strategy = kStrategies[n], .max_seq_length = {7}});
    for (size_t i = 0; i < 3; ++i)
      EXPECT_EQ(trimmed[i].num_values(), expected[n][i]);
  }
}

// The segments whose items the masks keep.
TEST(Trimmer, TrimsWhatItsMasksSayForAllDTypesRanksAndAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 1; ragged_rank <= 3; ++ragged_rank) {
      const Segments segments = {
          testing::RandomTensor(random, dtype, {}, ragged_rank, 4),
          testing::RandomTensor(random, dtype, {}, ragged_rank, 4)};
      for (int axis = 1; axis <= ragged_rank; ++axis) {
        for (const TrimStrategy strategy : kStrategies) {
          const TrimOptions options = {.strategy = strategy,
                                       .max_seq_length = {0, 1, 3, 100},
                                       .axis = axis};
          const auto masks = *TrimMasks(segments, options);
          const auto trimmed = *TrimSegments(segments, options);
          for (size_t i = 0; i < segments.size(); ++i) {
            EXPECT_EQ(masks[i].rank(), axis + 1);
            EXPECT_EQ(trimmed[i], *BooleanMask(segments[i], masks[i]));
          }
        }
      }
    }
  }
}

TEST(Trimmer, CountsWordsOrTheirTokens) {
  // Words {1, 2}, {}, {3}.
  const Tensor words = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3}),
                             {0, 2, 2, 3}),
      {0, 3});
  const auto mask = [&](int axis, int64_t length) {
    return (*TrimMasks(Segments{words},
                       {.max_seq_length = {length}, .axis = axis}))[0];
  };
  // A word without a token always stays.
  EXPECT_THAT(*mask(1, 1).As<bool>(), RaggedIs({{true, true, false}}));
  EXPECT_THAT(*mask(1, 0).As<bool>(), RaggedIs({{false, true, false}}));
  EXPECT_THAT(*mask(-1, 1).As<bool>(), RaggedIs({{true, false}, {}, {false}}));
  EXPECT_EQ(mask(2, 1), mask(-1, 1));
  const auto trimmed =
      *TrimSegments(Segments{words}, {.max_seq_length = {1}, .axis = -1});
  EXPECT_THAT(*trimmed[0].As<int32_t>(), RaggedIs({{1}, {}, {}}));
}

TEST(Trimmer, IsTheSameForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Segments segments = {
      testing::RandomTensor(random, DType::kInt64, {}, 1, 20'000),
      testing::RandomTensor(random, DType::kInt64, {}, 1, 20'000)};
  for (const TrimStrategy strategy : kStrategies) {
    const auto run = [&](int threads) {
      return *TrimSegments(segments, {.strategy = strategy,
                                      .max_seq_length = {3},
                                      .exec = {.num_threads = threads}});
    };
    EXPECT_EQ(run(1), run(4));
  }
}

TEST(Trimmer, NamesWhatDoesNotFit) {
  const Segments one = {RowOf(2)};
  EXPECT_THAT(TrimSegments({}, {.max_seq_length = {1}}),
              FailsWith(kInvalid, "must not be empty"));
  EXPECT_THAT(TrimMasks(one, {.max_seq_length = {-1}}),
              FailsWith(kInvalid, "max_seq_length[0]=-1"));
  EXPECT_THAT(TrimSegments(one, {}), FailsWith(kInvalid, "0 numbers"));
  EXPECT_THAT(TrimSegments(one, {.max_seq_length = {1, 2}}),
              FailsWith(kInvalid, "2 numbers for 1 rows"));
  EXPECT_THAT(TrimSegments(one, {.max_seq_length = {1}, .axis = 0}),
              FailsWith(kInvalid, "axis=0"));
  EXPECT_THAT(TrimSegments(one, {.max_seq_length = {1}, .axis = 2}),
              FailsWith(kInvalid, "axis=2"));
  EXPECT_THAT(
      TrimSegments(Segments{one[0].flat_values()}, {.max_seq_length = {1}}),
      FailsWith(kInvalid, "must be ragged"));
  const Tensor two_rows =
      *Tensor::FromRowSplits(one[0].flat_values(), {0, 1, 2});
  EXPECT_THAT(TrimSegments(Segments{one[0], two_rows}, {.max_seq_length = {1}}),
              FailsWith(kInvalid, "segments[1] has 2, segments[0] has 1"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(TrimSegments(one, {.max_seq_length = {1},
                                 .exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
