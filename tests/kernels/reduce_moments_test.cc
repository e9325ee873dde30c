#include "kernels/reduce_moments.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/reduce_moments_ref.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using kernels::MeanOf;

template <typename T>
std::vector<T> SomeValues(size_t size, bool small, std::mt19937_64& random) {
  std::vector<T> values(size);
  for (T& value : values) {
    const uint64_t bits = random();
    if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(small ? bits % 100 : bits);
    } else {
      value = static_cast<T>(static_cast<int64_t>(bits) >> 40) / 1024;
      if (!small && bits % 50 == 0) value = std::numeric_limits<T>::infinity();
    }
  }
  return values;
}

template <typename T, typename Kernel>
void ExpectEqualRows(Kernel kernel, Kernel reference,
                     const std::vector<int64_t>& splits,
                     const std::vector<T>& values, size_t width) {
  const size_t num_rows = splits.size() - 1;
  std::vector<MeanOf<T>> expected(num_rows * width + 1, 77);
  std::vector<MeanOf<T>> actual(num_rows * width + 1, 77);
  reference(splits.data(), num_rows, values.data(), width, expected.data());
  kernel(splits.data(), num_rows, values.data(), width, actual.data());
  for (size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] != expected[i] && actual[i] != actual[i]) continue;
    ASSERT_EQ(std::memcmp(&actual[i], &expected[i], sizeof(MeanOf<T>)), 0)
        << "width " << width << ", item " << i << ": " << actual[i]
        << ", expected " << expected[i];
  }
}

template <typename T>
void TestAll() {
  std::mt19937_64 random(21);
  for (const int64_t most : {3, 34, 300, 5000}) {
    std::vector<int64_t> splits = {2};
    for (int row = 0; row < (most > 300 ? 9 : 330); ++row) {
      const auto length = static_cast<int64_t>(random() % (most + 1));
      splits.push_back(splits.back() + length);
    }
    for (const size_t width : {0, 1, 2, 5, 64, 65, 200}) {
      if (width > 5 && most > 34) continue;
      for (const bool small : {false, true}) {
        const auto values = SomeValues<T>(
            static_cast<size_t>(splits.back()) * width, small, random);
        ExpectEqualRows<T>(kernels::MeanRows<T>, reference::MeanRows<T>, splits,
                           values, width);
        ExpectEqualRows<T>(kernels::VarianceRows<T>, reference::VarianceRows<T>,
                           splits, values, width);
      }
    }
  }
}

class ReduceMomentsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(ReduceMomentsTest);

TEST_P(ReduceMomentsTest, Floats) {
  TestAll<float>();
  TestAll<double>();
}
TEST_P(ReduceMomentsTest, SignedIntegers) {
  TestAll<int8_t>();
  TestAll<int16_t>();
  TestAll<int32_t>();
  TestAll<int64_t>();
}
TEST_P(ReduceMomentsTest, UnsignedIntegers) {
  TestAll<uint8_t>();
  TestAll<uint16_t>();
  TestAll<uint32_t>();
  TestAll<uint64_t>();
}

TEST_P(ReduceMomentsTest, DoesNotCancelOrOverflow) {
  const std::vector<int64_t> splits = {0, 3, 3, 4, 6};
  const std::vector<float> near = {10000, 10001, 10002, 7, 3e38f, 3e38f};
  std::vector<float> variance(4);
  kernels::VarianceRows(splits.data(), 4, near.data(), 1, variance.data());
  EXPECT_FLOAT_EQ(variance[0], 2.0f / 3);
  EXPECT_TRUE(std::isnan(variance[1]));
  EXPECT_EQ(variance[2], 0);
  EXPECT_EQ(variance[3], 0);

  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const std::vector<int64_t> large = {kMost, kMost, kMost, -7, kMost, -kMost};
  std::vector<double> mean(4);
  kernels::MeanRows(splits.data(), 4, large.data(), 1, mean.data());
  EXPECT_EQ(mean[0], 0x1p63);
  EXPECT_TRUE(std::isnan(mean[1]));
  EXPECT_EQ(mean[2], -7);
  EXPECT_EQ(mean[3], 0);
}

}  // namespace
}  // namespace rowsplit
