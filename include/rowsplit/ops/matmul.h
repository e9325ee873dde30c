#ifndef ROWSPLIT_OPS_MATMUL_H_
#define ROWSPLIT_OPS_MATMUL_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct MatmulOptions {
  bool transpose_a = false;
  bool transpose_b = false;
  ExecOptions exec = {};
};

// Products of matrices: the last two axes of a and b; the axes before them
// count the matrices. Each matrix must be uniform, but they may differ in size.
//
//   Matmul({{{1, 2}}, {{3, 4}, {5, 6}}}, dense 2 x {{1, 0}, {0, 2}})
//   // {{{1, 4}}, {{3, 8}, {5, 12}}}: rows of 2, (1 and 2 of them)
//
// Of two dense tensors, the axes before the last two broadcast, and the result
// is dense; it is so too of ragged tensors of rank 2. Otherwise a and b have
// one rank, and equal row lengths along the axes that count matrices. The rows
// of the result's matrices are then a ragged axis, and their columns one as
// well if b's are (b has a ragged innermost axis, or transpose_b is set and b
// has ragged matrices); else an inner one.
//
// Of numbers; integers wrap. Fails with InvalidArgument, which names the matrix
// and its sizes; with ResourceExhausted if the result's size does not fit 64
// bits; with Cancelled. O(products), cache-blocked.
absl::StatusOr<Tensor> Matmul(const Tensor& a, const Tensor& b,
                              const MatmulOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_MATMUL_H_
