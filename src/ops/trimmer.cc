#include "rowsplit/ops/trimmer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/item_axis.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/boolean_mask.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::ItemAxis;

// Rows whose shares are found at a time.
constexpr int64_t kRowsInPiece = 4096;

int64_t SumUpTo(std::span<const int64_t> lengths, int64_t height) {
  int64_t sum = 0;
  for (const int64_t length : lengths) sum += std::min(length, height);
  return sum;
}

// Every segment gets as many items as every other, as far as it has them; what
// is left then goes one each to the first, or the last, of those that have
// more.
void ShareEqually(std::span<const int64_t> lengths, int64_t budget,
                  bool rest_to_first, std::span<int64_t> kept) {
  int64_t low = 0;
  int64_t high = *std::max_element(lengths.begin(), lengths.end());
  while (low < high) {  // the greatest height that the budget allows
    const int64_t middle = low + (high - low + 1) / 2;
    if (SumUpTo(lengths, middle) <= budget) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  int64_t left = budget;
  for (size_t i = 0; i < lengths.size(); ++i) {
    kept[i] = std::min(lengths[i], low);
    left -= kept[i];
  }
  for (size_t n = 0; n < lengths.size() && left > 0; ++n) {
    const size_t i = rest_to_first ? n : lengths.size() - 1 - n;
    if (kept[i] == lengths[i]) continue;
    ++kept[i];
    --left;
  }
}

void Share(TrimStrategy strategy, std::span<const int64_t> lengths,
           int64_t budget, std::span<int64_t> kept) {
  switch (strategy) {
    case TrimStrategy::kRoundRobin:
      return ShareEqually(lengths, budget, true, kept);
    case TrimStrategy::kShrinkLongest:
      return ShareEqually(lengths, budget, false, kept);
    case TrimStrategy::kWaterfall:
      for (size_t i = 0; i < lengths.size(); ++i) {
        kept[i] = std::min(lengths[i], budget);
        budget -= kept[i];
      }
  }
}

absl::Status CheckBudgets(const std::vector<int64_t>& budgets,
                          int64_t num_rows) {
  if (budgets.size() != 1 && static_cast<int64_t>(budgets.size()) != num_rows) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "trimmer: max_seq_length must be one number or one a row: %d numbers "
        "for %d rows",
        budgets.size(), num_rows));
  }
  for (size_t i = 0; i < budgets.size(); ++i) {
    if (budgets[i] >= 0) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "trimmer: max_seq_length must not be negative: max_seq_length[%d]=%d",
        i, budgets[i]));
  }
  return absl::OkStatus();
}

// The items of each segment, and how many of each row stay: num_rows numbers a
// segment.
struct Plan {
  std::vector<ItemAxis> axes;
  std::vector<BufferBuilder<int64_t>> kept;
};

absl::StatusOr<Plan> MakePlan(std::span<const Tensor> segments,
                              const TrimOptions& options) {
  if (segments.empty())
    return absl::InvalidArgumentError("trimmer: segments must not be empty");
  Plan plan;
  for (size_t i = 0; i < segments.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        ItemAxis axis, ItemAxis::Create("trimmer", segments[i], options.axis));
    if (i > 0 && axis.num_rows() != plan.axes[0].num_rows()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "trimmer: segments must have as many rows: segments[%d] has %d, "
          "segments[0] has %d",
          i, axis.num_rows(), plan.axes[0].num_rows()));
    }
    plan.kept.emplace_back(static_cast<size_t>(axis.num_rows()));
    plan.axes.push_back(std::move(axis));
  }
  const int64_t num_rows = plan.axes[0].num_rows();
  ROWSPLIT_RETURN_IF_ERROR(CheckBudgets(options.max_seq_length, num_rows));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_rows, kRowsInPiece, [&](int64_t begin, int64_t end) {
        std::vector<int64_t> lengths(segments.size());
        std::vector<int64_t> kept(segments.size());
        for (int64_t row = begin; row < end; ++row) {
          for (size_t i = 0; i < lengths.size(); ++i) {
            const std::span<const Offset> splits = plan.axes[i].row_splits();
            lengths[i] = splits[row + 1] - splits[row];
          }
          Share(options.strategy, lengths,
                options.max_seq_length.size() == 1
                    ? options.max_seq_length[0]
                    : options.max_seq_length[row],
                kept);
          for (size_t i = 0; i < kept.size(); ++i) plan.kept[i][row] = kept[i];
        }
        return absl::OkStatus();
      }));
  return plan;
}

Tensor MaskOf(const Tensor& segment, const ItemAxis& axis,
              std::span<const int64_t> kept) {
  BufferBuilder<bool> items(static_cast<size_t>(axis.num_items()));
  const std::span<const Offset> splits = axis.row_splits();
  for (int64_t row = 0; row < axis.num_rows(); ++row) {
    bool* const begin = items.data() + splits[row];
    std::fill(begin, begin + kept[row], true);
    std::fill(begin + kept[row], items.data() + splits[row + 1], false);
  }
  return axis.Mask(segment, std::move(items));
}

// The first `kept[row]` values of each row of ragged rank 1.
absl::StatusOr<Tensor> CutRows(const Tensor& segment,
                               std::span<const int64_t> kept,
                               const ExecOptions& exec) {
  const std::span<const Offset> splits = segment.partition(0).row_splits();
  BufferBuilder<Offset> cut(splits.size());
  std::vector<internal::RowRange> ranges(kept.size());
  cut[0] = 0;
  for (size_t row = 0; row < kept.size(); ++row) {
    ranges[row] = {splits[row], kept[row]};
    cut[row + 1] = cut[row] + kept[row];
  }
  if (cut[kept.size()] == segment.num_values()) return segment;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      internal::SelectRows(segment.flat_values(), std::move(ranges), exec));
  return Tensor::FromPartition(
      RowPartition::FromRowSplitsUnchecked(std::move(cut).Build()),
      std::move(values));
}

}  // namespace

absl::StatusOr<std::vector<Tensor>> TrimSegments(
    std::span<const Tensor> segments, const TrimOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Plan plan, MakePlan(segments, options));
  std::vector<Tensor> trimmed;
  for (size_t i = 0; i < segments.size(); ++i) {
    const Tensor& segment = segments[i];
    const std::span<const int64_t> kept = plan.kept[i].span();
    if (segment.ragged_rank() == 1) {
      ROWSPLIT_ASSIGN_OR_RETURN(trimmed.emplace_back(),
                                CutRows(segment, kept, options.exec));
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(
          trimmed.emplace_back(),
          BooleanMask(segment, MaskOf(segment, plan.axes[i], kept),
                      {.exec = options.exec}));
    }
  }
  return trimmed;
}

absl::StatusOr<std::vector<Tensor>> TrimMasks(std::span<const Tensor> segments,
                                              const TrimOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Plan plan, MakePlan(segments, options));
  std::vector<Tensor> masks;
  for (size_t i = 0; i < segments.size(); ++i)
    masks.push_back(MaskOf(segments[i], plan.axes[i], plan.kept[i].span()));
  return masks;
}

}  // namespace rowsplit
