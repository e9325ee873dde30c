#ifndef ROWSPLIT_VOCAB_HASHING_H_
#define ROWSPLIT_VOCAB_HASHING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/output_mode.h"

namespace rowsplit {

// The arguments of keras.layers.Hashing.
struct HashingOptions {
  int64_t num_bins = 0;
  // A scalar of a string or number: it has the bin 0 and the others have the
  // bins after it. Not looked at with one bin.
  std::optional<Tensor> mask_value = std::nullopt;
  // SipHash with this key, instead of Fingerprint64.
  std::optional<SipHashKey> salt = std::nullopt;
  // Not kTfIdf.
  OutputMode output_mode = OutputMode::kInt;
  // Of the result: kInt64, kInt32 or, for the modes but int, kFloat32; unset:
  // int64 for int and float32 for the others.
  std::optional<DType> dtype = std::nullopt;
};

// The bin of each string or number, in [0, num_bins), or what the output mode
// makes of them (EncodeIds): keras.layers.Hashing. Numbers are hashed as
// decimal text, floats cut to integers first.
//
//   Hashing({"A", "B", "C", "D", "E"}, {.num_bins = 3})  // {1, 0, 1, 1, 2}
//
// Fails with InvalidArgument if num_bins is not positive, an option fits no
// other, or the mask_value does not have the kind of the input; with
// ResourceExhausted; with Cancelled. Linear.
absl::StatusOr<Tensor> Hashing(const Tensor& input,
                               const HashingOptions& options,
                               const ExecOptions& exec = {});

// The same without zeros. Not for int mode.
absl::StatusOr<CsrMatrix> HashingCsr(const Tensor& input,
                                     const HashingOptions& options,
                                     const ExecOptions& exec = {});

// The first step of both, for input in pieces: the bin of each item, int64, in
// the shape that EncodeIds is to encode. As in Keras, one_hot drops a last
// dimension of size 1 here, before EncodeIds drops one.
absl::StatusOr<Tensor> HashingBins(const Tensor& input,
                                   const HashingOptions& options,
                                   const ExecOptions& exec = {});

// InvalidArgument for an option that is out of range or fits no other.
absl::Status CheckHashingOptions(const HashingOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_HASHING_H_
