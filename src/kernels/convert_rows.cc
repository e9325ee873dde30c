#include "kernels/convert_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/half_float.h"
#include "kernels/convert_rows_ref.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/row_format.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/convert_rows.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using DF = hn::ScalableTag<float>;
using DU = hn::RebindToUnsigned<DF>;
using DI = hn::RebindToSigned<DF>;
using D16 = hn::Rebind<uint16_t, DF>;
using D8 = hn::Rebind<uint8_t, DF>;
using VF = hn::Vec<DF>;
using VU = hn::Vec<DU>;

// Codes of half a byte pass through an array, this many at a time.
constexpr size_t kBlockCodes = 512;

// Rows start at any byte, so vectors are loaded and stored as bytes.
template <class D>
HWY_INLINE hn::Vec<D> Load(D d, const uint8_t* bytes) {
#if HWY_TARGET == HWY_SCALAR  // no vector of several bytes
  return hn::Set(d, reference::LoadAs<hn::TFromD<D>>(bytes));
#else
  return hn::BitCast(d, hn::LoadU(hn::Repartition<uint8_t, D>(), bytes));
#endif
}
template <class D>
HWY_INLINE void Store([[maybe_unused]] D d, hn::Vec<D> v, uint8_t* bytes) {
#if HWY_TARGET == HWY_SCALAR
  reference::StoreAs(hn::GetLane(v), bytes);
#else
  const hn::Repartition<uint8_t, D> d_bytes;
  hn::StoreU(hn::BitCast(d_bytes, v), d_bytes, bytes);
#endif
}

// Calls `convert(input, output)` for whole vectors of items of kIn and kOut
// bytes that cover all of them: the last one repeats items of the one before.
// Fewer items than lanes go through arrays, so that nothing beside them is
// touched.
template <size_t kIn, size_t kOut, class Convert>
HWY_INLINE void ConvertItems(const uint8_t* input, size_t size, uint8_t* output,
                             const Convert& convert) {
  const size_t lanes = hn::Lanes(DF());
  if (size < lanes) {
    std::array<uint8_t, HWY_MAX_BYTES> padded = {};
    std::array<uint8_t, HWY_MAX_BYTES> converted;
    std::copy_n(input, size * kIn, padded.data());
    convert(padded.data(), converted.data());
    std::copy_n(converted.data(), size * kOut, output);
    return;
  }
  size_t i = 0;
  for (; i + lanes <= size; i += lanes) {
    convert(input + i * kIn, output + i * kOut);
  }
  if (i < size) {
    i = size - lanes;
    convert(input + i * kIn, output + i * kOut);
  }
}

HWY_INLINE VF HalvesToFloat(VU halves) {
  const DU d;
  const DF df;
  const VU rest = hn::ShiftLeft<13>(hn::And(halves, hn::Set(d, 0x7FFF)));
  const VU exponent = hn::And(rest, hn::Set(d, 0x0F800000));
  const VU bias = hn::Set(d, 112U << 23);
  const VU normal = hn::Add(rest, bias);
  // Units of 2^-24 over 2^-14, less 2^-14.
  const VU step = hn::Set(d, 113U << 23);
  const VU small = hn::BitCast(
      d, hn::Sub(hn::BitCast(df, hn::Add(rest, step)), hn::BitCast(df, step)));
  VU wide = hn::IfThenElse(hn::Eq(exponent, hn::Zero(d)), small, normal);
  wide = hn::IfThenElse(hn::Eq(exponent, hn::Set(d, 0x0F800000)),
                        hn::Add(normal, bias), wide);
  const VU sign = hn::ShiftLeft<16>(hn::And(halves, hn::Set(d, 0x8000)));
  return hn::BitCast(df, hn::Or(wide, sign));
}

