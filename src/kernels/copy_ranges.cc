#include "kernels/copy_ranges.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/copy_ranges.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Bytes that are moved at a time, in one vector or several.
constexpr size_t kBlock = 32;
// From here on memcpy is as fast.
constexpr size_t kLong = 4096;

HWY_INLINE void CopyBlock(const uint8_t* HWY_RESTRICT from,
                          uint8_t* HWY_RESTRICT to) {
  const hn::CappedTag<uint8_t, kBlock> d;
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d))
    hn::StoreU(hn::LoadU(d, from + i), d, to + i);
}

// Near the end of an array, where a whole block may not fit.
HWY_NOINLINE void CopyExactly(const CopyRange& range, uint8_t* output) {
  if (range.size > 0) std::memcpy(output, range.begin, range.size);
}

uint8_t* CopyRanges(const CopyRange* ranges, size_t num_ranges, uint8_t* output,
                    uint8_t* output_limit) {
  for (size_t i = 0; i < num_ranges; ++i) {
    const CopyRange range = ranges[i];
    // A range's last block runs over its end by less than a block.
    const size_t reach = range.size + kBlock;
    if (HWY_LIKELY(range.size < kLong &&
                   static_cast<size_t>(range.limit - range.begin) >= reach &&
                   static_cast<size_t>(output_limit - output) >= reach)) {
      size_t byte = 0;
      do {
        CopyBlock(range.begin + byte, output + byte);
        byte += kBlock;
      } while (byte < range.size);
    } else {
      CopyExactly(range, output);
    }
    output += range.size;
  }
  return output;
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(CopyRanges);
uint8_t* CopyRanges(const CopyRange* ranges, size_t num_ranges, uint8_t* output,
                    uint8_t* output_limit) {
  return HWY_DYNAMIC_DISPATCH(CopyRanges)(ranges, num_ranges, output,
                                          output_limit);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
