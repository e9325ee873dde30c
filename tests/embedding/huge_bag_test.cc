// Bags that are reduced part by part.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "embedding/bag_rows.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using internal::kMostIds;
using internal::kPartIds;
using testing::Below;
using testing::FailsWith;

constexpr BagMode kModes[] = {
    BagMode::kSum, BagMode::kMean,      BagMode::kSqrtN, BagMode::kMax,
    BagMode::kMin, BagMode::kLogSumExp, BagMode::kFirst, BagMode::kLast};
constexpr int64_t kNumRows = 50;
constexpr int64_t kWidth = 3;
constexpr int64_t kSize = kMostIds + 3 * kPartIds / 2;

float SmallNumber(testing::Random& random) {
  return static_cast<float>(Below(random, 4001)) / 1000 - 2;
}

struct Case {
  EmbeddingTable table;
  std::vector<int64_t> ids;
  std::vector<float> weights;

  // One bag of all ids between two small ones.
  Tensor Ids() const {
    return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>::Copy(ids)),
                                  {0, 2, static_cast<Offset>(ids.size()) - 1,
                                   static_cast<Offset>(ids.size())});
  }
  Tensor Weights() const {
    return *Tensor::FromRowSplits(Tensor::Vector(Buffer<float>::Copy(weights)),
                                  {0, 2, static_cast<Offset>(ids.size()) - 1,
                                   static_cast<Offset>(ids.size())});
  }
  // A number of a row of the huge bag.
  double Item(size_t i, int64_t column) const {
    std::vector<float> row(kWidth);
    EXPECT_TRUE(table.ReadRow(ids[i], row).ok());
    return row[static_cast<size_t>(column)];
  }
};

Case RandomCase(testing::Random& random,
                RowFormat format = RowFormat::kFloat32) {
  Case made;
  std::vector<float> values(kNumRows * kWidth);
  for (float& value : values) value = SmallNumber(random);
  const auto table =
      EmbeddingTable::FromValues(Buffer<float>::Copy(values), kNumRows, kWidth);
  made.table = *table->ConvertTo(format);
  for (int64_t i = 0; i < kSize + 3; ++i) {
    made.ids.push_back(static_cast<int64_t>(Below(random, kNumRows)));
    made.weights.push_back(SmallNumber(random) + 2.5f);
  }
  return made;
}

// What a column of the huge bag is, in double and one id after the other.
double Plain(const Case& c, int64_t column, BagMode mode, bool weighted) {
  double sum = 0, weight_sum = 0, square_sum = 0, exponentials = 0;
  double most = -std::numeric_limits<double>::infinity();
  double least = -most;
  std::vector<double> items(kNumRows);
  for (int64_t row = 0; row < kNumRows; ++row) {
    Case one{c.table, {row}, {}};
    items[static_cast<size_t>(row)] = one.Item(0, column);
  }
  const auto at = [&](size_t i) {
    return items[static_cast<size_t>(c.ids[i])] * (weighted ? c.weights[i] : 1);
  };
  for (size_t i = 2; i + 1 < c.ids.size(); ++i) {
    const double weight = weighted ? c.weights[i] : 1;
    sum += at(i);
    weight_sum += weight;
    square_sum += weight * weight;
    exponentials += std::exp(at(i));
    most = std::max(most, at(i));
    least = std::min(least, at(i));
  }
  switch (mode) {
    case BagMode::kSum:
      return sum;
    case BagMode::kMean:
      return sum / weight_sum;
    case BagMode::kSqrtN:
      return sum / std::sqrt(square_sum);
    case BagMode::kMax:
      return most;
    case BagMode::kMin:
      return least;
    case BagMode::kLogSumExp:
      return std::log(exponentials);
    case BagMode::kFirst:
      return at(2);
    case BagMode::kLast:
      return at(c.ids.size() - 2);
  }
  return 0;
}

std::vector<float> Items(const absl::StatusOr<Tensor>& bags) {
  EXPECT_TRUE(bags.ok()) << bags.status();
  if (!bags.ok()) return {};
  const auto items = bags->items<float>();
  return {items.begin(), items.end()};
}

