#ifndef ROWSPLIT_VOCAB_VOCABULARY_BUILDER_H_
#define ROWSPLIT_VOCAB_VOCABULARY_BUILDER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

namespace internal {
class CountTable;
struct CountAccess;
}  // namespace internal

struct TokenCount {
  std::string_view token;
  int64_t count;
  // The documents that hold the token, where documents were counted.
  int64_t documents = 0;

  friend bool operator==(const TokenCount&, const TokenCount&) = default;
};

struct VocabularyOptions {
  // The most tokens of the vocabulary, special tokens included; -1: no limit.
  int64_t max_tokens = -1;
  // Tokens that were counted less often are left out.
  int64_t min_count = 1;
  // The first tokens of the vocabulary. They are not counted: the same token in
  // the text is dropped.
  std::vector<std::string> special_tokens = {"", "[UNK]"};
};

// Counts tokens and makes a vocabulary of the most common. What it makes
// depends on the counts alone: not on the order of the tokens, on how they were
// spread over builders, or on the order of merging. Movable; not for several
// threads at once: give each its own and merge them.
//
//   VocabularyBuilder builder;
//   builder.Add("a");
//   builder.Add("b", 2);
//   builder.Build({})->tokens();  // "", "[UNK]", "b", "a"
class VocabularyBuilder {
 public:
  VocabularyBuilder();
  ~VocabularyBuilder();
  VocabularyBuilder(VocabularyBuilder&&) noexcept;
  VocabularyBuilder& operator=(VocabularyBuilder&&) noexcept;

  // Counts `token` `count` times, in `documents` documents; copies it when it
  // is new. Requires `count >= documents >= 0`; a count of 0 changes nothing.
  void Add(std::string_view token, int64_t count = 1, int64_t documents = 0);

  // Counts each of these tokens of `bytes` once. Allocates nothing for a token
  // that is known, and reads nothing outside `bytes`. Requires spans that lie
  // inside `bytes`.
  void AddSpans(std::string_view bytes, std::span<const TokenSpan> tokens);

  // The same, and counts documents: each row is one, and counts each of its
  // tokens once. Row r holds the tokens from row_ends[r - 1] (from 0 for the
  // first) to row_ends[r]; those after the last end belong to a row that the
  // next call goes on with. Requires ends that do not decrease, the last at
  // most the number of tokens.
  //
  //   builder.AddRows("a a b", {{0, 1}, {2, 1}, {4, 1}}, {2, 3});
  //   builder.MostCommon(2);  // {"a", 2, 1}, {"b", 1, 1}
  void AddRows(std::string_view bytes, std::span<const TokenSpan> tokens,
               std::span<const Offset> row_ends);

  // Adds the other's counts to these. O(types of `other`).
  void Merge(const VocabularyBuilder& other);

  // The sum of all counts.
  int64_t num_tokens() const;
  // The rows of AddRows.
  int64_t num_documents() const;
  // The number of tokens that differ.
  int64_t num_types() const;
  // The memory in use.
  int64_t size_bytes() const;

  // The tokens with `count >= min_count`, the most common first, and of those
  // with equal counts the one with greater bytes first (as Keras' adapt orders
  // them); at most max_tokens of them, all if it is -1. The tokens refer to
  // this builder and are valid until it is changed. O(types), and sorting only
  // of those returned.
  std::vector<TokenCount> MostCommon(int64_t max_tokens,
                                     int64_t min_count = 1) const;

  // The special tokens, then the most common others. Fails with InvalidArgument
  // if max_tokens is less than the number of special tokens, min_count is less
  // than 1, or a special token is given twice.
  absl::StatusOr<Vocabulary> Build(const VocabularyOptions& options) const;

 private:
  friend struct internal::CountAccess;

  std::unique_ptr<internal::CountTable> table_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_VOCABULARY_BUILDER_H_
