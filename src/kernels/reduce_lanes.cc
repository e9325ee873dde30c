#include "kernels/reduce_lanes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/reduce_lanes_ref.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce_lanes.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct SumFold {
  template <typename T>
  static constexpr T Start() {
    return T{0};
  }
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::Add(a, b);
  }
  template <typename T>
  static void Reference(const int64_t* splits, size_t num_rows, const T* values,
                        T* output) {
    reference::SumLanes(splits, num_rows, values, output);
  }
};
// Of numbers, not NaN; of two zeros either.
struct MaxFold {
  template <typename T>
  static constexpr T Start() {
    return std::numeric_limits<T>::lowest();
  }
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::Max(a, b);
  }
  template <typename T>
  static void Reference(const int64_t* splits, size_t num_rows, const T* values,
                        T* output) {
    reference::MaxLanes(splits, num_rows, values, output);
  }
};
struct MinFold {
  template <typename T>
  static constexpr T Start() {
    return std::numeric_limits<T>::max();
  }
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::Min(a, b);
  }
  template <typename T>
  static void Reference(const int64_t* splits, size_t num_rows, const T* values,
                        T* output) {
    reference::MinLanes(splits, num_rows, values, output);
  }
};

#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE

// One lane, or vectors that can't stand in arrays.
template <class Fold, typename T>
void ReduceLanes(const int64_t* splits, size_t num_rows, const T* values,
                 T* output) {
  Fold::Reference(splits, num_rows, values, output);
}

#else

// As many rows at a time as a vector has lanes, so that the lanes of all of
// them are folded together: first each row to one vector, then the vectors two
// by two, until one vector holds a number a row.
template <class Fold, typename T>
class LaneReducer {
 public:
  static void Run(const int64_t* splits, size_t num_rows, const T* values,
                  T* output) {
    const int64_t end = splits[num_rows];
    size_t row = 0;
    // A batch reads up to kRowLanes past its end.
    for (; row + kLanes <= num_rows &&
           splits[row + kLanes] + static_cast<int64_t>(kRowLanes) <= end;
         row += kLanes) {
      ReduceBatch(splits + row, values, output + row);
    }
    for (; row < num_rows; row += kLanes) {
      ReduceTail(splits + row, std::min(kLanes, num_rows - row), values,
                 output + row);
    }
  }

 private:
  using D = hn::ScalableTag<T>;
  using DI = hn::RebindToSigned<D>;
  using V = hn::Vec<D>;
  static constexpr size_t kLanes = hn::MaxLanes(D());
  // Those of the fixed order, and the vectors that hold them.
  static constexpr size_t kRowLanes = reference::kRowLanes<T>;
  static constexpr size_t kRowVectors = kRowLanes / kLanes;
  static constexpr size_t kShortVectors = kRowVectors / 2;
  static constexpr bool kTakesOrder =
      std::is_floating_point_v<T> && !std::is_same_v<Fold, SumFold>;

  // The lane that a batch's row ends in has the bits of its vector's index in
  // reverse.
  static constexpr std::array<uint8_t, kLanes> kVectorOfRow = [] {
    std::array<uint8_t, kLanes> result = {};
    for (size_t row = 0; row < kLanes; ++row) {
      size_t reverse = 0;
      for (size_t bit = 1, left = row; bit < kLanes; bit *= 2, left /= 2)
        reverse = reverse * 2 + left % 2;
      result[row] = static_cast<uint8_t>(reverse);
    }
    return result;
  }();

  static HWY_INLINE void ReduceBatch(const int64_t* splits, const T* values,
                                     T* output) {
    uint64_t any_length = 0;
    for (size_t row = 0; row < kLanes; ++row)
      any_length |= static_cast<uint64_t>(splits[row + 1] - splits[row]);
    if constexpr (kTakesOrder) {
      // Long rows are looked at one by one, while the cache has them.
      if (any_length < kRowLanes && HasNan(splits[0], splits[kLanes], values))
        return Fold::Reference(splits, kLanes, values, output);
    }
    bool nan_rows[kLanes] = {};
    V rows[kLanes];
    if (any_length < kRowLanes / 2) {
      for (size_t row = 0; row < kLanes; ++row)
        rows[kVectorOfRow[row]] = ShortRow<kShortVectors>(splits + row, values);
    } else if (any_length < kRowLanes) {
      for (size_t row = 0; row < kLanes; ++row)
        rows[kVectorOfRow[row]] = ShortRow<kRowVectors>(splits + row, values);
    } else {
      for (size_t row = 0; row < kLanes; ++row) {
        if constexpr (kTakesOrder)
          nan_rows[row] = HasNan(splits[row], splits[row + 1], values);
        rows[kVectorOfRow[row]] = AnyRow(splits + row, values);
      }
    }
    const V result = FoldRows<kLanes>(rows);
    hn::StoreU(result, D(), output);
    if constexpr (kTakesOrder) {
      if (!hn::AllFalse(D(), hn::Eq(result, hn::Zero(D()))))
        TakeLastZeros(splits, kLanes, values, output);
      for (size_t row = 0; row < kLanes; ++row)
        if (nan_rows[row])
          Fold::Reference(splits + row, 1, values, output + row);
    }
  }

