#ifndef ROWSPLIT_SRC_KERNELS_BAG_EXP_REF_H_
#define ROWSPLIT_SRC_KERNELS_BAG_EXP_REF_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/bag_fold.h"
#include "kernels/convert_rows_ref.h"
#include "kernels/table_rows.h"

namespace rowsplit::reference {

inline void LogSumExpBags(const kernels::TableRows& table,
                          const kernels::RowBags& bags, const float* maxima,
                          float* output) {
  std::vector<float> row(table.width);
  std::vector<double> sums(table.width);
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    const float* shifts = maxima + bag * table.width;
    const bool empty = bags.splits[bag] == bags.splits[bag + 1];
    std::fill(sums.begin(), sums.end(), 0.0);
    for (int64_t i = bags.splits[bag]; i < bags.splits[bag + 1]; ++i) {
      DecodeRow(table.format, bags.rows[i], table.width, row.data());
      const float weight = bags.weights == nullptr ? 1 : bags.weights[i];
      for (size_t column = 0; column < table.width; ++column)
        sums[column] += std::exp(double{weight * row[column]} - shifts[column]);
    }
    for (size_t column = 0; column < table.width; ++column) {
      const float shift = shifts[column];
      const auto sum = static_cast<float>(std::log(sums[column]) + shift);
      *output++ = empty ? 0 : std::isfinite(shift) ? sum : shift;
    }
  }
}

inline void SoftmaxBags(const int64_t* splits, size_t num_bags, float* values) {
  for (size_t bag = 0; bag < num_bags; ++bag) {
    float max = -std::numeric_limits<float>::infinity();
    for (int64_t i = splits[bag]; i < splits[bag + 1]; ++i)
      max = max > values[i] ? max : values[i];
    float sum = 0;
    for (int64_t i = splits[bag]; i < splits[bag + 1]; ++i)
      sum += values[i] = std::exp(values[i] - max);
    for (int64_t i = splits[bag]; i < splits[bag + 1]; ++i) values[i] /= sum;
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_BAG_EXP_REF_H_
