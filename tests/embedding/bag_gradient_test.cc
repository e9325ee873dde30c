#include "rowsplit/embedding/bag_gradient.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::FailsWith;
using ::testing::IsEmpty;

constexpr BagMode kModes[] = {
    BagMode::kSum, BagMode::kMean,      BagMode::kSqrtN, BagMode::kMax,
    BagMode::kMin, BagMode::kLogSumExp, BagMode::kFirst, BagMode::kLast};

// One problem: everything that a bag takes, in double where it is varied.
struct Problem {
  int64_t num_rows = 9;
  int64_t width = 3;
  std::vector<double> table;
  std::vector<Offset> splits;
  std::vector<int64_t> ids;
  std::vector<double> weights;  // empty: none
  std::vector<float> upstream;
  BagOptions options;

  int64_t num_bags() const { return static_cast<int64_t>(splits.size()) - 1; }
};

std::vector<float> ToFloats(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

double RandomValue(testing::Random& random) {
  // Exact in float, so that double and float start from the same.
  return static_cast<double>(
             static_cast<int64_t>(testing::Below(random, 1 << 20))) /
             (1 << 18) -
         2;
}

Problem RandomProblem(testing::Random& random, bool weighted) {
  Problem problem;
  problem.width = 1 + static_cast<int64_t>(testing::Below(random, 19));
  problem.table.resize(problem.num_rows * problem.width);
  for (double& item : problem.table) item = RandomValue(random);
  problem.splits = {0};
  for (int bag = 0; bag < 5; ++bag) {
    const int64_t size = static_cast<int64_t>(testing::Below(random, 5));
    problem.splits.push_back(problem.splits.back() + size);
    for (int64_t i = 0; i < size; ++i) {
      problem.ids.push_back(
          static_cast<int64_t>(testing::Below(random, problem.num_rows)));
      if (weighted) {
        // Not near 0: there mean and sqrtn are steep.
        const double weight = RandomValue(random);
        problem.weights.push_back(weight + (weight < 0 ? -0.5 : 2.5));
      }
    }
  }
  problem.upstream.resize(problem.num_bags() * problem.width);
  for (float& item : problem.upstream)
    item = static_cast<float>(RandomValue(random));
  return problem;
}

struct Entry {
  std::vector<double> row;
  double weight;
};

std::vector<double> ClippedRow(const Problem& problem, int64_t id) {
  const auto begin = problem.table.begin() + id * problem.width;
  std::vector<double> row(begin, begin + problem.width);
  if (!problem.options.max_norm.has_value()) return row;
  double square = 0;
  for (const double item : row) square += item * item;
  const double norm = std::sqrt(square);
  if (norm > *problem.options.max_norm)
    for (double& item : row) item *= *problem.options.max_norm / norm;
  return row;
}

std::vector<Entry> Entries(const Problem& problem, int64_t bag) {
  std::vector<Entry> entries;
  const BagOptions& options = problem.options;
  for (Offset i = problem.splits[bag]; i < problem.splits[bag + 1]; ++i) {
    int64_t id = problem.ids[i];
    const double weight = problem.weights.empty() ? 1 : problem.weights[i];
    if (options.padding_idx == id) continue;
    if (id >= 0 && id < problem.num_rows) {
      entries.push_back({ClippedRow(problem, id), weight});
    } else if (options.out_of_range == OutOfRangeIds::kZero) {
      entries.push_back({std::vector<double>(problem.width, 0), weight});
    } else if (options.out_of_range == OutOfRangeIds::kRow) {
      entries.push_back(
          {ClippedRow(problem, options.out_of_range_row), weight});
    }
  }
  if (entries.empty() && options.empty_row.has_value())
    entries.push_back({ClippedRow(problem, *options.empty_row), 1});
  return entries;
}

// The bag's result for one item, by the definition.
double Fold(const std::vector<Entry>& entries, BagMode mode, int64_t item) {
  if (entries.empty()) return 0;
  double sum = 0;
  double weights = 0;
  double squares = 0;
  double exps = 0;
  double most = -std::numeric_limits<double>::infinity();
  double least = -most;
  for (const Entry& entry : entries) {
    const double value = entry.weight * entry.row[item];
    sum += value;
    weights += entry.weight;
    squares += entry.weight * entry.weight;
    exps += std::exp(value);
    most = std::max(most, value);
    least = std::min(least, value);
  }
  switch (mode) {
    case BagMode::kSum:
      return sum;
    case BagMode::kMean:
      return weights == 0 ? 0 : sum / weights;
    case BagMode::kSqrtN:
      return squares == 0 ? 0 : sum / std::sqrt(squares);
    case BagMode::kMax:
      return most;
    case BagMode::kMin:
      return least;
    case BagMode::kLogSumExp:
      return std::log(exps);
    case BagMode::kFirst:
      return entries.front().weight * entries.front().row[item];
    case BagMode::kLast:
      return entries.back().weight * entries.back().row[item];
  }
  return 0;
}

double Loss(const Problem& problem) {
  double loss = 0;
  for (int64_t bag = 0; bag < problem.num_bags(); ++bag) {
    const std::vector<Entry> entries = Entries(problem, bag);
    for (int64_t item = 0; item < problem.width; ++item) {
      loss +=
          static_cast<double>(problem.upstream[bag * problem.width + item]) *
          Fold(entries, problem.options.mode, item);
    }
  }
  return loss;
}

// The slope of the loss where `value`, a number of the problem, is varied.
double Slope(Problem& problem, double& value) {
  const double kept = value;
  const double step = 1e-6;
  value = kept + step;
  const double above = Loss(problem);
  value = kept - step;
  const double below = Loss(problem);
  value = kept;
  return (above - below) / (2 * step);
}

EmbeddingTable TableOf(const Problem& problem) {
  return *EmbeddingTable::FromValues(
      Buffer<float>::Copy(ToFloats(problem.table)), problem.num_rows,
      problem.width);
}

Tensor IdsOf(const Problem& problem) {
  return *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>::Copy(problem.ids)),
      std::span<const Offset>(problem.splits));
}

