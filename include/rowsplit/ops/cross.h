#ifndef ROWSPLIT_OPS_CROSS_H_
#define ROWSPLIT_OPS_CROSS_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct CrossOptions {
  ExecOptions exec = {};
};

// TensorFlow's default key.
inline constexpr uint64_t kDefaultCrossHashKey = 0xDECAFCAFFE;

struct CrossHashedOptions {
  // The results are in [0, num_buckets); in [0, 2^63 - 1) if it is 0.
  int64_t num_buckets = 0;
  uint64_t hash_key = kDefaultCrossHashKey;
  ExecOptions exec = {};
};

// Feature crosses: for each row all ways to take one value of each input, the
// last input varying fastest, joined by "_X_". Integers are written in decimal.
//
//   Cross({{{"a"}, {"b", "c"}}, {{"d", "e"}, {"f"}}})
//   // {{"a_X_d", "a_X_e"}, {"b_X_f", "c_X_f"}}
//
// Inputs are strings or integers of rank 2, ragged or dense, with one number of
// rows. Fails with InvalidArgument, which names the input; with
// ResourceExhausted if a size does not fit 64 bits; with Cancelled. O(result).
absl::StatusOr<Tensor> Cross(std::span<const Tensor> inputs,
                             const CrossOptions& options = {});

// The same with a number for each: the key, then the FarmHash fingerprints of
// strings and the values of integers, mixed one after the other as TensorFlow's
// FingerprintCat64 does. The same on every machine.
absl::StatusOr<Tensor> CrossHashed(std::span<const Tensor> inputs,
                                   const CrossHashedOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_CROSS_H_
