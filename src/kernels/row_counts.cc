#include "kernels/row_counts.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/row_counts_ref.h"  // IWYU pragma: keep
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/row_counts.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

#ifndef ROWSPLIT_ROW_COUNTS_ONCE
#define ROWSPLIT_ROW_COUNTS_ONCE
namespace rowsplit::kernels {

// Up to this length comparing all pairs in vectors beats sorting by bytes. A
// key holds the index in the row below the id, so that no two are equal.
inline constexpr int kIndexBits = 7;
inline constexpr size_t kMaxPairwiseIds = size_t{1} << kIndexBits;
inline constexpr uint32_t kPairwiseIdEnd = uint32_t{1} << (31 - kIndexBits);

// Writes the distinct ids of `size` sorted ones and their counts; returns how
// many. Requires size > 0.
inline size_t CountSorted(const uint32_t* sorted, size_t size, int64_t* columns,
                          int32_t* counts) {
  size_t last = 0;
  uint32_t before = sorted[0];
  for (size_t i = 0; i < size; ++i) {
    last += sorted[i] != before;
    before = sorted[i];
    columns[last] = before;
    counts[last] = static_cast<int32_t>(i + 1);
  }
  for (size_t i = last; i > 0; --i) counts[i] -= counts[i - 1];
  return last + 1;
}

// Sorts long rows, byte by byte from the lowest.
class IdSorter {
 public:
  template <typename Id>
  const uint32_t* Sort(const Id* ids, size_t size) {
    from_.resize(size);
    to_.resize(size);
    for (auto& counts : counts_) counts.fill(0);
    for (size_t i = 0; i < size; ++i) {
      const auto id = static_cast<uint32_t>(ids[i]);
      from_[i] = id;
      for (size_t byte = 0; byte < 4; ++byte) {
        ++counts_[byte][(id >> (8 * byte)) & 0xFF];
      }
    }
    for (size_t byte = 0; byte < 4; ++byte) MoveByByte(byte, size);
    return from_.data();
  }

 private:
  void MoveByByte(size_t byte, size_t size) {
    auto& counts = counts_[byte];
    if (counts[(from_[0] >> (8 * byte)) & 0xFF] == size) return;
    size_t begin = 0;
    for (size_t& count : counts) begin += std::exchange(count, begin);
    for (const uint32_t id : from_)
      to_[counts[(id >> (8 * byte)) & 0xFF]++] = id;
    from_.swap(to_);
  }

  std::vector<uint32_t> from_;
  std::vector<uint32_t> to_;
  std::array<std::array<size_t, 256>, 4> counts_;
};

}  // namespace rowsplit::kernels
#endif  // ROWSPLIT_ROW_COUNTS_ONCE

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using KeyTag = hn::ScalableTag<int32_t>;
constexpr size_t kMaxLanes = HWY_MAX_BYTES / sizeof(int32_t);

// A key's place among the sorted ones is the number of keys below it.
template <size_t kVectors>
HWY_INLINE void FindPlaces(const int32_t* HWY_RESTRICT keys, size_t size,
                           const int32_t* HWY_RESTRICT own,
                           int32_t* HWY_RESTRICT places) {
  const KeyTag d;
  const size_t lanes = hn::Lanes(d);
  auto own0 = hn::Load(d, own);
  auto own1 = kVectors > 1 ? hn::Load(d, own + lanes) : own0;
  auto places0 = hn::Zero(d);
  auto places1 = hn::Zero(d);
  for (size_t i = 0; i < size; ++i) {
    const auto key = hn::Set(d, keys[i]);
    // A set lane is -1.
    places0 = hn::Sub(places0, hn::VecFromMask(d, hn::Lt(key, own0)));
    if (kVectors > 1) {
      places1 = hn::Sub(places1, hn::VecFromMask(d, hn::Lt(key, own1)));
    }
  }
  hn::Store(places0, d, places);
  if (kVectors > 1) hn::Store(places1, d, places + lanes);
}

// Requires 0 < size <= kMaxPairwiseIds and ids below kPairwiseIdEnd; false if
// an id is not.
template <typename Id>
HWY_INLINE bool SortShort(const Id* HWY_RESTRICT ids, size_t size,
                          uint32_t* HWY_RESTRICT sorted) {
  const KeyTag d;
  const size_t lanes = hn::Lanes(d);
  alignas(HWY_MAX_BYTES) int32_t keys[kMaxPairwiseIds + 2 * kMaxLanes];
  alignas(HWY_MAX_BYTES) int32_t places[kMaxPairwiseIds + 2 * kMaxLanes];
  uint32_t all_bits = 0;
  for (size_t i = 0; i < size; ++i) {
    const auto id = static_cast<uint32_t>(ids[i]);
    all_bits |= id;
    keys[i] = static_cast<int32_t>((id << kIndexBits) | i);
  }
  if (all_bits >= kPairwiseIdEnd) return false;
  for (size_t i = size; i < size + 2 * lanes; ++i) keys[i] = INT32_MAX;
  size_t i = 0;
  for (; i + lanes < size; i += 2 * lanes) {
    FindPlaces<2>(keys, size, keys + i, places + i);
  }
  if (i < size) FindPlaces<1>(keys, size, keys + i, places + i);
  for (i = 0; i < size; ++i) {
    sorted[places[i]] = static_cast<uint32_t>(keys[i]) >> kIndexBits;
  }
  return true;
}

template <typename Id>
HWY_INLINE size_t CountRows(const Id* HWY_RESTRICT ids,
                            const int64_t* HWY_RESTRICT row_ends,
                            size_t num_rows, int64_t* HWY_RESTRICT columns,
                            int32_t* HWY_RESTRICT counts,
                            int64_t* HWY_RESTRICT count_ends) {
  uint32_t short_row[kMaxPairwiseIds];
  IdSorter sorter;
  size_t written = 0;
  int64_t begin = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    const auto size = static_cast<size_t>(row_ends[row] - begin);
    if (size > 0) {
      const uint32_t* sorted = short_row;
      if (size > kMaxPairwiseIds || !SortShort(ids + begin, size, short_row)) {
        sorted = sorter.Sort(ids + begin, size);
      }
      written += CountSorted(sorted, size, columns + written, counts + written);
    }
    begin = row_ends[row];
    count_ends[row] = static_cast<int64_t>(written);
  }
  return written;
}

size_t CountInt32(const int32_t* ids, const int64_t* row_ends, size_t num_rows,
                  int64_t* columns, int32_t* counts, int64_t* count_ends) {
  return CountRows(ids, row_ends, num_rows, columns, counts, count_ends);
}
size_t CountInt64(const int64_t* ids, const int64_t* row_ends, size_t num_rows,
                  int64_t* columns, int32_t* counts, int64_t* count_ends) {
  return CountRows(ids, row_ends, num_rows, columns, counts, count_ends);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
HWY_EXPORT(CountInt32);
HWY_EXPORT(CountInt64);

template <>
size_t CountRowIds(const int32_t* ids, const int64_t* row_ends, size_t num_rows,
                   int64_t* columns, int32_t* counts, int64_t* count_ends) {
  return HWY_DYNAMIC_DISPATCH(CountInt32)(ids, row_ends, num_rows, columns,
                                          counts, count_ends);
}
template <>
size_t CountRowIds(const int64_t* ids, const int64_t* row_ends, size_t num_rows,
                   int64_t* columns, int32_t* counts, int64_t* count_ends) {
  return HWY_DYNAMIC_DISPATCH(CountInt64)(ids, row_ends, num_rows, columns,
                                          counts, count_ends);
}
}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