Tensor WeightsOf(const Problem& problem) {
  return *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>::Copy(ToFloats(problem.weights))),
      std::span<const Offset>(problem.splits));
}

Tensor UpstreamOf(const Problem& problem) {
  return *Tensor::Dense(Buffer<float>::Copy(problem.upstream),
                        {problem.num_bags(), problem.width});
}

BagGradients Gradients(const Problem& problem, bool per_id,
                       int num_threads = 1) {
  const auto table = TableOf(problem);
  const Tensor ids = IdsOf(problem);
  const Tensor upstream = UpstreamOf(problem);
  BagGradientOptions options = {.bag = problem.options};
  options.bag.exec.num_threads = num_threads;
  if (problem.weights.empty()) {
    return per_id ? *EmbeddingBagGradientPerId(table, ids, upstream, options)
                  : *EmbeddingBagGradient(table, ids, upstream, options);
  }
  const Tensor weights = WeightsOf(problem);
  return per_id ? *EmbeddingBagGradientPerId(table, ids, weights, upstream,
                                             options)
                : *EmbeddingBagGradient(table, ids, weights, upstream, options);
}

void ExpectSlopes(Problem problem) {
  for (const bool per_id : {false, true}) {
    const BagGradients gradients = Gradients(problem, per_id);
    const Tensor dense = *ToDense(gradients.rows);
    for (size_t i = 0; i < problem.table.size(); ++i) {
      const double slope = Slope(problem, problem.table[i]);
      ASSERT_NEAR(dense.items<float>()[i], slope, 2e-5 * (std::abs(slope) + 10))
          << "row " << i / problem.width << ", item " << i % problem.width;
    }
    ASSERT_EQ(gradients.weights.size(), problem.weights.size());
    for (size_t i = 0; i < problem.weights.size(); ++i) {
      const double slope = Slope(problem, problem.weights[i]);
      ASSERT_NEAR(gradients.weights[i], slope, 2e-5 * (std::abs(slope) + 10))
          << "weight " << i;
    }
  }
}

