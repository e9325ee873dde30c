#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/bag_backward.h"
#include "embedding/bag_plan.h"
#include "kernels/bag_slices.h"
#include "kernels/sum_slices.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/bag_gradient.h"

namespace rowsplit {

namespace {

constexpr char kOp[] = "attention_bag_gradient";

struct Scratch {
  BufferBuilder<float> rows;
  BufferBuilder<float> factors;
  BufferBuilder<float> scores;  // <query, row>, and then d loss / d score
  BufferBuilder<float> along;   // <upstream, row>
  BufferBuilder<float> shares;
  BufferBuilder<int64_t> bags;
  BufferBuilder<int64_t> places;  // 0, 1, 2, …
  BufferBuilder<Offset> splits;
};

// The arguments of a call, checked, and its results.
struct Attention {
  const EmbeddingTable& table;
  const internal::BagPlan& plan;
  const float* queries;
  const float* upstream;
  float scale;
  std::optional<float> max_norm;
  float* slices;
  float* query_gradients;
  float* weight_gradients;  // of the entries; null if there are none
};

float Weight(const internal::BagPlan& plan, int64_t entry) {
  return plan.weights.empty() ? 1.0f : plan.weights[entry];
}

// With rows r = w x, scores s = scale <q, r>, shares a = softmax(s) and
// t = <u, r>: d loss / d s = a (t - sum(a t)). Takes <q, x> in `scores` and
// <u, x> in `along`, both from the bag's first entry on; leaves in `scores`
// d loss / d s * scale and the shares in `shares`. Then d loss / d r is
// shares * u + scores * q.
void ShareOut(const internal::BagPlan& plan, float scale, Offset begin,
              Offset end, float* scores, const float* along, float* shares) {
  double most = -HUGE_VAL;
  for (Offset i = begin; i < end; ++i) {
    const double score =
        static_cast<double>(scale) * scores[i - begin] * Weight(plan, i);
    scores[i - begin] = static_cast<float>(score);
    most = std::max(most, score);
  }
  double sum = 0;
  for (Offset i = begin; i < end; ++i) {
    const double share = std::exp(scores[i - begin] - most);
    shares[i - begin] = static_cast<float>(share);
    sum += share;
  }
  double mean = 0;
  for (Offset i = begin; i < end; ++i) {
    shares[i - begin] = static_cast<float>(shares[i - begin] / sum);
    mean += static_cast<double>(shares[i - begin]) * along[i - begin] *
            Weight(plan, i);
  }
  for (Offset i = begin; i < end; ++i) {
    const double turn = along[i - begin] * Weight(plan, i) - mean;
    scores[i - begin] = static_cast<float>(shares[i - begin] * turn * scale);
  }
}

// The gradients of the bags [first_bag, end_bag).
class PieceGradients {
 public:
  PieceGradients(const Attention& attention, int64_t first_bag, int64_t end_bag,
                 Scratch& scratch)
      : attention_(attention),
        plan_(attention.plan),
        width_(static_cast<size_t>(attention.table.width())),
        first_bag_(first_bag),
        end_bag_(end_bag),
        first_(plan_.splits[first_bag]),
        size_(static_cast<size_t>(plan_.splits[end_bag] - first_)),
        scratch_(scratch) {
    for (auto* floats :
         {&scratch.factors, &scratch.scores, &scratch.along, &scratch.shares})
      floats->ResizeUninitialized(size_);
    scratch.rows.ResizeUninitialized(size_ * width_);
    scratch.bags.ResizeUninitialized(size_);
    scratch.places.ResizeUninitialized(size_);
    std::iota(scratch.places.data(), scratch.places.data() + size_, int64_t{0});
    scratch.splits.Clear();
    for (int64_t bag = first_bag; bag <= end_bag; ++bag)
      scratch.splits.Append(plan_.splits[bag] - first_);
    for (int64_t bag = first_bag; bag < end_bag; ++bag) {
      std::fill(scratch.bags.data() + (plan_.splits[bag] - first_),
                scratch.bags.data() + (plan_.splits[bag + 1] - first_), bag);
    }
  }

  void Compute() {
    internal::ReadEntryRows(attention_.table,
                            plan_.rows.span().subspan(first_, size_),
                            scratch_.rows.data());
    if (attention_.max_norm.has_value()) {
      kernels::ClipRows(*attention_.max_norm, width_, size_,
                        scratch_.rows.data(), scratch_.factors.data());
    }
    ComputeScores();
    WriteGradients();
  }

