#ifndef ROWSPLIT_OPS_TRIMMER_H_
#define ROWSPLIT_OPS_TRIMMER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// How the segments of a row share the items that it may have. Of lengths 5, 2
// and 3, seven items are:
enum class TrimStrategy {
  kRoundRobin,     // 3, 2, 2: one for each segment in turn
  kWaterfall,      // 5, 2, 0: the first ones have all of theirs
  kShrinkLongest,  // 2, 2, 3: the first longest one loses an item, again and
                   // again
};

struct TrimOptions {
  TrimStrategy strategy = TrimStrategy::kRoundRobin;
  // The items of all segments of a row together: one number, or one a row. Must
  // be set.
  std::vector<int64_t> max_seq_length = {};
  // What is counted: the items of this ragged axis within an outermost row.
  // With an axis above the innermost, words of several tokens stay whole.
  int axis = -1;
  ExecOptions exec = {};
};

// The segments, each row of which is cut at its end so that the row has at most
// `max_seq_length` items in all segments together. As the trimmers of TF Text.
//
//   // {{1, 2, 3, 4, 5}}, {{6, 7}} and {{8, 9, 10}}
//   TrimSegments(segments, {.max_seq_length = {7}})
//   // {{1, 2, 3}}, {{6, 7}} and {{8, 9}}
//
// Fails with InvalidArgument without a segment, for one that is not ragged or
// has inner dimensions, for segments of other numbers of rows, and for a length
// that is negative or missing; with Cancelled. O(items).
absl::StatusOr<std::vector<Tensor>> TrimSegments(
    std::span<const Tensor> segments, const TrimOptions& options);

// Which items stay: a bool for each, in the segment's shape down to the axis.
// An item that has no value (a word without a token) always stays.
//
//   TrimMasks(the same)  // {{true, true, true, false, false}}, …
absl::StatusOr<std::vector<Tensor>> TrimMasks(std::span<const Tensor> segments,
                                              const TrimOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_TRIMMER_H_