class EveryMode : public ::testing::TestWithParam<BagMode> {};
INSTANTIATE_TEST_SUITE_P(BagGradient, EveryMode, ::testing::ValuesIn(kModes));

TEST_P(EveryMode, EqualsCentralDifferences) {
  testing::Random random(testing::Seed(61));
  for (int round = 0; round < 12; ++round) {
    Problem problem = RandomProblem(random, round % 2 == 1);
    problem.options.mode = GetParam();
    if (round % 3 == 1) problem.options.max_norm = 1.5f;
    ASSERT_NO_FATAL_FAILURE(ExpectSlopes(problem)) << "round " << round;
  }
}

TEST_P(EveryMode, EqualsCentralDifferencesWithIdsThatAreNoRows) {
  testing::Random random(testing::Seed(62));
  for (const OutOfRangeIds policy :
       {OutOfRangeIds::kSkip, OutOfRangeIds::kZero, OutOfRangeIds::kRow}) {
    for (int round = 0; round < 6; ++round) {
      Problem problem = RandomProblem(random, round % 2 == 1);
      problem.options.mode = GetParam();
      problem.options.out_of_range = policy;
      problem.options.out_of_range_row = 5;
      if (round % 3 > 0) problem.options.padding_idx = 2;
      if (round > 2) problem.options.empty_row = 7;
      for (size_t i = 0; i < problem.ids.size(); i += 3)
        problem.ids[i] = i % 2 == 0 ? -1 : 1'000;
      ASSERT_NO_FATAL_FAILURE(ExpectSlopes(problem)) << "round " << round;
    }
  }
}

// The fused sums take the same roundings in the same order.
TEST_P(EveryMode, SumsPerIdAreTheSumsOfTheSlicesForAnyNumberOfThreads) {
  testing::Random random(testing::Seed(63));
  for (const bool weighted : {false, true}) {
    Problem problem;
    problem.num_rows = 700;
    problem.width = 33;
    problem.options.mode = GetParam();
    problem.options.padding_idx = 3;
    problem.table.resize(problem.num_rows * problem.width);
    for (double& item : problem.table) item = RandomValue(random);
    problem.splits = {0};
    while (problem.ids.size() < 6'000) {
      const auto size = static_cast<int64_t>(testing::Below(random, 30));
      for (int64_t i = 0; i < size; ++i) {
        const uint64_t id = testing::Below(random, 700);
        problem.ids.push_back(static_cast<int64_t>(id % 3 == 0 ? id / 50 : id));
        if (weighted) problem.weights.push_back(RandomValue(random));
      }
      problem.splits.push_back(problem.splits.back() + size);
    }
    problem.upstream.resize(problem.num_bags() * problem.width);
    for (float& item : problem.upstream)
      item = static_cast<float>(RandomValue(random));
    const BagGradients slices = Gradients(problem, false);
    const IndexedSlices expected = *SumPerId(slices.rows);
    for (const int num_threads : {1, 2, 3}) {
      const BagGradients again = Gradients(problem, false, num_threads);
      EXPECT_EQ(std::memcmp(again.rows.values.data(), slices.rows.values.data(),
                            slices.rows.values.span().size_bytes()),
                0);
      const BagGradients sums = Gradients(problem, true, num_threads);
      ASSERT_THAT(sums.rows.indices, ElementsAreArray(expected.indices));
      EXPECT_EQ(std::memcmp(sums.rows.values.data(), expected.values.data(),
                            expected.values.span().size_bytes()),
                0);
      EXPECT_THAT(sums.weights, ElementsAreArray(slices.weights));
      EXPECT_THAT(again.weights, ElementsAreArray(slices.weights));
    }
  }
}

const EmbeddingTable& SmallTable() {
  static const auto* table = new EmbeddingTable(
      *EmbeddingTable::FromValues({1, 2, 3, 4, 3, 1, 0, 0}, 4, 2));
  return *table;
}

Tensor SmallIds() {
  return *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{0, 1, 2, 1, 2, 1}), {0, 4, 4, 6});
}

Tensor Ones() {
  return *Tensor::Dense(Buffer<float>{1, 1, 1, 1, 1, 1}, {3, 2});
}

