#include "rowsplit/embedding/bag_jacobian.h"

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::FailsWith;

constexpr int64_t kWidth = 5;

Tensor JacobianIds() {
  return *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{2, 0, 9, 3, 1, 1}), {0, 3, 3, 4, 6});
}

// Row i of the matrices times upstream must be what the gradient gives for an
// upstream of that item alone.
TEST(BagJacobian, HasTheGradientsOfSingleItemsAsRows) {
  const auto table = *EmbeddingTable::Uniform(4, kWidth, {.limit = 2});
  const Tensor ids = JacobianIds();
  const Tensor weights = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, -2, 3, .5f, 2, 1}), {0, 3, 3, 4, 6});
  for (int mode = 0; mode < 8; ++mode) {
    for (const bool clips : {false, true}) {
      for (const auto policy : {OutOfRangeIds::kSkip, OutOfRangeIds::kZero}) {
        BagJacobianOptions options;
        options.gradient.bag.mode = static_cast<BagMode>(mode);
        options.gradient.bag.out_of_range = policy;
        if (clips) options.gradient.bag.max_norm = 1.5f;
        const Tensor jacobian =
            *EmbeddingBagJacobian(table, ids, weights, options);
        ASSERT_THAT(jacobian.flat_shape(), ElementsAre(6, kWidth, kWidth));
        const auto matrices = jacobian.items<float>();
        for (int64_t item = 0; item < kWidth; ++item) {
          std::vector<float> upstream(4 * kWidth, 0.0f);
          for (int64_t bag = 0; bag < 4; ++bag)
            upstream[bag * kWidth + item] = 1;
          const auto gradient = *EmbeddingBagGradient(
              table, ids, weights,
              *Tensor::Dense(Buffer<float>::Copy(upstream), {4, kWidth}),
              options.gradient);
          ASSERT_EQ(gradient.rows.num_slices(), 5);
          for (int64_t slice = 0; slice < 5; ++slice) {
            const int64_t place = slice < 2 ? slice : slice + 1;
            for (int64_t j = 0; j < kWidth; ++j) {
              ASSERT_NEAR(matrices[(place * kWidth + item) * kWidth + j],
                          gradient.rows.slice(slice)[j], 1e-5)
                  << mode;
            }
          }
        }
        // The id out of range.
        for (int64_t j = 0; j < kWidth * kWidth; ++j)
          ASSERT_EQ(matrices[2 * kWidth * kWidth + j], 0);
      }
    }
  }
}

TEST(BagJacobian, GivesTheDiagonalAlone) {
  const auto table = *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2);
  const Tensor ids = *Tensor::Dense(Buffer<int32_t>{1, 0}, {1, 2});
  const auto diagonal =
      *EmbeddingBagJacobian(table, ids, {.form = JacobianForm::kDiagonal});
  EXPECT_THAT(diagonal.flat_shape(), ElementsAre(1, 2, 2));
  EXPECT_THAT(diagonal.items<float>(), ElementsAre(0.5f, 0.5f, 0.5f, 0.5f));
  const auto full = *EmbeddingBagJacobian(table, ids);
  EXPECT_THAT(full.flat_shape(), ElementsAre(1, 2, 2, 2));
  EXPECT_THAT(full.items<float>(),
              ElementsAre(0.5f, 0, 0, 0.5f, 0.5f, 0, 0, 0.5f));
}

TEST(BagJacobian, DoesNotDependOnTheNumberOfThreads) {
  testing::Random random(testing::Seed(91));
  const auto table = *EmbeddingTable::Uniform(100, 20, {.limit = 1});
  BufferBuilder<int64_t> flat(1'000);
  for (int64_t& id : flat.span())
    id = static_cast<int64_t>(testing::Below(random, 100));
  const Tensor ids = *Tensor::Dense(std::move(flat).Build(), {100, 10});
  BagJacobianOptions options;
  options.gradient.bag.mode = BagMode::kLogSumExp;
  options.gradient.bag.max_norm = 1;
  options.gradient.bag.exec.num_threads = 1;
  const Tensor single = *EmbeddingBagJacobian(table, ids, options);
  options.gradient.bag.exec.num_threads = 3;
  EXPECT_TRUE(*EmbeddingBagJacobian(table, ids, options) == single);
}

TEST(BagJacobian, ChecksItsArguments) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const auto table = *EmbeddingTable::Uniform(4, kWidth);
  BagJacobianOptions options = {.form = JacobianForm::kDiagonal};
  options.gradient.bag.max_norm = 1;
  EXPECT_THAT(EmbeddingBagJacobian(table, JacobianIds(), options),
              FailsWith(kInvalid, "not diagonal with a max_norm"));
  EXPECT_THAT(EmbeddingBagJacobian(table, JacobianIds()),
              FailsWith(absl::StatusCode::kOutOfRange, "position 2: 9"));
  EXPECT_THAT(EmbeddingBagJacobian(table, Tensor::Scalar(int64_t{1})),
              FailsWith(kInvalid, "rank 0"));
}

}  // namespace
}  // namespace rowsplit
