#include "kernels/pad_rows.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/pad_rows_ref.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

// Values before the first row and after the last one, which no row has.
constexpr size_t kAround = 3;

std::vector<int64_t> MakeSplits(std::mt19937_64& random, size_t num_rows,
                                int64_t max_length) {
  std::vector<int64_t> splits = {kAround};
  for (size_t row = 0; row < num_rows; ++row) {
    splits.push_back(splits.back() +
                     static_cast<int64_t>(random() % (max_length + 1)));
  }
  return splits;
}

// Exactly as long as what is read, so that the sanitizers see more.
std::vector<uint8_t> MakeBytes(std::mt19937_64& random, size_t size) {
  std::vector<uint8_t> bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

void ExpectPads(std::mt19937_64& random, size_t num_rows, size_t width,
                size_t value_size, size_t around, int64_t max_length) {
  const auto splits = MakeSplits(random, num_rows, max_length);
  const size_t values_size = (splits.back() + around) * value_size;
  const auto values = MakeBytes(random, values_size);
  const size_t row_size = width * value_size;
  const auto fill = MakeBytes(random, row_size + kernels::kPadSlack);
  std::vector<uint8_t> expected(num_rows * row_size + 1, 77);
  std::vector<uint8_t> actual = expected;
  reference::PadRows(splits.data(), num_rows, values.data(), values_size,
                     value_size, fill.data(), row_size, expected.data());
  kernels::PadRows(splits.data(), num_rows, values.data(), values_size,
                   value_size, fill.data(), row_size, actual.data());
  ASSERT_EQ(actual, expected) << num_rows << " rows of " << width
                              << " values of " << value_size << " bytes";
}

void ExpectUnpads(std::mt19937_64& random, size_t num_rows, size_t width,
                  size_t value_size) {
  const auto splits = MakeSplits(random, num_rows, static_cast<int64_t>(width));
  const auto rows = MakeBytes(random, num_rows * width * value_size);
  const size_t size = (splits.back() - splits.front()) * value_size;
  std::vector<uint8_t> expected(size + 1, 77);
  std::vector<uint8_t> actual = expected;
  reference::UnpadRows(splits.data(), num_rows, rows.data(), width * value_size,
                       value_size, expected.data());
  kernels::UnpadRows(splits.data(), num_rows, rows.data(), width * value_size,
                     value_size, actual.data());
  ASSERT_EQ(actual, expected) << num_rows << " rows of " << width
                              << " values of " << value_size << " bytes";
}

class PadRowsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(PadRowsTest);

TEST_P(PadRowsTest, PadsAsTheReference) {
  std::mt19937_64 random(3);
  for (const size_t value_size : {1, 2, 3, 4, 8, 12, 40}) {
    for (size_t width = 0; width * value_size <= 9 * 64 + 1; ++width) {
      for (const size_t num_rows : {0, 1, 2, 7, 40}) {
        const auto most = static_cast<int64_t>(width);
        ExpectPads(random, num_rows, width, value_size, kAround, most);
        ExpectPads(random, num_rows, width, value_size, 0, 2 * most + 1);
      }
    }
  }
}

TEST_P(PadRowsTest, PadsShortRowsToLongOnes) {
  std::mt19937_64 random(4);
  ExpectPads(random, 50, 3000, 4, 0, 5);
  ExpectPads(random, 50, 3000, 1, 5000, 4000);
}

TEST_P(PadRowsTest, UnpadsAsTheReference) {
  std::mt19937_64 random(5);
  for (const size_t value_size : {1, 3, 4, 8, 40}) {
    for (size_t width = 0; width * value_size <= 4 * 64 + 1; ++width) {
      for (const size_t num_rows : {0, 1, 2, 7, 40})
        ExpectUnpads(random, num_rows, width, value_size);
    }
  }
}

TEST(PadRowsReference, CutsAndFills) {
  const std::vector<uint8_t> values = {1, 2, 3, 4, 5, 6};
  const std::vector<uint8_t> fill = {9, 8, 9, 8};
  std::vector<uint8_t> output(8);
  const std::vector<int64_t> pairs = {0, 1, 3};
  reference::PadRows(pairs.data(), 2, values.data(), 6, 2, fill.data(), 4,
                     output.data());
  EXPECT_EQ(output, (std::vector<uint8_t>{1, 2, 9, 8, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace rowsplit
