#include "kernels/reduce_rows.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/reduce_rows_ref.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using kernels::ReduceKind;

template <typename T>
T AnyValue(std::mt19937_64& random) {
  const uint64_t bits = random();
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(bits);
  } else {
    constexpr T kSpecial[] = {std::numeric_limits<T>::quiet_NaN(),
                              std::numeric_limits<T>::infinity(),
                              -std::numeric_limits<T>::infinity(),
                              T{0},
                              -T{0},
                              std::numeric_limits<T>::max(),
                              std::numeric_limits<T>::lowest()};
    if (bits % 5 == 0) return kSpecial[bits / 5 % 7];
    return static_cast<T>(static_cast<int64_t>(bits) >> 40) / 1024;
  }
}

template <typename T>
using Kernel = void (*)(const int64_t*, size_t, const T*, size_t, T*);

// Bit for bit, and nothing beside the output is written. A NaN may have any
// sign: which one an addition gives is the processor's choice.
template <typename T>
void ExpectEqualRows(Kernel<T> kernel, Kernel<T> reference, size_t width,
                     size_t misalignment, std::mt19937_64& random) {
  const std::vector<int64_t> splits = {2, 2, 3, 5, 12, 12, 29, 30};
  const size_t num_rows = splits.size() - 1;
  // Exactly as long as what is read, so that the sanitizers see more.
  std::vector<T> values(misalignment + 30 * width);
  for (T& value : values) value = AnyValue<T>(random);
  std::vector<T> expected(num_rows * width + 1, T{77});
  std::vector<T> actual(misalignment + num_rows * width + 1, T{77});
  reference(splits.data(), num_rows, values.data() + misalignment, width,
            expected.data());
  kernel(splits.data(), num_rows, values.data() + misalignment, width,
         actual.data() + misalignment);
  for (size_t i = 0; i < expected.size(); ++i) {
    const T a = actual[misalignment + i];
    if (expected[i] != expected[i] && a != a) continue;
    ASSERT_EQ(std::memcmp(&a, &expected[i], sizeof(T)), 0)
        << "width " << width << ", item " << i << ": " << a << ", expected "
        << expected[i];
  }
}

template <ReduceKind kind, typename T>
void Reduce(const int64_t* splits, size_t num_rows, const T* values,
            size_t width, T* output) {
  kernels::ReduceRows(kind, splits, num_rows, values, width, output);
}

template <typename T>
void ExpectAllEqual() {
  std::mt19937_64 random(11);
  for (size_t width = 0; width <= 4 * 64 / sizeof(T) + 3; ++width) {
    for (const size_t misalignment : {0, 1, 3}) {
      ExpectEqualRows<T>(Reduce<ReduceKind::kSum, T>, reference::SumRows<T>,
                         width, misalignment, random);
      ExpectEqualRows<T>(Reduce<ReduceKind::kProd, T>, reference::ProdRows<T>,
                         width, misalignment, random);
      ExpectEqualRows<T>(Reduce<ReduceKind::kMax, T>, reference::MaxRows<T>,
                         width, misalignment, random);
      ExpectEqualRows<T>(Reduce<ReduceKind::kMin, T>, reference::MinRows<T>,
                         width, misalignment, random);
    }
  }
}

class ReduceRowsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(ReduceRowsTest);

TEST_P(ReduceRowsTest, Float) { ExpectAllEqual<float>(); }
TEST_P(ReduceRowsTest, Double) { ExpectAllEqual<double>(); }
TEST_P(ReduceRowsTest, Int32) { ExpectAllEqual<int32_t>(); }
TEST_P(ReduceRowsTest, Int64) { ExpectAllEqual<int64_t>(); }

TEST_P(ReduceRowsTest, NarrowAndUnsignedIntegers) {
  ExpectAllEqual<int8_t>();
  ExpectAllEqual<int16_t>();
  ExpectAllEqual<uint8_t>();
  ExpectAllEqual<uint16_t>();
  ExpectAllEqual<uint32_t>();
  ExpectAllEqual<uint64_t>();
}

// Rows of single numbers of 8 bits are widened some at a time; a row of more
// than that is not.
TEST_P(ReduceRowsTest, NarrowRowsOfAnyLength) {
  std::mt19937_64 random(16);
  std::vector<int64_t> splits = {1};
  for (const int64_t length : {0, 2048, 2049, 1, 0, 5000, 3, 2047, 1, 1, 0})
    splits.push_back(splits.back() + length);
  for (int row = 0; row < 600; ++row)
    splits.push_back(splits.back() + static_cast<int64_t>(random() % 4));
  const size_t num_rows = splits.size() - 1;
  std::vector<int8_t> values(static_cast<size_t>(splits.back()));
  for (int8_t& value : values) value = AnyValue<int8_t>(random);
  const auto expect_equal = [&](Kernel<int8_t> kernel,
                                Kernel<int8_t> reference) {
    std::vector<int8_t> expected(num_rows);
    std::vector<int8_t> actual(num_rows);
    reference(splits.data(), num_rows, values.data(), 1, expected.data());
    kernel(splits.data(), num_rows, values.data(), 1, actual.data());
    EXPECT_EQ(actual, expected);
  };
  expect_equal(Reduce<ReduceKind::kSum, int8_t>, reference::SumRows<int8_t>);
  expect_equal(Reduce<ReduceKind::kProd, int8_t>, reference::ProdRows<int8_t>);
  expect_equal(Reduce<ReduceKind::kMax, int8_t>, reference::MaxRows<int8_t>);
  expect_equal(Reduce<ReduceKind::kMin, int8_t>, reference::MinRows<int8_t>);
}

TEST_P(ReduceRowsTest, AnyAndAll) {
  std::mt19937_64 random(17);
  const std::vector<int64_t> splits = {2, 2, 3, 5, 12, 12, 29, 30};
  const size_t num_rows = splits.size() - 1;
  for (const size_t width : {0, 1, 2, 7, 128, 300}) {
    for (const int one_in : {1, 2, 20, 1000}) {
      // Not std::vector<bool>: an array of bools.
      std::vector<uint8_t> bits(30 * width);
      for (uint8_t& bit : bits) bit = random() % one_in == 0;
      const auto* values = reinterpret_cast<const bool*>(bits.data());
      std::vector<uint8_t> expected(num_rows * width + 1, 1);
      std::vector<uint8_t> actual(num_rows * width + 1, 1);
      auto* expected_out = reinterpret_cast<bool*>(expected.data());
      auto* actual_out = reinterpret_cast<bool*>(actual.data());
      reference::AnyRows(splits.data(), num_rows, values, width, expected_out);
      kernels::AnyRows(splits.data(), num_rows, values, width, actual_out);
      EXPECT_EQ(actual, expected);
      reference::AllRows(splits.data(), num_rows, values, width, expected_out);
      kernels::AllRows(splits.data(), num_rows, values, width, actual_out);
      EXPECT_EQ(actual, expected);
    }
  }
}

TEST(ReduceRowsReference, FollowsTheOrderOfTheValues) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {nan, 1, 1, nan, 0.0f, -0.0f};
  const std::vector<int64_t> splits = {0, 2, 4, 6, 6};
  std::vector<float> max(4);
  reference::MaxRows(splits.data(), 4, values.data(), 1, max.data());
  EXPECT_EQ(max[0], 1);
  EXPECT_NE(max[1], max[1]);
  EXPECT_TRUE(std::signbit(max[2]));
  EXPECT_EQ(max[3], std::numeric_limits<float>::lowest());
}

}  // namespace
}  // namespace rowsplit
