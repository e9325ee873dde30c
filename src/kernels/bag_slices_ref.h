#ifndef ROWSPLIT_SRC_KERNELS_BAG_SLICES_REF_H_
#define ROWSPLIT_SRC_KERNELS_BAG_SLICES_REF_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/bag_slices.h"
#include "kernels/dot_lanes_ref.h"

namespace rowsplit::reference {

inline float WeightedItem(const kernels::Bags& bags, int64_t row, size_t item) {
  const float value = bags.rows[static_cast<size_t>(row) * bags.width + item];
  return bags.weights == nullptr ? value : value * bags.weights[row];
}

// Calls `column(bag, item)` for each item of each bag that has rows.
template <typename Column>
void ForColumns(const kernels::Bags& bags, Column column) {
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    for (size_t item = 0; item < bags.width; ++item) {
      if (bags.splits[bag] < bags.splits[bag + 1]) column(bag, item);
    }
  }
}

inline void ExtremeSlices(const kernels::Bags& bags,
                          const kernels::ExtremeRule& rule,
                          const float* upstream, float* slices) {
  ForColumns(bags, [&](size_t bag, size_t item) {
    const int64_t begin = bags.splits[bag];
    const int64_t end = bags.splits[bag + 1];
    float extreme = WeightedItem(bags, begin, item);
    for (int64_t row = begin; row < end; ++row) {
      const float value = WeightedItem(bags, row, item);
      if (rule.greatest ? value > extreme : value < extreme) extreme = value;
    }
    float count = 0;
    for (int64_t row = begin; row < end; ++row)
      count += WeightedItem(bags, row, item) == extreme ? 1.0f : 0.0f;
    const float all = upstream[bag * bags.width + item];
    bool taken = false;
    for (int64_t row = begin; row < end; ++row) {
      const bool takes = WeightedItem(bags, row, item) == extreme &&
                         !(rule.first_only && taken);
      taken = taken || takes;
      slices[static_cast<size_t>(row) * bags.width + item] =
          !takes ? 0.0f : (rule.first_only ? all : all / count);
    }
  });
}

inline void LogSumExpSlices(const kernels::Bags& bags, const float* upstream,
                            float* slices) {
  ForColumns(bags, [&](size_t bag, size_t item) {
    const int64_t begin = bags.splits[bag];
    const int64_t end = bags.splits[bag + 1];
    float most = WeightedItem(bags, begin, item);
    for (int64_t row = begin; row < end; ++row)
      most = std::max(most, WeightedItem(bags, row, item));
    double sum = 0;
    for (int64_t row = begin; row < end; ++row)
      sum +=
          std::exp(static_cast<double>(WeightedItem(bags, row, item)) - most);
    for (int64_t row = begin; row < end; ++row) {
      const double share =
          std::exp(static_cast<double>(WeightedItem(bags, row, item)) - most) /
          sum;
      slices[static_cast<size_t>(row) * bags.width + item] =
          static_cast<float>(share * upstream[bag * bags.width + item]);
    }
  });
}

inline void ScaleRows(const float* rows, size_t width, const int64_t* indices,
                      const float* scales, size_t num_rows, float* output) {
  for (size_t i = 0; i < num_rows * width; ++i) {
    const size_t row = i / width;
    const float value =
        rows[static_cast<size_t>(indices[row]) * width + i % width];
    output[i] = scales == nullptr ? value : value * scales[row];
  }
}

inline void CombineRows(const float* a, const float* b, size_t width,
                        const int64_t* indices, const float* a_scales,
                        const float* b_scales, size_t num_rows, float* output) {
  for (size_t i = 0; i < num_rows * width; ++i) {
    const size_t row = i / width;
    const size_t from = static_cast<size_t>(indices[row]) * width + i % width;
    const volatile float left = a[from] * a_scales[row];
    const volatile float right = b[from] * b_scales[row];
    output[i] = left + right;
  }
}

inline void DotRows(const float* a, const int64_t* indices, const float* b,
                    size_t width, size_t num_rows, float* output) {
  for (size_t i = 0; i < num_rows; ++i) {
    const size_t row = indices == nullptr ? i : static_cast<size_t>(indices[i]);
    output[i] = DotLanes(a + row * width, b + i * width, width);
  }
}

inline void ClipRows(float max_norm, size_t width, size_t num_rows, float* rows,
                     float* factors) {
  for (size_t i = 0; i < num_rows; ++i, rows += width) {
    const float norm = std::sqrt(DotLanes(rows, rows, width));
    factors[i] = norm > max_norm ? max_norm / norm : 1.0f;
    if (!(norm > max_norm)) continue;
    for (size_t item = 0; item < width; ++item) rows[item] *= factors[i];
  }
}

inline void ClipSlices(const float* rows, const float* factors, size_t width,
                       size_t num_rows, float* slices) {
  for (size_t i = 0; i < num_rows; ++i, rows += width, slices += width) {
    if (factors[i] == 1) continue;
    const float square = DotLanes(rows, rows, width);
    const float along =
        square == 0 ? 0.0f : DotLanes(rows, slices, width) / square;
    for (size_t item = 0; item < width; ++item) {
      const volatile float part = rows[item] * along;
      slices[item] = factors[i] * (slices[item] - part);
    }
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_BAG_SLICES_REF_H_
