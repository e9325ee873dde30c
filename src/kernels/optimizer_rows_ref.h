#ifndef ROWSPLIT_SRC_KERNELS_OPTIMIZER_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_OPTIMIZER_ROWS_REF_H_

#include <cmath>
#include <cstddef>

#include "kernels/dot_lanes_ref.h"
#include "kernels/optimizer_rows.h"

namespace rowsplit::reference {

// Calls `item(g, i)` for each item of the rows, i being its place in a table.
template <typename Item>
void ForItems(const kernels::UpdateRows& rows, const float* table, Item item) {
  for (size_t row = 0; row < rows.num_rows; ++row) {
    for (size_t column = 0; column < rows.width; ++column) {
      const size_t i = static_cast<size_t>(rows.ids[row]) * rows.width + column;
      float g = rows.gradients[row * rows.width + column];
      if (rows.weight_decay != 0) {
        const volatile float decay = rows.weight_decay * table[i];
        g += decay;
      }
      item(g, i);
    }
  }
}

inline void SgdRows(const kernels::UpdateRows& rows, float rate, float* table) {
  ForItems(rows, table, [&](float g, size_t i) {
    const volatile float step = rate * g;
    table[i] -= step;
  });
}

inline float AdagradDivisor(const kernels::AdagradStep& step, float sum) {
  return step.inside ? std::sqrt(sum + step.epsilon)
                     : std::sqrt(sum) + step.epsilon;
}

inline void AdagradRows(const kernels::UpdateRows& rows,
                        const kernels::AdagradStep& step, float* table,
                        float* sums) {
  ForItems(rows, table, [&](float g, size_t i) {
    const volatile float square = g * g;
    sums[i] += square;
    table[i] -= step.rate * g / AdagradDivisor(step, sums[i]);
  });
}

inline void RowWiseAdagradRows(const kernels::UpdateRows& rows,
                               const kernels::AdagradStep& step, float* table,
                               float* sums) {
  const size_t width = rows.width;
  for (size_t row = 0; row < rows.num_rows && width > 0; ++row) {
    const auto id = static_cast<size_t>(rows.ids[row]);
    const kernels::UpdateRows one = {rows.ids + row, 1,
                                     rows.gradients + row * width, width,
                                     rows.weight_decay};
    float lanes[kDotLanes] = {};
    ForItems(one, table, [&](float g, size_t i) {
      const volatile float square = g * g;
      lanes[(i - id * width) % kDotLanes] += square;
    });
    sums[id] +=
        FinishDot(nullptr, nullptr, 0, lanes) / static_cast<float>(width);
    const float scale = step.rate / AdagradDivisor(step, sums[id]);
    ForItems(one, table, [&](float g, size_t i) {
      const volatile float change = scale * g;
      table[i] -= change;
    });
  }
}

inline void AdamRows(const kernels::UpdateRows& rows,
                     const kernels::AdamStep& step, float* table, float* first,
                     float* second) {
  ForItems(rows, table, [&](float g, size_t i) {
    const volatile float change = step.beta1_rest * (g - first[i]);
    first[i] += change;
    const volatile float square = g * g;
    const volatile float second_change = step.beta2_rest * (square - second[i]);
    second[i] += second_change;
    table[i] -= step.rate * first[i] / (std::sqrt(second[i]) + step.epsilon);
  });
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_OPTIMIZER_ROWS_REF_H_
