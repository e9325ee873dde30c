#ifndef ROWSPLIT_SRC_KERNELS_PAD_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_PAD_ROWS_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// Bytes that must be readable after `fill`; what they hold is ignored.
inline constexpr size_t kPadSlack = 64;

// Writes rows of `row_size` bytes: row r gets the values
// [splits[r], splits[r + 1]) of `value_size` bytes each, as many as fit, and
// behind them what `fill` has at the same place in the row. The values are
// `values_size` bytes and hold those of all rows. `fill` has row_size +
// kPadSlack bytes. Nothing overlaps.
void PadRows(const int64_t* splits, size_t num_rows, const uint8_t* values,
             size_t values_size, size_t value_size, const uint8_t* fill,
             size_t row_size, uint8_t* output);

// The way back: the first splits[r + 1] - splits[r] values of row r go to place
// splits[r] - splits[0] of the output. Requires that they lie in the row.
void UnpadRows(const int64_t* splits, size_t num_rows, const uint8_t* rows,
               size_t row_size, size_t value_size, uint8_t* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_PAD_ROWS_H_
