#include "rowsplit/ops/window.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// No stream has more values; keeps the sums of Begin and End inside 64 bits.
constexpr int64_t kMaxReach = int64_t{1} << 62;
// Windows that a thread takes at a time.
constexpr int64_t kWindowGrain = 4096;

absl::Status CheckPositive(const char* name, int64_t value) {
  if (value > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("window: %s must be positive: %d", name, value));
}

// Copies `count` elements that stand `stride` elements apart.
template <size_t kElementSize>
void CopyStrided(const std::byte* from, int64_t count, int64_t stride,
                 std::byte* to) {
  constexpr auto kSize = static_cast<int64_t>(kElementSize);
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(to + i * kSize, from + i * stride * kSize, kElementSize);
}

void CopyWindow(const std::byte* from, int64_t count, int64_t stride,
                size_t element_size, std::byte* to) {
  if (stride == 1 || count == 1) {
    std::memcpy(to, from, static_cast<size_t>(count) * element_size);
    return;
  }
  switch (element_size) {
    case 1:
      return CopyStrided<1>(from, count, stride, to);
    case 2:
      return CopyStrided<2>(from, count, stride, to);
    case 4:
      return CopyStrided<4>(from, count, stride, to);
    case 8:
      return CopyStrided<8>(from, count, stride, to);
    default:
      for (int64_t i = 0; i < count; ++i) {
        std::memcpy(to + i * static_cast<int64_t>(element_size),
                    from + i * stride * static_cast<int64_t>(element_size),
                    element_size);
      }
  }
}

// The borders of what is cut: of each row, or of all rows run together.
std::vector<Offset> CutBorders(std::span<const Offset> splits,
                               WindowScope scope) {
  if (splits.empty()) return {0};
  if (scope == WindowScope::kAcrossRows) return {splits.front(), splits.back()};
  return {splits.begin(), splits.end()};
}

}  // namespace

absl::StatusOr<WindowPlan> WindowPlan::Create(const WindowOptions& options) {
  const int64_t shift = options.shift.value_or(options.size);
  ROWSPLIT_RETURN_IF_ERROR(CheckPositive("size", options.size));
  ROWSPLIT_RETURN_IF_ERROR(CheckPositive("shift", shift));
  ROWSPLIT_RETURN_IF_ERROR(CheckPositive("stride", options.stride));
  const absl::StatusOr<int64_t> reach =
      internal::CheckedMul(options.size - 1, options.stride);
  if (!reach.ok() || *reach >= kMaxReach || shift > kMaxReach) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "window: (size - 1) * stride + 1 and shift must be at most 2^62: "
        "size=%d, stride=%d, shift=%d",
        options.size, options.stride, shift));
  }
  WindowPlan plan;
  plan.size_ = options.size;
  plan.shift_ = shift;
  plan.stride_ = options.stride;
  plan.reach_ = *reach + 1;
  plan.drop_remainder_ = options.drop_remainder;
  return plan;
}

absl::StatusOr<RaggedShape> internal::MakeWindowShape(
    const WindowPlan& plan, std::span<const Offset> splits,
    const WindowOptions& options) {
  const std::vector<Offset> borders = CutBorders(splits, options.scope);
  const auto num_rows = static_cast<int64_t>(borders.size()) - 1;

  BufferBuilder<Offset> window_splits(borders.size());
  window_splits[0] = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        window_splits[row + 1],
        CheckedAdd(window_splits[row],
                   plan.NumWindows(borders[row + 1] - borders[row])));
  }
  const int64_t num_windows = window_splits[num_rows];
  BufferBuilder<Offset> value_splits(static_cast<size_t>(num_windows) + 1);
  value_splits[0] = 0;
  for (int64_t row = 0, window = 0; row < num_rows; ++row) {
    const int64_t n = borders[row + 1] - borders[row];
    for (int64_t w = 0; window < window_splits[row + 1]; ++w, ++window) {
      ROWSPLIT_ASSIGN_OR_RETURN(
          value_splits[window + 1],
          CheckedAdd(value_splits[window], plan.Length(w, n)));
    }
  }
  std::vector<RowPartition> partitions;
  if (options.scope == WindowScope::kWithinRow) {
    partitions.push_back(
        RowPartition::FromRowSplitsUnchecked(std::move(window_splits).Build()));
  }
  partitions.push_back(
      RowPartition::FromRowSplitsUnchecked(std::move(value_splits).Build()));
  return RaggedShape::FromPartitions(std::move(partitions));
}

absl::Status internal::CopyWindows(
    const WindowPlan& plan, std::span<const Offset> splits,
    std::span<const std::byte> values, size_t element_size,
    const RaggedShape& shape, const WindowOptions& options, std::byte* output) {
  const auto item_size = static_cast<int64_t>(element_size);
  const std::span<const Offset> value_splits = shape.innermost().row_splits();
  const auto copy = [&](int64_t window, int64_t value) {
    const int64_t count = value_splits[window + 1] - value_splits[window];
    CopyWindow(values.data() + value * item_size, count, plan.stride(),
               element_size, output + value_splits[window] * item_size);
  };
  if (options.scope == WindowScope::kAcrossRows) {
    const Offset first = splits.empty() ? 0 : splits.front();
    return ParallelFor(options.exec, shape.num_rows(), kWindowGrain,
                       [&](int64_t begin, int64_t end) {
                         for (int64_t w = begin; w < end; ++w)
                           copy(w, first + plan.Begin(w));
                         return absl::OkStatus();
                       });
  }
  const std::span<const Offset> window_splits = shape.partition(0).row_splits();
  return ParallelFor(options.exec, shape.num_rows(), kWindowGrain,
                     [&](int64_t begin, int64_t end) {
                       for (int64_t row = begin; row < end; ++row) {
                         const int64_t first_window = window_splits[row];
                         for (int64_t w = first_window;
                              w < window_splits[row + 1]; ++w)
                           copy(w, splits[row] + plan.Begin(w - first_window));
                       }
                       return absl::OkStatus();
                     });
}

}  // namespace rowsplit
