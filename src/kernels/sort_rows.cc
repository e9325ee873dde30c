#include "kernels/sort_rows.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/sort_rows_ref.h"  // IWYU pragma: keep
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sort_rows.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

#ifndef ROWSPLIT_SORT_ROWS_ONCE
#define ROWSPLIT_SORT_ROWS_ONCE
namespace rowsplit::kernels {

// Up to this length comparing all pairs in vectors beats everything else. A
// uint8_t counts the equal keys before one.
inline constexpr size_t kMaxPairwiseRow = 256;

// Orders long rows, byte by byte from the lowest.
template <typename Key>
class RadixSorter {
 public:
  void Order(const Key* keys, size_t size, int32_t* order) {
    from_.resize(size);
    to_.resize(size);
    for (auto& counts : counts_) counts.fill(0);
    for (size_t i = 0; i < size; ++i) {
      // Flips the sign bit: negative keys come first as unsigned numbers.
      const Unsigned key = static_cast<Unsigned>(keys[i]) ^ kSignBit;
      from_[i] = {key, static_cast<int32_t>(i)};
      for (size_t byte = 0; byte < sizeof(Key); ++byte) {
        ++counts_[byte][(key >> (8 * byte)) & 0xFF];
      }
    }
    for (size_t byte = 0; byte < sizeof(Key); ++byte) MoveByByte(byte, size);
    for (size_t i = 0; i < size; ++i) order[i] = from_[i].position;
  }

 private:
  using Unsigned = std::make_unsigned_t<Key>;
  static constexpr Unsigned kSignBit = Unsigned{1} << (8 * sizeof(Key) - 1);

  struct Entry {
    Unsigned key;
    int32_t position;
  };

  void MoveByByte(size_t byte, size_t size) {
    auto& counts = counts_[byte];
    if (counts[(from_[0].key >> (8 * byte)) & 0xFF] == size) return;
    size_t begin = 0;
    for (size_t& count : counts) begin += std::exchange(count, begin);
    for (const Entry& entry : from_) {
      to_[counts[(entry.key >> (8 * byte)) & 0xFF]++] = entry;
    }
    from_.swap(to_);
  }

  std::vector<Entry> from_;
  std::vector<Entry> to_;
  std::array<std::array<size_t, 256>, sizeof(Key)> counts_;
};

}  // namespace rowsplit::kernels
#endif  // ROWSPLIT_SORT_ROWS_ONCE

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Adds 1 where key < own: a set lane is -1.
template <class D, class V, typename Key = hn::TFromD<D>>
HWY_INLINE V CountLess(D d, V counts, const Key* HWY_RESTRICT key, V own) {
  return hn::Sub(counts, hn::VecFromMask(d, hn::Lt(hn::Set(d, *key), own)));
}

// How many of the row's keys are less than each of the keys
// [begin, begin + Lanes(d)), those past the row included. Two sums, so that one
// addition need not wait for the other.
template <class D, typename Key = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> NumLess(D d, const Key* HWY_RESTRICT keys, size_t size,
                              size_t begin) {
  const auto own = hn::LoadU(d, keys + begin);
  auto even = hn::Zero(d);
  auto odd = hn::Zero(d);
  size_t i = 0;
  for (; i + 4 <= size; i += 4) {
    even = CountLess(d, even, keys + i, own);
    odd = CountLess(d, odd, keys + i + 1, own);
    even = CountLess(d, even, keys + i + 2, own);
    odd = CountLess(d, odd, keys + i + 3, own);
  }
  for (; i < size; ++i) even = CountLess(d, even, keys + i, own);
  return hn::Add(even, odd);
}

// Equal keys have one number of lesser keys, and take the places from there on
// in the order of the row.
template <typename Key>
HWY_INLINE void OrderShortRow(const Key* HWY_RESTRICT keys, size_t size,
                              int32_t* HWY_RESTRICT order) {
  const hn::ScalableTag<Key> d;
  const size_t lanes = hn::Lanes(d);
  HWY_ALIGN Key places[kMaxPairwiseRow + HWY_MAX_BYTES / sizeof(Key)];
  uint8_t num_taken[kMaxPairwiseRow];
  for (size_t begin = 0; begin < size; begin += lanes) {
    hn::Store(NumLess(d, keys, size, begin), d, places + begin);
  }
  std::memset(num_taken, 0, size);
  for (size_t i = 0; i < size; ++i) {
    const auto place = static_cast<size_t>(places[i]);
    order[place + num_taken[place]++] = static_cast<int32_t>(i);
  }
}

template <typename Key>
void OrderRowsOf(const int64_t* splits, size_t num_rows, const Key* keys,
                 int32_t* order) {
  RadixSorter<Key> sorter;
  for (size_t row = 0; row < num_rows; ++row) {
    const int64_t begin = splits[row] - splits[0];
    const auto size = static_cast<size_t>(splits[row + 1] - splits[row]);
    if (size <= kMaxPairwiseRow) {
      OrderShortRow(keys + begin, size, order + begin);
    } else {
      sorter.Order(keys + begin, size, order + begin);
    }
  }
}

void OrderRowsI32(const int64_t* splits, size_t num_rows, const int32_t* keys,
                  int32_t* order) {
  OrderRowsOf(splits, num_rows, keys, order);
}
void OrderRowsI64(const int64_t* splits, size_t num_rows, const int64_t* keys,
                  int32_t* order) {
  OrderRowsOf(splits, num_rows, keys, order);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(OrderRowsI32);
HWY_EXPORT(OrderRowsI64);

template <>
void OrderRows<int32_t>(const int64_t* splits, size_t num_rows,
                        const int32_t* keys, int32_t* order) {
  HWY_DYNAMIC_DISPATCH(OrderRowsI32)(splits, num_rows, keys, order);
}
template <>
void OrderRows<int64_t>(const int64_t* splits, size_t num_rows,
                        const int64_t* keys, int32_t* order) {
  HWY_DYNAMIC_DISPATCH(OrderRowsI64)(splits, num_rows, keys, order);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
