#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_SPANS_REF_H_
#define ROWSPLIT_SRC_KERNELS_TOKEN_SPANS_REF_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

// The meaning of the kernels of token_spans.h.
namespace rowsplit::reference {

inline bool IsWhitespace(uint8_t byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

inline size_t FindTokenSpans(const uint8_t* bytes, size_t n, uint32_t base,
                             TokenSpan* out) {
  size_t num_tokens = 0;
  for (size_t i = 0; i < n;) {
    if (IsWhitespace(bytes[i])) {
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < n && !IsWhitespace(bytes[i])) ++i;
    out[num_tokens++] = {static_cast<uint32_t>(base + begin),
                         static_cast<uint32_t>(i - begin)};
  }
  return num_tokens;
}

inline size_t FindRowTokenSpans(const uint8_t* bytes, const Offset* offsets,
                                size_t num_rows, TokenSpan* out) {
  size_t num_tokens = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    num_tokens +=
        FindTokenSpans(bytes + offsets[row],
                       static_cast<size_t>(offsets[row + 1] - offsets[row]),
                       static_cast<uint32_t>(offsets[row]), out + num_tokens);
  }
  return num_tokens;
}

inline void CountRowTokens(const uint8_t* bytes, const Offset* offsets,
                           size_t num_rows, Offset* row_ends) {
  Offset num_tokens = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    bool in_token = false;
    for (Offset i = offsets[row]; i < offsets[row + 1]; ++i) {
      const bool is_token = !IsWhitespace(bytes[i]);
      if (is_token && !in_token) ++num_tokens;
      in_token = is_token;
    }
    row_ends[row] = num_tokens;
  }
}

inline size_t FindLineSpans(const uint8_t* bytes, size_t n, uint32_t base,
                            TokenSpan* out) {
  size_t num_lines = 0;
  size_t begin = 0;
  for (size_t i = 0; i < n; ++i) {
    if (bytes[i] != '\n') continue;
    const size_t end = i > begin && bytes[i - 1] == '\r' ? i - 1 : i;
    out[num_lines++] = {static_cast<uint32_t>(base + begin),
                        static_cast<uint32_t>(end - begin)};
    begin = i + 1;
  }
  if (begin < n) {
    out[num_lines++] = {static_cast<uint32_t>(base + begin),
                        static_cast<uint32_t>(n - begin)};
  }
  return num_lines;
}

inline size_t CountByte(const uint8_t* bytes, size_t n, uint8_t value) {
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) count += bytes[i] == value ? 1 : 0;
  return count;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_SPANS_REF_H_
