#include "kernels/optimizer_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/optimizer_rows.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/dot_lanes-inl.h"
#include "kernels/optimizer_rows_ref.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rows that are asked for ahead of the one that is changed.
constexpr size_t kAhead = 4;
constexpr size_t kLineItems = 64 / sizeof(float);

HWY_INLINE void PrefetchRow(const float* row, size_t width) {
  for (size_t item = 0; item < width; item += kLineItems)
    hwy::Prefetch(row + item);
}

template <class D>
HWY_INLINE hn::Vec<D> Gradient(D d, const float* gradient, hn::Vec<D> weights,
                               float weight_decay) {
  const auto g = hn::LoadU(d, gradient);
  if (weight_decay == 0) return g;
  return hn::Add(g, hn::Mul(hn::Set(d, weight_decay), weights));
}

// The steps: each gets the tag, the gradient, the items of the table and, by
// their place, those of the states; and stores the new ones.

struct Sgd {
  float rate;
  float* table;

  void PrefetchStates(size_t, size_t) const {}
  template <class D>
  HWY_INLINE void operator()(D d, hn::Vec<D> g, hn::Vec<D> weights,
                             size_t place) const {
    const auto change = hn::Mul(hn::Set(d, rate), g);
    hn::StoreU(hn::Sub(weights, change), d, table + place);
  }
};

template <class D>
HWY_INLINE hn::Vec<D> Divisor(D d, const AdagradStep& step, hn::Vec<D> sum) {
  const auto epsilon = hn::Set(d, step.epsilon);
  if (step.inside) return hn::Sqrt(hn::Add(sum, epsilon));
  return hn::Add(hn::Sqrt(sum), epsilon);
}

struct Adagrad {
  AdagradStep step;
  float* table;
  float* sums;

  void PrefetchStates(size_t place, size_t width) const {
    PrefetchRow(sums + place, width);
  }
  template <class D>
  HWY_INLINE void operator()(D d, hn::Vec<D> g, hn::Vec<D> weights,
                             size_t place) const {
    const auto sum = hn::Add(hn::LoadU(d, sums + place), hn::Mul(g, g));
    hn::StoreU(sum, d, sums + place);
    const auto change =
        hn::Div(hn::Mul(hn::Set(d, step.rate), g), Divisor(d, step, sum));
    hn::StoreU(hn::Sub(weights, change), d, table + place);
  }
};

struct Adam {
  AdamStep step;
  float* table;
  float* first;
  float* second;

  void PrefetchStates(size_t place, size_t width) const {
    PrefetchRow(first + place, width);
    PrefetchRow(second + place, width);
  }
  template <class D>
  HWY_INLINE void operator()(D d, hn::Vec<D> g, hn::Vec<D> weights,
                             size_t place) const {
    auto mean = hn::LoadU(d, first + place);
    mean =
        hn::Add(mean, hn::Mul(hn::Set(d, step.beta1_rest), hn::Sub(g, mean)));
    hn::StoreU(mean, d, first + place);
    auto square = hn::LoadU(d, second + place);
    square = hn::Add(square, hn::Mul(hn::Set(d, step.beta2_rest),
                                     hn::Sub(hn::Mul(g, g), square)));
    hn::StoreU(square, d, second + place);
    const auto divisor = hn::Add(hn::Sqrt(square), hn::Set(d, step.epsilon));
    const auto change = hn::Div(hn::Mul(hn::Set(d, step.rate), mean), divisor);
    hn::StoreU(hn::Sub(weights, change), d, table + place);
  }
};

// Calls `step` for each vector of one row, and for each item that is left.
template <class Step>
HWY_INLINE void StepRow(const float* HWY_RESTRICT gradient, const float* table,
                        size_t width, float weight_decay, size_t place,
                        const Step& step) {
  const hn::ScalableTag<float> whole;
  const hn::CappedTag<float, 1> one;
  size_t item = 0;
  for (; item + hn::Lanes(whole) <= width; item += hn::Lanes(whole)) {
    const auto weights = hn::LoadU(whole, table + place + item);
    step(whole, Gradient(whole, gradient + item, weights, weight_decay),
         weights, place + item);
  }
  for (; item < width; ++item) {
    const auto weights = hn::LoadU(one, table + place + item);
    step(one, Gradient(one, gradient + item, weights, weight_decay), weights,
         place + item);
  }
}

