// A table's rows as vectors of floats, one decoder a format. Included once for
// each target.
#if defined(ROWSPLIT_SRC_KERNELS_ROW_DECODE_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_ROW_DECODE_INL_H_
#undef ROWSPLIT_SRC_KERNELS_ROW_DECODE_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_ROW_DECODE_INL_H_
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "hwy/highway.h"
#include "kernels/table_rows.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The float16 at each lane's place, which need not be aligned.
template <class D>
HWY_INLINE hn::Vec<D> LoadHalves(D d, const uint8_t* bytes) {
#if HWY_ARCH_X86 && HWY_TARGET >= HWY_SSE4
  // Highway's own conversion without F16C takes infinities for numbers.
  const hn::RebindToSigned<D> di;
  const hn::Rebind<uint16_t, D> du16;
  const auto bits = hn::PromoteTo(
      di, hn::LoadU(du16, reinterpret_cast<const uint16_t*>(bytes)));
  const auto size =
      hn::ShiftLeft<13>(hn::And(bits, hn::Set(di, int32_t{0x7FFF})));
  // The exponents' biases differ by 112; this also makes denormals normal.
  const auto number =
      hn::BitCast(di, hn::Mul(hn::BitCast(d, size), hn::Set(d, 0x1.0p112f)));
  const auto infinite = hn::Or(size, hn::Set(di, int32_t{0x7F800000}));
  const auto value = hn::IfThenElse(
      hn::Gt(size, hn::Set(di, int32_t{(0x7C00 << 13) - 1})), infinite, number);
  const auto sign = hn::ShiftLeft<31>(hn::ShiftRight<15>(bits));
  return hn::BitCast(d, hn::Or(value, sign));
#else
  const hn::Rebind<hwy::float16_t, D> d16;
  return hn::PromoteTo(
      d, hn::LoadU(d16, reinterpret_cast<const hwy::float16_t*>(bytes)));
#endif
}

// Decoders: Load gives the items [column, column + Lanes(d)) of a row, or its
// codes where kQuantized, whose scale and offset Scale and Offset give.
// kBits is the size of an item.
struct Float32Rows {
  static constexpr RowFormat kFormat = RowFormat::kFloat32;
  static constexpr bool kQuantized = false;
  static constexpr size_t kBits = 32;
  template <class D>
  static HWY_INLINE hn::Vec<D> Load(D d, const uint8_t* row, size_t column) {
    if constexpr (hn::MaxLanes(D()) == 1) {
      // LoadU of one lane reads a float, which must be aligned.
      float value;
      std::memcpy(&value, row + column * 4, sizeof(value));
      return hn::Set(d, value);
    } else {
      return hn::LoadU(d, reinterpret_cast<const float*>(row + column * 4));
    }
  }
};

struct Float16Rows {
  static constexpr RowFormat kFormat = RowFormat::kFloat16;
  static constexpr bool kQuantized = false;
  static constexpr size_t kBits = 16;
  template <class D>
  static HWY_INLINE hn::Vec<D> Load(D d, const uint8_t* row, size_t column) {
    return LoadHalves(d, row + column * 2);
  }
};

struct Bfloat16Rows {
  static constexpr RowFormat kFormat = RowFormat::kBfloat16;
  static constexpr bool kQuantized = false;
  static constexpr size_t kBits = 16;
  template <class D>
  static HWY_INLINE hn::Vec<D> Load(D d, const uint8_t* row, size_t column) {
    const hn::RebindToUnsigned<D> du;
    const hn::Rebind<uint16_t, D> du16;
    const auto* bits = reinterpret_cast<const uint16_t*>(row + column * 2);
    return hn::BitCast(
        d, hn::ShiftLeft<16>(hn::PromoteTo(du, hn::LoadU(du16, bits))));
  }
};

struct Int8Rows {
  static constexpr RowFormat kFormat = RowFormat::kInt8;
  static constexpr bool kQuantized = true;
  static constexpr size_t kBits = 8;
  template <class D>
  static HWY_INLINE hn::Vec<D> Load(D d, const uint8_t* row, size_t column) {
    const hn::RebindToSigned<D> di;
    const hn::Rebind<uint8_t, D> du8;
    return hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(du8, row + column)));
  }
  static HWY_INLINE float Scale(const uint8_t* row, size_t width) {
    return ReadFloat(row + width);
  }
  static HWY_INLINE float Offset(const uint8_t* row, size_t width) {
    return ReadFloat(row + width + 4);
  }

 private:
  static HWY_INLINE float ReadFloat(const uint8_t* bytes) {
    float value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }
};

// Columns must be even unless there is one lane only.
struct Int4Rows {
  static constexpr RowFormat kFormat = RowFormat::kInt4;
  static constexpr bool kQuantized = true;
  static constexpr size_t kBits = 4;
  template <class D>
  static HWY_INLINE hn::Vec<D> Load(D d, const uint8_t* row, size_t column) {
#if HWY_TARGET == HWY_SCALAR
    const int code = row[column / 2] >> (column % 2 * 4) & 15;
    return hn::Set(d, static_cast<float>(code));
#else
    return LoadPairs(d, row + column / 2);
#endif
  }
  static HWY_INLINE float Scale(const uint8_t* row, size_t width) {
    return ReadHalf(row + (width + 1) / 2);
  }
  static HWY_INLINE float Offset(const uint8_t* row, size_t width) {
    return ReadHalf(row + (width + 1) / 2 + 2);
  }

 private:
#if HWY_TARGET != HWY_SCALAR
  template <class D>
  static HWY_INLINE hn::Vec<D> LoadPairs(D d, const uint8_t* pairs) {
    const hn::RebindToSigned<D> di;
    const hn::Rebind<uint8_t, D> du8;
    const hn::Repartition<uint16_t, decltype(du8)> du16;
    const hn::Rebind<uint8_t, decltype(du16)> bytes;
    // 0x00HL, then 0x0H0L: two codes, the low one first.
    const auto pair = hn::PromoteTo(du16, hn::LoadU(bytes, pairs));
    const auto codes = hn::And(hn::Or(pair, hn::ShiftLeft<4>(pair)),
                               hn::Set(du16, uint16_t{0x0F0F}));
    return hn::ConvertTo(d, hn::PromoteTo(di, hn::BitCast(du8, codes)));
  }
#endif
  static HWY_INLINE float ReadHalf(const uint8_t* bytes) {
    const hn::CappedTag<float, 1> d;
    return hn::GetLane(LoadHalves(d, bytes));
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_ROW_DECODE_INL_H_
