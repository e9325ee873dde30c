#include "kernels/literal_scan.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "kernels/literal_scan_ref.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/literal_scan.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// The buckets that hold byte `bytes` in the i-th place.
HWY_INLINE BlockVec Buckets(BlockTag d, const LiteralFilter& filter, size_t i,
                            BlockVec bytes) {
  const auto low =
      hn::TableLookupBytes(LoadClass(d, filter.low_rows(i)),
                           hn::And(bytes, hn::Set(d, uint8_t{15})));
  const auto high = hn::TableLookupBytes(LoadClass(d, filter.high_rows(i)),
                                         hn::ShiftRight<4>(bytes));
  return hn::And(low, high);
}

// The candidates of a block of 64 positions and the bytes behind it.
template <size_t kWidth>
HWY_INLINE uint64_t BlockCandidates(BlockTag d, const LiteralFilter& filter,
                                    const uint8_t* HWY_RESTRICT block) {
  uint64_t candidates = 0;
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
    auto buckets = Buckets(d, filter, 0, hn::LoadU(d, block + i));
    if (kWidth > 1) {
      buckets =
          hn::And(buckets, Buckets(d, filter, 1, hn::LoadU(d, block + i + 1)));
    }
    if (kWidth > 2) {
      buckets =
          hn::And(buckets, Buckets(d, filter, 2, hn::LoadU(d, block + i + 2)));
    }
    candidates |= MaskBits(d, hn::Ne(buckets, hn::Zero(d))) << i;
  }
  return candidates;
}

template <size_t kWidth>
CandidateBlock Find(const LiteralFilter& filter,
                    const uint8_t* HWY_RESTRICT text, size_t begin,
                    size_t size) {
  const BlockTag d;
  for (; begin + kBlock + kWidth - 1 <= size; begin += kBlock) {
    const uint64_t candidates =
        BlockCandidates<kWidth>(d, filter, text + begin);
    if (candidates != 0) return {begin, candidates};
  }
  // At most two blocks are left, the last of them of a byte or two.
  for (; begin + kWidth <= size; begin += kBlock) {
    alignas(64) uint8_t tail[kBlock + LiteralFilter::kMostWidth] = {};
    const size_t left = std::min(size - begin, kBlock + kWidth - 1);
    std::memcpy(tail, text + begin, left);
    uint64_t candidates = BlockCandidates<kWidth>(d, filter, tail);
    const size_t positions = left - kWidth + 1;
    if (positions < kBlock) candidates &= LowBits(positions);
    if (candidates != 0) return {begin, candidates};
  }
  return {size, 0};
}

CandidateBlock FindCandidates(const LiteralFilter& filter,
                              const uint8_t* HWY_RESTRICT text, size_t begin,
                              size_t size) {
  if (!kHasTables) {
    return reference::FindCandidates(filter, text, begin, size);
  }
  if (filter.width() == 1) return Find<1>(filter, text, begin, size);
  if (filter.width() == 2) return Find<2>(filter, text, begin, size);
  return Find<3>(filter, text, begin, size);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

LiteralFilter::LiteralFilter(std::span<const std::string> literals)
    : width_(kMostWidth) {
  for (const std::string& literal : literals) {
    width_ = std::min(width_, literal.size());
  }
  std::vector<std::string_view> beginnings;
  beginnings.reserve(literals.size());
  for (const std::string& literal : literals) {
    beginnings.push_back(std::string_view(literal).substr(0, width_));
  }
  std::sort(beginnings.begin(), beginnings.end());
  beginnings.erase(std::unique(beginnings.begin(), beginnings.end()),
                   beginnings.end());
  // Neighbours share a bucket: they begin alike.
  constexpr size_t kBuckets = 8;
  for (size_t i = 0; i < beginnings.size(); ++i) {
    const size_t bucket =
        beginnings.size() <= kBuckets ? i : i * kBuckets / beginnings.size();
    const auto bit = static_cast<uint8_t>(1 << bucket);
    for (size_t at = 0; at < width_; ++at) {
      const auto byte = static_cast<uint8_t>(beginnings[i][at]);
      rows_[2 * at][byte & 15] |= bit;
      rows_[2 * at + 1][byte >> 4] |= bit;
    }
  }
}

HWY_EXPORT(FindCandidates);

CandidateBlock FindCandidates(const LiteralFilter& filter, const uint8_t* text,
                              size_t begin, size_t size) {
  return HWY_DYNAMIC_DISPATCH(FindCandidates)(filter, text, begin, size);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
