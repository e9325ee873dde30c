#include "kernels/bag_slices.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/bag_slices_ref.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using kernels::Bags;

class BagSlicesTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(BagSlicesTest);

constexpr int64_t kSplits[] = {2, 2, 3, 5, 12, 12, 29, 30};
constexpr size_t kNumBags = 7;
constexpr size_t kNumRows = 30;

// Few different values, so that there are ties.
struct Data {
  Data(size_t width, std::mt19937_64& random)
      : width(width),
        rows(kNumRows * width),
        weights(kNumRows),
        upstream(kNumBags * width) {
    for (float& item : rows) item = static_cast<float>(random() % 7) / 2 - 1.5f;
    for (float& weight : weights)
      weight = static_cast<float>(random() % 5) / 2 - 1;
    for (float& item : upstream)
      item = static_cast<float>(random() % 1'000) / 300 - 1;
  }
  Bags bags(bool weighted) const {
    return {rows.data(), weighted ? weights.data() : nullptr, kSplits, kNumBags,
            width};
  }

  size_t width;
  std::vector<float> rows;
  std::vector<float> weights;
  std::vector<float> upstream;
};

void ExpectEqualBits(const std::vector<float>& actual,
                     const std::vector<float>& expected, size_t width) {
  ASSERT_EQ(actual.size(), expected.size());
  ASSERT_EQ(std::memcmp(actual.data(), expected.data(),
                        actual.size() * sizeof(float)),
            0)
      << "width " << width;
}

template <typename Body>
void ForWidths(Body body) {
  std::mt19937_64 random(51);
  for (size_t width = 0; width <= 2 * 16 + 5; ++width)
    body(Data(width, random));
}

TEST_P(BagSlicesTest, ExtremesEqualTheReference) {
  ForWidths([](Data data) {
    if (data.width > 2) {
      data.rows[data.width * 4 + 1] = std::numeric_limits<float>::quiet_NaN();
      data.rows[data.width * 2] = std::numeric_limits<float>::infinity();
    }
    for (const bool weighted : {false, true}) {
      for (const bool greatest : {false, true}) {
        for (const bool first_only : {false, true}) {
          // Rows outside the bags keep what they have.
          std::vector<float> expected(kNumRows * data.width + 1, 77);
          std::vector<float> actual = expected;
          const kernels::ExtremeRule rule = {greatest, first_only};
          reference::ExtremeSlices(data.bags(weighted), rule,
                                   data.upstream.data(), expected.data());
          kernels::ExtremeSlices(data.bags(weighted), rule,
                                 data.upstream.data(), actual.data());
          ExpectEqualBits(actual, expected, data.width);
        }
      }
    }
  });
}

TEST_P(BagSlicesTest, LogSumExpIsNearTheReference) {
  ForWidths([](const Data& data) {
    for (const bool weighted : {false, true}) {
      std::vector<float> expected(kNumRows * data.width + 1, 77);
      std::vector<float> actual = expected;
      reference::LogSumExpSlices(data.bags(weighted), data.upstream.data(),
                                 expected.data());
      kernels::LogSumExpSlices(data.bags(weighted), data.upstream.data(),
                               actual.data());
      for (size_t i = 0; i < actual.size(); ++i)
        ASSERT_NEAR(actual[i], expected[i], 3e-6) << data.width;
    }
  });
}

// As the result of the bag, so its gradient.
TEST_P(BagSlicesTest, LogSumExpOfNanIsNan) {
  ForWidths([](Data data) {
    if (data.width == 0) return;
    const size_t column = data.width - 1;
    data.rows[data.width * 4 + column] =  // not the first row of the bag
        std::numeric_limits<float>::quiet_NaN();
    std::vector<float> slices(kNumRows * data.width, 77);
    kernels::LogSumExpSlices(data.bags(false), data.upstream.data(),
                             slices.data());
    for (size_t row = 2; row < 30; ++row) {
      for (size_t item = 0; item < data.width; ++item) {
        ASSERT_EQ(std::isnan(slices[row * data.width + item]),
                  (row == 3 || row == 4) && item == column)
            << row << " " << item << " of " << data.width;
      }
    }
  });
}

TEST_P(BagSlicesTest, ScaledRowsEqualTheReference) {
  ForWidths([](const Data& data) {
    const std::vector<int64_t> indices = {3, 0, 3, 29};
    const std::vector<float> scales = {0.5f, -2, 3.3f, 0};
    for (const float* scale : {static_cast<const float*>(nullptr),
                               static_cast<const float*>(scales.data())}) {
      std::vector<float> expected(4 * data.width + 1, 77);
      std::vector<float> actual = expected;
      reference::ScaleRows(data.rows.data(), data.width, indices.data(), scale,
                           4, expected.data());
      kernels::ScaleRows(data.rows.data(), data.width, indices.data(), scale, 4,
                         actual.data());
      ExpectEqualBits(actual, expected, data.width);
    }
  });
}

TEST_P(BagSlicesTest, CombinedRowsEqualTheReference) {
  ForWidths([](const Data& data) {
    const std::vector<int64_t> indices = {3, 0, 3, 6};
    const std::vector<float> a_scales = {0.5f, -2, 3.3f, 0};
    const std::vector<float> b_scales = {0.7f, 1, -3.1f, 1};
    std::vector<float> expected(4 * data.width + 1, 77);
    std::vector<float> actual = expected;
    reference::CombineRows(data.rows.data(), data.upstream.data(), data.width,
                           indices.data(), a_scales.data(), b_scales.data(), 4,
                           expected.data());
    kernels::CombineRows(data.rows.data(), data.upstream.data(), data.width,
                         indices.data(), a_scales.data(), b_scales.data(), 4,
                         actual.data());
    ExpectEqualBits(actual, expected, data.width);
  });
}

TEST_P(BagSlicesTest, DotsEqualTheReference) {
  ForWidths([](const Data& data) {
    std::vector<int64_t> indices(kNumRows);
    for (size_t i = 0; i < kNumRows; ++i)
      indices[i] = static_cast<int64_t>(i % kNumBags);
    std::vector<float> expected(kNumRows + 1, 77);
    std::vector<float> actual = expected;
    reference::DotRows(data.upstream.data(), indices.data(), data.rows.data(),
                       data.width, kNumRows, expected.data());
    kernels::DotRows(data.upstream.data(), indices.data(), data.rows.data(),
                     data.width, kNumRows, actual.data());
    ExpectEqualBits(actual, expected, data.width);
    reference::DotRows(data.rows.data(), nullptr, data.rows.data(), data.width,
                       kNumRows, expected.data());
    kernels::DotRows(data.rows.data(), nullptr, data.rows.data(), data.width,
                     kNumRows, actual.data());
    ExpectEqualBits(actual, expected, data.width);
  });
}

TEST_P(BagSlicesTest, ClippingEqualsTheReference) {
  ForWidths([](const Data& data) {
    for (const float max_norm : {0.0f, 1.5f, 4.0f, 100.0f}) {
      std::vector<float> rows = data.rows;
      std::vector<float> expected_rows = data.rows;
      std::vector<float> factors(kNumRows);
      std::vector<float> expected_factors(kNumRows);
      reference::ClipRows(max_norm, data.width, kNumRows, expected_rows.data(),
                          expected_factors.data());
      kernels::ClipRows(max_norm, data.width, kNumRows, rows.data(),
                        factors.data());
      ExpectEqualBits(rows, expected_rows, data.width);
      ExpectEqualBits(factors, expected_factors, data.width);
      std::vector<float> slices(data.upstream.begin(),
                                data.upstream.begin() + kNumBags * data.width);
      std::vector<float> expected_slices = slices;
      reference::ClipSlices(rows.data(), factors.data(), data.width, kNumBags,
                            expected_slices.data());
      kernels::ClipSlices(rows.data(), factors.data(), data.width, kNumBags,
                          slices.data());
      ExpectEqualBits(slices, expected_slices, data.width);
    }
  });
}

}  // namespace
}  // namespace rowsplit
