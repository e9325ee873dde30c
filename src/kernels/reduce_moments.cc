#include "kernels/reduce_moments.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/reduce_lanes.h"
#include "kernels/reduce_moments_ref.h"
#include "kernels/reduce_rows.h"
#include "kernels/wide_rows.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce_moments.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// Items that are reduced together: their sums stay in the first cache.
constexpr size_t kBlockItems = 64;

// Plain loops over the items of a block, which the compiler turns into vectors
// of the target.
template <typename T>
void Variance(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, MeanOf<T>* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    const auto begin = static_cast<size_t>(splits[row]);
    const auto end = static_cast<size_t>(splits[row + 1]);
    const auto count = static_cast<double>(end - begin);
    for (size_t first = 0; first < width; first += kBlockItems) {
      const size_t size = std::min(kBlockItems, width - first);
      double mean[kBlockItems];
      double sum[kBlockItems];
      std::fill_n(mean, size, 0.0);
      std::fill_n(sum, size, 0.0);
      for (size_t value = begin; value < end; ++value) {
        const T* items = values + value * width + first;
        for (size_t i = 0; i < size; ++i)
          mean[i] += static_cast<double>(items[i]);
      }
      for (size_t i = 0; i < size; ++i) mean[i] /= count;
      for (size_t value = begin; value < end; ++value) {
        const T* items = values + value * width + first;
        for (size_t i = 0; i < size; ++i) {
          const double distance = static_cast<double>(items[i]) - mean[i];
          sum[i] += distance * distance;
        }
      }
      for (size_t i = 0; i < size; ++i) {
        output[row * width + first + i] =
            static_cast<MeanOf<T>>(sum[i] / count);
      }
    }
  }
}

// Sums of integers of at most 32 bits, in 64.
template <typename T>
void NarrowMean(const int64_t* splits, size_t num_rows, const T* values,
                size_t width, double* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    const auto count = static_cast<double>(splits[row + 1] - splits[row]);
    for (size_t first = 0; first < width; first += kBlockItems) {
      const size_t size = std::min(kBlockItems, width - first);
      int64_t sum[kBlockItems];
      std::fill_n(sum, size, 0);
      for (int64_t value = splits[row]; value < splits[row + 1]; ++value) {
        const T* items = values + static_cast<size_t>(value) * width + first;
        for (size_t i = 0; i < size; ++i) sum[i] += int64_t{items[i]};
      }
      for (size_t i = 0; i < size; ++i)
        output[row * width + first + i] = static_cast<double>(sum[i]) / count;
    }
  }
}

template <typename T>
void Mean(const int64_t* splits, size_t num_rows, const T* values, size_t width,
          double* output) {
  if constexpr (std::is_integral_v<T> && sizeof(T) <= 4) {
    NarrowMean(splits, num_rows, values, width, output);
  } else if constexpr (std::is_integral_v<T>) {
    reference::MeanRows(splits, num_rows, values, width, output);
  }
}

template <typename T>
void DivideByCounts(const int64_t* splits, size_t num_rows, size_t width,
                    T* sums) {
  if (width == 1) {
    for (size_t row = 0; row < num_rows; ++row)
      sums[row] /= static_cast<T>(splits[row + 1] - splits[row]);
    return;
  }
  for (size_t row = 0; row < num_rows; ++row) {
    const auto count = static_cast<T>(splits[row + 1] - splits[row]);
    for (size_t item = 0; item < width; ++item)
      sums[row * width + item] /= count;
  }
}

#define ROWSPLIT_MOMENTS_TARGET(T, Suffix)                                   \
  void Mean##Suffix(const int64_t* splits, size_t num_rows, const T* values, \
                    size_t width, double* output) {                          \
    Mean(splits, num_rows, values, width, output);                           \
  }                                                                          \
  void Variance##Suffix(const int64_t* splits, size_t num_rows,              \
                        const T* values, size_t width, MeanOf<T>* output) {  \
    Variance(splits, num_rows, values, width, output);                       \
  }