TEST(HugeBag, EveryModeOnAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const RowFormat format : {RowFormat::kFloat32, RowFormat::kInt8}) {
    const Case c = RandomCase(random, format);
    // The offsets of int8 rows are summed apart, and are greater than the sums.
    const double tolerance = format == RowFormat::kInt8 ? 2e-3 : 1e-4;
    for (const BagMode mode : kModes) {
      for (const bool weighted : {false, true}) {
        const auto bags = [&](int threads) {
          const BagOptions options{.mode = mode,
                                   .exec = {.num_threads = threads}};
          return Items(
              weighted ? EmbeddingBag(c.table, c.Ids(), c.Weights(), options)
                       : EmbeddingBag(c.table, c.Ids(), options));
        };
        const std::vector<float> one = bags(1);
        ASSERT_EQ(one.size(), 3 * kWidth);
        EXPECT_EQ(one, bags(3));
        for (int64_t column = 0; column < kWidth; ++column) {
          const double plain = Plain(c, column, mode, weighted);
          EXPECT_NEAR(one[static_cast<size_t>(kWidth + column)], plain,
                      tolerance * std::max(100.0, std::abs(plain)))
              << static_cast<int>(mode) << " " << weighted;
        }
      }
    }
  }
}

// The sum of the sums of parts; that of one id less than a huge bag has is a
// plain one.
TEST(HugeBag, IsTheSumOfTheSumsOfItsParts) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Case c = RandomCase(random);
  for (const int64_t size : {kMostIds, kMostIds + 1, kSize}) {
    const std::vector<int64_t> ids(c.ids.begin(), c.ids.begin() + size);
    const auto bags = Items(
        EmbeddingBag(c.table,
                     *Tensor::FromRowSplits(
                         Tensor::Vector(Buffer<int64_t>::Copy(ids)), {0, size}),
                     {.mode = BagMode::kSum}));
    const int64_t part_size = size > kMostIds ? kPartIds : size;
    for (int64_t column = 0; column < kWidth; ++column) {
      float sum = 0;
      for (int64_t begin = 0; begin < size; begin += part_size) {
        float part = 0;
        for (int64_t i = begin; i < std::min(size, begin + part_size); ++i) {
          part += c.table.values()[static_cast<size_t>(
              ids[static_cast<size_t>(i)] * kWidth + column)];
        }
        sum += part;
      }
      EXPECT_EQ(bags[static_cast<size_t>(column)], sum) << size;
    }
  }
}

TEST(HugeBag, IsTheSameBlockByBlock) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Case c = RandomCase(random);
  const std::vector<Offset> splits = {0, 2, kSize + 2, kSize + 3};
  for (const BagMode mode : kModes) {
    std::vector<float> output(3 * kWidth);
    ASSERT_TRUE(internal::BagRows(c.table, std::span<const int64_t>(c.ids),
                                  splits, {.mode = mode}, output.data())
                    .ok());
    EXPECT_EQ(output, Items(EmbeddingBag(c.table, c.Ids(), {.mode = mode})));
  }
}

TEST(HugeBag, TakesWhatCountsOnly) {
  ROWSPLIT_SEEDED_RANDOM(random);
  Case c = RandomCase(random);
  // The first parts and the last ones have nothing; the middle has two rows.
  std::fill(c.ids.begin(), c.ids.end(), 7);
  c.ids[static_cast<size_t>(kMostIds / 2)] = 1;
  c.ids[static_cast<size_t>(kMostIds / 2 + kPartIds)] = -5;
  c.ids[static_cast<size_t>(kMostIds / 2 + 2 * kPartIds)] = 2;
  Case two{c.table, {7, 7, 1, 2, 7}, {}};
  for (const BagMode mode : kModes) {
    const BagOptions options{
        .mode = mode, .padding_idx = 7, .out_of_range = OutOfRangeIds::kSkip};
    EXPECT_EQ(Items(EmbeddingBag(c.table, c.Ids(), options)),
              Items(EmbeddingBag(c.table, two.Ids(), options)))
        << static_cast<int>(mode);
  }
  // All of them empty.
  std::fill(c.ids.begin(), c.ids.end(), 7);
  two.ids = {7, 7, 7, 7};
  for (const BagMode mode : kModes) {
    BagOptions options{.mode = mode, .padding_idx = 7};
    EXPECT_EQ(Items(EmbeddingBag(c.table, c.Ids(), options)),
              std::vector<float>(3 * kWidth, 0));
    options.empty_row = 4;
    EXPECT_EQ(Items(EmbeddingBag(c.table, c.Ids(), options)),
              Items(EmbeddingBag(c.table, two.Ids(), options)));
  }
}

