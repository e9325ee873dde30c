#ifndef ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_REF_H_

#include <algorithm>
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

template <typename T>
void StoreAs(T value, uint8_t* bytes) {
  std::memcpy(bytes, &value, sizeof(T));
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

// The codes' scale and offset that a row is quantized with, and the factor that
// gives the codes: round((item - offset) * inverse_scale).
struct RowScale {
  float scale;
  float offset;
  float inverse_scale;

  // False for a row that can't be stored.
  bool ok() const { return std::isfinite(scale) && std::isfinite(offset); }
};

// Of a row whose items lie from `least` to `most`, both finite. The operations
// and their order are FBGEMM's, so that its rows come out bit for bit. A least
// item of 0 is +0: there it may be either.
inline RowScale Int8Scale(float least, float most) {
  const float offset = least + 0.0f;
  const float range = most + 0.0f - offset;
  return {range / 255.0f, offset, 255.0f / (range + 1e-8f)};
}
// Scale and offset are float16, so the codes are those of the rounded ones.
inline RowScale Int4Scale(float least, float most) {
  const float offset = internal::ToFloat(internal::ToFloat16(least + 0.0f));
  const float range = most - offset;
  float scale = internal::ToFloat(internal::ToFloat16(range / 15.0f));
  if (range == 0 || scale == 0) scale = 1;
  return {scale, offset, 1 / scale};
}

inline int Code(float item, const RowScale& scale, int most) {
  const float code = (item - scale.offset) * scale.inverse_scale;
  return std::clamp(static_cast<int>(std::nearbyint(code)), 0, most);
}

inline void EncodeInt8(const float* items, size_t width, const RowScale& scale,
                       uint8_t* row) {
  for (size_t i = 0; i < width; ++i) {
    row[i] = static_cast<uint8_t>(Code(items[i], scale, 255));
  }
  StoreAs(scale.scale, row + width);
  StoreAs(scale.offset, row + width + 4);
}

inline void EncodeInt4(const float* items, size_t width, const RowScale& scale,
                       uint8_t* row) {
  const size_t num_bytes = (width + 1) / 2;
  std::fill_n(row, num_bytes, uint8_t{0});
  for (size_t i = 0; i < width; ++i) {
    row[i / 2] |=
        static_cast<uint8_t>(Code(items[i], scale, 15) << (i % 2 * 4));
  }
  StoreAs(internal::ToFloat16(scale.scale), row + num_bytes);
  StoreAs(internal::ToFloat16(scale.offset), row + num_bytes + 2);
}

// Stores a row. False if the format can't hold it: quantized, an item that is
// not finite, or a scale or offset that would not be.
inline bool EncodeRow(RowFormat format, const float* items, size_t width,
                      uint8_t* row) {
  switch (format) {
    case RowFormat::kFloat32:
      if (width > 0) std::memcpy(row, items, width * sizeof(float));
      return true;
    case RowFormat::kFloat16:
      for (size_t i = 0; i < width; ++i) {
        StoreAs(internal::ToFloat16(items[i]), row + 2 * i);
      }
      return true;
    case RowFormat::kBfloat16:
      for (size_t i = 0; i < width; ++i) {
        StoreAs(internal::ToBFloat16(items[i]), row + 2 * i);
      }
      return true;
    case RowFormat::kInt8:
    case RowFormat::kInt4:
      break;
  }
  float least = width > 0 ? items[0] : 0;
  float most = least;
  for (size_t i = 0; i < width; ++i) {
    if (!std::isfinite(items[i])) return false;
    least = std::min(least, items[i]);
    most = std::max(most, items[i]);
  }
  const bool is_int8 = format == RowFormat::kInt8;
  const RowScale scale =
      is_int8 ? Int8Scale(least, most) : Int4Scale(least, most);
  if (!scale.ok()) return false;
  (is_int8 ? EncodeInt8 : EncodeInt4)(items, width, scale, row);
  return true;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_REF_H_
