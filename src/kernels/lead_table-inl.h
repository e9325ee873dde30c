// Tables by the first byte of a UTF-8 character, for the kernels. Included once
// for each target.
#if defined(ROWSPLIT_SRC_KERNELS_LEAD_TABLE_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_LEAD_TABLE_INL_H_
#undef ROWSPLIT_SRC_KERNELS_LEAD_TABLE_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_LEAD_TABLE_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// Whether a lookup looks at bits 7 and 3 to 0 of an index alone. Elsewhere 70
// to 7F may look up 0, too.
inline constexpr bool kSkipsMiddleBits =
    HWY_ARCH_X86 != 0 && HWY_TARGET <= HWY_SSSE3;

// table[byte & 0x3F] for bytes from C0 up, 0 for others.
HWY_INLINE BlockVec LookupLead(BlockTag d, const uint8_t* HWY_RESTRICT table,
                               BlockVec bytes) {
  auto found = hn::Zero(d);
  for (size_t row = 0; row < 4; ++row) {
    // 0 to 15 if the byte is of this row; 70 makes all others saturate to 80 or
    // more, which looks up 0.
    const auto in_row =
        hn::Xor(bytes, hn::Set(d, static_cast<uint8_t>(0xC0 + 16 * row)));
    auto index = hn::SaturatedAdd(in_row, hn::Set(d, uint8_t{0x70}));
    if (!kSkipsMiddleBits) index = hn::And(index, hn::Set(d, uint8_t{0x8F}));
    found = hn::Or(found, hn::TableLookupBytesOr0(
                              hn::LoadDup128(d, table + 16 * row), index));
  }
  return found;
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_LEAD_TABLE_INL_H_
