#include "rowsplit/ops/segment.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "kernels/reduce_rows.h"
#include "ops/reduce_steps.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

namespace {

using internal::Layout;
using internal::ReduceStep;
using internal::TypeTag;
using kernels::ReduceKind;

// `using` takes no __extension__.
__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using)

struct Plan {
  SegmentOp op;
  ReduceStep step;
  // Of sorted ids: means keep the dtype, rows without a value are 0.
  bool sorted = false;
  // What a mean of no values is.
  bool zero_mean = false;
  ExecOptions exec;
};

absl::StatusOr<Buffer<int64_t>> ReadIds(std::string_view what,
                                        const Tensor& ids, bool small_ints) {
  if (ids.dtype() == DType::kInt64) return ids.buffer<int64_t>();
  const bool known = ids.dtype() == DType::kInt32 ||
                     (small_ints && ids.dtype() == DType::kInt16);
  if (!known) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s must be int32 or int64, got %s", what, DTypeName(ids.dtype())));
  }
  BufferBuilder<int64_t> read(static_cast<size_t>(ids.num_items()));
  if (ids.dtype() == DType::kInt32) {
    std::ranges::copy(ids.items<int32_t>(), read.data());
  } else {
    std::ranges::copy(ids.items<int16_t>(), read.data());
  }
  return std::move(read).Build();
}

absl::Status CheckVector(std::string_view what, const Tensor& tensor) {
  if (!tensor.is_ragged() && tensor.rank() == 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("%s must be a vector, got rank %d", what, tensor.rank()));
}

absl::Status CheckDType(std::string_view name, const Tensor& data,
                        SegmentOp op) {
  if (internal::IsNumber(data.dtype()) &&
      (op != SegmentOp::kSqrtN || !IsInteger(data.dtype()))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("%s_%s is not defined for %s", name, SegmentOpName(op),
                      DTypeName(data.dtype())));
}

absl::Status CheckIds(std::span<const int64_t> ids, int64_t num_segments,
                      bool negative_allowed) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] >= num_segments || (ids[i] < 0 && !negative_allowed)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("unsorted_segment: segment_ids[%d] = %d is out of "
                          "range [0, %d)",
                          i, ids[i], num_segments));
    }
  }
  return absl::OkStatus();
}

ReduceKind KindOf(SegmentOp op) {
  switch (op) {
    case SegmentOp::kProd:
      return ReduceKind::kProd;
    case SegmentOp::kMax:
      return ReduceKind::kMax;
    case SegmentOp::kMin:
      return ReduceKind::kMin;
    default:
      return ReduceKind::kSum;
  }
}

// Flat values of each group.
std::vector<int64_t> Counts(const ReduceStep& step) {
  std::vector<int64_t> counts(static_cast<size_t>(step.num_groups));
  if (step.scatter) {
    for (const int64_t id : step.ids)
      if (id >= 0) ++counts[id];
  } else {
    for (size_t group = 0; group < counts.size(); ++group)
      counts[group] = step.splits[group + 1] - step.splits[group];
  }
  return counts;
}

template <typename T>
Tensor Give(const Plan& plan, BufferBuilder<T> items) {
  const Buffer<T> built = std::move(items).Build();
  return internal::WithItems(
      plan.step.result, kDTypeOf<T>,
      Buffer<std::byte>(std::as_bytes(built.span()), built.owner()));
}

// Means of integers, from their exact sums.
template <typename Result, typename T>
Tensor IntegerMeans(const Plan& plan, const Tensor& data, size_t size) {
  std::vector<Int128> sums(size);
  const std::span<const T> items = data.items<T>();
  const std::vector<int64_t> groups = internal::ItemGroups(
      std::span<const ReduceStep>(&plan.step, 1), data.num_items());
  for (size_t i = 0; i < items.size(); ++i)
    if (groups[i] >= 0) sums[groups[i]] += items[i];
  const std::vector<int64_t> counts =
      size == 0 ? std::vector<int64_t>() : Counts(plan.step);
  BufferBuilder<Result> output(size);
  for (size_t i = 0; i < size; ++i) {
    const int64_t count = counts[i / static_cast<size_t>(plan.step.width)];
    if (count == 0 && plan.zero_mean) {
      output[i] = 0;
    } else if constexpr (std::is_integral_v<Result>) {
      output[i] = static_cast<Result>(sums[i] / count);
    } else {
      output[i] = static_cast<Result>(static_cast<double>(sums[i]) /
                                      static_cast<double>(count));
    }
  }
  return Give(plan, std::move(output));
}

