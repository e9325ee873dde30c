#include "kernels/row_fields.h"

#include <algorithm>
#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/row_fields.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

struct EqualsByte {
  uint8_t value;
  HWY_INLINE BlockMask operator()(BlockVec v) const {
    const BlockTag d;
    return hn::Eq(v, hn::Set(d, value));
  }
};

// Bit i is set where the first and the last byte of the separator stand at i
// and i + size - 1.
HWY_INLINE uint64_t CandidateBits(BlockTag d, const uint8_t* bytes,
                                  const Separator& separator) {
  const size_t last = separator.size - 1;
  const uint64_t first_bits =
      BlockBits(d, bytes, EqualsByte{separator.bytes[0]});
  if (last == 0 || first_bits == 0) return first_bits;
  return first_bits &
         BlockBits(d, bytes + last, EqualsByte{separator.bytes[last]});
}

// The same of fewer bytes than are looked at.
HWY_INLINE uint64_t TailCandidateBits(BlockTag d, const uint8_t* bytes,
                                      size_t n, const Separator& separator) {
  uint8_t tail[kBlock + kMaxSeparator] = {};
  std::memcpy(tail, bytes, n);
  return CandidateBits(d, tail, separator);
}

// Calls `found(position)` for the separators of `n` bytes; `room`, at least n,
// may be read.
template <class Found>
HWY_INLINE void VisitSeparators(const uint8_t* bytes, size_t n, size_t room,
                                const Separator& separator,
                                const Found& found) {
  if (n < separator.size || separator.limit == 0) return;
  const BlockTag d;
  const size_t looked_at = kBlock + separator.size - 1;
  const size_t num_places = n - separator.size + 1;
  uint64_t left = separator.limit;
  size_t next = 0;
  for (size_t i = 0; i < num_places; i += kBlock) {
    uint64_t bits = room - i >= looked_at
                        ? CandidateBits(d, bytes + i, separator)
                        : TailCandidateBits(d, bytes + i, room - i, separator);
    if (num_places - i < kBlock) bits &= LowBits(num_places - i);
    for (; bits != 0; bits &= bits - 1) {
      const size_t at = i + static_cast<size_t>(std::countr_zero(bits));
      if (at < next) continue;
      if (separator.size > 2 &&
          std::memcmp(bytes + at, separator.bytes, separator.size) != 0) {
        continue;
      }
      found(at);
      if (--left == 0) return;
      next = at + separator.size;
    }
  }
}

void CountRowFields(const uint8_t* bytes, const Offset* offsets,
                    size_t num_rows, const Separator& separator,
                    Offset* row_ends) {
  const Offset end = offsets[num_rows];
  Offset num_fields = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    ++num_fields;
    VisitSeparators(bytes + offsets[row],
                    static_cast<size_t>(offsets[row + 1] - offsets[row]),
                    static_cast<size_t>(end - offsets[row]), separator,
                    [&](size_t) { ++num_fields; });
    row_ends[row] = num_fields;
  }
}

size_t FindRowFields(const uint8_t* bytes, const Offset* offsets,
                     size_t num_rows, const Separator& separator,
                     TokenSpan* out) {
  const Offset end = offsets[num_rows];
  TokenSpan* const first = out;
  for (size_t row = 0; row < num_rows; ++row) {
    const auto row_begin = static_cast<uint32_t>(offsets[row]);
    uint32_t begin = row_begin;
    VisitSeparators(
        bytes + offsets[row],
        static_cast<size_t>(offsets[row + 1] - offsets[row]),
        static_cast<size_t>(end - offsets[row]), separator, [&](size_t at) {
          const uint32_t field_end = row_begin + static_cast<uint32_t>(at);
          *out++ = {begin, field_end - begin};
          begin = field_end + static_cast<uint32_t>(separator.size);
        });
    *out++ = {begin, static_cast<uint32_t>(offsets[row + 1]) - begin};
  }
  return static_cast<size_t>(out - first);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(CountRowFields);
HWY_EXPORT(FindRowFields);

void CountRowFields(const uint8_t* bytes, const Offset* offsets,
                    size_t num_rows, const Separator& separator,
                    Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(CountRowFields)
  (bytes, offsets, num_rows, separator, row_ends);
}

size_t FindRowFields(const uint8_t* bytes, const Offset* offsets,
                     size_t num_rows, const Separator& separator,
                     TokenSpan* out) {
  return HWY_DYNAMIC_DISPATCH(FindRowFields)(bytes, offsets, num_rows,
                                             separator, out);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
