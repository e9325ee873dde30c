#ifndef ROWSPLIT_OPS_SLICE_H_
#define ROWSPLIT_OPS_SLICE_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <variant>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Python's `begin:end:step`: what is unset is as far as it goes, in steps of 1;
// negative bounds count from the end, and bounds are clamped to the axis.
struct SliceRange {
  std::optional<int64_t> begin = std::nullopt;
  std::optional<int64_t> end = std::nullopt;
  std::optional<int64_t> step = std::nullopt;
};
// Python's `...`: as many whole axes as the rest of the key leaves.
struct SliceEllipsis {};
// A new axis of size 1.
struct SliceNewAxis {};

// One item of a key; an int64_t takes one place of an axis and drops the axis.
using SliceItem =
    std::variant<int64_t, SliceRange, SliceEllipsis, SliceNewAxis>;

struct SliceOptions {
  ExecOptions exec = {};
};

// The part of `input` that the key names, axis by axis, as Python's
// `input[key]`; a key may be shorter than the rank. Dense where no ragged axis
// is left.
//
//   rt = {{1, 2, 3}, {}, {4, 5}}
//   Slice(rt, {2})                          // {4, 5}, dense
//   Slice(rt, {SliceRange{.begin = 1}})     // {{}, {4, 5}}
//   Slice(rt, {SliceRange{}, SliceRange{.end = -1}})  // {{1, 2}, {}, {4}}
//   Slice(rt, {2, 0})                       // 4, a scalar
//   Slice(rt, {SliceNewAxis{}})             // {{{1, 2, 3}, {}, {4, 5}}}
//
// A range of rows with a step of 1 and a single row share the memory of the
// values; only their splits are copied. A new axis in front of a ragged axis is
// a partition, one among the inner axes is one of them.
//
// Fails with OutOfRange for a row at or after the end of the input, or of a
// ragged row of it (which ends a loop over rows in Python); with
// InvalidArgument for any other place out of its axis, one place of a ragged
// axis after the first (rows may lack it), a step of 0, and more items than
// axes. O(splits of the rows it looks at
// + result).
absl::StatusOr<Tensor> Slice(const Tensor& input,
                             std::span<const SliceItem> key,
                             const SliceOptions& options = {});
inline absl::StatusOr<Tensor> Slice(const Tensor& input,
                                    std::initializer_list<SliceItem> key,
                                    const SliceOptions& options = {}) {
  return Slice(input, std::span<const SliceItem>(key.begin(), key.size()),
               options);
}

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SLICE_H_
