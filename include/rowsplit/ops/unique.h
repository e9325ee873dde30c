#ifndef ROWSPLIT_OPS_UNIQUE_H_
#define ROWSPLIT_OPS_UNIQUE_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct UniqueOptions {
  // Of `index` and `counts`: int32 or int64.
  DType index_dtype = DType::kInt32;
  ExecOptions exec = {};
};

struct UniqueResult {
  // The different values of each row, in the order in which they come first.
  Tensor values;
  // Of the input's shape: the place of each value among those of its
  // row in `values`.
  Tensor index;
  // Of the shape of `values`: how often each is in its row.
  Tensor counts;
};

// The different values of each innermost row: the rows of the last partition,
// or those of the last inner dimension if there is one. A vector is one row and
// gives vectors; any other input gives ragged values and counts. Takes every
// dtype. -0.0 equals 0.0, and a NaN equals nothing, so that each is kept.
//
//   Unique({{3, 1, 3}, {}, {1}})
//   // values {{3, 1}, {}, {1}}, index {{0, 1, 0}, {}, {0}},
//   // counts {{2, 1}, {}, {1}}
//
// Fails with InvalidArgument if the input is a scalar, index_dtype is another,
// or a row has 2^31 values or more and index_dtype is int32; with
// ResourceExhausted; with Cancelled. O(values) on average.
absl::StatusOr<UniqueResult> Unique(const Tensor& input,
                                    const UniqueOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_UNIQUE_H_
