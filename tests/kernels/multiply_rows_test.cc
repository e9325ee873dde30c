#include "kernels/multiply_rows.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/multiply_rows_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using testing::Below;
using testing::Random;

class MultiplyRowsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(MultiplyRowsTest);

std::vector<float> RandomItems(size_t size, Random& random) {
  std::vector<float> items(size);
  for (float& item : items) {
    item = static_cast<float>(Below(random, 2001)) / 1000 - 1;
  }
  return items;
}

TEST_P(MultiplyRowsTest, AgreesWithTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const size_t num_rows : {0, 1, 3, 4, 5, 8, 11}) {
    for (const size_t depth : {0, 1, 2, 7, 33}) {
      for (const size_t width :
           {0, 1, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 64, 65, 100}) {
        const auto rows = RandomItems(num_rows * depth, random);
        const auto matrix = RandomItems(depth * width, random);
        std::vector<float> expected(num_rows * width + 1, 77.0f);
        std::vector<float> actual = expected;
        reference::MultiplyRows(rows.data(), num_rows, depth, matrix.data(),
                                width, expected.data());
        kernels::MultiplyRows(rows.data(), num_rows, depth, matrix.data(),
                              width, actual.data());
        // A product and a sum round by half a unit each; both are below 33.
        for (size_t i = 0; i < expected.size(); ++i) {
          ASSERT_NEAR(actual[i], expected[i], 33 * 33 * 0x1p-24f)
              << num_rows << " " << depth << " " << width;
        }
        ASSERT_EQ(actual.back(), 77.0f);
      }
    }
  }
}

TEST_P(MultiplyRowsTest, GivesARowTheSameAnywhere) {
  ROWSPLIT_SEEDED_RANDOM(random);
  constexpr size_t kDepth = 29;
  for (const size_t width : {5, 16, 37, 70, 133}) {
    const auto matrix = RandomItems(kDepth * width, random);
    const auto rows = RandomItems(11 * kDepth, random);
    std::vector<float> together(11 * width);
    std::vector<float> alone(width);
    kernels::MultiplyRows(rows.data(), 11, kDepth, matrix.data(), width,
                          together.data());
    for (size_t row = 0; row < 11; ++row) {
      kernels::MultiplyRows(rows.data() + row * kDepth, 1, kDepth,
                            matrix.data(), width, alone.data());
      ASSERT_EQ(std::memcmp(alone.data(), together.data() + row * width,
                            width * sizeof(float)),
                0);
    }
  }
}

}  // namespace
}  // namespace rowsplit
