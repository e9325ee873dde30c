#ifndef ROWSPLIT_SRC_TEXT_HF_CHARACTERS_H_
#define ROWSPLIT_SRC_TEXT_HF_CHARACTERS_H_

#include <cstdint>
#include <string>

// Characters as Hugging Face's tokenizers see them. Categories are those of
// Unicode 8: what was assigned later is in none of them. Decompositions are
// those up to Unicode 12. White space, and capital and small letters, are those
// of ICU. Each call asks ICU; make tables of the answers.
namespace rowsplit::internal {

// Cc, Cf and Co, but for tab, line feed and carriage return.
bool IsHfControl(uint32_t code_point);
// Of no character of ICU's Unicode: it stays as it is and is part of words.
bool IsUnassigned(uint32_t code_point);
// White_Space.
bool IsHfSpace(uint32_t code_point);
// What BERT puts blanks around.
bool IsHfChinese(uint32_t code_point);
// Mn.
bool IsHfNonspacingMark(uint32_t code_point);
// Punctuation of ASCII ($ and + too), and the categories that begin with P.
bool IsHfPunctuation(uint32_t code_point);

uint8_t HfCombiningClass(uint32_t code_point);
// Appends the canonical decomposition, or the code point itself.
void AppendHfDecomposition(uint32_t code_point, std::u32string& out);
// Appends the full lower case without context: no final sigma.
void AppendHfLower(uint32_t code_point, std::u32string& out);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_HF_CHARACTERS_H_
