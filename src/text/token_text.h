#ifndef ROWSPLIT_SRC_TEXT_TOKEN_TEXT_H_
#define ROWSPLIT_SRC_TEXT_TOKEN_TEXT_H_

#include <span>
#include <string>
#include <string_view>

#include "rowsplit/core/offset.h"
#include "text/tokenizer_parts.h"

namespace rowsplit::internal {

// Appends the text that tokens stand for, by the tokenizer's decoder; without
// one they are joined by blanks. Linear in the tokens' bytes.
void AppendText(const TokenizerParts& parts,
                std::span<const std::string_view> tokens, std::string& out);

// Leaves the white space at both ends of a token out of its offsets, as Hugging
// Face's ByteLevel does. If a blank was put before each text, the one blank of
// a token at its begin stays.
void TrimSpaces(std::string_view token, bool has_prefix_space, bool is_first,
                Offset* start, Offset* end);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_TOKEN_TEXT_H_
