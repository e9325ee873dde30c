#include "rowsplit/ops/gather.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"

namespace rowsplit {

namespace {

// Ids that a thread takes at a time: they are checked first, then copied, so
// that the copies may ask for rows ahead without a check.
constexpr int64_t kGrain = 4096;
// How far ahead a row is fetched: long enough for a miss to come home.
constexpr int64_t kPrefetchAhead = 12;

absl::Status IdError(std::span<const Offset> splits, int64_t position,
                     int64_t id, int64_t num_rows) {
  if (splits.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather: ids must be in [0, %d): ids[%d]=%d", num_rows, position, id));
  }
  // The last row that starts at or before the position holds it.
  const auto next = std::upper_bound(splits.begin(), splits.end(), position);
  const int64_t row = next - splits.begin() - 1;
  return absl::InvalidArgumentError(
      absl::StrFormat("gather: ids must be in [0, %d): ids[%d][%d]=%d",
                      num_rows, row, position - splits[row], id));
}

// The first of `ids` that is no row, or their number.
int64_t FirstBad(std::span<const int64_t> ids, int64_t num_rows) {
  uint64_t largest = 0;  // a negative id is a huge one
  for (const int64_t id : ids)
    largest = std::max(largest, static_cast<uint64_t>(id));
  if (ids.empty() || largest < static_cast<uint64_t>(num_rows))
    return static_cast<int64_t>(ids.size());
  return std::find_if(ids.begin(), ids.end(),
                      [&](int64_t id) { return id < 0 || id >= num_rows; }) -
         ids.begin();
}

}  // namespace

absl::StatusOr<int64_t> internal::CheckGather(int64_t table_size,
                                              int64_t num_rows, int64_t width,
                                              int64_t element_size,
                                              int64_t num_ids) {
  if (num_rows < 0 || width < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("gather: num_rows and width must not be negative: "
                        "num_rows=%d, width=%d",
                        num_rows, width));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size, CheckedMul(num_rows, width));
  if (size != table_size) {
    return absl::InvalidArgumentError(
        absl::StrFormat("gather: the table must hold num_rows * width values: "
                        "%d * %d, got %d",
                        num_rows, width, table_size));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(width, element_size).status());
  return CheckedMul(num_ids, width);
}

absl::Status internal::GatherBytes(const std::byte* table, int64_t num_rows,
                                   int64_t row_bytes,
                                   std::span<const int64_t> ids,
                                   std::span<const Offset> splits,
                                   const ExecOptions& exec, std::byte* output) {
  const auto gather = [&](int64_t begin, int64_t end) -> absl::Status {
    const auto piece = ids.subspan(begin, end - begin);
    if (const int64_t bad = FirstBad(piece, num_rows);
        bad < static_cast<int64_t>(piece.size()))
      return IdError(splits, begin + bad, piece[bad], num_rows);
    if (row_bytes == 0) return absl::OkStatus();
    const int64_t last = end - 1;
    for (int64_t i = begin; i < end; ++i) {
      const std::byte* ahead =
          table + ids[std::min(i + kPrefetchAhead, last)] * row_bytes;
      __builtin_prefetch(ahead);
      __builtin_prefetch(ahead + row_bytes - 1);
      std::memcpy(output + i * row_bytes, table + ids[i] * row_bytes,
                  static_cast<size_t>(row_bytes));
    }
    return absl::OkStatus();
  };
  return ParallelFor(exec, static_cast<int64_t>(ids.size()), kGrain, gather);
}

}  // namespace rowsplit
