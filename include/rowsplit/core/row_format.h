#ifndef ROWSPLIT_CORE_ROW_FORMAT_H_
#define ROWSPLIT_CORE_ROW_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace rowsplit {

// How the rows of an embedding table are stored, one after the other and
// without gaps, in the byte order of the machine (little-endian). A row starts
// at any byte.
//   kFloat32, kFloat16, kBfloat16: `width` numbers.
//   kInt8: `width` codes of 0 to 255, then a float32 scale and a float32
//     offset; an item is code * scale + offset.
//   kInt4: (width + 1) / 2 bytes of two codes of 0 to 15, the first in the low
//     four bits (the last byte of an odd width has 0 above), then a float16
//     scale and a float16 offset.
// The last two are the layouts of FBGEMM's fused row-wise quantization.
enum class RowFormat : uint8_t { kFloat32, kFloat16, kBfloat16, kInt8, kInt4 };

// "float32", "float16", "bfloat16", "int8", "int4".
std::string_view RowFormatName(RowFormat format);
// The format of a name; nothing for another name.
std::optional<RowFormat> ParseRowFormat(std::string_view name);

// The widest row that a table may have: RowBytes of it fits 64 bits.
inline constexpr int64_t kMaxRowWidth = int64_t{1} << 56;

// The bytes of one row. Requires `0 <= width <= kMaxRowWidth`.
//
//   RowBytes(RowFormat::kInt4, 5)  // 3 + 4
constexpr int64_t RowBytes(RowFormat format, int64_t width) {
  switch (format) {
    case RowFormat::kFloat32:
      return width * 4;
    case RowFormat::kFloat16:
    case RowFormat::kBfloat16:
      return width * 2;
    case RowFormat::kInt8:
      return width + 8;
    case RowFormat::kInt4:
      return (width + 1) / 2 + 4;
  }
  return 0;
}

// The bytes of a table, for sizes that nobody checked. Fails with
// InvalidArgument for a negative size or a width above kMaxRowWidth, with
// ResourceExhausted if the product does not fit 64 bits.
absl::StatusOr<int64_t> TableBytes(RowFormat format, int64_t num_rows,
                                   int64_t width);

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_ROW_FORMAT_H_
