#include "kernels/row_counts.h"

#include <algorithm>
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

using KeyTag = hn::CappedTag<int32_t, 16>;
constexpr size_t kMaxLanes = 16;

// Of one row.
struct KeyRow {
  // Keys, then INT32_MAX.
  alignas(64) int32_t keys[kMaxPairwiseIds + 2 * kMaxLanes];
  // Where each key is among the sorted ones.
  alignas(64) int32_t places[kMaxPairwiseIds + 2 * kMaxLanes];
  // From 1 on; the first is less than all keys.
  int32_t sorted[kMaxPairwiseIds + 2 * kMaxLanes] = {INT32_MIN};
  // The distinct ids and where they begin among the sorted keys.
  int32_t ids[kMaxPairwiseIds + 2 * kMaxLanes];
  int32_t begins[kMaxPairwiseIds + 2 * kMaxLanes];
};

template <class D, class V>
HWY_INLINE V CountLess(D d, V places, hn::Vec<D> key, hn::Vec<D> own) {
  const auto less = hn::Lt(key, own);
#if HWY_TARGET <= HWY_AVX3
  // One masked addition; the other form takes an instruction more.
  return hn::IfThenElse(less, hn::Add(places, hn::Set(d, 1)), places);
#else
  // A set lane is -1.
  return hn::Sub(places, hn::VecFromMask(d, less));
#endif
}

// A key's place is the number of keys below it. Compares two vectors of keys
// with all `size` keys, a multiple of four.
HWY_INLINE void FindPlaces(KeyRow& row, size_t size, size_t first) {
  const KeyTag d;
  const size_t lanes = hn::Lanes(d);
  const auto own0 = hn::Load(d, row.keys + first);
  const auto own1 = hn::Load(d, row.keys + first + lanes);
  auto places0 = hn::Zero(d);
  auto places1 = hn::Zero(d);
  for (size_t i = 0; i < size; i += 4) {
    for (size_t j = i; j < i + 4; ++j) {
      const auto key = hn::Set(d, row.keys[j]);
      places0 = CountLess(d, places0, key, own0);
      places1 = CountLess(d, places1, key, own1);
    }
  }
  hn::Store(places0, d, row.places + first);
  hn::Store(places1, d, row.places + first + lanes);
}

// Requires size <= kMaxPairwiseIds; false if an id is not below kPairwiseIdEnd.
template <typename Id>
HWY_INLINE bool SortShort(const Id* HWY_RESTRICT ids, size_t size,
                          KeyRow& row) {
  const KeyTag d;
  const size_t lanes = hn::Lanes(d);
  uint32_t all_bits = 0;
  for (size_t i = 0; i < size; ++i) {
    const auto id = static_cast<uint32_t>(ids[i]);
    all_bits |= id;
    row.keys[i] = static_cast<int32_t>((id << kIndexBits) | i);
  }
  if (all_bits >= kPairwiseIdEnd) [[unlikely]]
    return false;
  const size_t rounded = (size + 3) & ~size_t{3};
  for (size_t i = size; i < size + std::max<size_t>(2 * lanes, 4); i += lanes) {
    hn::StoreU(hn::Set(d, INT32_MAX), d, row.keys + i);
  }
  for (size_t i = 0; i < rounded; i += 2 * lanes) FindPlaces(row, rounded, i);
  for (size_t i = 0; i < rounded; i += 4) {
    for (size_t j = i; j < i + 4; ++j)
      row.sorted[row.places[j] + 1] = row.keys[j];
  }
  return true;
}

// CountSorted of a short row.
HWY_INLINE size_t CountShort(KeyRow& row, size_t size,
                             int64_t* HWY_RESTRICT columns,
                             int32_t* HWY_RESTRICT counts) {
  const KeyTag d;
  const size_t lanes = hn::Lanes(d);
  size_t num_ids = 0;
  for (size_t i = 0; i < size; i += lanes) {
    const auto ids =
        hn::ShiftRight<kIndexBits>(hn::LoadU(d, row.sorted + i + 1));
    const auto before =
        hn::ShiftRight<kIndexBits>(hn::LoadU(d, row.sorted + i));
    const auto index = hn::Iota(d, static_cast<int32_t>(i));
    const auto is_new =
        hn::And(hn::Ne(ids, before),
                hn::Lt(index, hn::Set(d, static_cast<int32_t>(size))));
    hn::StoreU(hn::Compress(ids, is_new), d, row.ids + num_ids);
    hn::StoreU(hn::Compress(index, is_new), d, row.begins + num_ids);
    num_ids += hn::CountTrue(d, is_new);
  }
  row.begins[num_ids] = static_cast<int32_t>(size);
  for (size_t i = 0; i < num_ids; ++i) {
    columns[i] = row.ids[i];
    counts[i] = row.begins[i + 1] - row.begins[i];
  }
  return num_ids;
}

template <typename Id>
HWY_INLINE size_t CountRows(const Id* HWY_RESTRICT ids,
                            const int64_t* HWY_RESTRICT row_ends,
                            size_t num_rows, int64_t* HWY_RESTRICT columns,
                            int32_t* HWY_RESTRICT counts,
                            int64_t* HWY_RESTRICT count_ends) {
  KeyRow short_row;
  IdSorter sorter;
  size_t written = 0;
  int64_t begin = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    const auto size = static_cast<size_t>(row_ends[row] - begin);
    if (size <= kMaxPairwiseIds && SortShort(ids + begin, size, short_row)) {
      written +=
          CountShort(short_row, size, columns + written, counts + written);
    } else {
      written += CountSorted(sorter.Sort(ids + begin, size), size,
                             columns + written, counts + written);
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
