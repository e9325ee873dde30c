#ifndef ROWSPLIT_OPS_SEGMENT_H_
#define ROWSPLIT_OPS_SEGMENT_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// kSqrtN: the sum over the square root of the count.
enum class SegmentOp { kSum, kProd, kMean, kMax, kMin, kSqrtN };

// "sum", "prod", "mean", "max", "min", "sqrt_n".
std::string_view SegmentOpName(SegmentOp op);

struct SegmentOptions {
  ExecOptions exec = {};
};

// Folds the rows of a dense tensor that have the same id; the ids are sorted.
// The result has a row for each id up to the last; rows without a value are 0,
// with kProd 1. A mean of integers is cut towards zero. Not for kSqrtN.
//
//   SegmentReduce([1, 2, 3], [0, 0, 2], SegmentOp::kSum)  // [3, 0, 3]
//
// InvalidArgument: ids that are not a vector of int32 or int64 with one id a
// row, that decrease or are negative; ragged data; a dtype without arithmetic.
// O(items + rows of the result).
absl::StatusOr<Tensor> SegmentReduce(const Tensor& data,
                                     const Tensor& segment_ids, SegmentOp op,
                                     const SegmentOptions& options = {});

// Folds what has the same id, in any order, into `num_segments` rows. The shape
// of the ids must be a prefix of the data's: a dense shape, or the same row
// splits. What is left of a ragged tensor below the ids is aligned by position:
// a row of the result is as long as the longest row with its id.
//
//   UnsortedSegmentReduce([1, 2, 3], [1, -1, 1], 3, SegmentOp::kSum)
//       // [0, 4, 0]
//   UnsortedSegmentReduce([[1, 2], [], [3]], [0, 1, 0], 2, SegmentOp::kSum)
//       // [[4, 2], []]
//   UnsortedSegmentReduce([[1, 2], [], [3]], [[0, 1], [], [0]], 2,
//                         SegmentOp::kSum)  // [4, 2]
//
// A negative id drops its value, where the ids reach the flat values. A segment
// without a value: sum 0, prod 1, max the lowest finite value, min the greatest
// one; mean and sqrt_n 0 of dense and NaN of ragged data. The mean of 8 and 16
// bit integers is float32, of other integers float64; kSqrtN takes floats.
//
// InvalidArgument: an id that is `num_segments` or more (or negative where rows
// stay ragged), shapes that do not match, ids that are not integers, negative
// `num_segments`, a dtype without arithmetic. O(items + result).
absl::StatusOr<Tensor> UnsortedSegmentReduce(
    const Tensor& data, const Tensor& segment_ids, int64_t num_segments,
    SegmentOp op, const SegmentOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SEGMENT_H_
