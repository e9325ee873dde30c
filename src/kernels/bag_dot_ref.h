#ifndef ROWSPLIT_SRC_KERNELS_BAG_DOT_REF_H_
#define ROWSPLIT_SRC_KERNELS_BAG_DOT_REF_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/bag_fold.h"
#include "kernels/convert_rows_ref.h"
#include "kernels/table_rows.h"

namespace rowsplit::reference {

inline void DotBags(const kernels::TableRows& table,
                    const kernels::RowBags& bags, const float* queries,
                    float* output) {
  std::vector<float> row(table.width);
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    const float* query = queries + bag * table.width;
    for (int64_t i = bags.splits[bag]; i < bags.splits[bag + 1]; ++i) {
      DecodeRow(table.format, bags.rows[i], table.width, row.data());
      float sum = 0;
      for (size_t column = 0; column < table.width; ++column)
        sum += row[column] * query[column];
      output[i] = bags.weights == nullptr ? sum : sum * bags.weights[i];
    }
  }
}

inline void SquaredNorms(const kernels::TableRows& table,
                         const uint8_t* const* rows, size_t num_rows,
                         float* output) {
  std::vector<float> row(table.width);
  for (size_t i = 0; i < num_rows; ++i) {
    DecodeRow(table.format, rows[i], table.width, row.data());
    float sum = 0;
    for (const float item : row) sum += item * item;
    output[i] = sum;
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_BAG_DOT_REF_H_
