#ifndef ROWSPLIT_SRC_TEXT_FAST_BERT_CHARACTERS_H_
#define ROWSPLIT_SRC_TEXT_FAST_BERT_CHARACTERS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "kernels/word_blocks.h"
#include "text/code_point_table.h"

namespace rowsplit::internal {

// What is done to text before FastWordpieceTokenizer cuts it.
enum class FastBertChange : uint8_t {
  kNone,
  // FastBertNormalizer: controls become blanks.
  kControls,
  // The same with lower case: NFKC_Casefold, NFD, no nonspacing marks.
  kFold
};

// What a character becomes; nothing is said of one that stays.
std::optional<std::string> ChangeForFastBert(uint32_t code_point,
                                             FastBertChange change);

// What a character is for FastWordpieceTokenizer, as bits.
inline constexpr uint8_t kFastSpace = 1;  // ends a word
inline constexpr uint8_t kFastMark = 2;   // is a word of its own
// Of a code point, or of -1.
uint8_t FastKindOf(int32_t code_point);

// Both as a table for blocks of words. Special are characters that become
// several words, and those that are only looked at one by one: ill-formed ones,
// with U+FFFD, and U+0011 where it stays. Immutable.
class FastBertCharacters {
 public:
  // Made by the first call, in some 100 ms.
  static const FastBertCharacters& Of(FastBertChange change);

  const kernels::CharacterMap& map() const { return map_; }

 private:
  explicit FastBertCharacters(FastBertChange change);

  uint32_t ValueOf(uint32_t code_point, FastBertChange change);
  uint32_t Place(const std::string& word);

  std::string pool_;
  uint32_t growth_ = 3;
  CodePointTable<uint32_t> values_;
  kernels::CharacterMap map_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_FAST_BERT_CHARACTERS_H_
