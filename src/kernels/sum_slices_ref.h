#ifndef ROWSPLIT_SRC_KERNELS_SUM_SLICES_REF_H_
#define ROWSPLIT_SRC_KERNELS_SUM_SLICES_REF_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::reference {

inline void SumSlices(const float* rows, size_t width, const int64_t* indices,
                      const float* scales, const int64_t* splits,
                      size_t num_groups, float* output) {
  for (size_t group = 0; group < num_groups; ++group) {
    for (size_t item = 0; item < width; ++item) {
      float sum = 0;
      for (int64_t i = splits[group]; i < splits[group + 1]; ++i) {
        const float value =
            rows[static_cast<size_t>(indices[i]) * width + item];
        // Not one expression with the addition, which might be fused.
        const volatile float product =
            scales == nullptr ? value : value * scales[i];
        sum += product;
      }
      output[group * width + item] = sum;
    }
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_SUM_SLICES_REF_H_
