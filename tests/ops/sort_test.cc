#include "rowsplit/ops/sort.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

constexpr SortOptions kDescending = {.direction = SortDirection::kDescending};

template <typename T>
bool IsNan(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
  return false;
}

// The meaning of the order, as a stable comparison.
template <typename T>
bool Before(const T& a, const T& b, bool descending) {
  if (IsNan(a) || IsNan(b)) return !IsNan(a) && IsNan(b);
  return descending ? b < a : a < b;
}

template <typename T>
std::vector<int32_t> ReferenceOrder(const std::vector<T>& row,
                                    bool descending) {
  std::vector<int32_t> order(row.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    return Before<T>(row[a], row[b], descending);
  });
  return order;
}

// A tensor of one ragged dimension in pieces of plain rows.
template <typename T>
struct Case {
  Tensor tensor;
  std::vector<std::vector<T>> rows;
};

template <typename T>
Tensor Flat(const std::vector<T>& values) {
  if constexpr (std::is_same_v<T, std::string>) {
    std::vector<std::string_view> views(values.begin(), values.end());
    return Tensor::Vector(StringTensor::FromStrings(views));
  } else {
    BufferBuilder<T> builder(values.size());
    std::copy(values.begin(), values.end(), builder.data());
    return Tensor::Vector(std::move(builder).Build());
  }
}

template <typename T>
T AnyValue(testing::Random& random) {
  const uint64_t bits = random();
  if constexpr (std::is_same_v<T, std::string>) {
    std::string string(testing::Below(random, 12), '\0');
    for (char& byte : string)
      byte = static_cast<char>(testing::Below(random, 2) * 255);
    return string;
  } else if constexpr (std::is_floating_point_v<T>) {
    constexpr T kSpecial[] = {std::numeric_limits<T>::quiet_NaN(),
                              std::numeric_limits<T>::infinity(),
                              -std::numeric_limits<T>::infinity(),
                              T{0},
                              -T{0},
                              std::numeric_limits<T>::denorm_min(),
                              std::numeric_limits<T>::lowest()};
    if (bits % 3 == 0) return kSpecial[bits / 3 % 7];
    return static_cast<T>(static_cast<int64_t>(bits) >> 48) / 16;
  } else {
    if (bits % 5 == 0) return std::numeric_limits<T>::max();
    if (bits % 5 == 1) return std::numeric_limits<T>::min();
    return static_cast<T>(bits >> (bits % 60));
  }
}

template <typename T>
std::vector<Case<T>> Cases() {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<Case<T>> cases;
  for (const auto& ragged : testing::RaggedCases(random_seed, 3000)) {
    if (ragged.splits[0] != 0) continue;
    std::vector<T> values;
    for (Offset i = 0; i < ragged.splits.back(); ++i)
      values.push_back(AnyValue<T>(random));
    Case<T> made{*Tensor::FromRowSplits(Flat(values), ragged.splits), {}};
    for (size_t row = 0; row + 1 < ragged.splits.size(); ++row)
      made.rows.emplace_back(values.begin() + ragged.splits[row],
                             values.begin() + ragged.splits[row + 1]);
    cases.push_back(std::move(made));
  }
  return cases;
}

// Both tensors in one: which row has which values, at which places.
template <typename T>
void ExpectTaken(const Case<T>& input, bool descending, int64_t limit,
                 const Tensor& values, const Tensor& places) {
  std::vector<T> expected;
  std::vector<int32_t> expected_places;
  std::vector<Offset> splits = {0};
  for (const auto& row : input.rows) {
    const std::vector<int32_t> order = ReferenceOrder(row, descending);
    const auto count = std::min(limit, static_cast<int64_t>(order.size()));
    for (int64_t i = 0; i < count; ++i) {
      expected.push_back(row[order[i]]);
      expected_places.push_back(order[i]);
    }
    splits.push_back(splits.back() + count);
  }
  EXPECT_EQ(places, *Tensor::FromRowSplits(Flat(expected_places), splits));
  // Bit for bit, so NaN equals NaN and 0.0 does not equal -0.0.
  EXPECT_EQ(values, *Tensor::FromRowSplits(Flat(expected), splits));
}

template <typename T>
void ExpectSameAsReference() {
  SCOPED_TRACE(typeid(T).name());
  for (const Case<T>& input : Cases<T>()) {
    for (const bool descending : {false, true}) {
      const SortOptions options = descending ? kDescending : SortOptions();
      const auto sorted = Sort(input.tensor, options);
      const auto order = ArgSort(input.tensor, options);
      ASSERT_TRUE(sorted.ok() && order.ok());
      ExpectTaken(input, descending, std::numeric_limits<int64_t>::max(),
                  *sorted, *order);
    }
    for (const int64_t k :
         {int64_t{0}, int64_t{1}, int64_t{2}, int64_t{30}, int64_t{1} << 40}) {
      const auto top = TopK(input.tensor, k);
      ASSERT_TRUE(top.ok()) << top.status();
      ExpectTaken(input, true, k, top->values, top->indices);
    }
  }
}

