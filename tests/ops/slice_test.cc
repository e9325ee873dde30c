#include "rowsplit/ops/slice.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using testing::AnyTensor;
using testing::FailsWith;
using testing::ListOf;
using testing::NestedList;
using testing::ToNested;

using Key = std::vector<SliceItem>;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

// The places of a range, found one by one: from the first on, in steps, as long
// as they are inside of the bounds.
std::vector<int64_t> Places(const SliceRange& range, int64_t size) {
  const int64_t step = range.step.value_or(1);
  const auto bound = [&](std::optional<int64_t> given, int64_t unset) {
    if (!given.has_value()) return unset;
    return *given < 0 ? *given + size : *given;
  };
  const int64_t begin = bound(range.begin, step > 0 ? 0 : size - 1);
  const int64_t end = bound(range.end, step > 0 ? size : -1);
  std::vector<int64_t> places;
  if (step > 0) {
    for (int64_t i = std::max<int64_t>(begin, 0); i < std::min(end, size);
         i += step)
      places.push_back(i);
  } else {
    for (int64_t i = std::min(begin, size - 1); i > std::max<int64_t>(end, -1);
         i += step)
      places.push_back(i);
  }
  return places;
}

// Python's nested[key]. Requires a key without an ellipsis.
NestedList Model(const NestedList& nested, std::span<const SliceItem> key) {
  if (key.empty()) return nested;
  const auto rest = key.subspan(1);
  const auto size = static_cast<int64_t>(nested.list.size());
  if (const auto* place = std::get_if<int64_t>(&key[0]))
    return Model(nested.list[*place < 0 ? *place + size : *place], rest);
  if (std::holds_alternative<SliceNewAxis>(key[0]))
    return ListOf({Model(nested, rest)});
  NestedList taken;
  for (const int64_t place : Places(std::get<SliceRange>(key[0]), size))
    taken.list.push_back(Model(nested.list[place], rest));
  return taken;
}

std::vector<SliceRange> AllRanges(int64_t reach, int64_t max_step) {
  std::vector<std::optional<int64_t>> bounds = {std::nullopt};
  for (int64_t bound = -reach; bound <= reach; ++bound) bounds.push_back(bound);
  std::vector<SliceRange> ranges;
  for (const auto& begin : bounds) {
    for (const auto& end : bounds) {
      ranges.push_back({begin, end});
      for (int64_t step = -max_step; step <= max_step; ++step)
        if (step != 0) ranges.push_back({begin, end, step});
    }
  }
  return ranges;
}

// All row lengths of `num_rows` rows with at most `left` values.
void ForAllLengths(int num_rows, int64_t left, std::vector<int64_t>& lengths,
                   const std::function<void()>& visit) {
  if (num_rows == 0) return visit();
  for (int64_t length = 0; length <= left; ++length) {
    lengths.push_back(length);
    ForAllLengths(num_rows - 1, left - length, lengths, visit);
    lengths.pop_back();
  }
}

Tensor Rows(const std::vector<std::vector<int64_t>>& rows) {
  std::vector<Offset> splits = {0};
  std::vector<int64_t> values;
  for (const auto& row : rows) {
    values.insert(values.end(), row.begin(), row.end());
    splits.push_back(static_cast<Offset>(values.size()));
  }
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>::Copy(values)),
                                splits);
}

TEST(Slice, IsPythonsForAllPartitionsOfSixValuesAndAllSmallRanges) {
  const std::vector<SliceRange> ranges = AllRanges(7, 3);
  std::vector<int64_t> lengths;
  const auto check = [&] {
    std::vector<std::vector<int64_t>> rows;
    int64_t value = 0;
    for (const int64_t length : lengths) {
      rows.emplace_back();
      for (int64_t i = 0; i < length; ++i) rows.back().push_back(value++);
    }
    const Tensor tensor = Rows(rows);
    for (const SliceRange& range : ranges) {
      std::vector<std::vector<int64_t>> taken;
      for (const int64_t row : Places(range, static_cast<int64_t>(rows.size())))
        taken.push_back(rows[row]);
      ASSERT_EQ(*Slice(tensor, {range}), Rows(taken));
      std::vector<std::vector<int64_t>> columns;
      for (const auto& row : rows) {
        columns.emplace_back();
        for (const int64_t i : Places(range, static_cast<int64_t>(row.size())))
          columns.back().push_back(row[i]);
      }
      ASSERT_EQ(*Slice(tensor, {SliceRange{}, range}), Rows(columns));
    }
  };
  for (int num_rows = 0; num_rows <= 3; ++num_rows)
    ForAllLengths(num_rows, 6, lengths, check);
}

