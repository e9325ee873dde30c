#include "kernels/optimizer_rows.h"

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/optimizer_rows_ref.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using kernels::AdagradStep;
using kernels::AdamStep;
using kernels::UpdateRows;

class OptimizerRowsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(OptimizerRowsTest);

constexpr size_t kNumRows = 9;

std::vector<float> Random(std::mt19937_64& random, size_t size, float least) {
  std::vector<float> values(size);
  for (float& value : values)
    value = static_cast<float>(random() % 10'000) / 3'000 + least;
  return values;
}

// The tables that a step changes; each must become what the reference makes of
// it, bit for bit, also where no row is touched.
struct Tables {
  std::vector<float> table;
  std::vector<float> first;
  std::vector<float> second;

  friend bool operator==(const Tables& a, const Tables& b) {
    const auto equal = [](const std::vector<float>& x,
                          const std::vector<float>& y) {
      return x.size() == y.size() &&
             (x.empty() ||
              std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0);
    };
    return equal(a.table, b.table) && equal(a.first, b.first) &&
           equal(a.second, b.second);
  }
};

template <typename Step, typename Reference>
void ExpectEqualSteps(Step step, Reference reference) {
  std::mt19937_64 random(31);
  for (size_t width = 0; width <= 2 * 16 + 5; ++width) {
    for (const float weight_decay : {0.0f, 0.25f}) {
      const std::vector<int64_t> ids = {7, 0, 3, 2, 8, 5};
      const auto gradients = Random(random, ids.size() * width, -1.5f);
      Tables expected = {Random(random, kNumRows * width, -1.5f),
                         Random(random, kNumRows * width, 0.1f),
                         Random(random, kNumRows * width, 0.1f)};
      if (width == 0) expected.first.resize(kNumRows);
      Tables actual = expected;
      const UpdateRows rows = {ids.data(), ids.size(), gradients.data(), width,
                               weight_decay};
      reference(rows, expected);
      step(rows, actual);
      ASSERT_EQ(actual == expected, true) << "width " << width;
    }
  }
}

TEST_P(OptimizerRowsTest, Sgd) {
  ExpectEqualSteps(
      [](const UpdateRows& rows, Tables& t) {
        kernels::SgdRows(rows, 0.3f, t.table.data());
      },
      [](const UpdateRows& rows, Tables& t) {
        reference::SgdRows(rows, 0.3f, t.table.data());
      });
}

TEST_P(OptimizerRowsTest, Adagrad) {
  for (const bool inside : {false, true}) {
    const AdagradStep step = {0.3f, 1e-3f, inside};
    ExpectEqualSteps(
        [&](const UpdateRows& rows, Tables& t) {
          kernels::AdagradRows(rows, step, t.table.data(), t.first.data());
        },
        [&](const UpdateRows& rows, Tables& t) {
          reference::AdagradRows(rows, step, t.table.data(), t.first.data());
        });
    ExpectEqualSteps(
        [&](const UpdateRows& rows, Tables& t) {
          kernels::RowWiseAdagradRows(rows, step, t.table.data(),
                                      t.first.data());
        },
        [&](const UpdateRows& rows, Tables& t) {
          reference::RowWiseAdagradRows(rows, step, t.table.data(),
                                        t.first.data());
        });
  }
}

TEST_P(OptimizerRowsTest, Adam) {
  const AdamStep step = {0.3f, 0.1f, 0.001f, 1e-3f};
  ExpectEqualSteps(
      [&](const UpdateRows& rows, Tables& t) {
        kernels::AdamRows(rows, step, t.table.data(), t.first.data(),
                          t.second.data());
      },
      [&](const UpdateRows& rows, Tables& t) {
        reference::AdamRows(rows, step, t.table.data(), t.first.data(),
                            t.second.data());
      });
}

}  // namespace
}  // namespace rowsplit
