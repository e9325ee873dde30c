#ifndef ROWSPLIT_SRC_KERNELS_COUNT_CHARACTERS_H_
#define ROWSPLIT_SRC_KERNELS_COUNT_CHARACTERS_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

// Characters of UTF-8: every byte that is not 10xxxxxx begins one. Nothing is
// checked.
namespace rowsplit::kernels {

// How many characters begin in `n` bytes.
size_t CountCharacters(const uint8_t* bytes, size_t n);

// The same for each row: row r is bytes[offsets[r], offsets[r + 1]). Requires
// rows of fewer than 2^31 bytes.
void CountRowCharacters(const uint8_t* bytes, const Offset* offsets,
                        size_t num_rows, int32_t* counts);

// Where the character behind `skip` others begins; `n` if there is none.
size_t FindCharacter(const uint8_t* bytes, size_t n, size_t skip);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_COUNT_CHARACTERS_H_
