// The order of a sum of products that is the same on every target. Included
// once a target by kernels.
#include <cstddef>

#if defined(ROWSPLIT_SRC_KERNELS_DOT_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_DOT_LANES_INL_H_
#undef ROWSPLIT_SRC_KERNELS_DOT_LANES_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_DOT_LANES_INL_H_
#endif

#include "hwy/highway.h"
#include "kernels/dot_lanes_ref.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// reference::DotLanes, by four vectors of four lanes.
HWY_INLINE float DotLanes(const float* HWY_RESTRICT a,
                          const float* HWY_RESTRICT b, size_t size) {
#if HWY_TARGET == HWY_SCALAR
  return reference::DotLanes(a, b, size);  // its vectors have one lane
#else
  const hn::CappedTag<float, 4> d;
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  const auto product = [&](size_t item) HWY_ATTR {
    return hn::Mul(hn::LoadU(d, a + item), hn::LoadU(d, b + item));
  };
  size_t item = 0;
  for (; item + reference::kDotLanes <= size; item += reference::kDotLanes) {
    sum0 = hn::Add(sum0, product(item));
    sum1 = hn::Add(sum1, product(item + 4));
    sum2 = hn::Add(sum2, product(item + 8));
    sum3 = hn::Add(sum3, product(item + 12));
  }
  HWY_ALIGN float lanes[reference::kDotLanes];
  hn::Store(sum0, d, lanes);
  hn::Store(sum1, d, lanes + 4);
  hn::Store(sum2, d, lanes + 8);
  hn::Store(sum3, d, lanes + 12);
  return reference::FinishDot(a + item, b + item, size - item, lanes);
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
