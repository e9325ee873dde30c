#include "kernels/bag_exp.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/bag_exp_ref.h"
#include "support/stored_rows.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using testing::StoredRows;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

class BagExpTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(BagExpTest);

TEST_P(BagExpTest, LogSumExpOfEveryFormatAndWidth) {
  std::mt19937_64 random(8);
  const std::vector<int64_t> splits = {0, 0, 1, 3, 3, 9};
  const std::vector<float> weights = {1, 2, -3, 40, 0, 1, -60, 0.5f, 2};
  for (const RowFormat format : testing::kRowFormats) {
    for (size_t width = 0; width <= 40; ++width) {
      const StoredRows stored(format, 5, width, random);
      const std::vector<const uint8_t*> rows = stored.Pick(9, random);
      for (const bool weighted : {false, true}) {
        const kernels::RowBags bags{
            rows.data(), weighted ? weights.data() : nullptr, splits.data(), 5};
        std::vector<float> maxima(5 * width + 1);
        std::vector<float> expected(5 * width + 1, 77);
        std::vector<float> actual(5 * width + 1, 77);
        kernels::FoldBags(stored.table(), kernels::BagFold::kMax, bags, nullptr,
                          maxima.data());
        reference::LogSumExpBags(stored.table(), bags, maxima.data(),
                                 expected.data());
        kernels::LogSumExpBags(stored.table(), bags, maxima.data(),
                               actual.data());
        for (size_t i = 0; i < actual.size(); ++i) {
          ASSERT_NEAR(actual[i], expected[i], 3e-5f)
              << RowFormatName(format) << ", width " << width << ", item " << i;
        }
      }
    }
  }
}

TEST_P(BagExpTest, InfinitiesAndNan) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {-kInfinity, -kInfinity,  // -inf
                                     kInfinity,  1,           // inf
                                     -kInfinity, 3,           // 3
                                     nan,        3};          // NaN
  const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
  std::vector<const uint8_t*> rows(8 + kernels::kMaxRowsAhead, bytes);
  for (size_t i = 0; i < 8; ++i) rows[i] = bytes + 4 * i;
  const std::vector<int64_t> splits = {0, 2, 4, 6, 8};
  const kernels::TableRows table{bytes, 4, 1, 8, RowFormat::kFloat32};
  const kernels::RowBags bags{rows.data(), nullptr, splits.data(), 4};
  std::vector<float> maxima(4);
  std::vector<float> output(4);
  kernels::FoldBags(table, kernels::BagFold::kMax, bags, nullptr,
                    maxima.data());
  kernels::LogSumExpBags(table, bags, maxima.data(), output.data());
  EXPECT_EQ(output[0], -kInfinity);
  EXPECT_EQ(output[1], kInfinity);
  EXPECT_EQ(output[2], 3);
  EXPECT_TRUE(std::isnan(output[3]));
}

TEST_P(BagExpTest, SoftmaxOfEveryLength) {
  std::mt19937_64 random(9);
  std::vector<int64_t> splits = {0};
  for (int64_t size = 0; size <= 70; ++size)
    splits.push_back(splits.back() + size);
  std::vector<float> values(static_cast<size_t>(splits.back()));
  for (float& value : values)
    value = static_cast<float>(random() % 4000) / 40 - 50;
  std::vector<float> expected = values;
  reference::SoftmaxBags(splits.data(), splits.size() - 1, expected.data());
  kernels::SoftmaxBags(splits.data(), splits.size() - 1, values.data());
  for (size_t i = 0; i < values.size(); ++i)
    ASSERT_NEAR(values[i], expected[i], 1e-6f) << i;
}

}  // namespace
}  // namespace rowsplit
