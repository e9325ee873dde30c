#ifndef ROWSPLIT_SRC_TEXT_WORDPIECE_ENCODER_H_
#define ROWSPLIT_SRC_TEXT_WORDPIECE_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/word_blocks.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/bert_text.h"
#include "text/row_encoder.h"
#include "text/wordpiece_trie.h"

namespace rowsplit::internal {

struct WordpieceOptions {
  BertNormalizerOptions normalizer = {};
  std::string unk_token = "[UNK]";
  std::string continuing_prefix = "##";
  // Words of more characters are unknown.
  int64_t max_characters = 100;
};

// Text to the ids of word pieces in one pass: words are cut by vectors and
// tables, whole words are looked up in the vocabulary's table, and only the
// others go through the automaton.
class WordpieceEncoder : public RowEncoder {
 public:
  // ids[i] is the id of token i.
  static absl::StatusOr<std::unique_ptr<const WordpieceEncoder>> Make(
      const Vocabulary& tokens, std::vector<int32_t> ids,
      WordpieceOptions options);

  absl::Status Encode(StringTensorView rows, EncodedRows& out,
                      Offset* row_ends) const override;
  absl::Status EncodeNormalized(const AlignedText& text, size_t begin,
                                size_t end, EncodedRows& out) const override;
  AlignedText Normalize(const AlignedText& text) const override {
    return BertNormalize(text, options_.normalizer);
  }

 private:
  WordpieceEncoder() = default;

  class Blocks;
  bool IsTooLong(std::string_view word) const;
  // Writes the pieces of a word that is no token; -1 stands for an unknown one.
  size_t SplitWord(std::string_view word, int32_t* ids) const;
  // Appends a word with offsets; sources(i, is_end) are those of its byte i.
  template <typename Sources>
  void AppendWord(std::string_view word, int64_t found, const Sources& sources,
                  std::vector<int32_t>& pieces, EncodedRows& out) const;
  // From indices of tokens to ids, of those from `begin` on. Returns the place
  // of the first that is unknown if there is no token for that, else the size.
  size_t Finish(size_t begin, EncodedRows& out) const;
  // An empty word is not named.
  absl::Status UnknownWord(std::string_view word) const;

  Vocabulary tokens_;
  std::vector<int32_t> ids_;  // empty: the index is the id
  WordpieceTrie trie_;
  WordpieceOptions options_;
  const BertCharacters* characters_ = nullptr;
  int32_t unknown_ = -1;
  // Whether a token is longer than any word may be.
  bool has_too_long_ = false;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_WORDPIECE_ENCODER_H_
