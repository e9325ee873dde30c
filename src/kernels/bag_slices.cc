#include "kernels/bag_slices.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bag_slices.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/dot_lanes-inl.h"
#include "kernels/exp-inl.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls `body(d, item)` for each vector of `width` items and each item left.
template <class Body>
HWY_INLINE void ForVectors(size_t width, Body body) {
  const hn::ScalableTag<float> whole;
  const hn::CappedTag<float, 1> one;
  size_t item = 0;
  for (; item + hn::Lanes(whole) <= width; item += hn::Lanes(whole))
    body(whole, item);
  for (; item < width; ++item) body(one, item);
}

// A vector of the items of one bag's rows.
template <class D>
struct Column {
  D d;
  const Bags& bags;
  size_t item;

  HWY_INLINE hn::Vec<D> value(int64_t row) const {
    const auto items =
        hn::LoadU(d, bags.rows + static_cast<size_t>(row) * bags.width + item);
    if (bags.weights == nullptr) return items;
    return hn::Mul(items, hn::Set(d, bags.weights[row]));
  }
};

template <bool kGreatest, class V>
HWY_INLINE auto IsBeyond(V a, V b) {
  if constexpr (kGreatest) return hn::Gt(a, b);
  return hn::Lt(a, b);
}

template <bool kGreatest, class D>
HWY_INLINE hn::Vec<D> Extreme(const Column<D>& column, int64_t begin,
                              int64_t end) {
  auto extreme = column.value(begin);
  for (int64_t row = begin + 1; row < end; ++row) {
    const auto value = column.value(row);
    extreme =
        hn::IfThenElse(IsBeyond<kGreatest>(value, extreme), value, extreme);
  }
  return extreme;
}

template <bool kGreatest, class D>
HWY_INLINE void ExtremeColumn(const Column<D>& column, int64_t begin,
                              int64_t end, bool first_only, hn::Vec<D> upstream,
                              float* slices) {
  const D d = column.d;
  const size_t width = column.bags.width;
  const auto extreme = Extreme<kGreatest>(column, begin, end);
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(d, 1.0f);
  if (first_only) {
    auto left = upstream;  // 0 once it is given away
    for (int64_t row = begin; row < end; ++row) {
      const auto takes = hn::Eq(column.value(row), extreme);
      hn::StoreU(hn::IfThenElse(takes, left, zero), d,
                 slices + static_cast<size_t>(row) * width);
      left = hn::IfThenElse(takes, zero, left);
    }
    return;
  }
  auto count = zero;
  for (int64_t row = begin; row < end; ++row) {
    count = hn::Add(
        count, hn::IfThenElse(hn::Eq(column.value(row), extreme), one, zero));
  }
  const auto share = hn::Div(upstream, count);
  for (int64_t row = begin; row < end; ++row) {
    const auto takes = hn::Eq(column.value(row), extreme);
    hn::StoreU(hn::IfThenElse(takes, share, zero), d,
               slices + static_cast<size_t>(row) * width);
  }
}

template <bool kGreatest>
HWY_INLINE void ExtremeBags(const Bags& bags, bool first_only,
                            const float* upstream, float* slices) {
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    const int64_t begin = bags.splits[bag];
    const int64_t end = bags.splits[bag + 1];
    if (begin == end) continue;
    ForVectors(bags.width, [&](auto d, size_t item) HWY_ATTR {
      ExtremeColumn<kGreatest>(
          Column<decltype(d)>{d, bags, item}, begin, end, first_only,
          hn::LoadU(d, upstream + bag * bags.width + item), slices + item);
    });
  }
}

void ExtremeSlices(const Bags& bags, const ExtremeRule& rule,
                   const float* upstream, float* slices) {
  if (rule.greatest) {
    ExtremeBags<true>(bags, rule.first_only, upstream, slices);
  } else {
    ExtremeBags<false>(bags, rule.first_only, upstream, slices);
  }
}

template <class D>
HWY_INLINE void SoftmaxColumn(const Column<D>& column, int64_t begin,
                              int64_t end, hn::Vec<D> upstream, float* slices) {
  const D d = column.d;
  const size_t width = column.bags.width;
  const auto most = Extreme<true>(column, begin, end);
  auto sum = hn::Zero(d);
  for (int64_t row = begin; row < end; ++row) {
    const auto part = ExpOf(d, hn::Sub(column.value(row), most));
    hn::StoreU(part, d, slices + static_cast<size_t>(row) * width);
    sum = hn::Add(sum, part);
  }
  const auto scale = hn::Div(upstream, sum);
  for (int64_t row = begin; row < end; ++row) {
    float* slice = slices + static_cast<size_t>(row) * width;
    hn::StoreU(hn::Mul(hn::LoadU(d, slice), scale), d, slice);
  }
}

void LogSumExpSlices(const Bags& bags, const float* upstream, float* slices) {
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    const int64_t begin = bags.splits[bag];
    const int64_t end = bags.splits[bag + 1];
    if (begin == end) continue;
    ForVectors(bags.width, [&](auto d, size_t item) HWY_ATTR {
      SoftmaxColumn(Column<decltype(d)>{d, bags, item}, begin, end,
                    hn::LoadU(d, upstream + bag * bags.width + item),
                    slices + item);
    });
  }
}

