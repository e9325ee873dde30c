#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::FailsWith;

constexpr int64_t kNumRows = 9;

// A call of AttentionBag, in double where it is varied.
struct AttentionCase {
  int64_t width = 1;
  std::vector<double> table;
  std::vector<Offset> splits = {0};
  std::vector<int64_t> ids;
  std::vector<double> queries;
  std::vector<double> weights;  // empty: none
  std::vector<float> upstream;
  AttentionOptions options;

  int64_t num_bags() const { return static_cast<int64_t>(splits.size()) - 1; }
};

double RandomNumber(testing::Random& random) {
  return static_cast<double>(testing::Below(random, 1 << 20)) / (1 << 18) - 2;
}

AttentionCase RandomCase(testing::Random& random, bool weighted) {
  AttentionCase made;
  made.width = 1 + static_cast<int64_t>(testing::Below(random, 19));
  made.table.resize(kNumRows * made.width);
  for (double& item : made.table) item = RandomNumber(random);
  for (int bag = 0; bag < 4; ++bag) {
    const auto size = static_cast<int64_t>(testing::Below(random, 5));
    made.splits.push_back(made.splits.back() + size);
    for (int64_t i = 0; i < size; ++i) {
      made.ids.push_back(
          static_cast<int64_t>(testing::Below(random, kNumRows)));
      if (weighted) made.weights.push_back(RandomNumber(random));
    }
  }
  made.queries.resize(made.num_bags() * made.width);
  for (double& item : made.queries) item = RandomNumber(random) / 2;
  made.upstream.resize(made.queries.size());
  for (float& item : made.upstream)
    item = static_cast<float>(RandomNumber(random));
  made.options.scale = 0.5f;
  return made;
}

std::vector<double> AttentionRow(const AttentionCase& one, int64_t id) {
  if (id < 0) return std::vector<double>(one.width, 0);
  const auto begin = one.table.begin() + id * one.width;
  std::vector<double> row(begin, begin + one.width);
  double square = 0;
  for (const double item : row) square += item * item;
  const double norm = std::sqrt(square);
  if (one.options.max_norm.has_value() && norm > *one.options.max_norm)
    for (double& item : row) item *= *one.options.max_norm / norm;
  return row;
}

// The loss of one bag, by the definition.
double BagLoss(const AttentionCase& one, int64_t bag) {
  std::vector<std::vector<double>> rows;
  for (Offset i = one.splits[bag]; i < one.splits[bag + 1]; ++i) {
    int64_t id = one.ids[i];
    if (one.options.padding_idx == id) continue;
    if (id >= kNumRows) {
      if (one.options.out_of_range == OutOfRangeIds::kSkip) continue;
      id = one.options.out_of_range == OutOfRangeIds::kRow
               ? one.options.out_of_range_row
               : -1;
    }
    rows.push_back(AttentionRow(one, id));
    for (double& item : rows.back())
      item *= one.weights.empty() ? 1 : one.weights[i];
  }
  if (rows.empty() && one.options.empty_row.has_value())
    rows.push_back(AttentionRow(one, *one.options.empty_row));
  double loss = 0;
  double sum = 0;
  for (const auto& row : rows) {
    double score = 0;
    double along = 0;
    for (int64_t item = 0; item < one.width; ++item) {
      score += one.queries[bag * one.width + item] * row[item];
      along +=
          static_cast<double>(one.upstream[bag * one.width + item]) * row[item];
    }
    const double share = std::exp(*one.options.scale * score);
    loss += share * along;
    sum += share;
  }
  return sum == 0 ? 0 : loss / sum;
}

double AttentionSlope(AttentionCase& one, double& value) {
  const auto loss = [&] {
    double sum = 0;
    for (int64_t bag = 0; bag < one.num_bags(); ++bag) sum += BagLoss(one, bag);
    return sum;
  };
  const double kept = value;
  value = kept + 1e-6;
  const double above = loss();
  value = kept - 1e-6;
  const double below = loss();
  value = kept;
  return (above - below) / 2e-6;
}

Buffer<float> Floats(const std::vector<double>& values) {
  return Buffer<float>::Copy(std::vector<float>(values.begin(), values.end()));
}

AttentionGradients GradientsOf(const AttentionCase& one) {
  const auto table =
      *EmbeddingTable::FromValues(Floats(one.table), kNumRows, one.width);
  const std::span<const Offset> splits = one.splits;
  const Tensor ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>::Copy(one.ids)), splits);
  const std::vector<int64_t> shape = {one.num_bags(), one.width};
  const Tensor queries = *Tensor::Dense(Floats(one.queries), shape);
  const Tensor upstream =
      *Tensor::Dense(Buffer<float>::Copy(one.upstream), shape);
  if (one.weights.empty())
    return *AttentionBagGradient(table, ids, queries, upstream, one.options);
  const Tensor weights =
      *Tensor::FromRowSplits(Tensor::Vector(Floats(one.weights)), splits);
  return *AttentionBagGradient(table, ids, queries, weights, upstream,
                               one.options);
}

