#include "rowsplit/ops/mask_language_model.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/philox.h"
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

Tensor Rows(Buffer<int32_t> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(values), splits);
}

TEST(MaskLanguageModel, MasksTheSelectedItems) {
  const Tensor ids = Rows({1, 7, 2, 7, 1}, {0, 0, 2, 5});
  const ItemSelectorOptions first = {.selection = ItemSelection::kFirst,
                                     .num_to_select = {2}};
  const MaskValuesOptions always = {
      .mask_token = 99, .mask_token_rate = 1, .random_token_rate = 0};
  const auto result = MaskLanguageModel(ids, first, always);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(*result->masked_input.As<int32_t>(),
              RaggedIs({{}, {99, 99}, {99, 99, 1}}));
  EXPECT_THAT(*result->masked.positions.As<int64_t>(),
              RaggedIs({{}, {0, 1}, {0, 1}}));
  EXPECT_THAT(*result->masked.ids.As<int32_t>(),
              RaggedIs({{}, {1, 7}, {2, 7}}));
}

TEST(MaskLanguageModel, MergesWords) {
  const Tensor words = *Tensor::FromRowSplits(
      Rows({11, 10, 8, 7, 2}, {0, 2, 2, 3, 5}), {0, 2, 4});
  const ItemSelectorOptions last = {.selection = ItemSelection::kLast,
                                    .num_to_select = {1}};
  const auto result = MaskLanguageModel(
      words, last,
      {.mask_token = -1, .mask_token_rate = 1, .random_token_rate = 0});
  ASSERT_TRUE(result.ok()) << result.status();
  // The word without a token was the last one of the first row.
  EXPECT_THAT(*result->masked_input.As<int32_t>(),
              RaggedIs({{11, 10}, {8, -1, -1}}));
  EXPECT_THAT(*result->masked.positions.As<int64_t>(), RaggedIs({{}, {1, 2}}));
}

TEST(MaskValues, FollowTheFormula) {
  const Tensor ids = Rows({5, 6, 7, 8, 9, 10, 11, 12}, {0, 3, 8});
  const MaskValuesOptions options = {.vocab_size = 1'000'000,
                                     .mask_token = 3,
                                     .mask_token_rate = 0.4,
                                     .random_token_rate = 0.3,
                                     .seed = 12,
                                     .stream = 34};
  const Tensor values = *ChooseMaskValues(ids, options);
  for (uint64_t i = 0; i < 8; ++i) {
    const auto words = internal::PhiloxBits(12, 34, i);
    const double u = std::floor(words[0] / 256.0) / 0x1p24;
    const int32_t id = ids.items<int32_t>()[i];
    const auto chance =
        static_cast<int32_t>(internal::BelowEnd(words[1], words[2], 1'000'000));
    EXPECT_EQ(values.items<int32_t>()[i], u < 0.4 ? 3 : u < 0.7 ? chance : id);
  }
}

TEST(MaskValues, AreDistributedAsTheRatesSay) {
  constexpr int64_t kIds = 100'000;
  const Tensor ids = *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(10, kIds / 10),
      Tensor::Vector(Buffer<int64_t>::Copy(std::vector<int64_t>(kIds, -7))));
  MaskValuesOptions options = {.vocab_size = 10,
                               .mask_token = 77,
                               .mask_token_rate = 0.8,
                               .random_token_rate = 0.1,
                               .seed = 3,
                               .exec = {.num_threads = 1}};
  const Tensor values = *ChooseMaskValues(ids, options);
  int masked = 0;
  int kept = 0;
  std::vector<int> chosen(10, 0);
  for (const int64_t value : values.items<int64_t>()) {
    masked += value == 77;
    kept += value == -7;
    if (value >= 0 && value < 10) ++chosen[value];
  }
  // Within 5 standard deviations.
  EXPECT_NEAR(masked, 80'000, 5 * 127);
  EXPECT_NEAR(kept, 10'000, 5 * 95);
  for (const int count : chosen) EXPECT_NEAR(count, 1'000, 5 * 32);
  options.exec.num_threads = 4;
  EXPECT_EQ(*ChooseMaskValues(ids, options), values);
  options.stream = 1;
  EXPECT_NE(*ChooseMaskValues(ids, options), values);
  options.stream = 0;
  options.seed = 4;
  EXPECT_NE(*ChooseMaskValues(ids, options), values);
}

TEST(MaskValues, NamesWhatDoesNotFit) {
  const Tensor ids = Rows({1}, {0, 1});
  const auto choose = [&](const MaskValuesOptions& options) {
    return ChooseMaskValues(ids, options);
  };
  EXPECT_THAT(
      choose(
          {.vocab_size = 5, .mask_token_rate = 0.9, .random_token_rate = 0.2}),
      FailsWith(kInvalid, "must be <= 1"));
  EXPECT_THAT(choose({.mask_token_rate = -0.1, .random_token_rate = 0}),
              FailsWith(kInvalid, "-0.1"));
  EXPECT_THAT(choose({}), FailsWith(kInvalid, "vocab_size must be positive"));
  EXPECT_THAT(choose({.vocab_size = (1LL << 31) + 1}),
              FailsWith(kInvalid, "fit int32"));
  EXPECT_THAT(choose({.vocab_size = 5, .mask_token = 1LL << 31}),
              FailsWith(kInvalid, "mask_token must fit int32"));
  EXPECT_THAT(ChooseMaskValues(*Tensor::FromRowSplits(
                                   Tensor::Vector(Buffer<float>{1}), {0, 1}),
                               {.vocab_size = 5}),
              FailsWith(kInvalid, "got float32"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(choose({.vocab_size = 5, .exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

TEST(SelectedItems, AreTakenAndPutBack) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int ragged_rank = 1; ragged_rank <= 3; ++ragged_rank) {
    const Tensor input =
        testing::RandomTensor(random, DType::kInt64, {}, ragged_rank, 5);
    for (int axis = 1; axis <= ragged_rank; ++axis) {
      const Tensor mask =
          *SelectItems(input, {.selection = ItemSelection::kRandom,
                               .selection_rate = 0.5,
                               .axis = axis});
      const auto taken = TakeSelected(input, mask);
      ASSERT_TRUE(taken.ok()) << taken.status();
      const Tensor back = *PutAtPositions(input, taken->positions, taken->ids);
      EXPECT_EQ(back.flat_values(), input.flat_values());
      EXPECT_EQ(back.ragged_rank(), 1);
    }
  }
}

TEST(SelectedItems, NamesWhatDoesNotFit) {
  const Tensor input = Rows({1, 2}, {0, 2});
  const auto positions = [](int64_t position) {
    return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{position}),
                                  {0, 1});
  };
  const Tensor value = Rows({9}, {0, 1});
  EXPECT_THAT(PutAtPositions(input, positions(2), value),
              FailsWith(kInvalid, "2 in row 0 of 2 items"));
  EXPECT_THAT(PutAtPositions(input, positions(-1), value),
              FailsWith(kInvalid, "-1 in row 0"));
  EXPECT_THAT(PutAtPositions(input, positions(0), input),
              FailsWith(kInvalid, "the same rows"));
  EXPECT_THAT(PutAtPositions(input, positions(0), positions(0)),
              FailsWith(kInvalid, "got int64"));
  EXPECT_THAT(TakeSelected(input.flat_values(), positions(0)),
              FailsWith(kInvalid, "must be ragged"));
  EXPECT_THAT(TakeSelected(input, Tensor::Vector(Buffer<bool>{true})),
              FailsWith(kInvalid, "a bool for each item"));
}

}  // namespace
}  // namespace rowsplit
