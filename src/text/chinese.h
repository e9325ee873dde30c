#ifndef ROWSPLIT_SRC_TEXT_CHINESE_H_
#define ROWSPLIT_SRC_TEXT_CHINESE_H_

#include <cstdint>

namespace rowsplit::internal {

// Whether BERT cuts at a code point as a Chinese character. The block of
// extension E begins at U+2B820 for BERT and TF Text, and at U+2B920 for
// Hugging Face.
template <uint32_t kExtensionE>
constexpr bool IsBertChinese(uint32_t code_point) {
  struct Range {
    uint32_t first;
    uint32_t last;
  };
  constexpr Range kRanges[] = {{0x3400, 0x4DBF},       {0x4E00, 0x9FFF},
                               {0xF900, 0xFAFF},       {0x20000, 0x2A6DF},
                               {0x2A700, 0x2B73F},     {0x2B740, 0x2B81F},
                               {kExtensionE, 0x2CEAF}, {0x2F800, 0x2FA1F}};
  for (const Range& range : kRanges) {
    if (code_point - range.first <= range.last - range.first) return true;
  }
  return false;
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CHINESE_H_