// The steps of internal::ToFloat16.
HWY_INLINE VU FloatToHalves(VU bits) {
  const DU d;
  const DF df;
  const DI di;
  const VU magnitude = hn::And(bits, hn::Set(d, 0x7FFFFFFF));
  const VU half_unit = hn::Set(d, 0x3F000000);
  const VU small = hn::Sub(hn::BitCast(d, hn::Add(hn::BitCast(df, magnitude),
                                                  hn::BitCast(df, half_unit))),
                           half_unit);
  const VU odd = hn::And(hn::ShiftRight<13>(magnitude), hn::Set(d, 1));
  const VU normal = hn::ShiftRight<13>(
      hn::Add(hn::Sub(magnitude, hn::Set(d, (112U << 23) - 0xFFF)), odd));
  // Magnitudes are less than 2^31: signed compares do.
  const auto at_least = [&](uint32_t least) HWY_ATTR {
    return hn::RebindMask(d,
                          hn::Gt(hn::BitCast(di, magnitude),
                                 hn::Set(di, static_cast<int32_t>(least - 1))));
  };
  VU half = hn::IfThenElse(at_least(0x38800000), normal, small);
  half = hn::IfThenElse(at_least(0x477FF000), hn::Set(d, 0x7C00), half);
  half = hn::IfThenElse(at_least(0x7F800001), hn::Set(d, 0x7E00), half);
  return hn::Or(half, hn::And(hn::ShiftRight<16>(bits), hn::Set(d, 0x8000)));
}

HWY_INLINE VU FloatToBfloats(VU bits) {
  const DU d;
  const DF df;
  const VU odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d, 1));
  const VU rounded =
      hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(d, 0x7FFF))));
  const VU nan = hn::Or(hn::And(hn::ShiftRight<16>(bits), hn::Set(d, 0x8000)),
                        hn::Set(d, 0x7FC0));
  const VF x = hn::BitCast(df, bits);
  return hn::IfThenElse(hn::RebindMask(d, hn::Eq(x, x)), rounded, nan);
}

HWY_INLINE void DecodeCodes(const uint8_t* codes, size_t size, float scale,
                            float offset, uint8_t* output) {
  const VF scales = hn::Set(DF(), scale);
  const VF offsets = hn::Set(DF(), offset);
  ConvertItems<1, 4>(
      codes, size, output, [&](const uint8_t* in, uint8_t* out) HWY_ATTR {
        const auto code = hn::PromoteTo(DI(), hn::LoadU(D8(), in));
        Store(DF(), hn::MulAdd(hn::ConvertTo(DF(), code), scales, offsets),
              out);
      });
}

// Two codes a byte, the first in the low bits, to one a byte.
HWY_INLINE void Unpack(const uint8_t* packed, size_t num_bytes,
                       uint8_t* codes) {
  size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<uint8_t, 16> d;
  const hn::Repartition<uint16_t, decltype(d)> d16;
  const auto low = hn::Set(d, 15);
  const size_t lanes = hn::Lanes(d);
  for (; i + lanes <= num_bytes; i += lanes) {
    const auto v = hn::LoadU(d, packed + i);
    const auto first = hn::And(v, low);
    const auto second =
        hn::And(hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(d16, v))), low);
    hn::StoreU(hn::InterleaveLower(d, first, second), d, codes + 2 * i);
    hn::StoreU(hn::InterleaveUpper(d, first, second), d, codes + 2 * i + lanes);
  }
#endif
  for (; i < num_bytes; ++i) {
    codes[2 * i] = packed[i] & 15;
    codes[2 * i + 1] = packed[i] >> 4;
  }
}

HWY_INLINE void DecodeInt4(const uint8_t* row, size_t width, uint8_t* output) {
  const uint8_t* const end = row + (width + 1) / 2;
  const float scale = internal::ToFloat(reference::LoadAs<Float16>(end));
  const float offset = internal::ToFloat(reference::LoadAs<Float16>(end + 2));
  std::array<uint8_t, kBlockCodes> codes;
  for (size_t begin = 0; begin < width; begin += kBlockCodes) {
    const size_t size = std::min(kBlockCodes, width - begin);
    Unpack(row + begin / 2, (size + 1) / 2, codes.data());
    DecodeCodes(codes.data(), size, scale, offset, output + begin * 4);
  }
}

HWY_INLINE void DecodeRow(RowFormat format, const uint8_t* row, size_t width,
                          uint8_t* output) {
  switch (format) {
    case RowFormat::kFloat32:
      if (width > 0) std::memcpy(output, row, width * sizeof(float));
      return;
    case RowFormat::kFloat16:
      ConvertItems<2, 4>(row, width, output,
                         [](const uint8_t* in, uint8_t* out) HWY_ATTR {
                           const auto v = hn::PromoteTo(DU(), Load(D16(), in));
                           Store(DF(), HalvesToFloat(v), out);
                         });
      return;
    case RowFormat::kBfloat16:
      ConvertItems<2, 4>(row, width, output,
                         [](const uint8_t* in, uint8_t* out) HWY_ATTR {
                           const auto v = hn::PromoteTo(DU(), Load(D16(), in));
                           Store(DU(), hn::ShiftLeft<16>(v), out);
                         });
      return;
    case RowFormat::kInt8:
      DecodeCodes(row, width, reference::LoadAs<float>(row + width),
                  reference::LoadAs<float>(row + width + 4), output);
      return;
    case RowFormat::kInt4:
      DecodeInt4(row, width, output);
      return;
  }
}