SliceItem RandomItem(testing::Random& random, bool may_be_place) {
  const auto bound = [&]() -> std::optional<int64_t> {
    if (testing::Below(random, 3) == 0) return std::nullopt;
    return static_cast<int64_t>(testing::Below(random, 11)) - 5;
  };
  const uint64_t kind = testing::Below(random, 6);
  if (kind == 0) return SliceNewAxis{};
  if (kind == 1 && may_be_place)
    return static_cast<int64_t>(testing::Below(random, 4)) - 2;
  if (kind == 2) return SliceRange{};
  std::optional<int64_t> step;
  if (testing::Below(random, 2) == 0) {
    step = static_cast<int64_t>(testing::Below(random, 3)) + 1;
    if (testing::Below(random, 2) == 0) step = -*step;
  }
  return SliceRange{bound(), bound(), step};
}

// Whether every place of the key is there, in every list that it meets.
bool PlacesExist(const NestedList& nested, std::span<const SliceItem> key) {
  if (key.empty()) return true;
  const auto rest = key.subspan(1);
  if (std::holds_alternative<SliceNewAxis>(key[0]))
    return PlacesExist(nested, rest);
  const auto size = static_cast<int64_t>(nested.list.size());
  if (const auto* place = std::get_if<int64_t>(&key[0])) {
    if (*place < -size || *place >= size) return false;
    return PlacesExist(nested.list[*place < 0 ? *place + size : *place], rest);
  }
  for (const int64_t place : Places(std::get<SliceRange>(key[0]), size))
    if (!PlacesExist(nested.list[place], rest)) return false;
  return true;
}

bool HasItems(const NestedList& nested) {
  return nested.is_item ||
         std::any_of(nested.list.begin(), nested.list.end(), HasItems);
}

TEST(Slice, OfEveryDTypeAndDepthIsPythonsForRandomKeys) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
      for (const std::vector<int64_t>& inner :
           {std::vector<int64_t>{}, {3}, {2, 3}}) {
        std::vector<int64_t> flat_shape = {shape.num_values()};
        flat_shape.insert(flat_shape.end(), inner.begin(), inner.end());
        // A view into a larger tensor: its values start above 0.
        const Tensor whole = AnyTensor(
            dtype, {shape.partitions().begin(), shape.partitions().end()},
            flat_shape);
        const Tensor tensor = *Slice(whole, {SliceRange{1, -1}});
        const NestedList nested = ToNested(tensor);
        int tried = 0;
        for (int i = 0; i < 60; ++i) {
          Key key;
          int axis = 0;
          bool outer = true;
          while (axis < tensor.rank() && testing::Below(random, 5) != 0) {
            // One place of an inner ragged axis is not allowed.
            const bool may_be_place = outer || axis > tensor.ragged_rank();
            key.push_back(RandomItem(random, may_be_place));
            outer &= std::holds_alternative<int64_t>(key.back());
            axis += !std::holds_alternative<SliceNewAxis>(key.back());
          }
          if (!PlacesExist(nested, key)) continue;
          ++tried;
          const auto sliced = Slice(tensor, key);
          // A place out of an inner axis is an error even if no row is left.
          if (!sliced.ok() && !HasItems(Model(nested, key))) continue;
          ASSERT_TRUE(sliced.ok()) << sliced.status();
          ASSERT_EQ(ToNested(*sliced), Model(nested, key)) << DTypeName(dtype);
        }
        EXPECT_GT(tried, 5);
      }
    }
  }
}

