#ifndef ROWSPLIT_TEXT_HASH_NGRAMS_H_
#define ROWSPLIT_TEXT_HASH_NGRAMS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// The hash that gives an n-gram its id: hash(bytes) mod num_bins, unsigned.
enum class NgramHash {
  kXxh3,      // Xxh3_64
  kFarmHash,  // Fingerprint64: as tf.strings.to_hash_bucket_fast
  kFastText,  // FNV-1a of 32 bits over signed bytes, as fastText's subwords
};

enum class NgramUnit {
  kCharacter,  // UTF-8 characters; a maximal ill-formed subpart is one U+FFFD
  kByte,
};

struct HashNgramsOptions {
  // The ids are in [0, num_bins). Has no default.
  int64_t num_bins = 0;
  // The widths of the n-grams, both ends included.
  int64_t min_width = 3;
  int64_t max_width = 6;
  NgramUnit unit = NgramUnit::kCharacter;
  // Puts '<' before and '>' behind each string, so that its ends can be told
  // from its middle; a mark alone is no n-gram.
  bool word_marks = false;
  NgramHash hash = NgramHash::kXxh3;
  ExecOptions exec = {};
};

// The ids of the n-grams of each string: all of the least width from left to
// right, then of the next. Each is the hash of the n-gram's bytes, but no
// string is made for it. A string that is too short for a width has none of it.
//
//   HashNgrams({"abc", ""}, {.num_bins = 1000, .min_width = 2, .max_width = 3})
//   // {{id("ab"), id("bc"), id("abc")}, {}}
//
// Fails with InvalidArgument for an option out of range, with ResourceExhausted
// if the number of n-grams does not fit 64 bits, and with Cancelled. Linear in
// the bytes of all n-grams.
absl::StatusOr<RaggedTensor<int64_t>> HashNgrams(
    StringTensorView input, const HashNgramsOptions& options);
// As above for each token; the result has one more ragged dimension.
absl::StatusOr<RaggedTensor<int64_t>> HashNgrams(
    const RaggedStringTensor& tokens, const HashNgramsOptions& options);

struct HashTokenNgramsOptions {
  int64_t num_bins = 0;
  int64_t min_width = 1;
  int64_t max_width = 2;
  // Stands between the tokens of an n-gram.
  std::string separator = " ";
  NgramHash hash = NgramHash::kXxh3;
  ExecOptions exec = {};
};

// The ids of the n-grams of the tokens in each innermost row, in the same
// order: the hash of the tokens joined by the separator.
//
//   HashTokenNgrams({{"a", "b"}}, {.num_bins = 1000})
//   // {{id("a"), id("b"), id("a b")}}
//
// Errors and cost as above.
absl::StatusOr<RaggedTensor<int64_t>> HashTokenNgrams(
    const RaggedStringTensor& tokens, const HashTokenNgramsOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_HASH_NGRAMS_H_