void ScaleRows(const float* rows, size_t width, const int64_t* indices,
               const float* scales, size_t num_rows, float* output) {
  for (size_t i = 0; i < num_rows; ++i, output += width) {
    const float* row = rows + static_cast<size_t>(indices[i]) * width;
    const float scale = scales == nullptr ? 1.0f : scales[i];
    ForVectors(width, [&](auto d, size_t item) HWY_ATTR {
      hn::StoreU(hn::Mul(hn::LoadU(d, row + item), hn::Set(d, scale)), d,
                 output + item);
    });
  }
}

void CombineRows(const float* a, const float* b, size_t width,
                 const int64_t* indices, const float* a_scales,
                 const float* b_scales, size_t num_rows, float* output) {
  for (size_t i = 0; i < num_rows; ++i, output += width) {
    const size_t from = static_cast<size_t>(indices[i]) * width;
    ForVectors(width, [&](auto d, size_t item) HWY_ATTR {
      const auto left =
          hn::Mul(hn::LoadU(d, a + from + item), hn::Set(d, a_scales[i]));
      const auto right =
          hn::Mul(hn::LoadU(d, b + from + item), hn::Set(d, b_scales[i]));
      hn::StoreU(hn::Add(left, right), d, output + item);
    });
  }
}

void DotRows(const float* a, const int64_t* indices, const float* b,
             size_t width, size_t num_rows, float* output) {
  for (size_t i = 0; i < num_rows; ++i) {
    const size_t row = indices == nullptr ? i : static_cast<size_t>(indices[i]);
    output[i] = DotLanes(a + row * width, b + i * width, width);
  }
}

void ClipRows(float max_norm, size_t width, size_t num_rows, float* rows,
              float* factors) {
  for (size_t i = 0; i < num_rows; ++i, rows += width) {
    const float norm = std::sqrt(DotLanes(rows, rows, width));
    factors[i] = 1;
    if (!(norm > max_norm)) continue;
    const float factor = max_norm / norm;
    factors[i] = factor;
    ForVectors(width, [&](auto d, size_t item) HWY_ATTR {
      hn::StoreU(hn::Mul(hn::LoadU(d, rows + item), hn::Set(d, factor)), d,
                 rows + item);
    });
  }
}

void ClipSlices(const float* rows, const float* factors, size_t width,
                size_t num_rows, float* slices) {
  for (size_t i = 0; i < num_rows; ++i, rows += width, slices += width) {
    if (factors[i] == 1) continue;
    const float square = DotLanes(rows, rows, width);
    const float along =
        square == 0 ? 0.0f : DotLanes(rows, slices, width) / square;
    const float factor = factors[i];
    ForVectors(width, [&](auto d, size_t item) HWY_ATTR {
      const auto part = hn::Mul(hn::LoadU(d, rows + item), hn::Set(d, along));
      const auto across = hn::Sub(hn::LoadU(d, slices + item), part);
      hn::StoreU(hn::Mul(hn::Set(d, factor), across), d, slices + item);
    });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(ExtremeSlices);
HWY_EXPORT(LogSumExpSlices);
HWY_EXPORT(ScaleRows);
HWY_EXPORT(CombineRows);
HWY_EXPORT(DotRows);
HWY_EXPORT(ClipRows);
HWY_EXPORT(ClipSlices);

void ExtremeSlices(const Bags& bags, const ExtremeRule& rule,
                   const float* upstream, float* slices) {
  HWY_DYNAMIC_DISPATCH(ExtremeSlices)(bags, rule, upstream, slices);
}

void LogSumExpSlices(const Bags& bags, const float* upstream, float* slices) {
  HWY_DYNAMIC_DISPATCH(LogSumExpSlices)(bags, upstream, slices);
}

void ScaleRows(const float* rows, size_t width, const int64_t* indices,
               const float* scales, size_t num_rows, float* output) {
  HWY_DYNAMIC_DISPATCH(ScaleRows)
  (rows, width, indices, scales, num_rows, output);
}

void CombineRows(const float* a, const float* b, size_t width,
                 const int64_t* indices, const float* a_scales,
                 const float* b_scales, size_t num_rows, float* output) {
  HWY_DYNAMIC_DISPATCH(CombineRows)
  (a, b, width, indices, a_scales, b_scales, num_rows, output);
}

void DotRows(const float* a, const int64_t* indices, const float* b,
             size_t width, size_t num_rows, float* output) {
  HWY_DYNAMIC_DISPATCH(DotRows)(a, indices, b, width, num_rows, output);
}

void ClipRows(float max_norm, size_t width, size_t num_rows, float* rows,
              float* factors) {
  HWY_DYNAMIC_DISPATCH(ClipRows)(max_norm, width, num_rows, rows, factors);
}

void ClipSlices(const float* rows, const float* factors, size_t width,
                size_t num_rows, float* slices) {
  HWY_DYNAMIC_DISPATCH(ClipSlices)(rows, factors, width, num_rows, slices);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
