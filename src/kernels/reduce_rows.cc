#include "kernels/reduce_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/reduce_lanes.h"
#include "kernels/reduce_rows_ref.h"
#include "kernels/wide_rows.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce_rows.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Sum {
  template <typename T>
  static T Start() {
    return T{0};
  }
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::Add(a, b);
  }
};
struct Max {
  template <typename T>
  static T Start() {
    return std::numeric_limits<T>::lowest();
  }
  // Not hn::Max: what that does with NaN differs by target.
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::IfThenElse(hn::Gt(a, b), a, b);
  }
};
struct Min {
  template <typename T>
  static T Start() {
    return std::numeric_limits<T>::max();
  }
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::IfThenElse(hn::Lt(a, b), a, b);
  }
};

// Reduces the items of kCount vectors of one row: as many accumulators, so that
// one add need not wait for the other, and long runs of memory.
template <size_t kCount, class Fold, class D, typename T = hn::TFromD<D>>
HWY_INLINE void FoldVectors(D d, const T* HWY_RESTRICT row, size_t num_values,
                            size_t width, T* HWY_RESTRICT output) {
  const size_t lanes = hn::Lanes(d);
  const auto start = hn::Set(d, Fold::template Start<T>());
  auto a = start;
  auto b = start;
  auto c = start;
  auto e = start;
  for (size_t value = 0; value < num_values; ++value, row += width) {
    a = Fold()(a, hn::LoadU(d, row));
    if constexpr (kCount > 1) b = Fold()(b, hn::LoadU(d, row + lanes));
    if constexpr (kCount > 2) {
      c = Fold()(c, hn::LoadU(d, row + 2 * lanes));
      e = Fold()(e, hn::LoadU(d, row + 3 * lanes));
    }
  }
  hn::StoreU(a, d, output);
  if constexpr (kCount > 1) hn::StoreU(b, d, output + lanes);
  if constexpr (kCount > 2) {
    hn::StoreU(c, d, output + 2 * lanes);
    hn::StoreU(e, d, output + 3 * lanes);
  }
}

// One row. Requires `width >= Lanes(d)`: the last vector then ends with the
// items and reduces some of them a second time, from the start.
template <class Fold, class D, typename T = hn::TFromD<D>>
HWY_INLINE void FoldRow(D d, const T* HWY_RESTRICT row, size_t num_values,
                        size_t width, T* HWY_RESTRICT output) {
  const size_t lanes = hn::Lanes(d);
  size_t item = 0;
  for (; item + 4 * lanes <= width; item += 4 * lanes)
    FoldVectors<4, Fold>(d, row + item, num_values, width, output + item);
  for (; item + 2 * lanes <= width; item += 2 * lanes)
    FoldVectors<2, Fold>(d, row + item, num_values, width, output + item);
  for (; item + lanes <= width; item += lanes)
    FoldVectors<1, Fold>(d, row + item, num_values, width, output + item);
  if (item < width) {
    item = width - lanes;
    FoldVectors<1, Fold>(d, row + item, num_values, width, output + item);
  }
}

template <class Fold, class D, typename T = hn::TFromD<D>>
HWY_INLINE void FoldRowsOf(D d, const int64_t* splits, size_t num_rows,
                           const T* values, size_t width, T* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    const T* begin = values + static_cast<size_t>(splits[row]) * width;
    const auto num_values = static_cast<size_t>(splits[row + 1] - splits[row]);
    FoldRow<Fold>(d, begin, num_values, width, output + row * width);
  }
}

// The widest vectors that fit into `width` items.
template <class Fold, typename T>
void FoldRows(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, T* output) {
  const hn::ScalableTag<T> whole;
  const hn::CappedTag<T, 8> eight;
  const hn::CappedTag<T, 4> four;
  const hn::CappedTag<T, 2> two;
  const hn::CappedTag<T, 1> one;
  if (width >= hn::Lanes(whole)) {
    FoldRowsOf<Fold>(whole, splits, num_rows, values, width, output);
  } else if (width >= hn::Lanes(eight)) {
    FoldRowsOf<Fold>(eight, splits, num_rows, values, width, output);
  } else if (width >= hn::Lanes(four)) {
    FoldRowsOf<Fold>(four, splits, num_rows, values, width, output);
  } else if (width >= hn::Lanes(two)) {
    FoldRowsOf<Fold>(two, splits, num_rows, values, width, output);
  } else if (width > 0) {
    FoldRowsOf<Fold>(one, splits, num_rows, values, width, output);
  }
}

// Items that are reduced together: their results stay in the first cache.
constexpr size_t kBlockItems = 128;

