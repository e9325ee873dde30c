#include "kernels/count_characters.h"

#include <bit>
#include <cstring>

#include "kernels/count_characters_ref.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/count_characters.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

struct IsCharacterBegin {
  HWY_INLINE BlockMask operator()(BlockVec v) const {
    const BlockTag d;
    return hn::Ne(hn::And(v, hn::Set(d, uint8_t{0xC0})),
                  hn::Set(d, uint8_t{0x80}));
  }
};

// Eight bytes at a time: bit 0 of a byte is set where bit 7 is and bit 6 is
// not.
HWY_INLINE size_t CountTail(const uint8_t* bytes, size_t n) {
  size_t count = 0;
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes + i, sizeof(word));
    const uint64_t inside =
        (word >> 7) & ~(word >> 6) & uint64_t{0x0101010101010101};
    count += 8 - hwy::PopCount(inside);
  }
  return count + reference::CountCharacters(bytes + i, n - i);
}

size_t CountCharacters(const uint8_t* bytes, size_t n) {
  const BlockTag d;
  size_t count = 0;
  size_t i = 0;
  for (; i + kBlock <= n; i += kBlock)
    count += hwy::PopCount(BlockBits(d, bytes + i, IsCharacterBegin()));
  return count + CountTail(bytes + i, n - i);
}

void CountRowCharacters(const uint8_t* bytes, const Offset* offsets,
                        size_t num_rows, int32_t* counts) {
  for (size_t row = 0; row < num_rows; ++row) {
    counts[row] = static_cast<int32_t>(
        CountCharacters(bytes + offsets[row],
                        static_cast<size_t>(offsets[row + 1] - offsets[row])));
  }
}

size_t FindCharacter(const uint8_t* bytes, size_t n, size_t skip) {
  const BlockTag d;
  size_t i = 0;
  for (; i + kBlock <= n; i += kBlock) {
    uint64_t bits = BlockBits(d, bytes + i, IsCharacterBegin());
    const size_t count = hwy::PopCount(bits);
    if (count <= skip) {
      skip -= count;
      continue;
    }
    for (; skip > 0; --skip) bits &= bits - 1;
    return i + static_cast<size_t>(std::countr_zero(bits));
  }
  return i + reference::FindCharacter(bytes + i, n - i, skip);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(CountCharacters);
HWY_EXPORT(CountRowCharacters);
HWY_EXPORT(FindCharacter);

size_t CountCharacters(const uint8_t* bytes, size_t n) {
  return HWY_DYNAMIC_DISPATCH(CountCharacters)(bytes, n);
}

void CountRowCharacters(const uint8_t* bytes, const Offset* offsets,
                        size_t num_rows, int32_t* counts) {
  HWY_DYNAMIC_DISPATCH(CountRowCharacters)(bytes, offsets, num_rows, counts);
}

size_t FindCharacter(const uint8_t* bytes, size_t n, size_t skip) {
  return HWY_DYNAMIC_DISPATCH(FindCharacter)(bytes, n, skip);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