ROWSPLIT_MOMENTS_TARGET(int8_t, I8)
ROWSPLIT_MOMENTS_TARGET(int16_t, I16)
ROWSPLIT_MOMENTS_TARGET(int32_t, I32)
ROWSPLIT_MOMENTS_TARGET(int64_t, I64)
ROWSPLIT_MOMENTS_TARGET(uint8_t, U8)
ROWSPLIT_MOMENTS_TARGET(uint16_t, U16)
ROWSPLIT_MOMENTS_TARGET(uint32_t, U32)
ROWSPLIT_MOMENTS_TARGET(uint64_t, U64)
ROWSPLIT_MOMENTS_TARGET(float, F32)
ROWSPLIT_MOMENTS_TARGET(double, F64)
#undef ROWSPLIT_MOMENTS_TARGET
void DivideF32(const int64_t* splits, size_t num_rows, size_t width,
               float* sums) {
  DivideByCounts(splits, num_rows, width, sums);
}
void DivideF64(const int64_t* splits, size_t num_rows, size_t width,
               double* sums) {
  DivideByCounts(splits, num_rows, width, sums);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
namespace {

#define ROWSPLIT_MOMENTS(T, Suffix)                                           \
  HWY_EXPORT(Mean##Suffix);                                                   \
  [[maybe_unused]] void MeanItems(const int64_t* splits, size_t num_rows,     \
                                  const T* values, size_t width,              \
                                  double* output) {                           \
    HWY_DYNAMIC_DISPATCH(Mean##Suffix)                                        \
    (splits, num_rows, values, width, output);                                \
  }                                                                           \
  HWY_EXPORT(Variance##Suffix);                                               \
  void VarianceItems(const int64_t* splits, size_t num_rows, const T* values, \
                     size_t width, MeanOf<T>* output) {                       \
    HWY_DYNAMIC_DISPATCH(Variance##Suffix)                                    \
    (splits, num_rows, values, width, output);                                \
  }
ROWSPLIT_MOMENTS(int8_t, I8)
ROWSPLIT_MOMENTS(int16_t, I16)
ROWSPLIT_MOMENTS(int32_t, I32)
ROWSPLIT_MOMENTS(int64_t, I64)
ROWSPLIT_MOMENTS(uint8_t, U8)
ROWSPLIT_MOMENTS(uint16_t, U16)
ROWSPLIT_MOMENTS(uint32_t, U32)
ROWSPLIT_MOMENTS(uint64_t, U64)
ROWSPLIT_MOMENTS(float, F32)
ROWSPLIT_MOMENTS(double, F64)
#undef ROWSPLIT_MOMENTS

HWY_EXPORT(DivideF32);
void Divide(const int64_t* splits, size_t num_rows, size_t width, float* sums) {
  HWY_DYNAMIC_DISPATCH(DivideF32)(splits, num_rows, width, sums);
}
HWY_EXPORT(DivideF64);
void Divide(const int64_t* splits, size_t num_rows, size_t width,
            double* sums) {
  HWY_DYNAMIC_DISPATCH(DivideF64)(splits, num_rows, width, sums);
}

// Integers of at most 32 bits, some rows at a time, as those of 64 bits.
template <typename T>
void MeanOfNarrow(const int64_t* splits, size_t num_rows, const T* values,
                  double* output) {
  int64_t sums[WideRows<int64_t>::kMaxRows];
  for (size_t row = 0; row < num_rows;) {
    const WideRows<int64_t> wide(splits + row, num_rows - row, values);
    if (wide.num_rows == 0) {
      reference::MeanRows(splits + row, 1, values, 1, output + row);
      ++row;
      continue;
    }
    SumLanes(wide.splits, wide.num_rows, wide.values, sums);
    std::copy_n(sums, wide.num_rows, output + row);
    Divide(wide.splits, wide.num_rows, 1, output + row);
    row += wide.num_rows;
  }
}

// Values whose sums are surely exact in 64 bits, if each is of 48 bits.
constexpr int64_t kGroupValues = int64_t{1} << 14;
constexpr uint64_t kGroupLimit = uint64_t{1} << 48;

template <typename T>
bool SumsFit(const T* values, const T* end) {
  uint64_t any = 0;
  for (; values != end; ++values)
    any |= static_cast<uint64_t>(*values) +
           (std::is_signed_v<T> ? kGroupLimit : uint64_t{0});
  return any < 2 * kGroupLimit;
}

template <typename T>
void MeanOfWide(const int64_t* splits, size_t num_rows, const T* values,
                double* output) {
  constexpr size_t kMostRows = 1024;
  T sums[kMostRows];
  for (size_t row = 0; row < num_rows;) {
    size_t end = row + 1;
    while (end < num_rows && end - row < kMostRows &&
           splits[end + 1] - splits[row] <= kGroupValues)
      ++end;
    const size_t rows = end - row;
    if (splits[end] - splits[row] > kGroupValues ||
        !SumsFit(values + splits[row], values + splits[end])) {
      reference::MeanRows(splits + row, rows, values, 1, output + row);
    } else {
      SumLanes(splits + row, rows, values, sums);
      std::copy_n(sums, rows, output + row);
      Divide(splits + row, rows, 1, output + row);
    }
    row = end;
  }
}

template <typename T>
void VarianceOfSingles(const int64_t* splits, size_t num_rows, const T* values,
                       MeanOf<T>* output) {
  double sums[WideRows<double>::kMaxRows];
  for (size_t row = 0; row < num_rows;) {
    WideRows<double> wide(splits + row, num_rows - row, values);
    if (wide.num_rows == 0) {
      reference::VarianceRows(splits + row, 1, values, 1, output + row);
      ++row;
      continue;
    }
    SumLanes(wide.splits, wide.num_rows, wide.values, sums);
    Divide(wide.splits, wide.num_rows, 1, sums);
    for (size_t i = 0; i < wide.num_rows; ++i) {
      for (int64_t value = wide.splits[i]; value < wide.splits[i + 1];
           ++value) {
        const double distance = wide.values[value] - sums[i];
        wide.values[value] = distance * distance;
      }
    }
    SumLanes(wide.splits, wide.num_rows, wide.values, sums);
    Divide(wide.splits, wide.num_rows, 1, sums);
    std::transform(sums, sums + wide.num_rows, output + row,
                   [](double sum) { return static_cast<MeanOf<T>>(sum); });
    row += wide.num_rows;
  }
}

}  // namespace

template <typename T>
void MeanRows(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, MeanOf<T>* output) {
  if constexpr (std::is_floating_point_v<T>) {
    ReduceRows(ReduceKind::kSum, splits, num_rows, values, width, output);
    Divide(splits, num_rows, width, output);
  } else if (width == 1) {
    if constexpr (sizeof(T) == 8) {
      MeanOfWide(splits, num_rows, values, output);
    } else {
      MeanOfNarrow(splits, num_rows, values, output);
    }
  } else {
    MeanItems(splits, num_rows, values, width, output);
  }
}

template <typename T>
void VarianceRows(const int64_t* splits, size_t num_rows, const T* values,
                  size_t width, MeanOf<T>* output) {
  if (width == 1) return VarianceOfSingles(splits, num_rows, values, output);
  VarianceItems(splits, num_rows, values, width, output);
}

#define ROWSPLIT_MOMENTS_FOR(T)                                        \
  template void MeanRows(const int64_t*, size_t, const T*, size_t,     \
                         MeanOf<T>*);                                  \
  template void VarianceRows(const int64_t*, size_t, const T*, size_t, \
                             MeanOf<T>*);
ROWSPLIT_MOMENTS_FOR(int8_t)
ROWSPLIT_MOMENTS_FOR(int16_t)
ROWSPLIT_MOMENTS_FOR(int32_t)
ROWSPLIT_MOMENTS_FOR(int64_t)
ROWSPLIT_MOMENTS_FOR(uint8_t)
ROWSPLIT_MOMENTS_FOR(uint16_t)
ROWSPLIT_MOMENTS_FOR(uint32_t)
ROWSPLIT_MOMENTS_FOR(uint64_t)
ROWSPLIT_MOMENTS_FOR(float)
ROWSPLIT_MOMENTS_FOR(double)
#undef ROWSPLIT_MOMENTS_FOR

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
