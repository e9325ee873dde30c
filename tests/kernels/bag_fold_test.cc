#include "kernels/bag_fold.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/bag_fold_ref.h"
#include "support/stored_rows.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using kernels::BagFold;
using testing::StoredRows;

const std::vector<int64_t> kSplits = {1, 1, 2, 4, 4, 10, 20};

struct Case {
  BagFold fold;
  bool weighted;
  bool divided;
};

// Exact but for quantized rows; those within a few roundings of the largest
// partial sum.
void ExpectNear(const StoredRows& stored, float actual, float expected,
                float tolerance) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual));
  } else if (stored.exact() || !std::isfinite(expected)) {
    EXPECT_EQ(std::memcmp(&actual, &expected, sizeof(float)), 0)
        << actual << ", expected " << expected;
  } else {
    EXPECT_NEAR(actual, expected, tolerance);
  }
}

void ExpectAsReference(RowFormat format, size_t width, const Case& test,
                       std::mt19937_64& random) {
  const StoredRows stored(format, 17, width, random);
  const kernels::TableRows table = stored.table();
  const auto num_ids = static_cast<size_t>(kSplits.back());
  const std::vector<const uint8_t*> rows = stored.Pick(num_ids, random);
  std::vector<float> weights(num_ids);
  std::vector<float> divisors(kSplits.size());
  for (size_t i = 0; i < num_ids; ++i) {
    weights[i] = static_cast<float>(random() % 64) / 16 - 1;
  }
  for (float& divisor : divisors)
    divisor = static_cast<float>(random() % 16 + 1) / 8;
  const size_t num_bags = kSplits.size() - 1;
  const kernels::RowBags bags{rows.data(),
                              test.weighted ? weights.data() : nullptr,
                              kSplits.data(), num_bags};
  const float* divided = test.divided ? divisors.data() : nullptr;
  std::vector<float> expected(num_bags * width + 1, 77);
  std::vector<float> actual(num_bags * width + 1, 77);
  reference::FoldBags(table, test.fold, bags, divided, expected.data());
  kernels::FoldBags(table, test.fold, bags, divided, actual.data());
  SCOPED_TRACE(::testing::Message()
               << RowFormatName(format) << ", width " << width << ", fold "
               << static_cast<int>(test.fold)
               << (test.weighted ? ", weighted" : ""));
  for (size_t i = 0; i < expected.size(); ++i)
    ExpectNear(stored, actual[i], expected[i], 2e-4f);
}

class BagFoldTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(BagFoldTest);

constexpr Case kCases[] = {
    {BagFold::kSum, false, false}, {BagFold::kSum, false, true},
    {BagFold::kSum, true, false},  {BagFold::kSum, true, true},
    {BagFold::kMax, false, false}, {BagFold::kMax, true, false},
    {BagFold::kMin, false, false}, {BagFold::kMin, true, false}};

TEST_P(BagFoldTest, EveryFormatFoldAndWidth) {
  std::mt19937_64 random(5);
  std::vector<size_t> widths = {23, 24,  31,  32,  33,  40,  48,  63,  64, 65,
                                96, 100, 128, 144, 161, 256, 300, 320, 337};
  for (size_t width = 0; width <= 20; ++width) widths.push_back(width);
  for (const RowFormat format : testing::kRowFormats) {
    for (const size_t width : widths) {
      for (const Case& test : kCases) {
        ExpectAsReference(format, width, test, random);
        if (HasFailure()) return;
      }
    }
  }
}

// Every bit pattern of a float16, as rows of one item and of many.
TEST_P(BagFoldTest, DecodesEveryHalf) {
  for (const RowFormat format : {RowFormat::kFloat16, RowFormat::kBfloat16}) {
    constexpr size_t kWidth = 64;
    std::vector<uint16_t> bits(65536);
    for (size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<uint16_t>(i);
    const auto* bytes = reinterpret_cast<const uint8_t*>(bits.data());
    const kernels::TableRows table{bytes, 2 * kWidth, kWidth, 1024, format};
    std::vector<const uint8_t*> rows(1024 + kernels::kMaxRowsAhead, bytes);
    std::vector<int64_t> splits = {0};
    for (size_t row = 0; row < 1024; ++row) {
      rows[row] = bytes + row * table.row_bytes;
      splits.push_back(static_cast<int64_t>(row + 1));
    }
    std::vector<float> actual(65536);
    kernels::FoldBags(table, BagFold::kMax,
                      {rows.data(), nullptr, splits.data(), 1024}, nullptr,
                      actual.data());
    std::vector<float> decoded(65536);
    reference::DecodeRow(format, bytes, decoded.size(), decoded.data());
    for (size_t i = 0; i < bits.size(); ++i) {
      const float expected = decoded[i];
      if (std::isnan(expected)) {
        ASSERT_TRUE(std::isnan(actual[i])) << i;
      } else {
        ASSERT_EQ(std::memcmp(&actual[i], &expected, sizeof(float)), 0)
            << i << ": " << actual[i] << ", expected " << expected;
      }
    }
  }
}

TEST_P(BagFoldTest, LaterItemsReplaceEqualOnes) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {nan, 1, 1, nan, 0.0f, -0.0f};
  const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
  std::vector<const uint8_t*> rows(6 + kernels::kMaxRowsAhead, bytes);
  for (size_t i = 0; i < 6; ++i) rows[i] = bytes + 4 * i;
  const std::vector<int64_t> splits = {0, 2, 4, 6, 6};
  for (const BagFold fold : {BagFold::kMax, BagFold::kMin}) {
    std::vector<float> output(4, 7);
    kernels::FoldBags({bytes, 4, 1, 6, RowFormat::kFloat32}, fold,
                      {rows.data(), nullptr, splits.data(), 4}, nullptr,
                      output.data());
    EXPECT_EQ(output[0], 1);
    EXPECT_TRUE(std::isnan(output[1]));
    EXPECT_TRUE(std::signbit(output[2]));
    EXPECT_EQ(output[3], 0);
    EXPECT_FALSE(std::signbit(output[3]));
  }
}

}  // namespace
}  // namespace rowsplit
