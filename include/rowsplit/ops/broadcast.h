#ifndef ROWSPLIT_OPS_BROADCAST_H_
#define ROWSPLIT_OPS_BROADCAST_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct BroadcastOptions {
  ExecOptions exec = {};
};

// The values of `input`, repeated until it has the shape of `like`, whose
// partitions the result shares. `like` gives nothing but its shape. Of any
// dtype.
//
//   BroadcastTo({{1}, {2}, {3}} dense, {{7, 7}, {}, {7}})  // {{1, 1}, {}, {3}}
//   BroadcastTo(5, {{7, 7}, {}, {7}})                      // {{5, 5}, {}, {5}}
//
// The ranks are made equal by axes of size 1 in front of the input's. A uniform
// axis of size 1 then takes the sizes of `like`; any other axis must have them
// already. Fails with InvalidArgument that names the axis; with
// ResourceExhausted if the strings of the result do not fit 64 bits; with
// Cancelled. O(result).
absl::StatusOr<Tensor> BroadcastTo(const Tensor& input, const Tensor& like,
                                   const BroadcastOptions& options = {});

// To a dense shape: dense. Fails also if a size is negative, and with
// ResourceExhausted if the result's size does not fit 64 bits.
absl::StatusOr<Tensor> BroadcastTo(const Tensor& input,
                                   std::span<const int64_t> shape,
                                   const BroadcastOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_BROADCAST_H_
