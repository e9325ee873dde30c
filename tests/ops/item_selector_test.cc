#include "rowsplit/ops/item_selector.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
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

Tensor SmallIds(testing::Random& random, const std::vector<int64_t>& lengths) {
  const RowPartition rows = *RowPartition::FromRowLengths(lengths);
  BufferBuilder<int64_t> ids(static_cast<size_t>(rows.num_values()));
  for (int64_t& id : ids.span())
    id = static_cast<int64_t>(testing::Below(random, 6));
  return *Tensor::FromPartition(rows, Tensor::Vector(std::move(ids).Build()));
}

// The plainest form: the places of selectable items, in the order of taking.
std::vector<int64_t> TakenPlaces(const std::vector<int64_t>& row,
                                 int64_t first_item,
                                 const ItemSelectorOptions& options) {
  std::vector<int64_t> places;
  for (size_t i = 0; i < row.size(); ++i) {
    if (std::count(options.unselectable_ids.begin(),
                   options.unselectable_ids.end(), row[i]) == 0)
      places.push_back(static_cast<int64_t>(i));
  }
  auto count = static_cast<int64_t>(places.size());
  if (options.selection == ItemSelection::kNone) count = 0;
  if (options.selection == ItemSelection::kFirst)
    count = std::min(count, options.num_to_select[0]);
  if (options.selection == ItemSelection::kLast) {
    std::reverse(places.begin(), places.end());
    count = std::min(count, options.num_to_select[0]);
  }
  if (options.selection == ItemSelection::kRandom) {
    std::sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
      const auto key = [&](int64_t place) {
        const auto words =
            internal::PhiloxBits(options.seed, options.stream,
                                 static_cast<uint64_t>(first_item + place));
        return uint64_t{words[0]} << 32 | words[1];
      };
      return key(a) < key(b);
    });
    count = std::min({count, options.max_selections,
                      static_cast<int64_t>(std::ceil(
                          static_cast<float>(count) *
                          static_cast<float>(options.selection_rate)))});
  }
  places.resize(static_cast<size_t>(count));
  return places;
}

TEST(ItemSelector, EqualsTheReferenceForAllSelections) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor ids = SmallIds(random, {0, 5, 1, 9, 0, 20, 3});
  const auto rows = testing::ToRows(*ids.As<int64_t>());
  for (const ItemSelection selection :
       {ItemSelection::kAll, ItemSelection::kFirst, ItemSelection::kLast,
        ItemSelection::kRandom, ItemSelection::kNone}) {
    for (const std::vector<int64_t>& unselectable :
         {std::vector<int64_t>{}, {2}, {0, 5, 77}}) {
      for (const int64_t number : {0, 1, 3, 100}) {
        const ItemSelectorOptions options = {.selection = selection,
                                             .unselectable_ids = unselectable,
                                             .num_to_select = {number},
                                             .selection_rate = 0.3,
                                             .max_selections = number,
                                             .seed = 5,
                                             .stream = 2};
        const auto mask = SelectItems(ids, options);
        ASSERT_TRUE(mask.ok()) << mask.status();
        std::vector<std::vector<bool>> expected;
        int64_t first_item = 0;
        for (const auto& row : rows) {
          expected.emplace_back(row.size(), false);
          for (const int64_t place : TakenPlaces(row, first_item, options))
            expected.back()[place] = true;
          first_item += static_cast<int64_t>(row.size());
        }
        EXPECT_EQ(testing::ToRows(*mask->As<bool>()), expected);
      }
    }
  }
}

TEST(ItemSelector, SelectableIsWhatMayBeTaken) {
  const Tensor ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 7, 2, 7, 1}), {0, 2, 5});
  const ItemSelectorOptions random = {.selection = ItemSelection::kRandom,
                                      .unselectable_ids = {7},
                                      .selection_rate = 0.0};
  EXPECT_THAT(*SelectableItems(ids, random)->As<bool>(),
              RaggedIs({{true, false}, {true, false, true}}));
  const ItemSelectorOptions last = {.selection = ItemSelection::kLast,
                                    .num_to_select = {0, 1}};
  EXPECT_THAT(*SelectableItems(ids, last)->As<bool>(),
              RaggedIs({{false, false}, {false, false, true}}));
}