TEST(Sort, EqualsTheReferenceForAllDtypes) {
  ExpectSameAsReference<int8_t>();
  ExpectSameAsReference<int16_t>();
  ExpectSameAsReference<int32_t>();
  ExpectSameAsReference<int64_t>();
  ExpectSameAsReference<uint8_t>();
  ExpectSameAsReference<uint16_t>();
  ExpectSameAsReference<uint32_t>();
  ExpectSameAsReference<uint64_t>();
  ExpectSameAsReference<float>();
  ExpectSameAsReference<double>();
  ExpectSameAsReference<std::string>();
}

TEST(Sort, PutsFalseBeforeTrue) {
  const Tensor input = Tensor::Vector(Buffer<bool>{true, false, true, false});
  EXPECT_EQ(*Sort(input),
            Tensor::Vector(Buffer<bool>{false, false, true, true}));
  EXPECT_EQ(*ArgSort(input, kDescending),
            Tensor::Vector(Buffer<int32_t>{0, 2, 1, 3}));
}

TEST(Sort, OrdersHalfFloatsByValue) {
  // NaN, 1, -1, 0, -0, infinity, -infinity.
  const Tensor half = Tensor::Vector(Buffer<Float16>{
      {0xFE00}, {0x3C00}, {0xBC00}, {0}, {0x8000}, {0x7C00}, {0xFC00}});
  const Tensor brain = Tensor::Vector(Buffer<BFloat16>{
      {0xFFC0}, {0x3F80}, {0xBF80}, {0}, {0x8000}, {0x7F80}, {0xFF80}});
  for (const Tensor& input : {half, brain}) {
    EXPECT_EQ(*ArgSort(input),
              Tensor::Vector(Buffer<int32_t>{6, 2, 3, 4, 1, 5, 0}));
    EXPECT_EQ(*ArgSort(input, kDescending),
              Tensor::Vector(Buffer<int32_t>{5, 1, 3, 4, 2, 6, 0}));
    EXPECT_EQ(Sort(input)->dtype(), input.dtype());
  }
}

TEST(Sort, SortsTheInnermostDimension) {
  const Tensor deep = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{3, 1, 2, 5, 4}),
                             {0, 3, 3, 5}),
      {0, 1, 3});
  EXPECT_EQ(*Sort(deep), *deep.WithFlatValues(
                             Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4, 5})));
  EXPECT_EQ(*Sort(deep, {.axis = 2}), *Sort(deep));
  // With an inner dimension its rows are sorted, not the ragged ones.
  const Tensor inner = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{3, 1, 2, 5, 4, 0}, {3, 2}), {0, 2, 3});
  EXPECT_EQ(*Sort(inner), *inner.WithFlatValues(*Tensor::Dense(
                              Buffer<int32_t>{1, 3, 2, 5, 0, 4}, {3, 2})));
}

TEST(Sort, TakesTensorsWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 56;
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{0}, {kHuge, 0}, {kHuge, 0, 5}}) {
    const Tensor empty = *Tensor::Dense(Buffer<float>(), shape);
    EXPECT_EQ(*Sort(empty), empty);
    EXPECT_EQ(ArgSort(empty)->flat_shape(), shape);
    EXPECT_EQ(TopK(empty, 0)->values.flat_shape().back(), 0);
  }
}

TEST(TopK, NeedsAsManyValuesInAUniformDimension) {
  const Tensor dense =
      *Tensor::Dense(Buffer<int32_t>{3, 1, 2, 5, 4, 0}, {2, 3});
  const auto top = TopK(dense, 2);
  ASSERT_TRUE(top.ok());
  EXPECT_EQ(top->values, *Tensor::Dense(Buffer<int32_t>{3, 2, 5, 4}, {2, 2}));
  EXPECT_EQ(top->indices, *Tensor::Dense(Buffer<int32_t>{0, 2, 0, 1}, {2, 2}));
  EXPECT_THAT(TopK(dense, 4),
              FailsWith(absl::StatusCode::kInvalidArgument, "k=4, size 3"));
}

TEST(Sort, NamesWhatIsWrong) {
  const Tensor scalar = Tensor::Scalar(1.0f);
  const Tensor rows =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1}), {0, 1});
  EXPECT_THAT(Sort(scalar), FailsWith(absl::StatusCode::kInvalidArgument,
                                      "sort: input must have a rank"));
  EXPECT_THAT(TopK(scalar, 1), FailsWith(absl::StatusCode::kInvalidArgument,
                                         "top_k: input must have a rank"));
  EXPECT_THAT(TopK(rows, -1), FailsWith(absl::StatusCode::kInvalidArgument,
                                        "k must not be negative: -1"));
  EXPECT_THAT(Sort(rows, {.axis = 2}),
              FailsWith(absl::StatusCode::kInvalidArgument, "[-2, 2): 2"));
  EXPECT_THAT(ArgSort(rows, {.axis = 0}),
              FailsWith(absl::StatusCode::kUnimplemented, "axis=0"));
}

TEST(Sort, IsTheSameOnSeveralThreadsAndStopsWhenCancelled) {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<int64_t> values;
  for (int i = 0; i < 200'000; ++i)
    values.push_back(static_cast<int64_t>(testing::Below(random, 50)));
  const Tensor dense = *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(20, 10'000), Flat(values));
  EXPECT_EQ(*ArgSort(dense, {.exec = {.num_threads = 1}}),
            *ArgSort(dense, {.exec = {.num_threads = 4}}));
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(Sort(dense, {.exec = {.cancellation = &token}}).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
