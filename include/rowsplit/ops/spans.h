#ifndef ROWSPLIT_OPS_SPANS_H_
#define ROWSPLIT_OPS_SPANS_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Spans [start, limit): starts and limits of one shape, int32 or int64.
struct Spans {
  Tensor start;
  Tensor limit;
};

struct SpanOptions {
  // What counts as overlap. With none of them, equal spans only. A partial
  // overlap is any common position; it makes the other two needless.
  bool contains = false;      // the source span contains the target span
  bool contained_by = false;  // the target span contains the source span
  bool partial_overlap = false;
  ExecOptions exec = {};
};

// Whether each source span overlaps each target span of its row, as
// tf_text.span_overlaps: bools [..., source spans, target spans]. All four
// tensors are dense (the axes before the last broadcast), or all ragged with as
// many rows, and for axes between the outermost and the last the same.
//
//   // sources {[0, 3), [3, 5)}, targets {[0, 2), [3, 5)}
//   SpanOverlaps(sources, targets, {.contains = true})
//   // dense {{true, false}, {false, true}}
//
// Fails with InvalidArgument for other dtypes, ranks or rows; with
// ResourceExhausted; with Cancelled. O(result).
absl::StatusOr<Tensor> SpanOverlaps(const Spans& source, const Spans& target,
                                    const SpanOptions& options = {});

// The places of the target spans that each source span overlaps: int64 [...,
// source spans, (places)], ragged. As tf_text.span_alignment with
// multivalent_result.
//
//   SpanAlignments(the same)  // {{0}, {1}}
absl::StatusOr<Tensor> SpanAlignments(const Spans& source, const Spans& target,
                                      const SpanOptions& options = {});

// The last of them, or -1: int64 [..., source spans], dense only for vectors.
//
//   SpanAlignment(the same)  // {0, 1}
absl::StatusOr<Tensor> SpanAlignment(const Spans& source, const Spans& target,
                                     const SpanOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SPANS_H_
