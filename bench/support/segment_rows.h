#ifndef ROWSPLIT_BENCH_SUPPORT_SEGMENT_ROWS_H_
#define ROWSPLIT_BENCH_SUPPORT_SEGMENT_ROWS_H_

#include <cstdint>
#include <vector>

#include "rowsplit/ragged/tensor.h"
#include "support/ragged_rows.h"

namespace rowsplit::bench {

inline constexpr int64_t kSegmentRows = 10'000;

// Two ragged segments of ids, of as many rows, of 0 to 2 * `mean_length` ids.
inline std::vector<Tensor> TwoSegments(int64_t mean_length) {
  std::vector<Tensor> segments;
  for (const uint64_t seed : {1, 2}) {
    std::mt19937_64 random(seed);
    std::vector<int64_t> lengths(kSegmentRows);
    for (int64_t& length : lengths) {
      length = static_cast<int64_t>(
          Below(random, 2 * static_cast<uint64_t>(mean_length) + 1));
    }
    segments.push_back(
        RaggedNumbers<int32_t>(*RowPartition::FromRowLengths(lengths)));
  }
  return segments;
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_SEGMENT_ROWS_H_