template <class Step>
HWY_INLINE void StepRows(const UpdateRows& rows, const Step& step) {
  const size_t width = rows.width;
  for (size_t row = 0; row < rows.num_rows; ++row) {
    if (row + kAhead < rows.num_rows) {
      const size_t next = static_cast<size_t>(rows.ids[row + kAhead]) * width;
      PrefetchRow(step.table + next, width);
      step.PrefetchStates(next, width);
    }
    StepRow(rows.gradients + row * width, step.table, width, rows.weight_decay,
            static_cast<size_t>(rows.ids[row]) * width, step);
  }
}

void SgdRows(const UpdateRows& rows, float rate, float* table) {
  StepRows(rows, Sgd{rate, table});
}

void AdagradRows(const UpdateRows& rows, const AdagradStep& step, float* table,
                 float* sums) {
  StepRows(rows, Adagrad{step, table, sums});
}

void AdamRows(const UpdateRows& rows, const AdamStep& step, float* table,
              float* first, float* second) {
  StepRows(rows, Adam{step, table, first, second});
}

// Keeps g, of one row, in `decayed`.
struct KeepGradient {
  float* decayed;
  template <class D>
  HWY_INLINE void operator()(D d, hn::Vec<D> g, hn::Vec<D>,
                             size_t place) const {
    hn::StoreU(g, d, decayed + place);
  }
};

void RowWiseAdagradRows(const UpdateRows& rows, const AdagradStep& step,
                        float* scratch, float* table, float* sums) {
  const size_t width = rows.width;
  for (size_t row = 0; row < rows.num_rows && width > 0; ++row) {
    if (row + kAhead < rows.num_rows) {
      const auto next = static_cast<size_t>(rows.ids[row + kAhead]);
      PrefetchRow(table + next * width, width);
      hwy::Prefetch(sums + next);
    }
    const auto id = static_cast<size_t>(rows.ids[row]);
    const float* gradient = rows.gradients + row * width;
    if (rows.weight_decay != 0) {
      StepRow(gradient, table + id * width, width, rows.weight_decay, 0,
              KeepGradient{scratch});
      gradient = scratch;
    }
    sums[id] += DotLanes(gradient, gradient, width) / static_cast<float>(width);
    const float scale = step.rate / reference::AdagradDivisor(step, sums[id]);
    StepRow(gradient, table, width, 0, id * width, Sgd{scale, table});
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace rowsplit::kernels {

HWY_EXPORT(SgdRows);
HWY_EXPORT(AdagradRows);
HWY_EXPORT(RowWiseAdagradRows);
HWY_EXPORT(AdamRows);

void SgdRows(const UpdateRows& rows, float rate, float* table) {
  HWY_DYNAMIC_DISPATCH(SgdRows)(rows, rate, table);
}

void AdagradRows(const UpdateRows& rows, const AdagradStep& step, float* table,
                 float* sums) {
  HWY_DYNAMIC_DISPATCH(AdagradRows)(rows, step, table, sums);
}

void RowWiseAdagradRows(const UpdateRows& rows, const AdagradStep& step,
                        float* table, float* sums) {
  std::vector<float> scratch(rows.weight_decay != 0 ? rows.width : 0);
  HWY_DYNAMIC_DISPATCH(RowWiseAdagradRows)
  (rows, step, scratch.data(), table, sums);
}

void AdamRows(const UpdateRows& rows, const AdamStep& step, float* table,
              float* first, float* second) {
  HWY_DYNAMIC_DISPATCH(AdamRows)(rows, step, table, first, second);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