TEST(HugeBag, NamesThePositionInTheBag) {
  ROWSPLIT_SEEDED_RANDOM(random);
  Case c = RandomCase(random);
  c.ids[static_cast<size_t>(kPartIds * 3 + 5)] = kNumRows;
  c.ids[static_cast<size_t>(kPartIds * 5)] = -1;
  for (const int threads : {1, 3}) {
    EXPECT_THAT(
        EmbeddingBag(c.table, c.Ids(), {.exec = {.num_threads = threads}}),
        FailsWith(absl::StatusCode::kOutOfRange,
                  "id 50 of bag 1, position 49155 is not a row"));
  }
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(
      EmbeddingBag(c.table, c.Ids(), {.exec = {.cancellation = &token}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(HugeBag, AttendsToAllOfItsRows) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Case c = RandomCase(random);
  std::vector<float> query(3 * kWidth);
  for (float& value : query) value = SmallNumber(random);
  const Tensor queries =
      *Tensor::Dense(Buffer<float>::Copy(query), {3, kWidth});
  const auto attend = [&](int threads) {
    return Items(
        AttentionBag(c.table, c.Ids(), queries,
                     {.scale = 1.0f, .exec = {.num_threads = threads}}));
  };
  const std::vector<float> one = attend(1);
  EXPECT_EQ(one, attend(3));
  std::vector<double> sums(kWidth);
  double total = 0;
  for (size_t i = 2; i + 1 < c.ids.size(); ++i) {
    const float* const row = c.table.values().data() + c.ids[i] * kWidth;
    double product = 0;
    for (size_t k = 0; k < kWidth; ++k)
      product += double{row[k]} * query[kWidth + k];
    total += std::exp(product);
    for (size_t k = 0; k < kWidth; ++k) sums[k] += std::exp(product) * row[k];
  }
  for (size_t k = 0; k < kWidth; ++k)
    EXPECT_NEAR(one[kWidth + k], sums[k] / total, 1e-4);
}

TEST(HugeBag, LimitsNormsAndMultipliesFactors) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Case c = RandomCase(random);
  const Case other = RandomCase(random);
  const auto factorized = EmbeddingTable::Factorized(
      c.table, Buffer<float>{1, 0, 2, 0, 1, -1, 0, 0, 1}, kWidth);
  ASSERT_TRUE(factorized.ok()) << factorized.status();
  const auto dense = factorized->ToDense();
  ASSERT_TRUE(dense.ok());
  for (const BagMode mode : {BagMode::kMean, BagMode::kMax}) {
    const BagOptions options{.mode = mode};
    const auto of_factors = Items(EmbeddingBag(*factorized, c.Ids(), options));
    const auto of_dense = Items(EmbeddingBag(*dense, c.Ids(), options));
    for (size_t i = 0; i < of_dense.size(); ++i)
      EXPECT_NEAR(of_factors[i], of_dense[i], 1e-3);
  }
  // Norms that no row has leave them as they are.
  EXPECT_EQ(Items(EmbeddingBag(c.table, c.Ids(), {.max_norm = 100.0f})),
            Items(EmbeddingBag(c.table, c.Ids())));
  const auto limited = Items(EmbeddingBag(
      c.table, c.Ids(), {.mode = BagMode::kMax, .max_norm = 0.5f}));
  for (size_t i = kWidth; i < 2 * kWidth; ++i) EXPECT_LE(limited[i], 0.5001f);
}

}  // namespace
}  // namespace rowsplit