template <typename T>
void Finish(const Plan& plan, std::span<T> output) {
  const auto width = static_cast<size_t>(plan.step.width);
  const bool mean = plan.op == SegmentOp::kMean || plan.op == SegmentOp::kSqrtN;
  const bool extreme = plan.op == SegmentOp::kMax || plan.op == SegmentOp::kMin;
  if (output.empty() || (!mean && !(extreme && plan.sorted))) return;
  const std::vector<int64_t> counts = Counts(plan.step);
  for (size_t i = 0; i < output.size(); ++i) {
    const int64_t count = counts[i / width];
    if (extreme) {
      if (count == 0) output[i] = 0;
    } else if constexpr (std::is_floating_point_v<T>) {
      const auto divisor =
          static_cast<T>(plan.zero_mean ? std::max<int64_t>(count, 1) : count);
      output[i] /= plan.op == SegmentOp::kSqrtN ? std::sqrt(divisor) : divisor;
    }
  }
}

template <typename T>
absl::StatusOr<Tensor> Run(const Plan& plan, const Tensor& data) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t size,
      internal::CheckedMul(plan.step.num_groups, plan.step.width));
  if constexpr (std::is_integral_v<T>) {
    using Quotient = std::conditional_t<sizeof(T) <= 2, float, double>;
    if (plan.op == SegmentOp::kMean) {
      return (plan.sorted
                  ? IntegerMeans<T, T>
                  : IntegerMeans<Quotient, T>)(plan, data,
                                               static_cast<size_t>(size));
    }
  }
  BufferBuilder<T> output(static_cast<size_t>(size));
  ROWSPLIT_RETURN_IF_ERROR(internal::FoldItems<T>(KindOf(plan.op), plan.step,
                                                  data.items<T>().data(),
                                                  plan.exec, output.data()));
  Finish(plan, output.span());
  return Give(plan, std::move(output));
}

absl::StatusOr<Tensor> Run(const Plan& plan, const Tensor& data) {
  return internal::VisitNumber(
      data.dtype(), [&]<typename T>(TypeTag<T>) { return Run<T>(plan, data); });
}

// Splits of the rows with the same id.
absl::StatusOr<Buffer<Offset>> SortedIdsToSplits(std::span<const int64_t> ids) {
  if (!ids.empty() && ids[0] < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "segment: ids must not be negative: segment_ids[0] = %d", ids[0]));
  }
  for (size_t i = 1; i < ids.size(); ++i) {
    if (ids[i] < ids[i - 1]) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "segment: ids must not decrease: segment_ids[%d] = %d after %d", i,
          ids[i], ids[i - 1]));
    }
  }
  if (ids.empty()) return Buffer<Offset>{0};
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedAdd(ids.back(), 2));
  BufferBuilder<Offset> splits(static_cast<size_t>(size));
  int64_t next = 0;
  for (size_t i = 0; i < ids.size(); ++i)
    while (next <= ids[i]) splits[next++] = static_cast<Offset>(i);
  splits[next] = static_cast<Offset>(ids.size());
  return std::move(splits).Build();
}

absl::Status ShapeError() {
  return absl::InvalidArgumentError(
      "unsorted_segment: the shape of segment_ids must be a prefix of the "
      "data's");
}

// Data and ids without the ragged dimensions that they share.
absl::Status StripShared(Tensor& data, Tensor& ids) {
  while (ids.is_ragged()) {
    if (!data.is_ragged() || data.partition(0) != ids.partition(0))
      return ShapeError();
    data = data.values();
    ids = ids.values();
  }
  return absl::OkStatus();
}