void DecodeRows(const TableRows& table, const int64_t* ids, size_t num_ids,
                float* output) {
  // Some 12 KiB ahead: far enough for rows to arrive, near enough for them to
  // stay.
  const size_t ahead = std::clamp<size_t>(12288 / (table.row_bytes + 1), 2, 64);
  auto* const bytes = reinterpret_cast<uint8_t*>(output);
  for (size_t i = 0; i < num_ids; ++i) {
    if (i + ahead < num_ids) {
      const uint8_t* const next =
          table.rows + static_cast<size_t>(ids[i + ahead]) * table.row_bytes;
      for (size_t byte = 0; byte < table.row_bytes; byte += 64) {
        __builtin_prefetch(next + byte);
      }
    }
    DecodeRow(table.format,
              table.rows + static_cast<size_t>(ids[i]) * table.row_bytes,
              table.width, bytes + i * table.width * sizeof(float));
  }
}

void DecodeRowRange(const TableRows& table, int64_t begin, size_t num_rows,
                    float* output) {
  auto* const bytes = reinterpret_cast<uint8_t*>(output);
  const uint8_t* const rows =
      table.rows + static_cast<size_t>(begin) * table.row_bytes;
  for (size_t row = 0; row < num_rows; ++row) {
    DecodeRow(table.format, rows + row * table.row_bytes, table.width,
              bytes + row * table.width * sizeof(float));
  }
}

// The least and the largest item; false if one is not finite.
HWY_INLINE bool FindRange(const float* items, size_t size, float& least,
                          float& most) {
  const DF d;
  const size_t lanes = hn::Lanes(d);
  if (size < lanes) {
    least = most = size > 0 ? items[0] : 0;
    bool finite = true;
    for (size_t i = 0; i < size; ++i) {
      finite &= std::isfinite(items[i]);
      least = std::min(least, items[i]);
      most = std::max(most, items[i]);
    }
    return finite;
  }
  VF low = hn::LoadU(d, items);
  VF high = low;
  // Zero times the item, which is NaN for what is not finite.
  VF zeros = hn::Zero(d);
  const auto step = [&](size_t i) HWY_ATTR {
    const VF v = hn::LoadU(d, items + i);
    low = hn::Min(low, v);
    high = hn::Max(high, v);
    zeros = hn::MulAdd(v, hn::Zero(d), zeros);
  };
  size_t i = 0;
  for (; i + lanes <= size; i += lanes) step(i);
  if (i < size) step(size - lanes);
  least = hn::GetLane(hn::MinOfLanes(d, low));
  most = hn::GetLane(hn::MaxOfLanes(d, high));
  return hn::AllTrue(d, hn::Eq(zeros, zeros));
}

HWY_INLINE void QuantizeItems(const float* items, size_t size,
                              const reference::RowScale& scale, int most,
                              uint8_t* codes) {
  const DF d;
  const VF offset = hn::Set(d, scale.offset);
  const VF inverse_scale = hn::Set(d, scale.inverse_scale);
  const auto largest = hn::Set(DI(), most);
  ConvertItems<4, 1>(
      reinterpret_cast<const uint8_t*>(items), size, codes,
      [&](const uint8_t* in, uint8_t* out) HWY_ATTR {
        const VF code = hn::Mul(hn::Sub(Load(d, in), offset), inverse_scale);
        const auto rounded = hn::Min(hn::NearestInt(code), largest);
        hn::StoreU(hn::DemoteTo(D8(), rounded), D8(), out);
      });
}

