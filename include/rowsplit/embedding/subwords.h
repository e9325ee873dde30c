#ifndef ROWSPLIT_EMBEDDING_SUBWORDS_H_
#define ROWSPLIT_EMBEDDING_SUBWORDS_H_

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

struct SubwordOptions {
  // The n-grams that a word has, in code points: fastText's minn and maxn. No
  // n-grams if `max_chars` is 0.
  int64_t min_chars = 3;
  int64_t max_chars = 6;
};

// Vectors of words from their parts, as fastText makes them: an n-gram of
// characters of '<word>' has the row of the bucket that its hash (FNV-1a of 32
// bits, bytes extended by their sign) names, and the vector of a word is the
// mean of these rows, and of its own if it has one. So a word that no
// vocabulary knows has a vector too. '</s>', which ends a sentence, has no
// n-grams. Immutable; copies share memory.
//
//   auto subwords = SubwordRows::Create(buckets);  // [2000000, 300]
//   std::vector<float> vector(300);
//   subwords->ReadVector("unheardof", vector);
class SubwordRows {
 public:
  // No buckets, so no vectors.
  SubwordRows() = default;

  // One bucket a row. Fails with InvalidArgument if there is none or more than
  // 2^32 - 1, or unless 0 <= min_chars <= max_chars <= 256.
  static absl::StatusOr<SubwordRows> Create(EmbeddingTable buckets,
                                            const SubwordOptions& options = {});

  const EmbeddingTable& buckets() const { return buckets_; }
  const SubwordOptions& options() const { return options_; }
  int64_t width() const { return buckets_.width(); }

  // Appends the bucket of each n-gram of the word: by where they begin, then by
  // length. A lone '<' or '>' is none. Takes max_chars steps a character.
  void FindBuckets(std::string_view word, std::vector<int64_t>& buckets) const;

  // Writes the mean of the rows of the word's n-grams, and of `own_row` unless
  // that is empty. False if there is neither: the vector is then 0. Requires a
  // vector of width(), and an own row of that width or none.
  bool ReadVector(std::string_view word, std::span<float> vector) const {
    return ReadVector(word, {}, vector);
  }
  bool ReadVector(std::string_view word, std::span<const float> own_row,
                  std::span<float> vector) const;

  // The vectors of words without a row: [words, width], float32. Fails with
  // ResourceExhausted if its size does not fit 64 bits, with Cancelled.
  absl::StatusOr<Tensor> ReadVectors(const StringTensor& words,
                                     const ExecOptions& exec = {}) const;

 private:
  SubwordRows(EmbeddingTable buckets, const SubwordOptions& options)
      : buckets_(std::move(buckets)), options_(options) {}

  EmbeddingTable buckets_;
  SubwordOptions options_ = {.min_chars = 0, .max_chars = 0};
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_SUBWORDS_H_
