#include "kernels/sum_slices.h"

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/sum_slices_ref.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

class SumSlicesTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(SumSlicesTest);

// Bit for bit, and nothing beside the output is written.
TEST_P(SumSlicesTest, EqualsTheReference) {
  std::mt19937_64 random(21);
  const std::vector<int64_t> splits = {2, 2, 3, 5, 12, 12, 29, 30};
  const size_t num_groups = splits.size() - 1;
  for (size_t width = 0; width <= 4 * 16 + 3; ++width) {
    for (const size_t misalignment : {0, 1, 3}) {
      std::vector<float> rows(misalignment + 11 * width);
      for (float& item : rows)
        item = static_cast<float>(random() % 100'000) / 777 - 60;
      std::vector<int64_t> indices(30);
      std::vector<float> scales(30);
      for (size_t i = 0; i < 30; ++i) {
        indices[i] = static_cast<int64_t>(random() % 11);
        scales[i] = static_cast<float>(random() % 1'000) / 333 - 1;
      }
      for (const float* scale : {static_cast<const float*>(nullptr),
                                 static_cast<const float*>(scales.data())}) {
        std::vector<float> expected(num_groups * width + 1, 77);
        std::vector<float> actual(misalignment + num_groups * width + 1, 77);
        reference::SumSlices(rows.data() + misalignment, width, indices.data(),
                             scale, splits.data(), num_groups, expected.data());
        kernels::SumSlices(rows.data() + misalignment, width, indices.data(),
                           scale, splits.data(), num_groups,
                           actual.data() + misalignment);
        ASSERT_EQ(std::memcmp(actual.data() + misalignment, expected.data(),
                              expected.size() * sizeof(float)),
                  0)
            << "width " << width;
      }
    }
  }
}

TEST_P(SumSlicesTest, TakesNoGroups) {
  const int64_t splits[] = {0};
  kernels::SumSlices(nullptr, 4, nullptr, nullptr, splits, 0, nullptr);
}

}  // namespace
}  // namespace rowsplit
