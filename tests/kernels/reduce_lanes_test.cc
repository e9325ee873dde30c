#include "kernels/reduce_lanes.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/reduce_lanes_ref.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

template <typename T>
T AnyValue(std::mt19937_64& random, bool special) {
  const uint64_t bits = random();
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(bits);
  } else {
    constexpr T kInfinity = std::numeric_limits<T>::infinity();
    constexpr T kSpecial[] = {std::numeric_limits<T>::quiet_NaN(),
                              kInfinity,
                              -kInfinity,
                              T{0},
                              -T{0},
                              std::numeric_limits<T>::max(),
                              std::numeric_limits<T>::lowest()};
    if (special && bits % 5 == 0) return kSpecial[bits / 5 % 7];
    return static_cast<T>(static_cast<int64_t>(bits) >> 40) / 1024;
  }
}

template <typename T>
using Kernel = void (*)(const int64_t*, size_t, const T*, T*);

// Bit for bit, and nothing beside the output is written. A NaN may have any
// sign: which one an addition gives is the processor's choice.
template <typename T>
void ExpectEqualRows(Kernel<T> kernel, Kernel<T> reference,
                     const std::vector<int64_t>& splits,
                     const std::vector<T>& values) {
  const size_t num_rows = splits.size() - 1;
  std::vector<T> expected(num_rows + 1, T{77});
  std::vector<T> actual(num_rows + 1, T{77});
  reference(splits.data(), num_rows, values.data(), expected.data());
  kernel(splits.data(), num_rows, values.data(), actual.data());
  for (size_t row = 0; row <= num_rows; ++row) {
    if (expected[row] != expected[row] && actual[row] != actual[row]) continue;
    ASSERT_EQ(std::memcmp(&actual[row], &expected[row], sizeof(T)), 0)
        << "row " << row << " of " << num_rows << " ("
        << (row < num_rows ? splits[row + 1] - splits[row] : -1)
        << " values): " << actual[row] << ", expected " << expected[row];
  }
}

template <typename T>
void ExpectAllEqual(const std::vector<int64_t>& splits,
                    const std::vector<T>& values) {
  ExpectEqualRows<T>(kernels::SumLanes<T>, reference::SumLanes<T>, splits,
                     values);
  ExpectEqualRows<T>(kernels::MaxLanes<T>, reference::MaxLanes<T>, splits,
                     values);
  ExpectEqualRows<T>(kernels::MinLanes<T>, reference::MinLanes<T>, splits,
                     values);
}

// Values that end with the last split, so that the sanitizers see more.
template <typename T>
std::vector<T> ValuesFor(const std::vector<int64_t>& splits, bool special,
                         std::mt19937_64& random) {
  std::vector<T> values(static_cast<size_t>(splits.back()));
  for (T& value : values) value = AnyValue<T>(random, special);
  return values;
}

// Rows of every length up to 4 vectors of 64 bytes and a bit, in order and
// shuffled, at several offsets, among short and among long rows.
template <typename T>
void TestLengths() {
  std::mt19937_64 random(11);
  constexpr auto kMost = static_cast<int64_t>(2 * reference::kRowLanes<T> + 5);
  for (const bool special : {false, true}) {
    for (const int64_t offset : {0, 1, 3}) {
      std::vector<int64_t> splits = {offset};
      for (int64_t length = 0; length <= kMost; ++length)
        splits.push_back(splits.back() + length);
      ExpectAllEqual(splits, ValuesFor<T>(splits, special, random));
      for (const int64_t most : {3, 17, 32, 33, 64, 70, 300}) {
        std::vector<int64_t> mixed = {offset};
        for (int row = 0; row < 150; ++row) {
          const auto length = static_cast<int64_t>(random() % (most + 1));
          mixed.push_back(mixed.back() + length);
        }
        ExpectAllEqual(mixed, ValuesFor<T>(mixed, special, random));
      }
    }
  }
}

// Rows of one length, which fill whole batches.
template <typename T>
void TestEqualLengths() {
  std::mt19937_64 random(12);
  for (const int64_t length : {0, 1, 16, 31, 32, 33, 63, 64, 65, 128, 1000}) {
    std::vector<int64_t> splits = {0};
    for (int row = 0; row < 40; ++row) splits.push_back(splits.back() + length);
    ExpectAllEqual(splits, ValuesFor<T>(splits, true, random));
    ExpectAllEqual(splits, std::vector<T>(static_cast<size_t>(splits.back()),
                                          -std::numeric_limits<T>::infinity()));
  }
}

// Every partition of up to 6 values into rows that may be empty between, over
// values of every kind, one after the other in one call.
template <typename T>
void TestSmallPartitions() {
  std::mt19937_64 random(13);
  std::vector<int64_t> splits = {0};
  for (int64_t size = 1; size <= 6; ++size) {
    for (uint64_t cuts = 0; cuts < uint64_t{1} << (2 * (size - 1)); ++cuts) {
      const int64_t begin = splits.back();
      // Two bits a gap: no cut, a cut, or one and an empty row.
      for (int64_t gap = 0; gap + 1 < size; ++gap)
        for (uint64_t cut = cuts >> (2 * gap) & 3; cut > 0; --cut)
          splits.push_back(begin + gap + 1);
      splits.push_back(begin + size);
    }
  }
  for (int round = 0; round < 5; ++round)
    ExpectAllEqual(splits, ValuesFor<T>(splits, true, random));
}

