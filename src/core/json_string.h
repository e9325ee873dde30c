#ifndef ROWSPLIT_SRC_CORE_JSON_STRING_H_
#define ROWSPLIT_SRC_CORE_JSON_STRING_H_

#include <cstddef>
#include <string_view>

#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// Appends `text` as a JSON string with its quotes. Escapes only what JSON
// demands ('"', '\' and the bytes below 0x20); other UTF-8 stays as it is. Each
// maximal ill-formed piece becomes one U+FFFD, so the output is always valid.
void AppendJsonString(std::string_view text, BufferBuilder<char>& out);
}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_JSON_STRING_H_