void ExpectAttentionSlopes(AttentionCase one) {
  const AttentionGradients gradients = GradientsOf(one);
  const Tensor dense = *ToDense(gradients.rows);
  const auto expect = [&](std::vector<double>& values,
                          std::span<const float> slopes, const char* what) {
    ASSERT_EQ(slopes.size(), values.size()) << what;
    for (size_t i = 0; i < values.size(); ++i) {
      const double slope = AttentionSlope(one, values[i]);
      ASSERT_NEAR(slopes[i], slope, 2e-5 * (std::abs(slope) + 10))
          << what << " " << i;
    }
  };
  expect(one.table, dense.items<float>(), "table");
  expect(one.queries, gradients.queries.span(), "query");
  expect(one.weights, gradients.weights.span(), "weight");
}

TEST(AttentionGradient, EqualsCentralDifferences) {
  testing::Random random(testing::Seed(81));
  for (int round = 0; round < 24; ++round) {
    AttentionCase one = RandomCase(random, round % 2 == 1);
    if (round % 3 == 1) one.options.max_norm = 1.5f;
    if (round % 4 > 1) one.options.padding_idx = 2;
    if (round > 9) {
      one.options.out_of_range = round % 3 == 0   ? OutOfRangeIds::kSkip
                                 : round % 3 == 1 ? OutOfRangeIds::kZero
                                                  : OutOfRangeIds::kRow;
      one.options.out_of_range_row = 3;
      one.options.empty_row = 5;
      for (size_t i = 0; i < one.ids.size(); i += 3) one.ids[i] = 1'000;
    }
    ASSERT_NO_FATAL_FAILURE(ExpectAttentionSlopes(one)) << "round " << round;
  }
}

TEST(AttentionGradient, OfEqualScoresIsSharedEqually) {
  const auto table = *EmbeddingTable::FromValues({0, 1, 2, 0}, 2, 2);
  const Tensor ids = *Tensor::Dense(Buffer<int32_t>{0, 1}, {1, 2});
  const auto gradients = *AttentionBagGradient(
      table, ids, *Tensor::Dense(Buffer<float>{0, 0}, {1, 2}),
      *Tensor::Dense(Buffer<float>{2, 0}, {1, 2}), {.scale = 1.0f});
  EXPECT_THAT(gradients.rows.indices, ElementsAre(0, 1));
  EXPECT_THAT(gradients.rows.values, ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(gradients.queries, ElementsAre(2, -1));
}

TEST(AttentionGradient, DoesNotDependOnTheNumberOfThreads) {
  testing::Random random(testing::Seed(82));
  AttentionCase one = RandomCase(random, true);
  for (int64_t& id : one.ids) id = 1;
  one.ids.clear();
  one.weights.clear();
  one.splits = {0};
  one.width = 40;
  one.table.assign(kNumRows * one.width, 0.5);
  for (double& item : one.table) item = RandomNumber(random);
  for (int64_t bag = 0; bag < 1'000; ++bag) {
    for (int64_t i = 0; i < bag % 7; ++i) one.ids.push_back((bag + i) % 9);
    one.splits.push_back(static_cast<Offset>(one.ids.size()));
  }
  one.queries.resize(one.num_bags() * one.width);
  for (double& item : one.queries) item = RandomNumber(random);
  one.upstream.assign(one.queries.size(), 0.25f);
  one.options.exec.num_threads = 1;
  const auto single = GradientsOf(one);
  for (const int num_threads : {2, 3}) {
    one.options.exec.num_threads = num_threads;
    const auto several = GradientsOf(one);
    EXPECT_TRUE(std::equal(several.rows.values.begin(),
                           several.rows.values.end(),
                           single.rows.values.begin()));
    EXPECT_TRUE(std::equal(several.queries.begin(), several.queries.end(),
                           single.queries.begin()));
  }
}

TEST(AttentionGradient, ChecksItsArguments) {
  const auto table = *EmbeddingTable::FromValues({0, 1, 2, 0}, 2, 2);
  const Tensor ids = *Tensor::Dense(Buffer<int64_t>{0, 1}, {1, 2});
  const Tensor items = *Tensor::Dense(Buffer<float>{2, 0}, {1, 2});
  EXPECT_THAT(AttentionBagGradient(table, ids, ids, items),
              FailsWith(kInvalid, "queries must be float32: int64"));
  EXPECT_THAT(AttentionBagGradient(table, ids, Tensor::Scalar(1.0f), items),
              FailsWith(kInvalid,
                        "queries must have the items of the bags: "
                        "expected 1 * 2, got 1"));
  EXPECT_THAT(AttentionBagGradient(table, ids, items, Tensor::Scalar(1.0f)),
              FailsWith(kInvalid, "upstream must have the items"));
  EXPECT_THAT(AttentionBagGradient(table, ids, items, ids, items),
              FailsWith(kInvalid, "weights must be float32"));
  EXPECT_THAT(
      AttentionBagGradient(table, ids, items, items,
                           {.scale = std::numeric_limits<float>::infinity()}),
      FailsWith(kInvalid, "scale must be finite: inf"));
  EXPECT_THAT(
      AttentionBagGradient(table, *Tensor::Dense(Buffer<int64_t>{0, 2}, {1, 2}),
                           items, items),
      FailsWith(absl::StatusCode::kOutOfRange, "position 1: 2"));
}

}  // namespace
}  // namespace rowsplit
