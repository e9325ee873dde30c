#ifndef ROWSPLIT_BENCH_SUPPORT_RAGGED_ROWS_H_
#define ROWSPLIT_BENCH_SUPPORT_RAGGED_ROWS_H_

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "support/datasets.h"

namespace rowsplit::bench {

// Rows of 0 to 2 * `mean_length` values, `num_values` altogether or a little
// less.
inline RowPartition RaggedRows(int64_t num_values, int64_t mean_length,
                               uint64_t seed) {
  std::mt19937_64 random(seed);
  BufferBuilder<Offset> splits;
  splits.Append(Offset{0});
  for (Offset end = 0;;) {
    end += static_cast<Offset>(
        Below(random, 2 * static_cast<uint64_t>(mean_length) + 1));
    if (end > num_values) break;
    splits.Append(end);
  }
  return RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
}

// The values 0, 1, 2 … in these rows.
template <typename T>
Tensor RaggedNumbers(const RowPartition& rows) {
  BufferBuilder<T> values(static_cast<size_t>(rows.num_values()));
  for (int64_t i = 0; i < rows.num_values(); ++i) values[i] = static_cast<T>(i);
  return *Tensor::FromPartition(rows,
                                Tensor::Vector(std::move(values).Build()));
}

// Words in these rows.
inline Tensor RaggedWords(const RowPartition& rows, uint64_t seed) {
  WordSource words(seed);
  StringTensorBuilder strings;
  for (int64_t i = 0; i < rows.num_values(); ++i) strings.Append(words.Next());
  return *Tensor::FromPartition(rows,
                                Tensor::Vector(std::move(strings).Build()));
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_RAGGED_ROWS_H_
