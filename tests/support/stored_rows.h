#ifndef ROWSPLIT_TESTS_SUPPORT_STORED_ROWS_H_
#define ROWSPLIT_TESTS_SUPPORT_STORED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/bag_fold.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::testing {

inline constexpr RowFormat kRowFormats[] = {
    RowFormat::kFloat32, RowFormat::kFloat16, RowFormat::kBfloat16,
    RowFormat::kInt8, RowFormat::kInt4};

// Rows of random items between about -2 and 2, stored as `format` one byte off
// any alignment, in memory that ends with the last row.
class StoredRows {
 public:
  StoredRows(RowFormat format, size_t num_rows, size_t width,
             std::mt19937_64& random)
      : format_(format),
        num_rows_(num_rows),
        width_(width),
        row_bytes_(
            static_cast<size_t>(RowBytes(format, static_cast<int64_t>(width)))),
        bytes_(1 + num_rows * row_bytes_) {
    for (size_t row = 0; row < num_rows; ++row)
      FillRow(bytes_.data() + 1 + row * row_bytes_, random);
  }

  kernels::TableRows table() const {
    return {bytes_.data() + 1, row_bytes_, width_,
            static_cast<int64_t>(num_rows_), format_};
  }
  // Pointers to `num_ids` rows at random, and those that must follow.
  std::vector<const uint8_t*> Pick(size_t num_ids,
                                   std::mt19937_64& random) const {
    const kernels::TableRows rows = table();
    std::vector<const uint8_t*> picked(num_ids + kernels::kMaxRowsAhead,
                                       rows.rows);
    for (size_t i = 0; i < num_ids; ++i)
      picked[i] = rows.rows + random() % num_rows_ * row_bytes_;
    return picked;
  }
  // Whether a row's items are numbers rather than codes.
  bool exact() const {
    return format_ != RowFormat::kInt8 && format_ != RowFormat::kInt4;
  }

 private:
  void FillRow(uint8_t* row, std::mt19937_64& random) const {
    const auto put = [&](size_t byte, auto value) {
      std::memcpy(row + byte, &value, sizeof(value));
    };
    // The exponents of numbers below 2, sign and mantissa at random.
    if (format_ == RowFormat::kFloat32) {
      for (size_t i = 0; i < width_; ++i) {
        put(4 * i, static_cast<float>(static_cast<int64_t>(random()) >> 40) *
                       0x1p-22f);
      }
    } else if (exact()) {
      const uint64_t exponent =
          format_ == RowFormat::kFloat16 ? 13 << 10 : 125 << 7;
      const uint64_t mantissa =
          format_ == RowFormat::kFloat16 ? 0x87FF : 0x80FF;
      for (size_t i = 0; i < width_; ++i)
        put(2 * i, static_cast<uint16_t>(exponent + (random() & mantissa)));
    } else if (format_ == RowFormat::kInt8) {
      for (size_t i = 0; i < width_; ++i)
        row[i] = static_cast<uint8_t>(random());
      put(width_, static_cast<float>(random() % 64 + 1) * 0x1p-12f);
      put(width_ + 4, static_cast<float>(random() % 64) * -0x1p-5f);
    } else {
      const size_t codes = (width_ + 1) / 2;
      for (size_t i = 0; i < codes; ++i)
        row[i] = static_cast<uint8_t>(random());
      put(codes, static_cast<uint16_t>(11 << 10 | random() % 1024));
      put(codes + 2,
          static_cast<uint16_t>(0x8000 | 13 << 10 | random() % 1024));
    }
  }

  RowFormat format_;
  size_t num_rows_;
  size_t width_;
  size_t row_bytes_;
  std::vector<uint8_t> bytes_;
};

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_STORED_ROWS_H_
