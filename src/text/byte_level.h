#ifndef ROWSPLIT_SRC_TEXT_BYTE_LEVEL_H_
#define ROWSPLIT_SRC_TEXT_BYTE_LEVEL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/core/offset.h"

// Hugging Face's ByteLevel: each byte of text is a character that can be seen,
// so that any text is made of 256 characters.
namespace rowsplit::internal {

// Appends the character that stands for `byte`: itself from '!' to '~', U+00A1
// to U+00AC and U+00AE to U+00FF, and U+0100 and on for the others, in order.
void AppendByteCharacter(uint8_t byte, std::string& out);

// The bytes that characters stand for; text in which one stands for none is
// appended as it is.
void AppendBytesOfCharacters(std::string_view text, std::string& out);

// Words by the expression of GPT-2: 's 't 're 've 'm 'll 'd; letters, numbers
// or neither, with one blank before; white space, but for its last character if
// something follows. Requires well-formed text. Linear.
std::vector<TokenSpan> ByteLevelWords(std::string_view text);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BYTE_LEVEL_H_
