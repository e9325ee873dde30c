#ifndef ROWSPLIT_SRC_KERNELS_DOT_LANES_REF_H_
#define ROWSPLIT_SRC_KERNELS_DOT_LANES_REF_H_

#include <cstddef>

namespace rowsplit::reference {

// The lanes of a sum of products: item i goes to lane i % kDotLanes, in order;
// then the upper half of the lanes is added to the lower half until one is
// left.
inline constexpr size_t kDotLanes = 16;

// The last items, fewer than there are lanes, and the sum of the lanes.
inline float FinishDot(const float* a, const float* b, size_t size,
                       float* lanes) {
  for (size_t i = 0; i < size; ++i) {
    const float product = a[i] * b[i];
    lanes[i] += product;
  }
  for (size_t half = kDotLanes / 2; half > 0; half /= 2)
    for (size_t i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  return lanes[0];
}

inline float DotLanes(const float* a, const float* b, size_t size) {
  float lanes[kDotLanes] = {};
  size_t i = 0;
  for (; i + kDotLanes <= size; i += kDotLanes) {
    for (size_t lane = 0; lane < kDotLanes; ++lane) {
      const float product = a[i + lane] * b[i + lane];
      lanes[lane] += product;
    }
  }
  return FinishDot(a + i, b + i, size - i, lanes);
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_DOT_LANES_REF_H_