// One code a byte to two.
HWY_INLINE void Pack(const uint8_t* codes, size_t num_bytes, uint8_t* packed) {
  size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<uint8_t, 16> d;
  const hn::Repartition<uint16_t, decltype(d)> d16;
  const hn::RebindToSigned<decltype(d16)> d_signed;
  const hn::Rebind<uint8_t, decltype(d16)> d_half;
  const size_t lanes = hn::Lanes(d16);
  for (; i + lanes <= num_bytes; i += lanes) {
    // Eight bits of zero, the second code, four bits of zero, the first code.
    const auto pairs = hn::BitCast(d16, hn::LoadU(d, codes + 2 * i));
    const auto both = hn::Or(pairs, hn::ShiftRight<4>(pairs));
    const auto bytes = hn::And(both, hn::Set(d16, 0xFF));
    hn::StoreU(hn::DemoteTo(d_half, hn::BitCast(d_signed, bytes)), d_half,
               packed + i);
  }
#endif
  for (; i < num_bytes; ++i) {
    packed[i] = static_cast<uint8_t>(codes[2 * i] | codes[2 * i + 1] << 4);
  }
}

HWY_INLINE void QuantizeInt4(const float* items, size_t width,
                             const reference::RowScale& scale, uint8_t* row) {
  std::array<uint8_t, kBlockCodes> codes;
  for (size_t begin = 0; begin < width; begin += kBlockCodes) {
    const size_t size = std::min(kBlockCodes, width - begin);
    codes[size - 1 + size % 2] = 0;  // the partner of a last odd one
    QuantizeItems(items + begin, size, scale, 15, codes.data());
    Pack(codes.data(), (size + 1) / 2, row + begin / 2);
  }
  uint8_t* const end = row + (width + 1) / 2;
  reference::StoreAs(internal::ToFloat16(scale.scale), end);
  reference::StoreAs(internal::ToFloat16(scale.offset), end + 2);
}

HWY_INLINE bool EncodeRow(RowFormat format, const float* items, size_t width,
                          uint8_t* row) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(items);
  float least;
  float most;
  switch (format) {
    case RowFormat::kFloat32:
      if (width > 0) std::memcpy(row, items, width * sizeof(float));
      return true;
    case RowFormat::kFloat16:
      ConvertItems<4, 2>(
          bytes, width, row, [](const uint8_t* in, uint8_t* out) HWY_ATTR {
            const VU v = FloatToHalves(Load(DU(), in));
            Store(D16(), hn::DemoteTo(D16(), hn::BitCast(DI(), v)), out);
          });
      return true;
    case RowFormat::kBfloat16:
      ConvertItems<4, 2>(
          bytes, width, row, [](const uint8_t* in, uint8_t* out) HWY_ATTR {
            const VU v = FloatToBfloats(Load(DU(), in));
            Store(D16(), hn::DemoteTo(D16(), hn::BitCast(DI(), v)), out);
          });
      return true;
    case RowFormat::kInt8: {
      if (!FindRange(items, width, least, most)) return false;
      const reference::RowScale scale = reference::Int8Scale(least, most);
      if (!scale.ok()) return false;
      QuantizeItems(items, width, scale, 255, row);
      reference::StoreAs(scale.scale, row + width);
      reference::StoreAs(scale.offset, row + width + 4);
      return true;
    }
    case RowFormat::kInt4: {
      if (!FindRange(items, width, least, most)) return false;
      const reference::RowScale scale = reference::Int4Scale(least, most);
      if (!scale.ok()) return false;
      QuantizeInt4(items, width, scale, row);
      return true;
    }
  }
  return false;
}

size_t EncodeRows(RowFormat format, const float* items, size_t num_rows,
                  size_t width, uint8_t* output) {
  const auto row_bytes =
      static_cast<size_t>(RowBytes(format, static_cast<int64_t>(width)));
  for (size_t row = 0; row < num_rows; ++row) {
    if (!EncodeRow(format, items + row * width, width,
                   output + row * row_bytes)) {
      return row;
    }
  }
  return num_rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(DecodeRows);
HWY_EXPORT(DecodeRowRange);
HWY_EXPORT(EncodeRows);

void DecodeRows(const TableRows& table, const int64_t* ids, size_t num_ids,
                float* output) {
  HWY_DYNAMIC_DISPATCH(DecodeRows)(table, ids, num_ids, output);
}

void DecodeRowRange(const TableRows& table, int64_t begin, size_t num_rows,
                    float* output) {
  HWY_DYNAMIC_DISPATCH(DecodeRowRange)(table, begin, num_rows, output);
}

size_t EncodeRows(RowFormat format, const float* items, size_t num_rows,
                  size_t width, uint8_t* output) {
  return HWY_DYNAMIC_DISPATCH(EncodeRows)(format, items, num_rows, width,
                                          output);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
