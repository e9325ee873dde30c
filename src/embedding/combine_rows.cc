#include "embedding/combine_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "embedding/bag_rows.h"
#include "embedding/row_values.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ops/elementwise.h"

namespace rowsplit::internal {

namespace {

// Items that a thread takes at a time, about.
constexpr int64_t kGrainItems = 65536;

// Integers wrap.
template <typename W>
W WrappingAdd(W x, W y) {
  if constexpr (std::is_integral_v<W>) {
    return static_cast<W>(static_cast<uint64_t>(x) + static_cast<uint64_t>(y));
  } else {
    return x + y;
  }
}

template <typename W>
W WrappingMul(W x, W y) {
  if constexpr (std::is_integral_v<W>) {
    return static_cast<W>(static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
  } else {
    return x * y;
  }
}

// Integers are cut towards zero.
template <typename W>
W DivNoNan(W x, W y) {
  if (y == 0) return W{0};
  if constexpr (std::is_signed_v<W> && std::is_integral_v<W>) {
    if (y == -1) return WrappingMul(x, y);  // the lowest number wraps
  }
  return static_cast<W>(x / y);
}

// Combines rows of T into vectors of Wide<T>.
template <typename T>
class RowCombiner {
 public:
  using W = Wide<T>;

  RowCombiner(const PartitionedRows& rows, std::span<const int64_t> ids,
              std::span<const Offset> splits, std::span<const W> weights,
              const CombineOptions& options)
      : rows_(rows),
        ids_(ids),
        splits_(splits),
        weights_(weights),
        options_(options) {}

  absl::Status Run(W* output) const {
    const int64_t num_rows = static_cast<int64_t>(splits_.size()) - 1;
    const int64_t width = rows_.width();
    const int64_t ids_a_row =
        static_cast<int64_t>(ids_.size()) / std::max<int64_t>(num_rows, 1) + 1;
    const int64_t grain = std::max<int64_t>(
        kGrainItems / std::max<int64_t>(width, 1) / ids_a_row, 1);
    return ParallelFor(
        options_.exec, num_rows, grain,
        [&](int64_t begin, int64_t end) -> absl::Status {
          std::fill(output + begin * width, output + end * width, W{0});
          for (int64_t row = begin; row < end; ++row)
            ROWSPLIT_RETURN_IF_ERROR(Row(row, output + row * width));
          return absl::OkStatus();
        });
  }

 private:
  absl::Status Row(int64_t row, W* out) const {
    W sum{0};
    W squares{0};
    for (Offset i = splits_[row]; i < splits_[row + 1]; ++i) {
      if (!rows_.Find(ids_[i])) return rows_.NoRow(i, ids_[i]);
      const W weight = weights_.empty() ? W{1} : weights_[i];
      Add({rows_.row<T>(ids_[i]), static_cast<size_t>(rows_.width())}, weight,
          out);
      sum = WrappingAdd(sum, weight);
      if constexpr (std::is_floating_point_v<W>) squares += weight * weight;
    }
    if (options_.combiner == Combiner::kSum) return absl::OkStatus();
    if constexpr (std::is_floating_point_v<W>) {
      if (options_.combiner == Combiner::kSqrtN) sum = std::sqrt(squares);
    }
    for (int64_t i = 0; i < rows_.width(); ++i) out[i] = DivNoNan(out[i], sum);
    return absl::OkStatus();
  }

  void Add(std::span<const T> items, W weight, W* out) const {
    if constexpr (std::is_floating_point_v<W>) {
      if (options_.max_norm) {
        const NormScale<W> scale = ScaleToNorm(items, *options_.max_norm);
        for (const T x : items)
          *out++ += Widen(x) * scale.factor / scale.divisor * weight;
        return;
      }
    }
    for (const T x : items) {
      *out = WrappingAdd(*out, WrappingMul(Widen(x), weight));
      ++out;
    }
  }

  const PartitionedRows& rows_;
  std::span<const int64_t> ids_;
  std::span<const Offset> splits_;
  std::span<const W> weights_;
  const CombineOptions& options_;
};

absl::Status CheckArguments(const PartitionedRows& rows, size_t num_ids,
                            const Tensor* weights,
                            const CombineOptions& options) {
  const DType dtype = rows.dtype();
  const bool of_integers =
      !options.max_norm &&
      (options.combiner == Combiner::kSum ||
       (options.combiner == Combiner::kMean && weights != nullptr));
  if (dtype == DType::kBool || (!IsFloating(dtype) && !of_integers)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: a table of %s can't be combined so; of integers there are the sum "
        "and the weighted mean, without max_norm",
        rows.op(), DTypeName(dtype)));
  }
  if (weights == nullptr) return absl::OkStatus();
  if (weights->is_string() || weights->is_ragged() || weights->rank() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: weights must be numbers, one for each id", rows.op()));
  }
  if (weights->num_items() != static_cast<int64_t>(num_ids)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: there must be a weight for each id: %d weights, "
                        "%d ids",
                        rows.op(), weights->num_items(), num_ids));
  }
  return absl::OkStatus();
}

