#include "embedding/bag_backward.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "kernels/bag_slices.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit::internal {

namespace {

// Items of the rows of a piece of work: they stay in the second cache.
constexpr int64_t kPieceItems = int64_t{1} << 16;

// The bags [first_bag, end_bag) and their entries.
struct Piece {
  int64_t first_bag;
  int64_t end_bag;
  int64_t first;
  int64_t end;

  auto size() const { return static_cast<size_t>(end - first); }
};

struct Scratch {
  BufferBuilder<float> rows;
  BufferBuilder<float> slices;
  BufferBuilder<float> factors;
  BufferBuilder<float> dots;
  BufferBuilder<int64_t> bags;
  BufferBuilder<Offset> splits;
};

// From the products of each row and its bag's upstream gradient to the
// gradients of the weights, for the linear modes, in place.
void LinearWeightGradients(const BagPlan& plan, BagMode mode,
                           const Piece& piece, float* dots) {
  if (mode == BagMode::kSum) return;
  for (int64_t bag = piece.first_bag; bag < piece.end_bag; ++bag) {
    const Offset begin = plan.splits[bag];
    const Offset end = plan.splits[bag + 1];
    float* dot = dots - piece.first;
    if (mode == BagMode::kFirst || mode == BagMode::kLast) {
      const Offset chosen = mode == BagMode::kFirst ? begin : end - 1;
      for (Offset i = begin; i < end; ++i)
        if (i != chosen) dot[i] = 0;
      continue;
    }
    // With s = sum(w x): d(s / W) / dw = x / W - s / W^2, and
    // d(s / S) / dw = x / S - s w / S^3, S^2 = sum(w^2).
    double along = 0;
    double sum = 0;
    double squares = 0;
    for (Offset i = begin; i < end; ++i) {
      const double weight = plan.weights[i];
      along += weight * dot[i];
      sum += weight;
      squares += weight * weight;
    }
    const bool is_mean = mode == BagMode::kMean;
    const double divisor = is_mean ? sum : std::sqrt(squares);
    for (Offset i = begin; i < end; ++i) {
      const double turn =
          is_mean ? along / divisor : along * plan.weights[i] / squares;
      dot[i] = divisor == 0 ? 0 : static_cast<float>((dot[i] - turn) / divisor);
    }
  }
}

// Computes the gradients of one piece's entries.
class PieceGradients {
 public:
  PieceGradients(const Backward& backward, const Piece& piece, Scratch& scratch)
      : backward_(backward),
        plan_(backward.plan),
        options_(backward.options),
        width_(static_cast<size_t>(backward.table.width())),
        piece_(piece),
        scratch_(scratch) {
    scratch.bags.ResizeUninitialized(piece.size());
    for (int64_t bag = piece.first_bag; bag < piece.end_bag; ++bag) {
      std::fill(scratch.bags.data() + (plan_.splits[bag] - piece.first),
                scratch.bags.data() + (plan_.splits[bag + 1] - piece.first),
                bag);
    }
  }

  // `slices` and `weights` hold the piece's entries; each may be null.
  void Compute(float* slices, float* weights) {
    const bool linear = IsLinear(options_.bag.mode);
    const bool clips = options_.bag.max_norm.has_value();
    if (!linear || weights != nullptr || clips) Read();
    if (linear) {
      if (weights != nullptr) LinearWeights(weights);
      if (slices != nullptr) LinearSlices(slices);
    } else {
      if (slices == nullptr) {
        scratch_.slices.ResizeUninitialized(piece_.size() * width_);
        slices = scratch_.slices.data();
      }
      OtherSlices(slices);
      if (weights != nullptr) FinishWeights(slices, weights);
    }
    if (clips && slices != nullptr && backward_.through_max_norm) {
      kernels::ClipSlices(scratch_.rows.data(), scratch_.factors.data(), width_,
                          piece_.size(), slices);
    }
  }

 private:
  void Read() {
    scratch_.rows.ResizeUninitialized(piece_.size() * width_);
    ReadEntryRows(backward_.table,
                  plan_.rows.span().subspan(piece_.first, piece_.size()),
                  scratch_.rows.data());
    if (!options_.bag.max_norm.has_value()) return;
    scratch_.factors.ResizeUninitialized(piece_.size());
    kernels::ClipRows(*options_.bag.max_norm, width_, piece_.size(),
                      scratch_.rows.data(), scratch_.factors.data());
  }

