#include "kernels/sum_slices.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sum_slices.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What is asked for ahead of the row that is added.
constexpr size_t kAheadBytes = size_t{12} << 10;
constexpr size_t kLineItems = 64 / sizeof(float);

// What all groups of a call have in common.
struct Slices {
  const float* rows;
  size_t width;
  const int64_t* indices;
  const float* scales;
  int64_t end;    // of all indices
  int64_t ahead;  // in rows

  const float* row(int64_t i) const {
    return rows + static_cast<size_t>(indices[i]) * width;
  }
  HWY_INLINE void PrefetchRow(int64_t i) const {
    if (i >= end) return;
    const float* begin = row(i);
    for (size_t item = 0; item < width; item += kLineItems)
      hwy::Prefetch(begin + item);
    hwy::Prefetch(begin + width - 1);
  }
};

// Adds the items of kCount vectors of one group's rows, from `item` on.
template <size_t kCount, bool kScaled, bool kPrefetch, class D>
HWY_INLINE void SumVectors(D d, const Slices& slices, int64_t begin,
                           int64_t end, size_t item,
                           float* HWY_RESTRICT output) {
  const size_t lanes = hn::Lanes(d);
  auto a = hn::Zero(d);
  auto b = hn::Zero(d);
  auto c = hn::Zero(d);
  auto e = hn::Zero(d);
  for (int64_t i = begin; i < end; ++i) {
    if constexpr (kPrefetch) slices.PrefetchRow(i + slices.ahead);
    const float* row = slices.row(i) + item;
    const auto scale = hn::Set(d, kScaled ? slices.scales[i] : 1.0f);
    const auto term = [&](size_t vector) HWY_ATTR {
      const auto value = hn::LoadU(d, row + vector * lanes);
      if constexpr (kScaled) return hn::Mul(value, scale);
      return value;
    };
    a = hn::Add(a, term(0));
    if constexpr (kCount > 1) b = hn::Add(b, term(1));
    if constexpr (kCount > 2) {
      c = hn::Add(c, term(2));
      e = hn::Add(e, term(3));
    }
  }
  output += item;
  hn::StoreU(a, d, output);
  if constexpr (kCount > 1) hn::StoreU(b, d, output + lanes);
  if constexpr (kCount > 2) {
    hn::StoreU(c, d, output + 2 * lanes);
    hn::StoreU(e, d, output + 3 * lanes);
  }
}

// One group. Requires `width >= Lanes(d)`: the last vector ends with the items
// and adds some of them a second time, from 0.
template <bool kScaled, class D>
HWY_INLINE void SumGroup(D d, const Slices& slices, int64_t begin, int64_t end,
                         float* output) {
  const size_t lanes = hn::Lanes(d);
  const size_t width = slices.width;
  size_t item = 0;
  if (width >= 4 * lanes) {
    SumVectors<4, kScaled, true>(d, slices, begin, end, 0, output);
    for (item = 4 * lanes; item + 4 * lanes <= width; item += 4 * lanes)
      SumVectors<4, kScaled, false>(d, slices, begin, end, item, output);
  } else if (width >= 2 * lanes) {
    SumVectors<2, kScaled, true>(d, slices, begin, end, 0, output);
    item = 2 * lanes;
  } else {
    SumVectors<1, kScaled, true>(d, slices, begin, end, 0, output);
    item = lanes;
  }
  for (; item + 2 * lanes <= width; item += 2 * lanes)
    SumVectors<2, kScaled, false>(d, slices, begin, end, item, output);
  for (; item + lanes <= width; item += lanes)
    SumVectors<1, kScaled, false>(d, slices, begin, end, item, output);
  if (item < width) {
    SumVectors<1, kScaled, false>(d, slices, begin, end, width - lanes, output);
  }
}

template <class D>
HWY_INLINE void SumGroups(D d, const Slices& slices, const int64_t* splits,
                          size_t num_groups, float* output) {
  for (int64_t i = splits[0];
       i < std::min(splits[0] + slices.ahead, slices.end); ++i)
    slices.PrefetchRow(i);
  for (size_t group = 0; group < num_groups; ++group) {
    float* sums = output + group * slices.width;
    if (slices.scales != nullptr) {
      SumGroup<true>(d, slices, splits[group], splits[group + 1], sums);
    } else {
      SumGroup<false>(d, slices, splits[group], splits[group + 1], sums);
    }
  }
}

// The widest vectors that fit into `width` items.
void SumSlices(const float* rows, size_t width, const int64_t* indices,
               const float* scales, const int64_t* splits, size_t num_groups,
               float* output) {
  if (num_groups == 0 || width == 0) return;
  const size_t ahead = kAheadBytes / sizeof(float) / width;
  const Slices slices = {
      rows,
      width,
      indices,
      scales,
      splits[num_groups],
      static_cast<int64_t>(std::clamp<size_t>(ahead, 2, 64))};
  const hn::ScalableTag<float> whole;
  const hn::CappedTag<float, 8> eight;
  const hn::CappedTag<float, 4> four;
  const hn::CappedTag<float, 2> two;
  const hn::CappedTag<float, 1> one;
  if (width >= hn::Lanes(whole)) {
    SumGroups(whole, slices, splits, num_groups, output);
  } else if (width >= hn::Lanes(eight)) {
    SumGroups(eight, slices, splits, num_groups, output);
  } else if (width >= hn::Lanes(four)) {
    SumGroups(four, slices, splits, num_groups, output);
  } else if (width >= hn::Lanes(two)) {
    SumGroups(two, slices, splits, num_groups, output);
  } else {
    SumGroups(one, slices, splits, num_groups, output);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
HWY_EXPORT(SumSlices);
void SumSlices(const float* rows, size_t width, const int64_t* indices,
               const float* scales, const int64_t* splits, size_t num_groups,
               float* output) {
  HWY_DYNAMIC_DISPATCH(SumSlices)
  (rows, width, indices, scales, splits, num_groups, output);
}
}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