 private:
  void ComputeScores() {
    const float* rows = scratch_.rows.data();
    const int64_t* bags = scratch_.bags.data();
    float* scores = scratch_.scores.data();
    float* along = scratch_.along.data();
    kernels::DotRows(attention_.queries, bags, rows, width_, size_, scores);
    kernels::DotRows(attention_.upstream, bags, rows, width_, size_, along);
    float* weights = attention_.weight_gradients;
    if (weights != nullptr) std::copy_n(scores, size_, weights + first_);
    for (int64_t bag = first_bag_; bag < end_bag_; ++bag) {
      const Offset begin = plan_.splits[bag];
      const Offset skipped = begin - first_;
      ShareOut(plan_, attention_.scale, begin, plan_.splits[bag + 1],
               scores + skipped, along + skipped,
               scratch_.shares.data() + skipped);
    }
    for (size_t i = 0; i < size_; ++i) {
      const Offset entry = first_ + static_cast<Offset>(i);
      float& share = scratch_.shares[i];
      if (weights != nullptr)
        weights[entry] = share * along[i] + scores[i] * weights[entry];
      share *= Weight(plan_, entry);
      scores[i] *= Weight(plan_, entry);
    }
  }

  void WriteGradients() {
    const float* rows = scratch_.rows.data();
    const float* scores = scratch_.scores.data();
    float* slices = attention_.slices + static_cast<size_t>(first_) * width_;
    kernels::CombineRows(attention_.upstream, attention_.queries, width_,
                         scratch_.bags.data(), scratch_.shares.data(), scores,
                         size_, slices);
    kernels::SumSlices(
        rows, width_, scratch_.places.data(), scores, scratch_.splits.data(),
        static_cast<size_t>(end_bag_ - first_bag_),
        attention_.query_gradients + static_cast<size_t>(first_bag_) * width_);
    if (attention_.max_norm.has_value()) {
      kernels::ClipSlices(rows, scratch_.factors.data(), width_, size_, slices);
    }
  }

  const Attention& attention_;
  const internal::BagPlan& plan_;
  size_t width_;
  int64_t first_bag_;
  int64_t end_bag_;
  Offset first_;
  size_t size_;
  Scratch& scratch_;
};

absl::StatusOr<float> ScaleOf(const AttentionOptions& options, int64_t width) {
  const float scale = options.scale.value_or(
      static_cast<float>(1 / std::sqrt(static_cast<double>(width))));
  if (std::isfinite(scale) || width == 0) return scale;
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: scale must be finite: %g", kOp, scale));
}

absl::StatusOr<AttentionGradients> Gradients(const EmbeddingTable& table,
                                             const Tensor& ids,
                                             const Tensor& queries,
                                             const Tensor* weights,
                                             const Tensor& upstream,
                                             const AttentionOptions& options) {
  const BagOptions bag_options = {
      BagMode::kSum,        options.padding_idx,
      options.out_of_range, options.out_of_range_row,
      options.max_norm,     options.empty_row,
      options.exec};
  ROWSPLIT_ASSIGN_OR_RETURN(
      internal::BagPlan plan,
      internal::MakeBagPlan(kOp, table.num_rows(), ids, weights, bag_options));
  const int64_t width = table.width();
  const int64_t num_bags = plan.num_bags();
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckBagItems(kOp, "queries", queries, num_bags, width));
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckBagItems(kOp, "upstream", upstream, num_bags, width));
  ROWSPLIT_ASSIGN_OR_RETURN(const float scale, ScaleOf(options, width));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items,
                            internal::CheckedMul(plan.num_entries(), width));
  BufferBuilder<float> slices(static_cast<size_t>(num_items));
  BufferBuilder<float> query_gradients(static_cast<size_t>(num_bags * width));
  BufferBuilder<float> weight_gradients(plan.weights.size());
  const Attention attention = {
      table,
      plan,
      queries.items<float>().data(),
      upstream.items<float>().data(),
      scale,
      options.max_norm,
      slices.data(),
      query_gradients.data(),
      plan.has_weights ? weight_gradients.data() : nullptr};
  const std::vector<int64_t> starts = internal::BagPieces(plan, width);
  internal::WorkerLocal<Scratch> scratches(options.exec);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(starts.size()) - 1, 1,
      [&](int64_t i, int64_t) {
        PieceGradients(attention, starts[i], starts[i + 1], scratches.local())
            .Compute();
        return absl::OkStatus();
      }));
  AttentionGradients gradients;
  gradients.rows = {internal::OfTableRows(plan, plan.rows, 1),
                    internal::OfTableRows(plan, std::move(slices).Build(),
                                          static_cast<size_t>(width)),
                    table.num_rows(), width};
  gradients.queries = std::move(query_gradients).Build();
  if (plan.has_weights) {
    gradients.weights =
        internal::ByPlace(plan, std::move(weight_gradients).Build());
  }
  return gradients;
}

}  // namespace

absl::StatusOr<AttentionGradients> AttentionBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& queries,
    const Tensor& upstream, const AttentionOptions& options) {
  return Gradients(table, ids, queries, nullptr, upstream, options);
}

absl::StatusOr<AttentionGradients> AttentionBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& queries,
    const Tensor& weights, const Tensor& upstream,
    const AttentionOptions& options) {
  return Gradients(table, ids, queries, &weights, upstream, options);
}

}  // namespace rowsplit
