#ifndef ROWSPLIT_SRC_TEXT_UNICODE_TOKENS_H_
#define ROWSPLIT_SRC_TEXT_UNICODE_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

// Tokens of one row, as spans of the bytes of its batch, in which the row
// begins at `base`.
namespace rowsplit::internal {

// The UTF-8 characters. A maximal ill-formed subpart becomes the span
// {replacement, 3}: the caller keeps kReplacementCharacter at that place of the
// batch's bytes. Linear in the row.
void AppendCharacterTokens(std::string_view row, uint32_t base,
                           uint32_t replacement,
                           BufferBuilder<TokenSpan>& tokens);

// The size of the white space (White_Space of Unicode) that begins at `at`; 0
// if there is none. Requires `at < text.size()`.
size_t WhitespaceSize(std::string_view text, size_t at);

// Puts ' ' in place of each byte of Unicode white space (the 25 code points of
// White_Space), so that the tokens between ASCII white space are those between
// Unicode's. Nothing else changes. Linear.
void BlankUnicodeWhitespace(std::span<char> row);

// What stands between runs of Unicode white space (the 25 code points of
// White_Space). Bytes that are not UTF-8 are part of tokens. Linear in the row.
void AppendUnicodeWhitespaceTokens(std::string_view row, uint32_t base,
                                   BufferBuilder<TokenSpan>& tokens);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_UNICODE_TOKENS_H_
