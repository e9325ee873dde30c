#ifndef ROWSPLIT_BENCH_SUPPORT_FLOAT_ROWS_H_
#define ROWSPLIT_BENCH_SUPPORT_FLOAT_ROWS_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/tensor.h"
#include "support/datasets.h"

namespace rowsplit::bench {

inline constexpr int64_t kNumFloats = 1'000'000;

// kNumFloats floats in rows of 0 to 2 * mean.
inline Tensor FloatRows(int64_t mean) {
  std::mt19937_64 random(3);
  BufferBuilder<float> values(kNumFloats);
  for (int64_t i = 0; i < kNumFloats; ++i)
    values[i] = static_cast<float>(Below(random, 1000));
  std::vector<Offset> splits = {0};
  while (splits.back() < kNumFloats) {
    splits.push_back(std::min<int64_t>(
        kNumFloats,
        splits.back() + static_cast<int64_t>(Below(random, 2 * mean + 1))));
  }
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                splits);
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_FLOAT_ROWS_H_
