#ifndef ROWSPLIT_OPS_SORT_H_
#define ROWSPLIT_OPS_SORT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

enum class SortDirection { kAscending, kDescending };

struct SortOptions {
  // The innermost axis is the only one: -1, or its positive number.
  int axis = -1;
  SortDirection direction = SortDirection::kAscending;
  ExecOptions exec = {};
};

struct TopKOptions {
  ExecOptions exec = {};
};

struct TopKResult {
  Tensor values;
  Tensor indices;  // int32: places inside the row
};

// Sorts each innermost row: the rows of the last partition, or those of the
// last inner dimension if there is one. Takes every dtype: false before true,
// strings by their bytes, and the 16-bit floats by their values. Equal values
// keep their order, in both directions, and -0.0 equals 0.0. NaNs come last in
// both directions. A row without values stays empty.
//
//   Sort({{3, 1, 2}, {}, {5, 4}})  // {{1, 2, 3}, {}, {4, 5}}
//
// Fails with InvalidArgument if the input is a scalar or a row has 2^31 values
// or more, with Unimplemented for another axis, and with Cancelled.
// O(n) a row of n values of fixed size, O(n log n) comparisons of strings.
absl::StatusOr<Tensor> Sort(const Tensor& input,
                            const SortOptions& options = {});

// The places, inside their row, of the values in sorted order: an int32 tensor
// of the input's shape.
//
//   ArgSort({{3, 1, 2}, {}, {5, 4}})  // {{1, 2, 0}, {}, {1, 0}}
//
// Fails as Sort.
absl::StatusOr<Tensor> ArgSort(const Tensor& input,
                               const SortOptions& options = {});

// The k greatest values of each row, greatest first, and their places in it; of
// equal values the first come first. A ragged row with fewer values gives all
// of them, so the result is ragged; a row of a uniform dimension must have k.
//
//   TopK({{1, 3, 2}, {4}}, 2)  // values {{3, 2}, {4}}, indices {{1, 2}, {0}}
//
// Fails as Sort, and with InvalidArgument if k is negative or above the size of
// a uniform dimension. Cost as Sort; long rows of numbers need not be sorted
// whole if k is small.
absl::StatusOr<TopKResult> TopK(const Tensor& input, int64_t k,
                                const TopKOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SORT_H_
