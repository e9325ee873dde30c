#ifndef ROWSPLIT_OPS_SEGMENTS_H_
#define ROWSPLIT_OPS_SEGMENTS_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Rows put together, and beside each item the number of the segment it is of.
struct CombinedSegments {
  Tensor combined;
  Tensor segment_ids;
};

struct CombineSegmentsOptions {
  // Stands in front of each row ([CLS] of BERT). Belongs to segment 0.
  int64_t start_of_sequence_id = 0;
  // Stands behind each segment ([SEP]), and belongs to it.
  int64_t end_of_segment_id = 0;
  ExecOptions exec = {};
};

// The segments of each row one after the other, with ids around them: the input
// of a model. As tf_text.combine_segments. Of segments of a ragged rank above 1
// the items put together are those of the second axis, and each id is a row of
// its own.
//
//   // {{1, 2}, {3}} and {{4}, {}}, with 101 and 102
//   CombineSegments(segments, {101, 102})
//   // {{101, 1, 2, 102, 4, 102}, {101, 3, 102, 102}}
//   // {{0, 0, 0, 0, 1, 1}, {0, 0, 0, 1}}
//
// Fails with InvalidArgument without a segment, unless they are int32 or int64,
// ragged and of as many rows, and for an id that int32 segments can't hold;
// with ResourceExhausted; with Cancelled. O(result).
absl::StatusOr<CombinedSegments> CombineSegments(
    std::span<const Tensor> segments, const CombineSegmentsOptions& options);

struct ConcatenateSegmentsOptions {
  ExecOptions exec = {};
};

// The same without ids around the segments, as tf_text.concatenate_segments;
// takes dense segments too.
//
//   ConcatenateSegments(the same)  // {{1, 2, 4}, {3}} and {{0, 0, 1}, {0}}
absl::StatusOr<CombinedSegments> ConcatenateSegments(
    std::span<const Tensor> segments,
    const ConcatenateSegmentsOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SEGMENTS_H_