TEST(Slice, OfDenseTensorsIsPythons) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : {DType::kInt8, DType::kFloat16, DType::kInt32,
                            DType::kFloat64, DType::kString}) {
    for (const std::vector<int64_t>& shape : {std::vector<int64_t>{5},
                                              {3, 4},
                                              {2, 3, 4},
                                              {2, 0, 3},
                                              {3, 1, 2, 2}}) {
      const Tensor tensor = AnyTensor(dtype, {}, shape);
      const NestedList nested = ToNested(tensor);
      for (int i = 0; i < 200; ++i) {
        Key key;
        size_t axis = 0;
        while (axis < shape.size() && testing::Below(random, 6) != 0) {
          key.push_back(RandomItem(random, true));
          axis += !std::holds_alternative<SliceNewAxis>(key.back());
        }
        if (!PlacesExist(nested, key)) continue;
        const auto sliced = Slice(tensor, key);
        if (!sliced.ok() && !HasItems(Model(nested, key))) continue;
        ASSERT_TRUE(sliced.ok()) << sliced.status();
        ASSERT_EQ(ToNested(*sliced), Model(nested, key));
      }
    }
  }
}

const Tensor& Words() {
  static const Tensor words = Rows({{1, 2, 3}, {}, {4, 5}});
  return words;
}

Tensor Vector(std::vector<int64_t> values) {
  return Tensor::Vector(Buffer<int64_t>::Copy(values));
}

TEST(Slice, GivesDenseRowsAndScalars) {
  EXPECT_EQ(*Slice(Words(), {0}), Vector({1, 2, 3}));
  EXPECT_EQ(*Slice(Words(), {-1}), Vector({4, 5}));
  EXPECT_EQ(*Slice(Words(), {1}), Vector({}));
  EXPECT_EQ(*Slice(Words(), {2, 0}), Tensor::Scalar(int64_t{4}));
  EXPECT_EQ(*Slice(Words(), {SliceNewAxis{}, 2}),
            *Tensor::Dense(Buffer<int64_t>{4, 5}, {1, 2}));
  EXPECT_EQ(*Slice(Words(), {}), Words());
}

TEST(Slice, SharesTheValuesOfRowsInOrder) {
  const int64_t* const values = Words().items<int64_t>().data();
  EXPECT_EQ(Slice(Words(), {0})->items<int64_t>().data(), values);
  EXPECT_EQ(Slice(Words(), {2})->items<int64_t>().data(), values + 3);
  EXPECT_EQ(Slice(Words(), {SliceRange{.begin = 1}})->items<int64_t>().data(),
            values + 3);
  EXPECT_EQ(
      Slice(Words(), {2, SliceRange{.begin = 1}})->items<int64_t>().data(),
      values + 4);
}

TEST(Slice, ExpandsAnEllipsis) {
  const Tensor inner = AnyTensor(
      DType::kInt32,
      {*RowPartition::FromRowSplits(std::vector<Offset>{0, 1, 3})}, {3, 2});
  const Key last = {SliceEllipsis{}, 1};
  EXPECT_EQ(*Slice(inner, last),
            *Slice(inner, {SliceRange{}, SliceRange{}, 1}));
  EXPECT_EQ(*Slice(inner, {SliceEllipsis{}}), inner);
  EXPECT_EQ(*Slice(inner, {0, SliceEllipsis{}, 1}),
            *Slice(inner, {0, SliceRange{}, 1}));
  EXPECT_EQ(*Slice(Words(), {SliceEllipsis{}, SliceEllipsis{}}), Words());
  EXPECT_EQ(*Slice(Words(), {SliceEllipsis{}, SliceNewAxis{}}),
            *Words().WithFlatValues(
                *Tensor::Dense(Buffer<int64_t>{1, 2, 3, 4, 5}, {5, 1})));
}

