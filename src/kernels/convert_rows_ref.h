#ifndef ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_REF_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/half_float.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::reference {

template <typename T>
T LoadAs(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

// The items of one stored row as float32.
inline void DecodeRow(RowFormat format, const uint8_t* row, size_t width,
                      float* output) {
  switch (format) {
    case RowFormat::kFloat32:
      if (width > 0) std::memcpy(output, row, width * sizeof(float));
      return;
    case RowFormat::kFloat16:
      for (size_t i = 0; i < width; ++i) {
        output[i] = internal::ToFloat(LoadAs<Float16>(row + 2 * i));
      }
      return;
    case RowFormat::kBfloat16:
      for (size_t i = 0; i < width; ++i) {
        output[i] = internal::ToFloat(LoadAs<BFloat16>(row + 2 * i));
      }
      return;
    case RowFormat::kInt8: {
      const auto scale = LoadAs<float>(row + width);
      const auto offset = LoadAs<float>(row + width + 4);
      for (size_t i = 0; i < width; ++i) {
        output[i] = std::fma(static_cast<float>(row[i]), scale, offset);
      }
      return;
    }
    case RowFormat::kInt4: {
      const uint8_t* const end = row + (width + 1) / 2;
      const float scale = internal::ToFloat(LoadAs<Float16>(end));
      const float offset = internal::ToFloat(LoadAs<Float16>(end + 2));
      for (size_t i = 0; i < width; ++i) {
        const int code = row[i / 2] >> (i % 2 * 4) & 15;
        output[i] = std::fma(static_cast<float>(code), scale, offset);
      }
      return;
    }
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_REF_H_