// For types and operations without a vector: a plain loop over the items of a
// block, which the compiler turns into the target's vectors.
template <typename T, typename Fold>
void FoldBlocks(const int64_t* splits, size_t num_rows, const T* values,
                size_t width, T start, Fold fold, T* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    for (size_t first = 0; first < width; first += kBlockItems) {
      const size_t size = std::min(kBlockItems, width - first);
      T block[kBlockItems];
      std::fill_n(block, size, start);
      for (int64_t value = splits[row]; value < splits[row + 1]; ++value) {
        const T* items = values + static_cast<size_t>(value) * width + first;
        for (size_t i = 0; i < size; ++i) block[i] = fold(block[i], items[i]);
      }
      std::copy_n(block, size, output + row * width + first);
    }
  }
}

template <typename T>
constexpr bool kHasVectors =
    std::is_same_v<T, float> || std::is_same_v<T, double> ||
    std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t>;

template <typename T>
void ReduceItems(ReduceKind kind, const int64_t* splits, size_t num_rows,
                 const T* values, size_t width, T* output) {
  const auto fold = [&](T start, auto each) {
    FoldBlocks(splits, num_rows, values, width, start, each, output);
  };
  if (kind == ReduceKind::kProd)
    return fold(T{1}, [](T a, T b) { return reference::WrappingMul(a, b); });
  if constexpr (kHasVectors<T>) {
    if (kind == ReduceKind::kSum)
      return FoldRows<Sum>(splits, num_rows, values, width, output);
    if (kind == ReduceKind::kMax)
      return FoldRows<Max>(splits, num_rows, values, width, output);
    return FoldRows<Min>(splits, num_rows, values, width, output);
  } else {
    if (kind == ReduceKind::kSum)
      return fold(T{0}, [](T a, T b) { return reference::WrappingAdd(a, b); });
    if (kind == ReduceKind::kMax) {
      return fold(std::numeric_limits<T>::lowest(),
                  [](T a, T b) { return std::max(a, b); });
    }
    return fold(std::numeric_limits<T>::max(),
                [](T a, T b) { return std::min(a, b); });
  }
}

void AnyItems(const int64_t* splits, size_t num_rows, const uint8_t* values,
              size_t width, uint8_t* output) {
  FoldBlocks(
      splits, num_rows, values, width, uint8_t{0},
      [](uint8_t a, uint8_t b) { return static_cast<uint8_t>(a | b); }, output);
}

void AllItems(const int64_t* splits, size_t num_rows, const uint8_t* values,
              size_t width, uint8_t* output) {
  FoldBlocks(
      splits, num_rows, values, width, uint8_t{1},
      [](uint8_t a, uint8_t b) { return static_cast<uint8_t>(a & b); }, output);
}

#define ROWSPLIT_REDUCE_TARGET(T, Suffix)                                      \
  void Reduce##Suffix(ReduceKind kind, const int64_t* splits, size_t num_rows, \
                      const T* values, size_t width, T* output) {              \
    ReduceItems(kind, splits, num_rows, values, width, output);                \
  }
