#include "rowsplit/embedding/optimizer.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
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
using ::testing::FloatNear;
using ::testing::IsEmpty;

const std::vector<OptimizerOptions>& EveryOptions() {
  static const auto* all = new std::vector<OptimizerOptions>{
      SgdOptions{.learning_rate = 0.1f, .weight_decay = 0.01f},
      AdagradOptions{.learning_rate = 0.1f, .learning_rate_decay = 0.1f},
      AdagradOptions{
          .initial_sum = 0.1f, .epsilon = 1e-7f, .epsilon_inside = true},
      RowWiseAdagradOptions{.learning_rate = 0.1f, .weight_decay = 0.01f},
      AdamOptions{.learning_rate = 0.1f},
  };
  return *all;
}

EmbeddingVariable Variable(int64_t num_rows, int64_t width) {
  return *EmbeddingVariable::FromTable(
      *EmbeddingTable::Uniform(num_rows, width, {.limit = 1, .seed = 7}));
}

IndexedSlices RandomGradient(testing::Random& random, int64_t size,
                             int64_t num_rows, int64_t width) {
  BufferBuilder<int64_t> indices(static_cast<size_t>(size));
  for (int64_t& index : indices.span())
    index = static_cast<int64_t>(testing::Below(random, num_rows));
  BufferBuilder<float> values(static_cast<size_t>(size * width));
  for (float& value : values.span())
    value = static_cast<float>(testing::Below(random, 2'001)) / 1'000 - 1;
  return {std::move(indices).Build(), std::move(values).Build(), num_rows,
          width};
}

bool EqualBits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

TEST(EmbeddingOptimizer, SgdStepsAgainstTheGradient) {
  auto variable = *EmbeddingVariable::FromTable(
      *EmbeddingTable::FromValues({1, 2, 3, 4, 5, 6}, 3, 2));
  auto optimizer =
      *EmbeddingOptimizer::Create(SgdOptions{.learning_rate = 0.5f}, 3, 2);
  EXPECT_THAT(optimizer.state(), IsEmpty());
  ASSERT_TRUE(
      optimizer.Update(variable, {{2, 0, 2}, {2, 4, 1, 1, 2, 2}, 3, 2}).ok());
  EXPECT_THAT(variable.values(), ElementsAre(0.5f, 1.5f, 3, 4, 3, 3));
  optimizer.set_learning_rate(1);
  ASSERT_TRUE(optimizer.Update(variable, {{1}, {1, 1}, 3, 2}).ok());
  EXPECT_THAT(variable.row(1), ElementsAre(2, 3));
  EXPECT_EQ(optimizer.num_steps(), 2);
}

// As torch.optim gives from a weight of 1 and gradients 0.5, -2 and 0.25.
std::vector<float> Steps(const OptimizerOptions& options) {
  auto variable =
      *EmbeddingVariable::FromTable(*EmbeddingTable::FromValues({9, 1}, 2, 1));
  auto optimizer = *EmbeddingOptimizer::Create(options, 2, 1);
  std::vector<float> weights;
  for (const float gradient : {0.5f, -2.0f, 0.25f}) {
    EXPECT_TRUE(optimizer.Update(variable, {{1}, {gradient}, 2, 1}).ok());
    weights.push_back(variable.values()[1]);
  }
  EXPECT_EQ(variable.values()[0], 9);
  return weights;
}

// The formulas of the header in double, and one number a time.
TEST(EmbeddingOptimizer, FollowsItsFormulas) {
  std::vector<double> sgd;
  std::vector<double> adagrad;
  std::vector<double> inside;
  std::vector<double> adam;
  double x[4] = {1, 1, 1, 1};
  double s = 0.25;
  double t = 0.1;
  double m = 0;
  double v = 0;
  int step = 0;
  for (const double gradient : {0.5, -2.0, 0.25}) {
    ++step;
    x[0] -= 0.1 * (gradient + 0.5 * x[0]);
    sgd.push_back(x[0]);
    s += gradient * gradient;
    x[1] -= 0.1 / (1 + (step - 1) * 0.5) * gradient / (std::sqrt(s) + 0.125);
    adagrad.push_back(x[1]);
    t += gradient * gradient;
    x[2] -= 0.1 * gradient / std::sqrt(t + 0.125);
    inside.push_back(x[2]);
    m += 0.25 * (gradient - m);
    v += 0.125 * (gradient * gradient - v);
    x[3] -= 0.1 * std::sqrt(1 - std::pow(0.875, step)) /
            (1 - std::pow(0.75, step)) * m / (std::sqrt(v) + 0.0625);
    adam.push_back(x[3]);
  }
  const auto near = [](const std::vector<double>& expected) {
    std::vector<::testing::Matcher<float>> matchers;
    for (const double value : expected)
      matchers.push_back(FloatNear(static_cast<float>(value), 1e-6f));
    return ElementsAreArray(matchers);
  };
  EXPECT_THAT(Steps(SgdOptions{.learning_rate = 0.1f, .weight_decay = 0.5f}),
              near(sgd));
  EXPECT_THAT(Steps(AdagradOptions{.learning_rate = 0.1f,
                                   .learning_rate_decay = 0.5f,
                                   .initial_sum = 0.25f,
                                   .epsilon = 0.125f}),
              near(adagrad));
  EXPECT_THAT(Steps(AdagradOptions{.learning_rate = 0.1f,
                                   .initial_sum = 0.1f,
                                   .epsilon = 0.125f,
                                   .epsilon_inside = true}),
              near(inside));
  EXPECT_THAT(Steps(AdamOptions{.learning_rate = 0.1f,
                                .beta1 = 0.75f,
                                .beta2 = 0.875f,
                                .epsilon = 0.0625f}),
              near(adam));
}

TEST(EmbeddingOptimizer, RowWiseAdagradKeepsOneSumARow) {
  auto variable = *EmbeddingVariable::FromTable(
      *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2));
  auto optimizer = *EmbeddingOptimizer::Create(
      RowWiseAdagradOptions{.learning_rate = 1, .epsilon = 0}, 2, 2);
  ASSERT_TRUE(optimizer.Update(variable, {{1}, {1, 7}, 2, 2}).ok());
  ASSERT_EQ(optimizer.state().size(), 1u);
  EXPECT_EQ(optimizer.state()[0].name, "sum");
  EXPECT_EQ(optimizer.state()[0].width, 1);
  EXPECT_THAT(optimizer.state()[0].values.span(), ElementsAre(0, 25));
  EXPECT_THAT(variable.values(), ElementsAre(1, 2, FloatNear(3 - 0.2f, 1e-6f),
                                             FloatNear(4 - 1.4f, 1e-6f)));
}

TEST(EmbeddingOptimizer, LeavesRowsAloneThatHaveNoGradient) {
  testing::Random random(testing::Seed(71));
  for (const OptimizerOptions& options : EveryOptions()) {
    auto variable = Variable(50, 19);
    const auto before = Variable(50, 19);
    auto optimizer = *EmbeddingOptimizer::Create(options, 50, 19);
    for (int step = 0; step < 3; ++step) {
      auto gradient = RandomGradient(random, 40, 25, 19);
      gradient.num_rows = 50;
      ASSERT_TRUE(optimizer.Update(variable, gradient).ok());
    }
    for (int64_t row = 25; row < 50; ++row)
      ASSERT_TRUE(EqualBits(variable.row(row), before.row(row)));
    EXPECT_FALSE(EqualBits(variable.values(), before.values()));
  }
}

TEST(EmbeddingOptimizer, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const OptimizerOptions& options : EveryOptions()) {
    std::vector<EmbeddingVariable> variables;
    std::vector<EmbeddingOptimizer> optimizers;
    for (const int num_threads : {1, 2, 3}) {
      testing::Random random(testing::Seed(72));
      variables.push_back(Variable(900, 20));
      optimizers.push_back(*EmbeddingOptimizer::Create(options, 900, 20));
      for (int step = 0; step < 3; ++step) {
        ASSERT_TRUE(optimizers.back()
                        .Update(variables.back(),
                                RandomGradient(random, 10'000, 900, 20),
                                {.num_threads = num_threads})
                        .ok());
      }
      EXPECT_TRUE(
          EqualBits(variables.back().values(), variables.front().values()));
      for (size_t i = 0; i < optimizers.back().state().size(); ++i) {
        EXPECT_TRUE(EqualBits(optimizers.back().state()[i].values.span(),
                              optimizers.front().state()[i].values.span()));
      }
    }
  }
}

struct Bags {
  explicit Bags(testing::Random& random) {
    BufferBuilder<int64_t> flat(3'000);
    for (int64_t& id : flat.span())
      id = static_cast<int64_t>(testing::Below(random, 300));
    BufferBuilder<float> factors(3'000);
    for (float& weight : factors.span())
      weight = static_cast<float>(testing::Below(random, 100)) / 50 + 0.5f;
    BufferBuilder<float> values(size_t{600} * 18);
    for (float& value : values.span())
      value = static_cast<float>(testing::Below(random, 1'000)) / 1'000;
    ids = *Tensor::Dense(std::move(flat).Build(), {600, 5});
    weights = *Tensor::Dense(std::move(factors).Build(), {600, 5});
    upstream = *Tensor::Dense(std::move(values).Build(), {600, 18});
  }
  Tensor ids;
  Tensor weights;
  Tensor upstream;
};

TEST(EmbeddingOptimizer, UpdatesFromBagsAsFromTheirGradient) {
  testing::Random random(testing::Seed(73));
  const Bags bags(random);
  for (const BagMode mode : {BagMode::kSum, BagMode::kMean, BagMode::kSqrtN,
                             BagMode::kMax, BagMode::kLogSumExp}) {
    BagGradientOptions bag_options;
    bag_options.bag.mode = mode;
    bag_options.bag.padding_idx = 4;
    for (const OptimizerOptions& options : EveryOptions()) {
      auto expected = Variable(300, 18);
      auto fused = Variable(300, 18);
      auto one = *EmbeddingOptimizer::Create(options, 300, 18);
      auto other = *EmbeddingOptimizer::Create(options, 300, 18);
      for (const int num_threads : {1, 2}) {
        bag_options.bag.exec.num_threads = num_threads;
        const auto gradient =
            *EmbeddingBagGradient(expected.table(), bags.ids, bags.weights,
                                  bags.upstream, bag_options);
        ASSERT_TRUE(one.Update(expected, gradient.rows).ok());
        const auto weights = other.UpdateBags(fused, bags.ids, bags.weights,
                                              bags.upstream, bag_options);
        ASSERT_TRUE(weights.ok());
        EXPECT_THAT(*weights, ElementsAreArray(gradient.weights));
        ASSERT_TRUE(EqualBits(fused.values(), expected.values()));
      }
    }
  }
}

TEST(EmbeddingOptimizer, LearnsWithAMaxNorm) {
  testing::Random random(testing::Seed(74));
  const Bags bags(random);
  BagGradientOptions options;
  options.bag.max_norm = 1;
  auto expected = Variable(300, 18);
  auto fused = Variable(300, 18);
  auto one = *EmbeddingOptimizer::Create(SgdOptions{}, 300, 18);
  auto other = *EmbeddingOptimizer::Create(SgdOptions{}, 300, 18);
  const auto gradient = *EmbeddingBagGradientPerId(expected.table(), bags.ids,
                                                   bags.upstream, options);
  ASSERT_TRUE(one.Update(expected, gradient.rows).ok());
  ASSERT_TRUE(other.UpdateBags(fused, bags.ids, bags.upstream, options).ok());
  EXPECT_TRUE(EqualBits(fused.values(), expected.values()));
}

TEST(EmbeddingOptimizer, GoesOnFromItsState) {
  testing::Random random(testing::Seed(75));
  const AdamOptions options = {.learning_rate = 0.1f};
  auto variable = Variable(30, 4);
  auto optimizer = *EmbeddingOptimizer::Create(options, 30, 4);
  ASSERT_TRUE(
      optimizer.Update(variable, RandomGradient(random, 20, 30, 4)).ok());
  auto other_variable = *EmbeddingVariable::FromTable(variable.table());
  auto other = *EmbeddingOptimizer::Create(options, 30, 4);
  other.set_num_steps(optimizer.num_steps());
  for (size_t i = 0; i < optimizer.state().size(); ++i) {
    const auto from = optimizer.state()[i].values.span();
    std::copy(from.begin(), from.end(), other.state()[i].values.data());
  }
  const auto gradient = RandomGradient(random, 20, 30, 4);
  ASSERT_TRUE(optimizer.Update(variable, gradient).ok());
  ASSERT_TRUE(other.Update(other_variable, gradient).ok());
  EXPECT_TRUE(EqualBits(other_variable.values(), variable.values()));
}

TEST(EmbeddingOptimizer, ChecksItsOptions) {
  const auto fails = [](const OptimizerOptions& options, const char* part) {
    EXPECT_THAT(EmbeddingOptimizer::Create(options, 2, 2),
                FailsWith(kInvalid, part));
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  fails(SgdOptions{.learning_rate = -1}, "learning_rate must be finite");
  fails(SgdOptions{.learning_rate = nan}, "nan");
  fails(SgdOptions{.weight_decay = -2}, "weight_decay");
  fails(AdagradOptions{.learning_rate_decay = -1}, "learning_rate_decay");
  fails(AdagradOptions{.initial_sum = -1}, "initial_sum");
  fails(AdagradOptions{.epsilon = -1}, "epsilon");
  fails(RowWiseAdagradOptions{.learning_rate = -1}, "learning_rate");
  fails(RowWiseAdagradOptions{.initial_sum = -1}, "initial_sum");
  fails(RowWiseAdagradOptions{.epsilon = nan}, "epsilon");
  fails(AdamOptions{.beta1 = 1}, "beta1 must be in [0, 1): 1");
  fails(AdamOptions{.beta2 = -0.5f}, "beta2 must be in [0, 1)");
  fails(AdamOptions{.epsilon = -1}, "epsilon");
  EXPECT_THAT(EmbeddingOptimizer::Create(SgdOptions{}, -1, 2),
              FailsWith(kInvalid, "num_rows=-1"));
  EXPECT_THAT(
      EmbeddingOptimizer::Create(AdamOptions{},
                                 std::numeric_limits<int64_t>::max() / 2, 16),
      FailsWith(absl::StatusCode::kResourceExhausted, "does not fit 64 bits"));
}

TEST(EmbeddingOptimizer, ChecksItsArgumentsBeforeItChangesAnything) {
  auto variable = Variable(3, 2);
  const auto before = Variable(3, 2);
  auto optimizer = *EmbeddingOptimizer::Create(SgdOptions{}, 3, 2);
  EXPECT_THAT(optimizer.Update(variable, {{0}, {1, 1}, 4, 2}),
              FailsWith(kInvalid,
                        "the gradient must be of 3 rows of 2 items: "
                        "got 4 of 2"));
  EXPECT_THAT(optimizer.Update(variable, {{0}, {1}, 3, 2}),
              FailsWith(kInvalid, "1 * 2, got 1"));
  EXPECT_THAT(optimizer.Update(variable, {{0, 3}, {1, 1, 1, 1}, 3, 2}),
              FailsWith(absl::StatusCode::kOutOfRange, "indices[1]=3"));
  auto other = Variable(3, 3);
  EXPECT_THAT(optimizer.Update(other, {{0}, {1, 1}, 3, 2}),
              FailsWith(kInvalid, "the variable must be of 3 rows"));
  const Tensor ids = *Tensor::Dense(Buffer<int64_t>{0, 5}, {1, 2});
  const Tensor upstream = *Tensor::Dense(Buffer<float>{1, 1}, {1, 2});
  EXPECT_THAT(optimizer.UpdateBags(variable, ids, upstream),
              FailsWith(absl::StatusCode::kOutOfRange, "bag 0, position 1: 5"));
  EXPECT_THAT(optimizer.UpdateBags(other, ids, upstream),
              FailsWith(kInvalid, "the variable must be of 3 rows"));
  EXPECT_EQ(optimizer.num_steps(), 0);
  EXPECT_TRUE(EqualBits(variable.values(), before.values()));
}

TEST(EmbeddingOptimizer, TakesEmptyTables) {
  for (const OptimizerOptions& options : EveryOptions()) {
    EmbeddingVariable variable;
    auto optimizer = *EmbeddingOptimizer::Create(options, 0, 0);
    EXPECT_TRUE(optimizer.Update(variable, {{}, {}, 0, 0}).ok());
    auto rows = Variable(4, 0);
    auto flat = *EmbeddingOptimizer::Create(options, 4, 0);
    EXPECT_TRUE(flat.Update(rows, {{3, 1}, {}, 4, 0}).ok());
  }
}

}  // namespace
}  // namespace rowsplit