TEST(Slice, MakesPartitionsOfNewAxesBeforeRaggedOnes) {
  const Tensor front = *Slice(Words(), {SliceNewAxis{}});
  EXPECT_EQ(front.ragged_rank(), 2);
  EXPECT_THAT(front.partition(0).row_splits(), ::testing::ElementsAre(0, 3));
  const Tensor middle = *Slice(Words(), {SliceRange{}, SliceNewAxis{}});
  EXPECT_THAT(middle.partition(0).row_splits(),
              ::testing::ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(middle.values(), Words());
}

TEST(Slice, TakesBoundsOfAnySize) {
  EXPECT_EQ(*Slice(Words(), {SliceRange{kMin, kMax}}), Words());
  EXPECT_EQ(*Slice(Words(), {SliceRange{}, SliceRange{kMin, kMax, kMax}}),
            Rows({{1}, {}, {4}}));
  EXPECT_EQ(*Slice(Words(), {SliceRange{}, SliceRange{kMax, kMin, kMin}}),
            Rows({{3}, {}, {5}}));
  EXPECT_EQ(Slice(Words(), {SliceRange{kMax, kMin}})->num_rows(), 0);
  constexpr int64_t kHuge = int64_t{1} << 60;
  const Tensor empty = *Tensor::Dense(Buffer<float>(), {0, 4});
  EXPECT_EQ(*Slice(empty, {SliceRange{}, SliceRange{1, 3}}),
            *Tensor::Dense(Buffer<float>(), {0, 2}));
  EXPECT_THAT(Slice(empty, {SliceRange{}, kHuge}),
              FailsWith(absl::StatusCode::kInvalidArgument, "[-4, 4)"));
}

TEST(Slice, NamesWhatIsWrong) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  constexpr auto kOutOfRange = absl::StatusCode::kOutOfRange;
  EXPECT_THAT(Slice(Words(), {3}), FailsWith(kOutOfRange, "[-3, 3): 3"));
  EXPECT_THAT(Slice(Words(), {-4}), FailsWith(kInvalid, "[-3, 3): -4"));
  EXPECT_THAT(Slice(Words(), {kMin}), FailsWith(kInvalid, "[-3, 3)"));
  EXPECT_THAT(Slice(Words(), {0, 3}),
              FailsWith(kInvalid, "index must be in [-3, 3) on axis 0: 3"));
  EXPECT_THAT(Slice(Vector({1}), {1}), FailsWith(kOutOfRange, "[-1, 1): 1"));
  EXPECT_THAT(Slice(Words(), {SliceRange{}, 0}),
              FailsWith(kInvalid, "an inner ragged dimension"));
  EXPECT_THAT(Slice(Words(), {SliceEllipsis{}, -1}),
              FailsWith(kInvalid, "an inner ragged dimension"));
  const SliceRange zero{.step = 0};
  EXPECT_THAT(Slice(Words(), {zero}), FailsWith(kInvalid, "step"));
  EXPECT_THAT(Slice(Words(), {SliceRange{}, zero}),
              FailsWith(kInvalid, "step"));
  EXPECT_THAT(Slice(Vector({1}), {zero}), FailsWith(kInvalid, "step"));
  EXPECT_THAT(Slice(Words(), {0, 0, 0}),
              FailsWith(kInvalid, "the key takes 2 axes, the input has 1"));
  EXPECT_THAT(Slice(Words(), {SliceEllipsis{}, 0, 0, 0}),
              FailsWith(kOutOfRange, "the key takes 3 axes, the input has 2"));
  EXPECT_THAT(Slice(Vector({1}), {SliceEllipsis{}, SliceEllipsis{}}),
              FailsWith(kInvalid, "one ellipsis at most, got 2"));
  EXPECT_THAT(Slice(Tensor::Scalar(1.0f), {0}),
              FailsWith(kInvalid, "the key takes 1 axes, the input has 0"));
  EXPECT_THAT(Slice(Words(), Key(256, SliceNewAxis{})),
              FailsWith(kInvalid, "at most 255 items, got 256"));
  EXPECT_EQ(Slice(Words(), Key(255, SliceNewAxis{}))->rank(), 257);
}

TEST(Slice, DoesNotWalkOverValuesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor hollow = *Tensor::Dense(Buffer<float>(), {kHuge, 0});
  const Tensor rows = *Tensor::FromRowSplits(hollow, {0, 1, kHuge});
  const auto sliced =
      Slice(rows, {SliceRange{}, SliceRange{.begin = 1, .step = 2}});
  ASSERT_TRUE(sliced.ok()) << sliced.status();
  EXPECT_EQ(sliced->partition(0).row_length(0), 0);
  EXPECT_EQ(sliced->partition(0).row_length(1), kHuge / 2 - 1);
}

TEST(Slice, OfDenseTensorsCanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const Tensor matrix =
      *Tensor::Dense(Buffer<float>{1, 2, 3, 4}, std::vector<int64_t>{2, 2});
  EXPECT_EQ(Slice(matrix, std::vector<SliceItem>{SliceRange{}, 1},
                  {.exec = {.cancellation = &token}})
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