  // A row of fewer than kVectors * kLanes values as one vector. So one lane at
  // least holds Start(), which -inf is not to replace.
  template <size_t kVectors>
  static HWY_INLINE V ShortRow(const int64_t* splits, const T* values) {
    const T* row = values + splits[0];
    const auto length =
        hn::Set(DI(), static_cast<hn::TFromD<DI>>(splits[1] - splits[0]));
    V parts[kVectors];
    for (size_t i = 0; i < kVectors; ++i) parts[i] = LoadPart(row, length, i);
    return FoldParts<kVectors>(parts);
  }

  // Vector `part` of a row, with Start() past its length.
  static HWY_INLINE V LoadPart(const T* row, hn::Vec<DI> length, size_t part) {
    const auto index =
        hn::Iota(DI(), static_cast<hn::TFromD<DI>>(part * kLanes));
    const auto inside = hn::RebindMask(D(), hn::Lt(index, length));
    const V loaded = hn::LoadU(D(), row + part * kLanes);
    if constexpr (Fold::template Start<T>() == T{0})
      return hn::IfThenElseZero(inside, loaded);
    return hn::IfThenElse(inside, loaded,
                          hn::Set(D(), Fold::template Start<T>()));
  }

  template <size_t kVectors>
  static HWY_INLINE V FoldParts(V (&parts)[kVectors]) {
    for (size_t half = kVectors / 2; half > 0; half /= 2)
      for (size_t i = 0; i < half; ++i)
        parts[i] = Fold()(parts[i], parts[i + half]);
    return parts[0];
  }

  static HWY_INLINE V AnyRow(const int64_t* splits, const T* values) {
    if (splits[1] - splits[0] < static_cast<int64_t>(kRowLanes))
      return ShortRow<kRowVectors>(splits, values);
    V parts[kRowVectors];
    const T* row = values + splits[0];
    auto left = static_cast<size_t>(splits[1] - splits[0]);
    for (V& part : parts) part = hn::Set(D(), Fold::template Start<T>());
    row = FoldWhole(row, left, parts);
    left %= kRowLanes;
    const auto length = hn::Set(DI(), static_cast<hn::TFromD<DI>>(left));
    for (size_t i = 0; i < kRowVectors; ++i)
      parts[i] = Fold()(parts[i], LoadPart(row, length, i));
    return FoldParts<kRowVectors>(parts);
  }

  // Folds as many times kRowLanes values as there are; returns their end.
  static HWY_INLINE const T* FoldWhole(const T* row, size_t num_values,
                                       V (&parts)[kRowVectors]) {
    const T* const end = row + num_values / kRowLanes * kRowLanes;
    for (; row != end; row += kRowLanes)
      for (size_t i = 0; i < kRowVectors; ++i)
        parts[i] = Fold()(parts[i], hn::LoadU(D(), row + i * kLanes));
    return row;
  }

  // Folds the upper half of each run of `2 * kHalf` lanes into the lower one,
  // of two vectors at once.
  template <size_t kHalf>
  static HWY_INLINE V FoldHalves(V a, V b) {
    constexpr size_t kBytes = kHalf * sizeof(T);
    const D d;
    if constexpr (kBytes >= 16 && 2 * kHalf == kLanes) {
      return Fold()(hn::ConcatLowerLower(d, b, a),
                    hn::ConcatUpperUpper(d, b, a));
    } else if constexpr (kBytes == 16) {
      return Fold()(hn::OddEvenBlocks(hn::SwapAdjacentBlocks(b), a),
                    hn::OddEvenBlocks(b, hn::SwapAdjacentBlocks(a)));
    } else if constexpr (kBytes == 8) {
      const hn::Repartition<uint64_t, D> d64;
      const auto a64 = hn::BitCast(d64, a);
      const auto b64 = hn::BitCast(d64, b);
      return Fold()(hn::BitCast(d, hn::InterleaveLower(d64, a64, b64)),
                    hn::BitCast(d, hn::InterleaveUpper(d64, a64, b64)));
    } else {
      return Fold()(hn::OddEven(hn::DupEven(b), a),
                    hn::OddEven(b, hn::DupOdd(a)));
    }
  }

  template <size_t kCount>
  static HWY_INLINE V FoldRows(const V* rows) {
    if constexpr (kCount == 1) {
      return rows[0];
    } else {
      // The last vectors folded have runs of kLanes / kCount * 2 lanes.
      return FoldHalves<kLanes / kCount>(
          FoldRows<kCount / 2>(rows), FoldRows<kCount / 2>(rows + kCount / 2));
    }
  }

  static HWY_INLINE bool HasNan(int64_t begin, int64_t end, const T* values) {
    const D d;
    auto nan = hn::FirstN(d, 0);
    const T* value = values + begin;
    const T* const values_end = values + end;
    for (; values_end - value >= static_cast<ptrdiff_t>(kLanes);
         value += kLanes) {
      const V v = hn::LoadU(d, value);
      nan = hn::Or(nan, hn::IsNaN(v));
    }
    bool rest = false;
    for (; value != values_end; ++value) rest |= std::isnan(*value);
    return rest || !hn::AllFalse(d, nan);
  }

