#include "embedding/bag_plan.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "embedding/bag_arguments.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

namespace {

absl::Status OutOfRange(const char* op, const BagPlan& plan, int64_t num_rows,
                        int64_t place) {
  const auto* bag =
      std::upper_bound(plan.splits.begin(), plan.splits.end(), place) - 1;
  return absl::OutOfRangeError(absl::StrFormat(
      "%s: id out of range [0, %d): bag %d, position %d: %d", op, num_rows,
      bag - plan.splits.begin(), place - *bag, plan.rows[place]));
}

// Whether every id stands as it is.
bool IsPlain(const BagPlan& plan, int64_t num_rows, const BagOptions& options) {
  const auto limit = static_cast<uint64_t>(num_rows);
  if (options.padding_idx.has_value() || options.empty_row.has_value())
    return false;
  return std::all_of(plan.rows.begin(), plan.rows.end(), [&](int64_t id) {
    return static_cast<uint64_t>(id) < limit;
  });
}

// Writes the entries that remain of each bag.
class Remaining {
 public:
  Remaining(const BagPlan& plan, const BagOptions& options)
      : plan_(plan), options_(options) {}

  absl::StatusOr<BagPlan> Make(const char* op, int64_t num_rows) {
    splits_.Append(0);
    for (int64_t bag = 0; bag < plan_.num_bags(); ++bag) {
      for (Offset place = plan_.splits[bag]; place < plan_.splits[bag + 1];
           ++place) {
        const int64_t id = plan_.rows[place];
        if (options_.padding_idx == id) continue;
        if (id >= 0 && id < num_rows) {
          Add(id, place);
        } else if (options_.out_of_range == OutOfRangeIds::kError) {
          return OutOfRange(op, plan_, num_rows, place);
        } else if (options_.out_of_range == OutOfRangeIds::kZero) {
          Add(kZeroRow, place);
          has_zero_rows_ = true;
        } else if (options_.out_of_range == OutOfRangeIds::kRow) {
          Add(options_.out_of_range_row, place);
        }
      }
      const auto size = static_cast<Offset>(rows_.size());
      if (options_.empty_row.has_value() && size == splits_[bag])
        Add(*options_.empty_row, -1);
      splits_.Append(static_cast<Offset>(rows_.size()));
    }
    return BagPlan{plan_.num_ids,
                   std::move(rows_).Build(),
                   std::move(weights_).Build(),
                   std::move(splits_).Build(),
                   std::move(places_).Build(),
                   plan_.has_weights,
                   has_zero_rows_};
  }

 private:
  void Add(int64_t row, int64_t place) {
    rows_.Append(row);
    places_.Append(place);
    if (plan_.has_weights)
      weights_.Append(place < 0 ? 1.0f : plan_.weights[place]);
  }

  const BagPlan& plan_;
  const BagOptions& options_;
  BufferBuilder<int64_t> rows_;
  BufferBuilder<float> weights_;
  BufferBuilder<Offset> splits_;
  BufferBuilder<int64_t> places_;
  bool has_zero_rows_ = false;
};

// What all weights of a bag are divided by; 0 for a bag that is all zeros.
double Divisor(BagMode mode, std::span<const float> weights, Offset begin,
               Offset end) {
  double sum = 0;
  double squares = 0;
  for (Offset i = begin; i < end; ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    sum += weight;
    squares += weight * weight;
  }
  return mode == BagMode::kMean ? sum : std::sqrt(squares);
}

}  // namespace

absl::StatusOr<BagPlan> MakeBagPlan(const char* op, int64_t num_rows,
                                    const Tensor& ids, const Tensor* weights,
                                    const BagOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckBagOptions(op, num_rows, options));
  BagPlan plan;
  plan.num_ids = ids.num_items();
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows, AsIndices(op, ids));
  plan.rows = rows.buffer<int64_t>();
  ROWSPLIT_ASSIGN_OR_RETURN(plan.splits, BagSplits(op, ids));
  if (weights != nullptr) {
    ROWSPLIT_RETURN_IF_ERROR(CheckBagWeights(op, ids, *weights));
    plan.weights = weights->buffer<float>();
    plan.has_weights = true;
  }
  if (IsPlain(plan, num_rows, options)) return plan;
  return Remaining(plan, options).Make(op, num_rows);
}

bool IsLinear(BagMode mode) {
  return mode != BagMode::kMax && mode != BagMode::kMin &&
         mode != BagMode::kLogSumExp;
}

Buffer<float> EntryScales(const BagPlan& plan, BagMode mode) {
  if (mode == BagMode::kSum || !IsLinear(mode)) return plan.weights;
  BufferBuilder<float> scales(static_cast<size_t>(plan.num_entries()));
  for (int64_t bag = 0; bag < plan.num_bags(); ++bag) {
    const Offset begin = plan.splits[bag];
    const Offset end = plan.splits[bag + 1];
    const auto weight = [&](Offset i) {
      return plan.weights.empty() ? 1.0f : plan.weights[i];
    };
    if (mode == BagMode::kFirst || mode == BagMode::kLast) {
      std::fill(scales.data() + begin, scales.data() + end, 0.0f);
      const Offset chosen = mode == BagMode::kFirst ? begin : end - 1;
      if (begin < end) scales[chosen] = weight(chosen);
      continue;
    }
    const double divisor = Divisor(mode, plan.weights.span(), begin, end);
    for (Offset i = begin; i < end; ++i)
      scales[i] = divisor == 0 ? 0 : static_cast<float>(weight(i) / divisor);
  }
  return std::move(scales).Build();
}

}  // namespace rowsplit::internal
