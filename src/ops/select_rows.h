#ifndef ROWSPLIT_SRC_OPS_SELECT_ROWS_H_
#define ROWSPLIT_SRC_OPS_SELECT_ROWS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The outermost rows [begin, begin + size) of the tensor sources[source].
struct RowRange {
  int64_t begin;
  int64_t size;
  int64_t source = 0;
};

// The rows of the ranges, one after the other: what gather, slice, tile,
// concat, mask and reverse come down to. Ranges may overlap and repeat.
// Requires that the sources have one dtype, ragged rank and inner shape and a
// rank of 1 or more, and that the ranges lie in them. Fails with
// ResourceExhausted if a size does not fit 64 bits, and with Cancelled.
// O(rows and bytes of the result + ranges * ragged rank).
absl::StatusOr<Tensor> SelectRows(std::span<const Tensor> sources,
                                  std::vector<RowRange> ranges,
                                  const ExecOptions& exec);
inline absl::StatusOr<Tensor> SelectRows(const Tensor& source,
                                         std::vector<RowRange> ranges,
                                         const ExecOptions& exec) {
  return SelectRows(std::span<const Tensor>(&source, 1), std::move(ranges),
                    exec);
}

// The rows [begin, end), sharing the memory of the values and bytes; only the
// splits are copied. Requires `0 <= begin <= end <= num_rows()`.
Tensor SliceRows(const Tensor& input, int64_t begin, int64_t end);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_SELECT_ROWS_H_