  void LinearWeights(float* weights) {
    kernels::DotRows(backward_.upstream.data(), scratch_.bags.data(),
                     scratch_.rows.data(), width_, piece_.size(), weights);
    LinearWeightGradients(plan_, options_.bag.mode, piece_, weights);
  }

  void LinearSlices(float* slices) {
    const float* scales = backward_.scales.empty()
                              ? nullptr
                              : backward_.scales.data() + piece_.first;
    kernels::ScaleRows(backward_.upstream.data(), width_, scratch_.bags.data(),
                       scales, piece_.size(), slices);
  }

  // Without the factors of the weights.
  void OtherSlices(float* slices) {
    scratch_.splits.Clear();
    for (int64_t bag = piece_.first_bag; bag <= piece_.end_bag; ++bag)
      scratch_.splits.Append(plan_.splits[bag] - piece_.first);
    const kernels::Bags bags = {
        scratch_.rows.data(),
        plan_.weights.empty() ? nullptr : plan_.weights.data() + piece_.first,
        scratch_.splits.data(),
        static_cast<size_t>(piece_.end_bag - piece_.first_bag), width_};
    const float* upstream = backward_.upstream.data() +
                            static_cast<size_t>(piece_.first_bag) * width_;
    if (options_.bag.mode == BagMode::kLogSumExp)
      return kernels::LogSumExpSlices(bags, upstream, slices);
    kernels::ExtremeSlices(bags,
                           {options_.bag.mode == BagMode::kMax,
                            options_.ties == ExtremeTies::kFirst},
                           upstream, slices);
  }

  void FinishWeights(float* slices, float* weights) {
    kernels::DotRows(slices, nullptr, scratch_.rows.data(), width_,
                     piece_.size(), weights);
    for (size_t entry = 0; entry < piece_.size(); ++entry) {
      const float weight =
          plan_.weights[piece_.first + static_cast<int64_t>(entry)];
      for (size_t item = 0; item < width_; ++item)
        slices[entry * width_ + item] *= weight;
    }
  }

  const Backward& backward_;
  const BagPlan& plan_;
  const BagGradientOptions& options_;
  size_t width_;
  Piece piece_;
  Scratch& scratch_;
};

}  // namespace

absl::Status CheckBagItems(const char* op, const char* name,
                           const Tensor& tensor, int64_t num_bags,
                           int64_t width) {
  if (tensor.dtype() != DType::kFloat32) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: %s must be float32: %s", op, name, DTypeName(tensor.dtype())));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items,
                            CheckedMul(num_bags, width));
  if (tensor.num_items() == num_items) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: %s must have the items of the bags: expected %d * %d, got %d", op,
      name, num_bags, width, tensor.num_items()));
}

void ReadEntryRows(const EmbeddingTable& table, std::span<const int64_t> rows,
                   float* output) {
  const auto width = static_cast<size_t>(table.width());
  for (size_t begin = 0; begin < rows.size();) {
    const bool is_zero = rows[begin] == kZeroRow;
    size_t end = begin + 1;
    while (end < rows.size() && (rows[end] == kZeroRow) == is_zero) ++end;
    if (is_zero) {
      std::fill_n(output + begin * width, (end - begin) * width, 0.0f);
    } else {
      ReadTableRows(table, rows.data() + begin,
                    static_cast<int64_t>(end - begin), output + begin * width);
    }
    begin = end;
  }
}

std::vector<int64_t> BagPieces(const BagPlan& plan, int64_t width) {
  const int64_t entries = kPieceItems / std::max<int64_t>(width, 1);
  return PieceStarts(plan.splits.span(), std::max<int64_t>(entries, 1));
}

Buffer<float> ByPlace(const BagPlan& plan, Buffer<float> entries) {
  if (plan.places.empty() && plan.num_entries() == plan.num_ids) return entries;
  BufferBuilder<float> weights(static_cast<size_t>(plan.num_ids));
  std::fill_n(weights.data(), weights.size(), 0.0f);
  for (int64_t entry = 0; entry < plan.num_entries(); ++entry) {
    if (plan.places[entry] >= 0) weights[plan.places[entry]] = entries[entry];
  }
  return std::move(weights).Build();
}

