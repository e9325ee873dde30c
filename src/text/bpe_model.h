#ifndef ROWSPLIT_SRC_TEXT_BPE_MODEL_H_
#define ROWSPLIT_SRC_TEXT_BPE_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {

struct BpeOptions {
  std::optional<std::string> unk_token;
  std::string continuing_prefix;
  std::string end_of_word_suffix;
  bool fuse_unk = false;
  bool byte_fallback = false;
  bool ignore_merges = false;
};

// Byte pair encoding, as Hugging Face's BPE: a word's characters become tokens,
// and the pair of neighbours of the lowest rank is merged, the first of equal
// ones, until no pair is left. Immutable.
class BpeModel {
 public:
  // A piece of a word: the index of its token, and its bytes.
  struct Symbol {
    int32_t token;
    uint32_t size;
  };

  // Merges in order of rank. Fails with InvalidArgument for a merge whose parts
  // or result are no tokens, and for an unknown token that is none.
  static absl::StatusOr<BpeModel> Make(
      const Vocabulary& tokens,
      const std::vector<std::pair<std::string_view, std::string_view>>& merges,
      BpeOptions options);

  // Memory for words, one thread at a time.
  struct Scratch {
    struct Link {
      int32_t token;
      uint32_t size;  // 0: merged into another
      uint32_t before;
      uint32_t behind;
      uint32_t rank;  // of the pair with the one behind
    };
    struct Candidate {
      uint32_t rank;
      uint32_t place;
    };
    std::vector<Link> links;
    std::vector<Candidate> queue;
    std::string text;
    std::vector<Symbol> symbols;
  };

  // The pieces of a word, in scratch.symbols; characters without a token are
  // left out if there is none for unknown ones. O(n log n) in its bytes.
  void Split(std::string_view word, Scratch& scratch) const;
  // The same of a word that is in scratch.symbols character by character.
  // Requires takes_characters().
  void SplitSymbols(Scratch& scratch) const;

  const Vocabulary& tokens() const { return tokens_; }
  // Whether the token of a character does not depend on its place in a word.
  bool takes_characters() const {
    return options_.continuing_prefix.empty() &&
           options_.end_of_word_suffix.empty();
  }
  // Whether a word that is a token is not split.
  bool ignores_merges() const { return options_.ignore_merges; }

 private:
  // What a pair of tokens becomes.
  struct Merge {
    uint64_t pair;
    uint32_t rank;
    int32_t token;
  };
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  const Merge* FindMerge(int32_t left, int32_t right) const;
  void AddMerge(const Merge& merge);
  uint32_t RankOf(int32_t left, int32_t right) const {
    const Merge* merge = FindMerge(left, right);
    return merge == nullptr ? kNone : merge->rank;
  }
  void AddCharacters(std::string_view word, Scratch& scratch) const;
  bool AddBytes(std::string_view character, Scratch& scratch) const;
  void MergeAt(uint32_t place, Scratch& scratch) const;
  void MergeFew(Scratch& scratch) const;
  void MergeMany(Scratch& scratch) const;

  Vocabulary tokens_;
  BpeOptions options_;
  int32_t unknown_ = -1;
  std::vector<int32_t> byte_tokens_;  // of byte_fallback
  // Open addressing, at most half full; free places have the rank kNone.
  std::vector<Merge> merges_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BPE_MODEL_H_