// A NaN, and a zero of either sign, at each place of a row, and the same row
// among others without.
template <typename T>
void TestPlaces() {
  constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
  for (const size_t length : {1, 2, 5, 17, 33, 63, 64, 65, 130}) {
    for (const T other : {T{-1}, T{1}, T{-0.0}, T{0}}) {
      for (const T placed : {kNan, T{0}, T{-0.0}}) {
        std::vector<int64_t> splits = {0};
        std::vector<T> values;
        for (size_t place = 0; place < length; ++place) {
          const size_t begin = values.size();
          values.insert(values.end(), 2 * length, other);
          values[begin + place] = placed;
          splits.push_back(splits.back() + static_cast<int64_t>(length));
          splits.push_back(splits.back() + static_cast<int64_t>(length));
        }
        ExpectAllEqual(splits, values);
      }
    }
  }
}

class ReduceLanesTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(ReduceLanesTest);

template <typename T>
void TestAll() {
  TestLengths<T>();
  TestEqualLengths<T>();
  TestSmallPartitions<T>();
}

TEST_P(ReduceLanesTest, Float) { TestAll<float>(); }
TEST_P(ReduceLanesTest, Double) { TestAll<double>(); }
TEST_P(ReduceLanesTest, Int32) { TestAll<int32_t>(); }
TEST_P(ReduceLanesTest, Int64) { TestAll<int64_t>(); }
TEST_P(ReduceLanesTest, UInt32) { TestAll<uint32_t>(); }
TEST_P(ReduceLanesTest, UInt64) { TestAll<uint64_t>(); }
TEST_P(ReduceLanesTest, TakesNanAndZerosInOrder) {
  TestPlaces<float>();
  TestPlaces<double>();
}

TEST_P(ReduceLanesTest, GivesARowTheSameAnywhere) {
  std::mt19937_64 random(14);
  std::vector<float> row(200);
  for (float& value : row) value = AnyValue<float>(random, false);
  for (int64_t length = 0; length <= 200; ++length) {
    const std::vector<int64_t> alone = {0, length};
    float expected = 0;
    kernels::SumLanes(alone.data(), 1, row.data(), &expected);
    std::vector<int64_t> splits = {0};
    std::vector<float> values;
    for (int copy = 0; copy < 40; ++copy) {
      values.insert(values.end(), row.begin(), row.begin() + length);
      splits.push_back(splits.back() + length);
    }
    std::vector<float> sums(40);
    kernels::SumLanes(splits.data(), 40, values.data(), sums.data());
    for (const float sum : sums) ASSERT_EQ(sum, expected);
  }
}

// The error of a sum in any order is at most that of its longest chain of
// additions: those of a lane and of the tree over the lanes. The plain order's
// bound is `length` roundings.
TEST(LaneSum, IsAtLeastAsCloseAsThePlainOrder) {
  std::mt19937_64 random(15);
  for (const size_t length : {1, 2, 3, 17, 64, 65, 1000, 100000}) {
    std::vector<float> row(length);
    double exact = 0;
    double size = 0;
    for (float& value : row) {
      value = AnyValue<float>(random, false);
      exact += value;
      size += std::abs(value);
    }
    const double chain =
        std::ceil(static_cast<double>(length) / reference::kRowLanes<float>) +
        6;
    EXPECT_NEAR(reference::LaneSum(row.data(), length), exact,
                size * chain * std::numeric_limits<float>::epsilon());
  }
}

TEST(LaneSum, AddsInItsOrder) {
  // Lanes 0 and 32 meet first, then 0 and 1 last: 1e8 swallows a lone 1.
  std::vector<float> row(64, 0.0f);
  row[0] = 1e8f;
  row[32] = -1e8f;
  row[1] = 1;
  EXPECT_EQ(reference::LaneSum(row.data(), 64), 1);
  row[32] = 0;
  row[33] = -1e8f;
  EXPECT_EQ(reference::LaneSum(row.data(), 64), 0);
}

TEST(ReduceLanesReference, FollowsTheOrderOfTheValues) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {nan, 1, 1, nan, 0.0f, -0.0f};
  const std::vector<int64_t> splits = {0, 2, 4, 6, 6};
  std::vector<float> max(4);
  reference::MaxLanes(splits.data(), 4, values.data(), max.data());
  EXPECT_EQ(max[0], 1);
  EXPECT_NE(max[1], max[1]);
  EXPECT_TRUE(std::signbit(max[2]));
  EXPECT_EQ(max[3], std::numeric_limits<float>::lowest());
}

}  // namespace
}  // namespace rowsplit
