#ifndef ROWSPLIT_SRC_KERNELS_BAG_FOLD_H_
#define ROWSPLIT_SRC_KERNELS_BAG_FOLD_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/table_rows.h"

// Reductions of bags of table rows, column by column, straight from the stored
// form.
namespace rowsplit::kernels {

// kSum: rows are added in their order, starting from 0.
// kMax: a later item replaces the one before it unless that is greater; this
// settles NaN and signed zeros. kMin likewise.
enum class BagFold { kSum, kMax, kMin };

// The pointers that must follow those to the rows: FoldBags asks for the memory
// they point to ahead of its use, and reads none of it.
inline constexpr size_t kMaxRowsAhead = 64;

// How many rows before its use a row is asked for: about 32 KiB, as measured.
inline size_t RowsAhead(size_t row_bytes) {
  return std::clamp<size_t>(32768 / row_bytes, 16, kMaxRowsAhead);
}

// Asks for a line of a row that is some rows ahead. Into the second cache: the
// first one has few places for lines on their way, and rows that were asked for
// there are up to 1.7 times as slow where they come from the third cache or
// from memory.
inline void PrefetchAhead(const void* line) { __builtin_prefetch(line, 0, 2); }

// Bags of rows: bag b is the pointers [splits[b], splits[b + 1]) of `rows`,
// each to the `row_bytes` bytes of a row in the table's format. `weights`, one
// a pointer, multiply the rows; null means 1.
struct RowBags {
  const uint8_t* const* rows = nullptr;
  const float* weights = nullptr;
  const int64_t* splits = nullptr;
  size_t num_bags = 0;
};

// Writes num_bags * width floats. A bag without rows gives zeros. Sums are
// divided by the bag's divisor, if `divisors` is not null.
//
// The floats are the reference's bit for bit for float32, float16 and bfloat16
// rows. Those of int8 and int4 rows differ by roundings: the parts of scale and
// of offset are summed apart, with multiply-adds where the target has them.
// Requires kMaxRowsAhead more pointers behind the last one.
void FoldBags(const TableRows& table, BagFold fold, const RowBags& bags,
              const float* divisors, float* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_BAG_FOLD_H_
