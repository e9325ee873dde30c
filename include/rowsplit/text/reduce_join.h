#ifndef ROWSPLIT_TEXT_REDUCE_JOIN_H_
#define ROWSPLIT_TEXT_REDUCE_JOIN_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct ReduceJoinOptions {
  // The axes to join along; negative ones count from the end. Absent means all
  // of them, an empty list none.
  std::optional<std::vector<int>> axes = std::nullopt;
  // Keeps a joined axis with size 1.
  bool keepdims = false;
  std::string_view separator = "";
  ExecOptions exec = {};
};

// Joins the strings along axes of a dense or ragged tensor.
//
//   // t = [["a", "b"], [], ["c"]]
//   ReduceJoin(t, {.separator = " "})                     // "a b c"
//   ReduceJoin(t, {.axes = {{1}}, .separator = " "})      // ["a b", "", "c"]
//   ReduceJoin(t, {.axes = {{0}}, .separator = " "})      // ["a c", "b"]
//
// Several axes of a dense tensor are joined in one pass, in which the first
// axis given varies fastest: {1, 0} joins row by row, {0, 1} column by column.
// Those of a ragged tensor are joined one by one, the innermost first. Along a
// ragged axis there is no separator before the first string that is not empty:
// "", "a" give "a", and "a", "" give "a" and a separator.
//
// Fails, for an axis that is not there, with OutOfRange if the tensor is dense
// and InvalidArgument if it is ragged; with InvalidArgument for an axis given
// twice and for what is no string; with ResourceExhausted; with Cancelled.
// Linear in the strings and the result.
absl::StatusOr<Tensor> ReduceJoin(const Tensor& input,
                                  const ReduceJoinOptions& options = {});

struct SegmentJoinOptions {
  std::string_view separator = "";
  ExecOptions exec = {};
};

// Joins the strings with the same segment id, in order, into `num_segments`
// strings. The shape of the ids, int32 or int64, is a prefix of the strings';
// what is left of that shape stays. There is no separator before the first
// string of a segment that is not empty.
//
//   UnsortedSegmentJoin(["a", "b", "c"], [1, 0, 1], 3, {.separator = ","})
//       // ["b", "a,c", ""]
//
// Fails with InvalidArgument for an id that is negative or not below
// num_segments (the message names it), for a num_segments below 0, and for
// ragged tensors or shapes that do not fit; with OutOfRange for ids of a higher
// rank than the strings; with ResourceExhausted; with Cancelled.
absl::StatusOr<Tensor> UnsortedSegmentJoin(
    const Tensor& input, const Tensor& segment_ids, int64_t num_segments,
    const SegmentJoinOptions& options = {});

// The strings of several tensors at the same place, joined. The tensors are of
// one shape, or scalars, which are the same for each place; ragged ones have
// the same row splits. None gives the scalar "".
//
//   JoinElements({["a", "b"], "-", ["c", "d"]}, "")  // ["a-c", "b-d"]
//
// Fails with InvalidArgument for what is no string and for shapes that differ,
// naming the tensors; with ResourceExhausted; with Cancelled. Linear in the
// result.
absl::StatusOr<Tensor> JoinElements(std::span<const Tensor> inputs,
                                    std::string_view separator,
                                    const ExecOptions& exec = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_REDUCE_JOIN_H_
