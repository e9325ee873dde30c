#ifndef ROWSPLIT_SRC_KERNELS_UTF8_CASE_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_CASE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rowsplit::kernels {

// What becomes of each character of UTF-8 text: another one of the same size,
// itself, or something special that the caller knows. Plain data.
struct Utf8CaseMap {
  using Block = std::array<uint32_t, 64>;

  Utf8CaseMap();

  // Says that `code_point`, from U+0080 up, becomes the bytes of `result`, the
  // first one lowest. They are as many as its own; 0 makes it special.
  void Set(uint32_t code_point, uint32_t result);

  // By the low six bits of a first byte: behind it, only second bytes of
  // [second_begin, second_begin + second_size) can make a character change.
  alignas(64) uint8_t second_begin[64] = {};
  alignas(64) uint8_t second_size[64] = {};
  // The results for U+0080 to U+07FF.
  std::array<uint16_t, 0x800> two_bytes;
  // The results for U+0800 and up are blocks[block_of[code point / 64]][code
  // point % 64]; in block 0, which is never read, nothing changes.
  std::vector<uint16_t> block_of;
  std::vector<Block> blocks;
  // Which letters of ASCII change to the other case: those from 'A' or 'a', 26
  // of them or none.
  uint8_t ascii_first = 'A';
  uint8_t num_letters = 26;
};

// Maps `n` bytes of well-formed UTF-8, up to the first special character, and
// returns its position, or `n`. As many bytes are written, and what lies behind
// them in dst[0, n) means nothing. `dst` is `src` or apart from it.
size_t MapUtf8Case(const Utf8CaseMap& map, const uint8_t* src, size_t n,
                   uint8_t* dst);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_CASE_H_