// As tf.GradientTape gives for reduce_max over the gathered rows.
TEST(BagGradient, SharesTheGradientOfAMaximumAmongTies) {
  const auto gradients = *EmbeddingBagGradient(
      SmallTable(), SmallIds(), Ones(), {.bag = {.mode = BagMode::kMax}});
  const float third = 1.0f / 3;
  EXPECT_THAT(gradients.rows.indices, ElementsAre(0, 1, 2, 1, 2, 1));
  EXPECT_THAT(
      gradients.rows.values,
      ElementsAre(0, 0, third, 0.5f, third, 0, third, 0.5f, 0.5f, 0, 0.5f, 1));
  EXPECT_THAT(gradients.weights, IsEmpty());
}

// As torch's embedding_bag.
TEST(BagGradient, GivesTheGradientOfAMaximumToTheFirst) {
  const auto gradients = *EmbeddingBagGradient(
      SmallTable(), SmallIds(), Ones(),
      {.bag = {.mode = BagMode::kMax}, .ties = ExtremeTies::kFirst});
  EXPECT_THAT(gradients.rows.values,
              ElementsAre(0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1));
}

// As tf.nn.embedding_lookup_sparse with weights, combiners and max_norm.
TEST(BagGradient, EqualsTheGradientsOfLookupSparse) {
  const Tensor weights = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, -2, .5f, 1, 3, 1}), {0, 4, 4, 6});
  const auto near = [](std::vector<float> expected) {
    std::vector<::testing::Matcher<float>> matchers;
    for (const float value : expected)
      matchers.push_back(::testing::FloatNear(value, 2e-5f));
    return ElementsAreArray(matchers);
  };
  const auto sqrtn =
      *EmbeddingBagGradientPerId(SmallTable(), SmallIds(), weights, Ones(),
                                 {.bag = {.mode = BagMode::kSqrtN}});
  EXPECT_THAT(sqrtn.rows.indices, ElementsAre(0, 1, 2));
  EXPECT_THAT(sqrtn.rows.values, near({0.4f, 0.4f, -0.08377224f, -0.08377224f,
                                       1.1486833f, 1.1486833f}));
  EXPECT_THAT(sqrtn.weights, near({1.3280001f, 2.5440001f, 1.664f, 2.9280002f,
                                   -0.53758705f, 1.6127617f}));
  const auto clipped = *EmbeddingBagGradientPerId(
      SmallTable(), SmallIds(), weights, Ones(),
      {.bag = {.mode = BagMode::kMean, .max_norm = 2.5f}});
  EXPECT_THAT(clipped.rows.values,
              near({2, 2, -0.14f, 0.105f, -0.27669907f, 0.8300979f}));
  EXPECT_THAT(clipped.weights, near({1.6754451f, 2.675445f, 2.0000005f,
                                     2.675445f, -0.02110767f, 0.0633229f}));
}

TEST(BagGradient, OfAMeanWhoseWeightsSumTo0Is0) {
  const Tensor weights = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, -1, 2, -2, 3, -3}), {0, 4, 4, 6});
  const auto gradients =
      *EmbeddingBagGradient(SmallTable(), SmallIds(), weights, Ones());
  EXPECT_THAT(gradients.rows.values, ::testing::Each(0.0f));
  EXPECT_THAT(gradients.weights, ::testing::Each(0.0f));
}

TEST(BagGradient, TakesDenseIdsAndOtherRowFormats) {
  const auto half = *SmallTable().ConvertTo(RowFormat::kFloat16);
  const Tensor ids = *Tensor::Dense(Buffer<int32_t>{1, 0, 2, 2}, {2, 2});
  const Tensor upstream = *Tensor::Dense(Buffer<float>{1, 2, 3, 4}, {2, 2});
  const auto gradients = *EmbeddingBagGradient(
      half, ids, upstream, {.bag = {.mode = BagMode::kMax}});
  EXPECT_THAT(gradients.rows.indices, ElementsAre(1, 0, 2, 2));
  EXPECT_THAT(gradients.rows.values, ElementsAre(1, 2, 0, 0, 1.5f, 2, 1.5f, 2));
}

