#ifndef ROWSPLIT_EMBEDDING_HASHED_ROWS_H_
#define ROWSPLIT_EMBEDDING_HASHED_ROWS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

enum class RowHash : uint8_t {
  kFarmHash,  // Fingerprint64, as TensorFlow's buckets of unknown words
  kXxh3,      // faster
};

struct HashedRowsOptions {
  RowHash hash = RowHash::kFarmHash;
  // Buckets a word: with two, words that share one rarely share the other.
  int64_t num_hashes = 1;
  // The mean of the buckets' rows, or their sum.
  bool mean = true;
};

// Vectors of words that no vocabulary has, by the hash trick: a word has the
// rows of the buckets that its hashes name, whatever the number of words. The
// first bucket is hash % buckets; with kFarmHash that is TensorFlow's
// to_hash_bucket_fast. Immutable; copies share memory.
//
//   auto rows = HashedRows::Create(*EmbeddingTable::Uniform(1000, 64),
//                                  {.num_hashes = 2});
//   std::vector<float> vector(64);
//   rows->ReadVector("unheardof", vector);
class HashedRows {
 public:
  // One bucket a row. Fails with InvalidArgument if there is none, or unless
  // num_hashes is 1 to 16.
  static absl::StatusOr<HashedRows> Create(
      EmbeddingTable buckets, const HashedRowsOptions& options = {});

  const EmbeddingTable& buckets() const { return buckets_; }
  const HashedRowsOptions& options() const { return options_; }
  int64_t width() const { return buckets_.width(); }

  // Appends the word's num_hashes buckets; two may be the same.
  void FindBuckets(std::string_view word, std::vector<int64_t>& buckets) const;

  // Writes the vector of a word. Requires a vector of width().
  void ReadVector(std::string_view word, std::span<float> vector) const;

  // The vectors of words: [words, width], float32. Fails with ResourceExhausted
  // if its size does not fit 64 bits, with Cancelled.
  absl::StatusOr<Tensor> ReadVectors(const StringTensor& words,
                                     const ExecOptions& exec = {}) const;

 private:
  HashedRows(EmbeddingTable buckets, const HashedRowsOptions& options)
      : buckets_(std::move(buckets)), options_(options) {}

  EmbeddingTable buckets_;
  HashedRowsOptions options_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_HASHED_ROWS_H_
