#ifndef ROWSPLIT_BENCH_SUPPORT_ROW_BANDWIDTH_H_
#define ROWSPLIT_BENCH_SUPPORT_ROW_BANDWIDTH_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace rowsplit::bench {

inline constexpr size_t kLineBytes = 64;

// How many rows before its use a row may be asked for: which is best depends on
// the rows and on the machine.
inline constexpr size_t kRowsAhead[] = {16, 32, 64};

// A word of each cache line of the rows of `ids`, added up. Lines are asked for
// into the second cache, which is quicker than into the first.
inline uint64_t ReadRowLines(const uint8_t* rows, size_t row_bytes,
                             std::span<const int64_t> ids, size_t ahead) {
  uint64_t sum = 0;
  const auto add_line = [&](const uint8_t* line) {
    uint64_t word = 0;
    std::memcpy(&word, line, sizeof word);
    sum += word;
  };
  for (size_t i = 0; i < ids.size(); ++i) {
    const uint8_t* const next =
        rows + static_cast<size_t>(ids[std::min(i + ahead, ids.size() - 1)]) *
                   row_bytes;
    const uint8_t* const row = rows + static_cast<size_t>(ids[i]) * row_bytes;
    for (size_t byte = 0; byte + sizeof(uint64_t) <= row_bytes;
         byte += kLineBytes) {
      __builtin_prefetch(next + byte, 0, 2);
      add_line(row + byte);
    }
    // A row that begins within a line may end in one more.
    __builtin_prefetch(next + row_bytes - 1, 0, 2);
    if (row_bytes >= sizeof(uint64_t)) {
      add_line(row + row_bytes - sizeof(uint64_t));
    }
  }
  return sum;
}

// The same of all bytes in order.
inline uint64_t ReadLines(const uint8_t* bytes, size_t size) {
  uint64_t sum = 0;
  for (size_t byte = 0; byte + sizeof sum <= size; byte += kLineBytes) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + byte, sizeof word);
    sum += word;
  }
  return sum;
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_ROW_BANDWIDTH_H_
