#ifndef ROWSPLIT_SRC_TEXT_FAST_WORDPIECE_STATE_H_
#define ROWSPLIT_SRC_TEXT_FAST_WORDPIECE_STATE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/subword_sink.h"
#include "text/wordpiece_trie.h"

namespace rowsplit {

// What a FastWordpieceTokenizer shares with its copies.
struct FastWordpieceTokenizer::State {
  FastWordpieceOptions options;
  StringTensor tokens;
  internal::WordpieceTrie trie;
  int32_t unknown_id = 0;
  // The node of the suffix indicator at the begin of a word, which goes on like
  // the one behind a piece; kNone if there is none or words can't reach it.
  uint32_t indicator_node = internal::WordpieceTrie::kNone;
  // The pieces of the suffix indicator as a word; none if it is unknown.
  std::vector<int32_t> indicator_pieces;
  // A suffix indicator of one punctuation character: it is never a token.
  int32_t blocked_character = -1;

  // Whether each word of text can be cut by itself, as no token has white space
  // and no word begins with the suffix indicator. Then the usable tokens, for
  // words that are one, and their ids.
  bool by_words = false;
  Vocabulary words;
  std::vector<int32_t> word_ids;

  // Sets the three members above.
  absl::Status IndexWords(StringTensorView usable);

  void TokenizeWord(std::string_view word, internal::SubwordSink& sink) const;
  // `after_mark`: what is before the text is a mark that was not looked up.
  void TokenizeText(std::string_view text, internal::SubwordSink& sink,
                    bool after_mark = false) const;
};

namespace internal {

// Whether a code point is a word of its own in text: ASCII's marks, Unicode's
// punctuation and Chinese characters. False for what is no code point.
bool IsPunctuationOrChinese(int32_t code_point);

}  // namespace internal

}  // namespace rowsplit

#endif  // ROWSPLIT_SRC_TEXT_FAST_WORDPIECE_STATE_H_