ROWSPLIT_REDUCE_TARGET(int8_t, I8)
ROWSPLIT_REDUCE_TARGET(int16_t, I16)
ROWSPLIT_REDUCE_TARGET(int32_t, I32)
ROWSPLIT_REDUCE_TARGET(int64_t, I64)
ROWSPLIT_REDUCE_TARGET(uint8_t, U8)
ROWSPLIT_REDUCE_TARGET(uint16_t, U16)
ROWSPLIT_REDUCE_TARGET(uint32_t, U32)
ROWSPLIT_REDUCE_TARGET(uint64_t, U64)
ROWSPLIT_REDUCE_TARGET(float, F32)
ROWSPLIT_REDUCE_TARGET(double, F64)
#undef ROWSPLIT_REDUCE_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
namespace {

#define ROWSPLIT_REDUCE(T, Suffix)                                          \
  HWY_EXPORT(Reduce##Suffix);                                               \
  void ReduceItems(ReduceKind kind, const int64_t* splits, size_t num_rows, \
                   const T* values, size_t width, T* output) {              \
    HWY_DYNAMIC_DISPATCH(Reduce##Suffix)                                    \
    (kind, splits, num_rows, values, width, output);                        \
  }
ROWSPLIT_REDUCE(int8_t, I8)
ROWSPLIT_REDUCE(int16_t, I16)
ROWSPLIT_REDUCE(int32_t, I32)
ROWSPLIT_REDUCE(int64_t, I64)
ROWSPLIT_REDUCE(uint8_t, U8)
ROWSPLIT_REDUCE(uint16_t, U16)
ROWSPLIT_REDUCE(uint32_t, U32)
ROWSPLIT_REDUCE(uint64_t, U64)
ROWSPLIT_REDUCE(float, F32)
ROWSPLIT_REDUCE(double, F64)
#undef ROWSPLIT_REDUCE
HWY_EXPORT(AnyItems);
HWY_EXPORT(AllItems);

template <typename T>
void ReduceSingles(ReduceKind kind, const int64_t* splits, size_t num_rows,
                   const T* values, T* output) {
  switch (kind) {
    case ReduceKind::kSum:
      return SumLanes(splits, num_rows, values, output);
    case ReduceKind::kProd:
      return reference::ProdRows(splits, num_rows, values, 1, output);
    case ReduceKind::kMax:
      return MaxLanes(splits, num_rows, values, output);
    case ReduceKind::kMin:
      return MinLanes(splits, num_rows, values, output);
  }
}

template <typename T>
void ReduceRowsOf(ReduceKind kind, const int64_t* splits, size_t num_rows,
                  const T* values, size_t width, T* output) {
  switch (kind) {
    case ReduceKind::kSum:
      return reference::SumRows(splits, num_rows, values, width, output);
    case ReduceKind::kProd:
      return reference::ProdRows(splits, num_rows, values, width, output);
    case ReduceKind::kMax:
      return reference::MaxRows(splits, num_rows, values, width, output);
    case ReduceKind::kMin:
      return reference::MinRows(splits, num_rows, values, width, output);
  }
}

// Numbers of 8 or 16 bits, some rows at a time, as numbers of 32 bits: the low
// bits of a wide sum are the narrow sum.
template <typename T>
void ReduceNarrow(ReduceKind kind, const int64_t* splits, size_t num_rows,
                  const T* values, T* output) {
  int32_t results[WideRows<int32_t>::kMaxRows];
  for (size_t row = 0; row < num_rows;) {
    const WideRows<int32_t> wide(splits + row, num_rows - row, values);
    if (wide.num_rows == 0) {
      ReduceRowsOf(kind, splits + row, 1, values, 1, output + row);
      ++row;
      continue;
    }
    ReduceSingles(kind, wide.splits, wide.num_rows, wide.values, results);
    for (size_t i = 0; i < wide.num_rows; ++i, ++row) {
      output[row] = static_cast<T>(results[i]);
      if (wide.splits[i] == wide.splits[i + 1])
        ReduceRowsOf(kind, wide.splits + i, 1, values, 1, output + row);
    }
  }
}

}  // namespace

template <typename T>
void ReduceRows(ReduceKind kind, const int64_t* splits, size_t num_rows,
                const T* values, size_t width, T* output) {
  if (width != 1)
    return ReduceItems(kind, splits, num_rows, values, width, output);
  if constexpr (sizeof(T) < 4) {
    ReduceNarrow(kind, splits, num_rows, values, output);
  } else {
    ReduceSingles(kind, splits, num_rows, values, output);
  }
}

void AnyRows(const int64_t* splits, size_t num_rows, const bool* values,
             size_t width, bool* output) {
  if (width != 1) {
    return HWY_DYNAMIC_DISPATCH(AnyItems)(
        splits, num_rows, reinterpret_cast<const uint8_t*>(values), width,
        reinterpret_cast<uint8_t*>(output));
  }
  for (size_t row = 0; row < num_rows; ++row) {
    const bool* end = values + splits[row + 1];
    output[row] = std::find(values + splits[row], end, true) != end;
  }
}

void AllRows(const int64_t* splits, size_t num_rows, const bool* values,
             size_t width, bool* output) {
  if (width != 1) {
    return HWY_DYNAMIC_DISPATCH(AllItems)(
        splits, num_rows, reinterpret_cast<const uint8_t*>(values), width,
        reinterpret_cast<uint8_t*>(output));
  }
  for (size_t row = 0; row < num_rows; ++row) {
    const bool* end = values + splits[row + 1];
    output[row] = std::find(values + splits[row], end, false) == end;
  }
}

#define ROWSPLIT_REDUCE_FOR(T)                                           \
  template void ReduceRows(ReduceKind, const int64_t*, size_t, const T*, \
                           size_t, T*);
ROWSPLIT_REDUCE_FOR(int8_t)
ROWSPLIT_REDUCE_FOR(int16_t)
ROWSPLIT_REDUCE_FOR(int32_t)
ROWSPLIT_REDUCE_FOR(int64_t)
ROWSPLIT_REDUCE_FOR(uint8_t)
ROWSPLIT_REDUCE_FOR(uint16_t)
ROWSPLIT_REDUCE_FOR(uint32_t)
ROWSPLIT_REDUCE_FOR(uint64_t)
ROWSPLIT_REDUCE_FOR(float)
ROWSPLIT_REDUCE_FOR(double)
#undef ROWSPLIT_REDUCE_FOR

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