// The layout of `data` with the dimensions of the dense ids as its rows.
absl::StatusOr<Layout> RowsOfIds(const Tensor& data, const Tensor& ids) {
  Layout layout = internal::LayoutOf(data);
  const std::vector<int64_t>& prefix = ids.flat_shape();
  if (data.is_ragged()) {
    if (prefix.size() != 1 || prefix[0] != data.num_rows()) return ShapeError();
    return layout;
  }
  std::vector<int64_t>& shape = layout.flat_shape;
  if (prefix.size() > shape.size() ||
      !std::equal(prefix.begin(), prefix.end(), shape.begin())) {
    return ShapeError();
  }
  shape.erase(shape.begin(),
              shape.begin() + static_cast<ptrdiff_t>(prefix.size()));
  shape.insert(shape.begin(), ids.num_items());
  return layout;
}

}  // namespace

std::string_view SegmentOpName(SegmentOp op) {
  switch (op) {
    case SegmentOp::kSum:
      return "sum";
    case SegmentOp::kProd:
      return "prod";
    case SegmentOp::kMean:
      return "mean";
    case SegmentOp::kMax:
      return "max";
    case SegmentOp::kMin:
      return "min";
    case SegmentOp::kSqrtN:
      return "sqrt_n";
  }
  return "";
}

absl::StatusOr<Tensor> SegmentReduce(const Tensor& data,
                                     const Tensor& segment_ids, SegmentOp op,
                                     const SegmentOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckDType("segment", data, op));
  if (data.is_ragged() || data.rank() == 0 || op == SegmentOp::kSqrtN) {
    return absl::InvalidArgumentError(
        op == SegmentOp::kSqrtN
            ? "segment_sqrt_n is not defined for sorted ids"
            : "segment: data must be dense, of rank 1 or more");
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckVector("segment: segment_ids", segment_ids));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<int64_t> ids,
      ReadIds("segment: segment_ids", segment_ids, false));
  if (static_cast<int64_t>(ids.size()) != data.num_rows()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("segment: there must be one id a row: %d rows, %d ids",
                        data.num_rows(), ids.size()));
  }
  Plan plan{.op = op,
            .step = {},
            .sorted = true,
            .zero_mean = true,
            .exec = options.exec};
  ReduceStep& step = plan.step;
  ROWSPLIT_ASSIGN_OR_RETURN(step.splits, SortedIdsToSplits(ids.span()));
  step.num_groups = static_cast<int64_t>(step.splits.size()) - 1;
  step.width = data.value_items();
  step.extremes = internal::Extremes::kInfinite;
  step.result = internal::LayoutOf(data);
  step.result.flat_shape[0] = step.num_groups;
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(step.result.flat_shape));
  return Run(plan, data);
}

absl::StatusOr<Tensor> UnsortedSegmentReduce(const Tensor& data,
                                             const Tensor& segment_ids,
                                             int64_t num_segments, SegmentOp op,
                                             const SegmentOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckDType("unsorted_segment", data, op));
  if (num_segments < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "unsorted_segment: num_segments must not be negative: %d",
        num_segments));
  }
  const bool ragged = data.is_ragged() || segment_ids.is_ragged();
  Tensor rows = data;
  Tensor row_ids = segment_ids;
  ROWSPLIT_RETURN_IF_ERROR(StripShared(rows, row_ids));
  ROWSPLIT_ASSIGN_OR_RETURN(const Layout layout, RowsOfIds(rows, row_ids));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<int64_t> ids,
      ReadIds("unsorted_segment: segment_ids", row_ids, !ragged));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckIds(ids.span(), num_segments, !rows.is_ragged()));
  Plan plan{.op = op,
            .step = {},
            .sorted = false,
            .zero_mean = !ragged,
            .exec = options.exec};
  ROWSPLIT_ASSIGN_OR_RETURN(
      plan.step, internal::PlanSegments(layout, std::move(ids), num_segments));
  return Run(plan, rows);
}

}  // namespace rowsplit