TEST(BagGradient, OfSkippedIdsIsNoSliceAndAWeightOf0) {
  const Tensor weights =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<float>{1, 1, 1}), {0, 2, 3});
  const Tensor ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{3, 9, -1}), {0, 2, 3});
  const auto gradients = *EmbeddingBagGradientPerId(
      SmallTable(), ids, weights,
      *Tensor::Dense(Buffer<float>{1, 2, 3, 4}, {2, 2}),
      {.bag = {.padding_idx = 3, .out_of_range = OutOfRangeIds::kSkip}});
  EXPECT_EQ(gradients.rows.num_slices(), 0);
  EXPECT_EQ(gradients.rows.width, 2);
  EXPECT_THAT(gradients.weights, ElementsAre(0, 0, 0));
}

TEST(BagGradient, SharesIdsThatStandAsTheyAre) {
  const Tensor ids = SmallIds();
  const auto gradients = *EmbeddingBagGradient(SmallTable(), ids, Ones());
  EXPECT_EQ(gradients.rows.indices.data(), ids.items<int64_t>().data());
}

TEST(BagGradient, ChecksItsArguments) {
  const auto& table = SmallTable();
  const Tensor ids = SmallIds();
  EXPECT_THAT(EmbeddingBagGradient(table, ids, ids),
              FailsWith(kInvalid, "upstream must be float32: int64"));
  EXPECT_THAT(
      EmbeddingBagGradient(table, ids, Tensor::Vector(Buffer<float>{1, 2})),
      FailsWith(kInvalid, "expected 3 * 2, got 2"));
  EXPECT_THAT(
      EmbeddingBagGradient(table, Ones(), Ones()),
      FailsWith(kInvalid, "indices must be int32 or int64, got float32"));
  EXPECT_THAT(EmbeddingBagGradient(table, Tensor::Scalar(int64_t{1}), Ones()),
              FailsWith(kInvalid, "rank 0"));
  EXPECT_THAT(EmbeddingBagGradient(table, ids, ids, Ones()),
              FailsWith(kInvalid, "weights must be float32: int64"));
  EXPECT_THAT(EmbeddingBagGradient(table, ids, Ones(), Ones()),
              FailsWith(kInvalid, "weights must have the shape of the ids"));
  const Tensor bad = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{0, 1, 2, 4, 2, 1}), {0, 1, 1, 6});
  EXPECT_THAT(
      EmbeddingBagGradient(table, bad, Ones()),
      FailsWith(absl::StatusCode::kOutOfRange, "[0, 4): bag 2, position 2: 4"));
}

TEST(BagGradient, ChecksItsOptions) {
  const auto fails = [](const BagOptions& options, const char* part) {
    EXPECT_THAT(EmbeddingBagGradientPerId(SmallTable(), SmallIds(), Ones(),
                                          {.bag = options}),
                FailsWith(kInvalid, part));
  };
  fails({.out_of_range = OutOfRangeIds::kRow, .out_of_range_row = 4},
        "out_of_range_row must be a row of the table, in [0, 4): 4");
  fails({.empty_row = -1}, "empty_row must be a row");
  fails({.max_norm = -1.0f}, "max_norm must not be negative: -1");
  fails({.max_norm = std::numeric_limits<float>::quiet_NaN()}, "nan");
}

TEST(BagGradient, TakesNoBagsAndEmptyTables) {
  const EmbeddingTable none;
  const Tensor ids = *Tensor::Dense(Buffer<int64_t>{}, {0, 3});
  for (const BagMode mode : kModes) {
    const auto gradients = *EmbeddingBagGradientPerId(
        none, ids, *Tensor::Dense(Buffer<float>{}, {0, 0}),
        {.bag = {.mode = mode}});
    EXPECT_EQ(gradients.rows.num_slices(), 0);
  }
}

TEST(BagGradient, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  BagGradientOptions options;
  options.bag.exec.cancellation = &token;
  EXPECT_THAT(EmbeddingBagGradient(SmallTable(), SmallIds(), Ones(), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(
      EmbeddingBagGradientPerId(SmallTable(), SmallIds(), Ones(), options),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