TEST(ItemSelector, SelectsWholeWords) {
  // Words {{1, 7}, {}, {2}} and {{3}}.
  const Tensor words = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 7, 2, 3}),
                             {0, 2, 2, 3, 4}),
      {0, 3, 4});
  EXPECT_THAT(*SelectItems(words, {.unselectable_ids = {7}})->As<bool>(),
              RaggedIs({{false, true, true}, {true}}));
  // The word without a token is one of the two, and true anyway.
  const ItemSelectorOptions first = {.selection = ItemSelection::kFirst,
                                     .num_to_select = {2}};
  EXPECT_THAT(*SelectItems(words, first)->As<bool>(),
              RaggedIs({{true, true, false}, {true}}));
  const ItemSelectorOptions none = {.selection = ItemSelection::kNone};
  EXPECT_THAT(*SelectItems(words, none)->As<bool>(),
              RaggedIs({{false, true, false}, {false}}));
  // The innermost axis counts tokens within the outermost rows.
  ItemSelectorOptions tokens = first;
  tokens.axis = -1;
  EXPECT_THAT(*SelectItems(words, tokens)->As<bool>(),
              RaggedIs({{true, true}, {}, {false}, {true}}));
}

TEST(ItemSelector, RandomSelectionsAreEvenAndIndependentOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor ids = SmallIds(random, std::vector<int64_t>(20'000, 4));
  ItemSelectorOptions options = {.selection = ItemSelection::kRandom,
                                 .selection_rate = 0.25,
                                 .seed = random_seed,
                                 .exec = {.num_threads = 1}};
  const Tensor one = *SelectItems(ids, options);
  options.exec.num_threads = 4;
  EXPECT_EQ(*SelectItems(ids, options), one);
  std::vector<int> taken(4, 0);
  const auto items = one.items<bool>();
  for (size_t i = 0; i < items.size(); ++i) taken[i % 4] += items[i] ? 1 : 0;
  // One of four in each row; each place within 5 standard deviations.
  EXPECT_EQ(taken[0] + taken[1] + taken[2] + taken[3], 20'000);
  for (const int count : taken) EXPECT_NEAR(count, 5'000, 5 * 62);
  options.stream = 1;
  EXPECT_NE(*SelectItems(ids, options), one);
}

TEST(ItemSelector, AnInfiniteRateTakesAllThereIs) {
  const Tensor ids =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2}), {0, 0, 2});
  const auto mask = SelectItems(
      ids, {.selection = ItemSelection::kRandom,
            .unselectable_ids = {1},
            .selection_rate = std::numeric_limits<double>::infinity()});
  EXPECT_THAT(mask->items<bool>(), ::testing::ElementsAre(false, true));
}

TEST(ItemSelector, NamesWhatDoesNotFit) {
  const Tensor ids =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2}), {0, 1, 2});
  const auto select = [&](const ItemSelectorOptions& options) {
    return SelectItems(ids, options);
  };
  using enum ItemSelection;
  EXPECT_THAT(select({.selection = kFirst}), FailsWith(kInvalid, "0 numbers"));
  EXPECT_THAT(select({.selection = kLast, .num_to_select = {1, 2, 3}}),
              FailsWith(kInvalid, "3 numbers for 2 rows"));
  EXPECT_THAT(select({.selection = kLast, .num_to_select = {1, -2}}),
              FailsWith(kInvalid, "num_to_select[1]=-2"));
  EXPECT_THAT(select({.selection = kRandom, .selection_rate = -0.5}),
              FailsWith(kInvalid, "-0.5"));
  EXPECT_THAT(
      select({.selection = kRandom,
              .selection_rate = std::numeric_limits<double>::quiet_NaN()}),
      FailsWith(kInvalid, "selection_rate"));
  EXPECT_THAT(select({.selection = kRandom, .max_selections = -1}),
              FailsWith(kInvalid, "-1"));
  EXPECT_THAT(select({.axis = 2}), FailsWith(kInvalid, "axis=2"));
  const Tensor words =
      *Tensor::FromRowSplits(Tensor::Vector(StringTensor()), {0});
  EXPECT_THAT(SelectItems(words, {.unselectable_ids = {1}}),
              FailsWith(kInvalid, "got string"));
  EXPECT_TRUE(SelectItems(words, {}).ok());
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(select({.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