template <typename Visit>
absl::Status VisitTable(DType dtype, Visit&& visit) {
  if (dtype == DType::kFloat16) return visit(TypeTag<Float16>());
  if (dtype == DType::kBFloat16) return visit(TypeTag<BFloat16>());
  return VisitNumber(dtype, visit);
}

BagMode ModeOf(Combiner combiner) {
  switch (combiner) {
    case Combiner::kSum:
      return BagMode::kSum;
    case Combiner::kMean:
      return BagMode::kMean;
    case Combiner::kSqrtN:
      return BagMode::kSqrtN;
  }
  return BagMode::kSum;
}

// Whole float32 tables go through the kernels of bags.
absl::Status CombineInBags(const PartitionedRows& rows,
                           std::span<const int64_t> ids,
                           std::span<const Offset> splits,
                           const Tensor* weights, const CombineOptions& options,
                           float* output) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!rows.Find(ids[i])) return rows.NoRow(static_cast<int64_t>(i), ids[i]);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable table,
      EmbeddingTable::FromValues(rows.parts()[0].buffer<float>(),
                                 rows.num_rows(), rows.width()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const BagReducer reducer,
      BagReducer::Create(std::move(table), {.mode = ModeOf(options.combiner)}));
  const float* factors =
      weights != nullptr ? weights->items<float>().data() : nullptr;
  return reducer.ReduceAll({.ids = ids, .splits = splits, .weights = factors},
                           options.exec, output);
}

}  // namespace

absl::StatusOr<Tensor> CombineRows(const PartitionedRows& rows,
                                   std::span<const int64_t> ids,
                                   std::span<const Offset> splits,
                                   const Tensor* weights,
                                   const CombineOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckArguments(rows, ids.size(), weights, options));
  const DType dtype = WideDType(rows.dtype());
  std::vector<int64_t> shape = {static_cast<int64_t>(splits.size()) - 1};
  shape.insert(shape.end(), rows.row_shape().begin(), rows.row_shape().end());
  ROWSPLIT_RETURN_IF_ERROR(CheckShapeFits(shape));
  Tensor wide_weights;
  if (weights != nullptr) {
    ROWSPLIT_ASSIGN_OR_RETURN(wide_weights,
                              Cast(*weights, dtype, {.exec = options.exec}));
  }
  BufferBuilder<std::byte> output(
      static_cast<size_t>(shape[0] * rows.width() * DTypeSize(dtype)));
  if (dtype == DType::kFloat32 && rows.dtype() == dtype &&
      rows.parts().size() == 1 && !options.max_norm) {
    ROWSPLIT_RETURN_IF_ERROR(CombineInBags(
        rows, ids, splits, weights != nullptr ? &wide_weights : nullptr,
        options, reinterpret_cast<float*>(output.data())));
    return Tensor::DenseBytesUnchecked(dtype, std::move(output).Build(),
                                       std::move(shape));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      VisitTable(rows.dtype(), [&]<typename T>(TypeTag<T>) {
        using W = Wide<T>;
        std::span<const W> factors;
        if (weights != nullptr) factors = wide_weights.items<W>();
        return RowCombiner<T>(rows, ids, splits, factors, options)
            .Run(reinterpret_cast<W*>(output.data()));
      }));
  Tensor combined = Tensor::DenseBytesUnchecked(
      dtype, std::move(output).Build(), std::move(shape));
  if (dtype == rows.dtype()) return combined;
  return Cast(combined, rows.dtype(), {.exec = options.exec});
}

}  // namespace rowsplit::internal
