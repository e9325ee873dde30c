#ifndef ROWSPLIT_TEXT_HASH_BUCKET_H_
#define ROWSPLIT_TEXT_HASH_BUCKET_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

enum class BucketHash {
  kFast,    // Fingerprint64: tf.strings.to_hash_bucket_fast
  kStrong,  // SipHash24 with a key: tf.strings.to_hash_bucket_strong
  kPlain,   // MurmurHash64: tf.strings.to_hash_bucket
};

struct HashBucketOptions {
  // The buckets are 0 to num_buckets - 1. Has no default.
  int64_t num_buckets = 0;
  BucketHash hash = BucketHash::kFast;
  // Of kStrong.
  SipHashKey key = {};
  ExecOptions exec = {};
};

// The bucket of each string: hash(bytes) mod num_buckets, unsigned.
//
//   HashBuckets({"Hello", "TensorFlow", "2.x"}, {.num_buckets = 3})
//       // {0, 2, 2}
//
// Fails with InvalidArgument if num_buckets is not positive, and with
// Cancelled. Linear in the bytes.
absl::StatusOr<Buffer<int64_t>> HashBuckets(StringTensorView input,
                                            const HashBucketOptions& options);

struct FingerprintOptions {
  ExecOptions exec = {};
};

// The Fingerprint64 of each row of a dense tensor, as 8 bytes with the lowest
// first: uint8 of shape [rows, 8]. A row of numbers is hashed as it lies in
// memory; a row of one string by its bytes; a row of several strings by their
// fingerprints, one behind the other. As tf.fingerprint.
//
// Fails with InvalidArgument for a ragged tensor or a scalar; with Cancelled.
absl::StatusOr<Tensor> Fingerprints(const Tensor& data,
                                    const FingerprintOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_HASH_BUCKET_H_
