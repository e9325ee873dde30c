#ifndef ROWSPLIT_SRC_TEXT_APPEND_UTF8_H_
#define ROWSPLIT_SRC_TEXT_APPEND_UTF8_H_

#include <unicode/utf8.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// Appends the UTF-8 of a code point. Requires one of Unicode's.
inline void AppendUtf8(uint32_t code_point, std::string& out) {
  char bytes[U8_MAX_LENGTH];
  size_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, code_point);
  out.append(bytes, size);
}
inline void AppendUtf8(uint32_t code_point, BufferBuilder<char>& out) {
  char bytes[U8_MAX_LENGTH];
  size_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, code_point);
  out.Append(std::span<const char>(bytes, size));
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_APPEND_UTF8_H_