absl::StatusOr<Backward> MakeBackward(const char* op,
                                      const EmbeddingTable& table,
                                      const Tensor& ids, const Tensor* weights,
                                      const Tensor& upstream,
                                      const BagGradientOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(BagPlan plan, MakeBagPlan(op, table.num_rows(), ids,
                                                      weights, options.bag));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckBagItems(op, "upstream", upstream, plan.num_bags(), table.width()));
  Buffer<float> scales = EntryScales(plan, options.bag.mode);
  return Backward{table, std::move(plan), std::move(scales),
                  upstream.buffer<float>(), options};
}

absl::StatusOr<BagGradients> EntryGradients(const Backward& backward,
                                            bool want_rows) {
  const BagPlan& plan = backward.plan;
  const int64_t width = backward.table.width();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items,
                            CheckedMul(plan.num_entries(), width));
  const bool want_weights = plan.has_weights;
  BufferBuilder<float> slices(static_cast<size_t>(want_rows ? num_items : 0));
  BufferBuilder<float> weights(plan.weights.size());
  const std::vector<int64_t> starts = BagPieces(plan, width);
  const ExecOptions& exec = backward.options.bag.exec;
  WorkerLocal<Scratch> scratches(exec);
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, static_cast<int64_t>(starts.size()) - 1, 1,
      [&](int64_t i, int64_t) {
        const Piece piece = {starts[i], starts[i + 1], plan.splits[starts[i]],
                             plan.splits[starts[i + 1]]};
        PieceGradients(backward, piece, scratches.local())
            .Compute(want_rows ? slices.data() + piece.first * width : nullptr,
                     want_weights ? weights.data() + piece.first : nullptr);
        return absl::OkStatus();
      }));
  BagGradients gradients;
  if (want_rows) {
    gradients.rows = {OfTableRows(plan, plan.rows, 1),
                      OfTableRows(plan, std::move(slices).Build(),
                                  static_cast<size_t>(width)),
                      backward.table.num_rows(), width};
  }
  if (want_weights)
    gradients.weights = ByPlace(plan, std::move(weights).Build());
  return gradients;
}

absl::StatusOr<RowSums> PrepareRowSums(const Backward& backward) {
  const BagPlan& plan = backward.plan;
  const ExecOptions& exec = backward.options.bag.exec;
  RowSums sums;
  if (IsLinear(backward.options.bag.mode)) {
    if (plan.has_weights) {
      ROWSPLIT_ASSIGN_OR_RETURN(BagGradients gradients,
                                EntryGradients(backward, false));
      sums.weights = std::move(gradients.weights);
    }
    const RowPartition bags = RowPartition::FromRowSplitsUnchecked(plan.splits);
    sums.slices = backward.upstream;
    sums.sources = OfTableRows(plan, bags.MakeRowIds(), 1);
    sums.scales = OfTableRows(plan, backward.scales, 1);
    ROWSPLIT_ASSIGN_OR_RETURN(
        sums.groups, GroupIds(OfTableRows(plan, plan.rows, 1).span(), exec));
    return sums;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(BagGradients gradients,
                            EntryGradients(backward, true));
  sums.weights = std::move(gradients.weights);
  sums.slices = std::move(gradients.rows.values);
  ROWSPLIT_ASSIGN_OR_RETURN(sums.groups,
                            GroupIds(gradients.rows.indices.span(), exec));
  return sums;
}

absl::Status ForRowSums(
    const Backward& backward, const RowSums& sums,
    absl::FunctionRef<absl::Status(const GroupBlock& block)> consume) {
  const BagOptions& options = backward.options.bag;
  const auto width = static_cast<size_t>(backward.table.width());
  // The scaling of a row is one linear map for all its slices, so it may come
  // after their sum; slices that were made for the entries have it already.
  const bool clips = options.max_norm.has_value() && IsLinear(options.mode);
  WorkerLocal<Scratch> scratches(options.exec);
  return SumGroups(
      sums.groups,
      {sums.slices.data(), width, sums.sources.span(), sums.scales.span()},
      options.exec, [&](const GroupBlock& block) {
        if (!clips) return consume(block);
        const size_t size = block.ids.size();
        Scratch& scratch = scratches.local();
        scratch.rows.ResizeUninitialized(size * width);
        scratch.factors.ResizeUninitialized(size);
        ReadEntryRows(backward.table, block.ids, scratch.rows.data());
        kernels::ClipRows(*options.max_norm, width, size, scratch.rows.data(),
                          scratch.factors.data());
        kernels::ClipSlices(scratch.rows.data(), scratch.factors.data(), width,
                            size, block.sums);
        return consume(block);
      });
}

}  // namespace rowsplit::internal
