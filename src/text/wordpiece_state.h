#ifndef ROWSPLIT_SRC_TEXT_WORDPIECE_STATE_H_
#define ROWSPLIT_SRC_TEXT_WORDPIECE_STATE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/wordpiece.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/subword_sink.h"
#include "text/wordpiece_trie.h"

namespace rowsplit {

// What a WordpieceTokenizer shares with its copies.
struct WordpieceTokenizer::State {
  WordpieceOptions options;
  StringTensor tokens;
  std::vector<int64_t> ids;
  internal::WordpieceTrie trie;
  // The tokens that a whole word may be, and their indices: a look at a table
  // costs less than a step of the automaton for each byte.
  Vocabulary words;
  std::vector<int32_t> word_tokens;
  // Empty: words stay what they are.
  std::string unknown_token;
  int64_t unknown_id = -1;
  int64_t unknown_suffix_id = -1;
  // The tokens and the suffix indicator are well-formed, so that a longest
  // match ends between characters.
  bool is_well_formed = true;

  // Adds the subwords of a word.
  void Tokenize(std::string_view word, internal::SubwordSink& sink) const;

  // The id of a string as the table has it.
  int64_t IdOf(std::string_view string) const;

 private:
  // The longest piece that `rest` begins with, within the options.
  internal::WordpieceTrie::Piece Longest(std::string_view rest,
                                         bool is_first) const;
  // What stands for `text`, which no token is.
  void AddUnknown(std::string_view text, bool is_first, Offset begin,
                  Offset end, internal::SubwordSink& sink) const;
  void AddPiece(std::string_view text, int32_t piece, Offset begin,
                internal::SubwordSink& sink) const;
  // False if the word can't be cut; then nothing is added.
  bool CutByAutomaton(std::string_view word, internal::SubwordSink& sink) const;
  // The same piece by piece, which all options allow.
  bool CutByPieces(std::string_view word, internal::SubwordSink& sink) const;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_SRC_TEXT_WORDPIECE_STATE_H_
