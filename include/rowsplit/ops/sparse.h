#ifndef ROWSPLIT_OPS_SPARSE_H_
#define ROWSPLIT_OPS_SPARSE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Values at positions of a dense shape; all others are absent. A plain struct:
// what takes one checks it.
struct SparseTensor {
  // Position i is indices[i * rank … (i + 1) * rank), rank =
  // dense_shape.size().
  Buffer<int64_t> indices;
  // A dense vector of any dtype, as many values as positions.
  Tensor values;
  std::vector<int64_t> dense_shape;

  friend bool operator==(const SparseTensor& a, const SparseTensor& b);
};

struct SparseOptions {
  ExecOptions exec = {};
};

// The items of a ragged tensor (zeros, too) and where they are in its bounding
// shape, in their order; as tf.RaggedTensor.to_sparse. Shares the values.
//
//   ToSparse({{5, 6}, {}, {7}})
//       // indices {{0, 0}, {0, 1}, {2, 0}}, values {5, 6, 7}, shape {3, 2}
//
// Fails with InvalidArgument for a dense tensor; with ResourceExhausted if the
// size of the indices does not fit 64 bits. O(items * rank + rows).
absl::StatusOr<SparseTensor> ToSparse(const Tensor& input,
                                      const SparseOptions& options = {});

// The rows of a sparse matrix whose rows have their values at the columns 0, 1,
// 2, …; as tf.RaggedTensor.from_sparse. Rows may come in any order: the lengths
// count, and the values keep their order. Shares the values.
//
//   FromSparse({indices {{0, 0}, {0, 1}, {2, 0}}, values {5, 6, 7},
//               shape {3, 4}})           // {{5, 6}, {}, {7}}
//
// Fails with InvalidArgument if it is no matrix, sizes do not fit together, a
// row is not in the shape, or a row's columns do not start at 0 and go up by 1
// (columns past the shape are not looked at); with ResourceExhausted. O(values
// + rows).
absl::StatusOr<Tensor> FromSparse(const SparseTensor& input,
                                  const SparseOptions& options = {});

// What FillEmptyRows gives.
struct FilledRows {
  SparseTensor tensor;
  // Dense bool: for each row, whether it was empty.
  Tensor was_empty;
};

// A sparse tensor in which no row is empty, as tf.sparse.fill_empty_rows: a row
// without values gets `default_value`, a scalar, at the index 0 of the other
// axes. Rows come in order, the values of one as they came.
//
//   FillEmptyRows({indices {{0, 1}, {2, 0}}, values {5, 6}, shape {3, 2}}, 9)
//       // indices {{0, 1}, {1, 0}, {2, 0}}, values {5, 9, 6};
//       // was_empty {false, true, false}
//
// Fails with InvalidArgument if sizes do not fit together, a row is not in the
// shape, or the default value is of another dtype; with ResourceExhausted; with
// Cancelled. O(values * rank + rows).
absl::StatusOr<FilledRows> FillEmptyRows(const SparseTensor& input,
                                         const Tensor& default_value,
                                         const SparseOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SPARSE_H_
