#ifndef ROWSPLIT_OPS_TILE_H_
#define ROWSPLIT_OPS_TILE_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct TileOptions {
  ExecOptions exec = {};
};

// Repeats a tensor along each of its axes, as tf.tile: every row at axis k
// comes `multiples[k]` times, as a whole.
//
//   Tile([[1, 2], [3]], {2, 1})  // [[1, 2], [3], [1, 2], [3]]
//   Tile([[1, 2], [3]], {1, 2})  // [[1, 2, 1, 2], [3, 3]]
//
// Fails with InvalidArgument unless there is one multiple an axis and none is
// negative (with OutOfRange if a ragged axis, or the axis of flat values, has
// none); with ResourceExhausted if a size does not fit 64 bits; with Cancelled.
// O(bytes and rows of the result + the same for each axis that is repeated).
absl::StatusOr<Tensor> Tile(const Tensor& input,
                            std::span<const int64_t> multiples,
                            const TileOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_TILE_H_
