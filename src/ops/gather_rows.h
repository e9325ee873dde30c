#ifndef ROWSPLIT_SRC_OPS_GATHER_ROWS_H_
#define ROWSPLIT_SRC_OPS_GATHER_ROWS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The outermost rows of `source` that `rows` name, one after the other. Of any
// dtype; a dense source of a fixed item size is copied on several threads.
// Requires rows in [0, source.num_rows()) and a rank of 1 or more. Fails with
// ResourceExhausted if a size does not fit 64 bits, and with Cancelled.
absl::StatusOr<Tensor> GatherRows(const Tensor& source,
                                  std::span<const int64_t> rows,
                                  const ExecOptions& exec);

// The same where the row numbers have a shape of their own, which takes the
// place of the outermost axis. Of a ragged source its axes after the first
// become partitions of one row length each, and no axis at all gives the row
// itself, sharing its memory. Requires that the rows fill the shape.
absl::StatusOr<Tensor> GatherRowsAs(const Tensor& source,
                                    std::span<const int64_t> rows,
                                    const std::vector<int64_t>& shape,
                                    const ExecOptions& exec);

// The dense tensor `input` with another shape of as many items.
Tensor Reshaped(const Tensor& input, std::vector<int64_t> shape);

// Whether a shape has no items: one of its sizes is 0, and the others say
// nothing about what there is.
bool HasNoItems(std::span<const int64_t> shape);

// Dense, of a shape without items.
Tensor EmptyDense(DType dtype, std::vector<int64_t> shape);

// The same tensor with `ragged_rank` partitions, made of the outer axes of its
// flat values; as it is if it has that many. Requires a greater rank. Fails
// with ResourceExhausted if the splits do not fit 64 bits.
absl::StatusOr<Tensor> WithRaggedRank(const Tensor& input, int ragged_rank);

// `values` with partitions for the axes 1 and on of a dense shape in front:
// shape {2, 3} over 6 rows gives 2 rows of 3 of them. Requires that the product
// of the shape is the number of rows, and a shape of 1 axis or more.
absl::StatusOr<Tensor> WithUniformAxes(std::span<const int64_t> shape,
                                       Tensor values);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_GATHER_ROWS_H_
