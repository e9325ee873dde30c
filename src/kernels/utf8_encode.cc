#include "kernels/utf8_encode.h"

#include <cstring>

#include "kernels/utf8_encode_ref.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/utf8_encode.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using PointTag = hn::CappedTag<int32_t, 16>;
using PointVec = hn::Vec<PointTag>;
inline constexpr size_t kMaxLanes = 16;

size_t FindNonScalar(const int32_t* HWY_RESTRICT code_points, size_t n) {
  const PointTag d;
  const hn::RebindToUnsigned<PointTag> du;
  size_t at = 0;
  for (; at + hn::Lanes(d) <= n; at += hn::Lanes(d)) {
    const auto points = hn::BitCast(du, hn::LoadU(d, code_points + at));
    // D800 to DFFF are 0 to 7FF; what is negative is large.
    const auto surrogate =
        hn::Lt(hn::Xor(points, hn::Set(du, 0xD800u)), hn::Set(du, 0x800u));
    const auto beyond = hn::Lt(hn::Set(du, 0x10FFFFu), points);
    if (!hn::AllFalse(du, hn::Or(surrogate, beyond))) break;
  }
  return at + reference::FindNonScalar(code_points + at, n - at);
}

void CountUtf8Bytes(const int32_t* HWY_RESTRICT code_points,
                    const Offset* HWY_RESTRICT offsets, size_t num_rows,
                    Offset* HWY_RESTRICT row_ends) {
  const PointTag d;
  const auto lanes = static_cast<Offset>(hn::Lanes(d));
  Offset size = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    Offset at = offsets[row];
    const Offset end = offsets[row + 1];
    size += end - at;
    for (; at + lanes <= end; at += lanes) {
      const auto points = hn::LoadU(d, code_points + at);
      const auto over = [&](int32_t limit) HWY_ATTR {
        return hn::CountTrue(d, hn::Gt(points, hn::Set(d, limit)));
      };
      size += static_cast<Offset>(over(0x7F) + over(0x7FF) + over(0xFFFF));
    }
    for (; at < end; ++at)
      size += static_cast<Offset>(reference::Utf8Size(code_points[at]) - 1);
    row_ends[row] = size;
  }
}

// The UTF-8 of each lane, its first byte lowest.
HWY_INLINE PointVec EncodeLanes(PointTag d, PointVec points) {
  const auto mark = hn::Set(d, 0x80);
  const auto low_six = hn::Set(d, 0x3F);
  const auto last = hn::Or(hn::And(points, low_six), mark);
  const auto middle = hn::Or(hn::And(hn::ShiftRight<6>(points), low_six), mark);
  const auto two = hn::Or(hn::Or(hn::ShiftRight<6>(points), hn::Set(d, 0xC0)),
                          hn::ShiftLeft<8>(last));
  const auto three =
      hn::Or(hn::Or(hn::ShiftRight<12>(points), hn::Set(d, 0xE0)),
             hn::Or(hn::ShiftLeft<8>(middle), hn::ShiftLeft<16>(last)));
  const auto upto_three = hn::IfThenElse(
      hn::Gt(points, hn::Set(d, 0x7FF)), three,
      hn::IfThenElse(hn::Gt(points, hn::Set(d, 0x7F)), two, points));
  const auto is_four = hn::Gt(points, hn::Set(d, 0xFFFF));
  if (hn::AllFalse(d, is_four)) return upto_three;
  const auto second =
      hn::Or(hn::And(hn::ShiftRight<12>(points), low_six), mark);
  const auto four =
      hn::Or(hn::Or(hn::Or(hn::ShiftRight<18>(points), hn::Set(d, 0xF0)),
                    hn::ShiftLeft<8>(second)),
             hn::Or(hn::ShiftLeft<16>(middle), hn::ShiftLeft<24>(last)));
  return hn::IfThenElse(is_four, four, upto_three);
}

void EncodeUtf8(const int32_t* HWY_RESTRICT code_points, size_t n, size_t size,
                uint8_t* HWY_RESTRICT bytes) {
  const PointTag d;
  const hn::Rebind<uint8_t, PointTag> d8;
  const size_t lanes = hn::Lanes(d);
  alignas(64) int32_t encoded[kMaxLanes];
  alignas(64) int32_t sizes[kMaxLanes];
  size_t at = 0;
  size_t done = 0;
  for (; at + lanes <= n; at += lanes) {
    const auto points = hn::LoadU(d, code_points + at);
    const auto one_byte = hn::Lt(points, hn::Set(d, 0x80));
    if (hn::AllTrue(d, one_byte)) {
      hn::StoreU(hn::DemoteTo(d8, points), d8, bytes + done);
      done += lanes;
      continue;
    }
    // Four bytes are stored for each, though fewer may be its own.
    if (done + 4 * lanes > size) break;
    hn::Store(EncodeLanes(d, points), d, encoded);
    // A true lane is -1.
    const auto below = [&](int32_t limit) HWY_ATTR {
      return hn::VecFromMask(d, hn::Lt(points, hn::Set(d, limit)));
    };
    hn::Store(hn::Add(hn::Add(hn::Set(d, 4), below(0x80)),
                      hn::Add(below(0x800), below(0x10000))),
              d, sizes);
    for (size_t i = 0; i < lanes; ++i) {
      std::memcpy(bytes + done, &encoded[i], 4);
      done += static_cast<size_t>(sizes[i]);
    }
  }
  reference::EncodeUtf8(code_points + at, n - at, bytes + done);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(FindNonScalar);
HWY_EXPORT(CountUtf8Bytes);
HWY_EXPORT(EncodeUtf8);

size_t FindNonScalar(const int32_t* code_points, size_t n) {
  return HWY_DYNAMIC_DISPATCH(FindNonScalar)(code_points, n);
}

void CountUtf8Bytes(const int32_t* code_points, const Offset* offsets,
                    size_t num_rows, Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(CountUtf8Bytes)
  (code_points, offsets, num_rows, row_ends);
}

void EncodeUtf8(const int32_t* code_points, size_t n, size_t size,
                uint8_t* bytes) {
  HWY_DYNAMIC_DISPATCH(EncodeUtf8)(code_points, n, size, bytes);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