  // Of rows whose result is a zero, the last zero is the result.
  static void TakeLastZeros(const int64_t* splits, size_t num_rows,
                            const T* values, T* output) {
    for (size_t row = 0; row < num_rows; ++row) {
      if (output[row] != T{0}) continue;
      int64_t value = splits[row + 1] - 1;
      while (value > splits[row] && values[value] != T{0}) --value;
      output[row] = values[value];
    }
  }

  // At most kLanes rows, of which nothing past their end is read.
  static void ReduceTail(const int64_t* splits, size_t num_rows,
                         const T* values, T* output) {
    V rows[kLanes];
    for (V& row : rows) row = hn::Set(D(), Fold::template Start<T>());
    for (size_t row = 0; row < num_rows; ++row)
      rows[kVectorOfRow[row]] = TailRow(splits + row, values);
    HWY_ALIGN T results[kLanes];
    hn::Store(FoldRows<kLanes>(rows), D(), results);
    std::copy_n(results, num_rows, output);
    if constexpr (kTakesOrder) {
      TakeLastZeros(splits, num_rows, values, output);
      for (size_t row = 0; row < num_rows; ++row)
        if (HasNan(splits[row], splits[row + 1], values))
          Fold::Reference(splits + row, 1, values, output + row);
    }
  }

  static V TailRow(const int64_t* splits, const T* values) {
    V parts[kRowVectors];
    for (V& part : parts) part = hn::Set(D(), Fold::template Start<T>());
    const T* rest = FoldWhole(
        values + splits[0], static_cast<size_t>(splits[1] - splits[0]), parts);
    HWY_ALIGN T lanes[kRowLanes];
    std::fill_n(lanes, kRowLanes, Fold::template Start<T>());
    std::copy(rest, values + splits[1], lanes);
    for (size_t i = 0; i < kRowVectors; ++i)
      parts[i] = Fold()(parts[i], hn::Load(D(), lanes + i * kLanes));
    return FoldParts<kRowVectors>(parts);
  }
};

template <class Fold, typename T>
void ReduceLanes(const int64_t* splits, size_t num_rows, const T* values,
                 T* output) {
  if constexpr (std::is_integral_v<T> && sizeof(T) == 8 &&
                hn::MaxLanes(hn::ScalableTag<T>()) == 2 &&
                !std::is_same_v<Fold, SumFold>) {
    // Without a compare of 64-bit lanes, vectors take twice as long as one
    // number after the other.
    Fold::Reference(splits, num_rows, values, output);
  } else {
    LaneReducer<Fold, T>::Run(splits, num_rows, values, output);
  }
}

#endif

#define ROWSPLIT_REDUCE_TARGET(Name, T, Suffix)                              \
  void Name##Suffix(const int64_t* splits, size_t num_rows, const T* values, \
                    T* output) {                                             \
    ReduceLanes<Name##Fold>(splits, num_rows, values, output);               \
  }
#define ROWSPLIT_REDUCE_TARGETS(T, Suffix) \
  ROWSPLIT_REDUCE_TARGET(Sum, T, Suffix)   \
  ROWSPLIT_REDUCE_TARGET(Max, T, Suffix)   \
  ROWSPLIT_REDUCE_TARGET(Min, T, Suffix)
ROWSPLIT_REDUCE_TARGETS(float, F32)
ROWSPLIT_REDUCE_TARGETS(double, F64)
ROWSPLIT_REDUCE_TARGETS(int32_t, I32)
ROWSPLIT_REDUCE_TARGETS(int64_t, I64)
ROWSPLIT_REDUCE_TARGETS(uint32_t, U32)
ROWSPLIT_REDUCE_TARGETS(uint64_t, U64)
#undef ROWSPLIT_REDUCE_TARGETS
#undef ROWSPLIT_REDUCE_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

#define ROWSPLIT_REDUCE(Fold, T, Suffix)                                       \
  HWY_EXPORT(Fold##Suffix);                                                    \
  template <>                                                                  \
  void Fold##Lanes<T>(const int64_t* splits, size_t num_rows, const T* values, \
                      T* output) {                                             \
    HWY_DYNAMIC_DISPATCH(Fold##Suffix)(splits, num_rows, values, output);      \
  }
#define ROWSPLIT_REDUCE_ALL(T, Suffix) \
  ROWSPLIT_REDUCE(Sum, T, Suffix)      \
  ROWSPLIT_REDUCE(Max, T, Suffix)      \
  ROWSPLIT_REDUCE(Min, T, Suffix)
ROWSPLIT_REDUCE_ALL(float, F32)
ROWSPLIT_REDUCE_ALL(double, F64)
ROWSPLIT_REDUCE_ALL(int32_t, I32)
ROWSPLIT_REDUCE_ALL(int64_t, I64)
ROWSPLIT_REDUCE_ALL(uint32_t, U32)
ROWSPLIT_REDUCE_ALL(uint64_t, U64)
#undef ROWSPLIT_REDUCE_ALL
#undef ROWSPLIT_REDUCE

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
