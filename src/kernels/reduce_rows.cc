#include "kernels/reduce_rows.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/reduce_lanes.h"
#include "kernels/reduce_rows_ref.h"
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

// Reduces the items [item, item + 2 * Lanes(d)) of one row: two accumulators,
// so that one add need not wait for the other.
template <class Fold, class D, typename T = hn::TFromD<D>>
HWY_INLINE void FoldTwoVectors(D d, const T* HWY_RESTRICT row,
                               size_t num_values, size_t width,
                               T* HWY_RESTRICT output) {
  const size_t lanes = hn::Lanes(d);
  auto first = hn::Set(d, Fold::template Start<T>());
  auto second = first;
  for (size_t value = 0; value < num_values; ++value, row += width) {
    first = Fold()(first, hn::LoadU(d, row));
    second = Fold()(second, hn::LoadU(d, row + lanes));
  }
  hn::StoreU(first, d, output);
  hn::StoreU(second, d, output + lanes);
}

template <class Fold, class D, typename T = hn::TFromD<D>>
HWY_INLINE void FoldVector(D d, const T* HWY_RESTRICT row, size_t num_values,
                           size_t width, T* HWY_RESTRICT output) {
  auto result = hn::Set(d, Fold::template Start<T>());
  for (size_t value = 0; value < num_values; ++value, row += width)
    result = Fold()(result, hn::LoadU(d, row));
  hn::StoreU(result, d, output);
}

// One row. Requires `width >= Lanes(d)`: the last vector then ends with the
// items and reduces some of them a second time, from the start.
template <class Fold, class D, typename T = hn::TFromD<D>>
HWY_INLINE void FoldRow(D d, const T* HWY_RESTRICT row, size_t num_values,
                        size_t width, T* HWY_RESTRICT output) {
  const size_t lanes = hn::Lanes(d);
  size_t item = 0;
  for (; item + 2 * lanes <= width; item += 2 * lanes)
    FoldTwoVectors<Fold>(d, row + item, num_values, width, output + item);
  for (; item + lanes <= width; item += lanes)
    FoldVector<Fold>(d, row + item, num_values, width, output + item);
  if (item < width) {
    item = width - lanes;
    FoldVector<Fold>(d, row + item, num_values, width, output + item);
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

#define ROWSPLIT_REDUCE_TARGET(Fold, T, Name)                        \
  void Name(const int64_t* splits, size_t num_rows, const T* values, \
            size_t width, T* output) {                               \
    FoldRows<Fold>(splits, num_rows, values, width, output);         \
  }
#define ROWSPLIT_REDUCE_TARGETS(T, Suffix)    \
  ROWSPLIT_REDUCE_TARGET(Sum, T, Sum##Suffix) \
  ROWSPLIT_REDUCE_TARGET(Max, T, Max##Suffix) \
  ROWSPLIT_REDUCE_TARGET(Min, T, Min##Suffix)
ROWSPLIT_REDUCE_TARGETS(float, F32)
ROWSPLIT_REDUCE_TARGETS(double, F64)
ROWSPLIT_REDUCE_TARGETS(int32_t, I32)
ROWSPLIT_REDUCE_TARGETS(int64_t, I64)
#undef ROWSPLIT_REDUCE_TARGETS
#undef ROWSPLIT_REDUCE_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

#define ROWSPLIT_REDUCE(Fold, T, Suffix)                                    \
  HWY_EXPORT(Fold##Suffix);                                                 \
  void Fold##Items(const int64_t* splits, size_t num_rows, const T* values, \
                   size_t width, T* output) {                               \
    HWY_DYNAMIC_DISPATCH(Fold##Suffix)(splits, num_rows, values, width,     \
                                       output);                             \
  }
#define ROWSPLIT_REDUCE_ALL(T, Suffix) \
  ROWSPLIT_REDUCE(Sum, T, Suffix)      \
  ROWSPLIT_REDUCE(Max, T, Suffix)      \
  ROWSPLIT_REDUCE(Min, T, Suffix)
namespace {
ROWSPLIT_REDUCE_ALL(float, F32)
ROWSPLIT_REDUCE_ALL(double, F64)
ROWSPLIT_REDUCE_ALL(int32_t, I32)
ROWSPLIT_REDUCE_ALL(int64_t, I64)

template <typename T>
constexpr bool kHasLanes = sizeof(T) >= 4;

template <typename T>
constexpr bool kHasVectors =
    std::is_same_v<T, float> || std::is_same_v<T, double> ||
    std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t>;
}  // namespace
#undef ROWSPLIT_REDUCE_ALL
#undef ROWSPLIT_REDUCE

template <typename T>
void ReduceRows(ReduceKind kind, const int64_t* splits, size_t num_rows,
                const T* values, size_t width, T* output) {
  if constexpr (kHasVectors<T>) {
    if (width != 1) {
      switch (kind) {
        case ReduceKind::kSum:
          return SumItems(splits, num_rows, values, width, output);
        case ReduceKind::kMax:
          return MaxItems(splits, num_rows, values, width, output);
        case ReduceKind::kMin:
          return MinItems(splits, num_rows, values, width, output);
        case ReduceKind::kProd:
          break;
      }
    }
  }
  if constexpr (kHasLanes<T>) {
    if (width == 1) {
      switch (kind) {
        case ReduceKind::kSum:
          return SumLanes(splits, num_rows, values, output);
        case ReduceKind::kMax:
          return MaxLanes(splits, num_rows, values, output);
        case ReduceKind::kMin:
          return MinLanes(splits, num_rows, values, output);
        case ReduceKind::kProd:
          break;
      }
    }
  }
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

template <typename T>
void MeanRows(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, MeanOf<T>* output) {
  reference::MeanRows(splits, num_rows, values, width, output);
}

template <typename T>
void VarianceRows(const int64_t* splits, size_t num_rows, const T* values,
                  size_t width, MeanOf<T>* output) {
  reference::VarianceRows(splits, num_rows, values, width, output);
}

void AnyRows(const int64_t* splits, size_t num_rows, const bool* values,
             size_t width, bool* output) {
  reference::AnyRows(splits, num_rows, values, width, output);
}

void AllRows(const int64_t* splits, size_t num_rows, const bool* values,
             size_t width, bool* output) {
  reference::AllRows(splits, num_rows, values, width, output);
}

#define ROWSPLIT_REDUCE_FOR(T)                                           \
  template void ReduceRows(ReduceKind, const int64_t*, size_t, const T*, \
                           size_t, T*);                                  \
  template void MeanRows(const int64_t*, size_t, const T*, size_t,       \
                         MeanOf<T>*);                                    \
  template void VarianceRows(const int64_t*, size_t, const T*, size_t,   \
                             MeanOf<T>*);
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
