#include "rowsplit/ops/reduce_axes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
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
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "kernels/reduce_rows.h"
#include "ops/reduce_steps.h"
#include "ops/reduce_value.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit {

namespace {

using internal::Layout;
using internal::ReduceStep;
using internal::TypeTag;
using kernels::ReduceKind;

// `using` takes no __extension__.
__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using)

// Rows that a thread takes at a time.
constexpr int64_t kRowsGrain = 1024;

struct Plan {
  ReduceOp op;
  std::vector<ReduceStep> steps;
  Layout result;
  bool ragged;
  ExecOptions exec;
};

template <typename T>
Buffer<std::byte> Bytes(BufferBuilder<T> builder) {
  const Buffer<T> built = std::move(builder).Build();
  return Buffer<std::byte>(std::as_bytes(built.span()), built.owner());
}

absl::Status CheckDType(const Tensor& input, ReduceOp op) {
  const DType dtype = input.dtype();
  bool known = internal::IsNumber(dtype);
  switch (op) {
    case ReduceOp::kAny:
    case ReduceOp::kAll:
      known = dtype == DType::kBool || (known && input.is_ragged());
      break;
    case ReduceOp::kVariance:
    case ReduceOp::kStd:
      known = known && (input.is_ragged() || !IsInteger(dtype));
      break;
    case ReduceOp::kLogSumExp:
      known = known && !IsInteger(dtype);
      break;
    default:
      break;
  }
  if (known) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s is not defined for %s tensors of %s", ReduceOpName(op),
      input.is_ragged() ? "ragged" : "dense", DTypeName(dtype)));
}

absl::StatusOr<std::vector<int>> CheckAxes(const std::vector<int>& axes,
                                           ReduceOp op, int rank) {
  std::vector<int> checked;
  for (const int axis : axes) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int from_front,
        internal::CheckAxis(ReduceOpName(op), axis, rank));
    if (std::find(checked.begin(), checked.end(), from_front) !=
        checked.end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: axis %d is given twice", ReduceOpName(op), axis));
    }
    checked.push_back(from_front);
  }
  // Innermost first: the axes before it keep their numbers.
  std::sort(checked.begin(), checked.end(), std::greater<>());
  return checked;
}

absl::StatusOr<Plan> MakePlan(const Tensor& input, ReduceOp op,
                              const ReduceAxesOptions& options) {
  Plan plan{.op = op,
            .steps = {},
            .result = internal::LayoutOf(input),
            .ragged = input.is_ragged(),
            .exec = options.exec};
  if (!options.axes.has_value()) {
    // The dimensions of the flat values and, again, all but the first of the
    // tensor: what TensorFlow keeps.
    const int kept =
        !options.keepdims ? 0
        : input.is_ragged()
            ? static_cast<int>(input.flat_shape().size()) + input.rank() - 1
            : input.rank();
    ROWSPLIT_ASSIGN_OR_RETURN(ReduceStep step,
                              internal::PlanAll(plan.result, kept));
    plan.steps.push_back(std::move(step));
    plan.result = plan.steps.back().result;
    return plan;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int> axes,
                            CheckAxes(*options.axes, op, input.rank()));
  for (const int axis : axes) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        ReduceStep step,
        internal::PlanAxis(plan.result, axis, options.keepdims));
    // The initial value is what a group without another one gives.
    if (options.initial.has_value() &&
        step.extremes == internal::Extremes::kFinite) {
      step.extremes = internal::Extremes::kInfinite;
    }
    plan.result = step.result;
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

absl::StatusOr<int64_t> ResultItems(const Plan& plan) {
  return internal::NumItems(plan.result);
}

// Whether the row kernels do it in one go.
bool IsOneRowStep(const Plan& plan) {
  return plan.steps.size() == 1 && !plan.steps[0].scatter;
}

// One step after the other.
template <typename T>
absl::StatusOr<Buffer<T>> FoldSteps(const Plan& plan, ReduceKind kind,
                                    Buffer<T> items) {
  for (const ReduceStep& step : plan.steps) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int64_t size, internal::CheckedMul(step.num_groups, step.width));
    BufferBuilder<T> output(static_cast<size_t>(size));
    ROWSPLIT_RETURN_IF_ERROR(internal::FoldItems<T>(kind, step, items.data(),
                                                    plan.exec, output.data()));
    items = std::move(output).Build();
  }
  return items;
}

ReduceKind KindOf(ReduceOp op) {
  switch (op) {
    case ReduceOp::kProd:
      return ReduceKind::kProd;
    case ReduceOp::kMax:
    case ReduceOp::kAny:
      return ReduceKind::kMax;
    case ReduceOp::kMin:
    case ReduceOp::kAll:
      return ReduceKind::kMin;
    default:
      return ReduceKind::kSum;
  }
}

// logsumexp of two values.
template <typename T>
T LogAddExp(T a, T b) {
  const T high = std::max(a, b);
  const T shift = std::isfinite(high) ? high : T{0};
  return std::log(std::exp(a - shift) + std::exp(b - shift)) + shift;
}

template <typename T>
absl::StatusOr<Buffer<T>> AddInitial(const Plan& plan, double initial,
                                     const Buffer<T>& items) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const T value,
      internal::ValueOf<T>(ReduceOpName(plan.op), "initial", initial));
  BufferBuilder<T> output(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    if constexpr (std::is_floating_point_v<T>) {
      if (plan.op == ReduceOp::kLogSumExp) {
        output[i] = LogAddExp(items[i], value);
        continue;
      }
    }
    output[i] = internal::FoldPair(KindOf(plan.op), value, items[i]);
  }
  return std::move(output).Build();
}

template <typename T>
Tensor Give(const Plan& plan, const Buffer<T>& items) {
  return internal::WithItems(
      plan.result, kDTypeOf<T>,
      Buffer<std::byte>(std::as_bytes(items.span()), items.owner()));
}

// Any is the greatest and all the smallest of zeros and ones; the smallest of
// none is 255, which is true as well.
absl::StatusOr<Tensor> Truth(const Plan& plan, const Tensor& input) {
  BufferBuilder<uint8_t> truths(static_cast<size_t>(input.num_items()));
  const auto test = [&]<typename T>(TypeTag<T>) {
    const std::span<const T> items = input.items<T>();
    for (size_t i = 0; i < items.size(); ++i) truths[i] = items[i] != T{0};
  };
  if (input.dtype() == DType::kBool) {
    test(TypeTag<bool>());
  } else {
    internal::VisitNumber(input.dtype(), test);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<uint8_t> folded,
      FoldSteps(plan, KindOf(plan.op), std::move(truths).Build()));
  BufferBuilder<bool> output(folded.size());
  for (size_t i = 0; i < folded.size(); ++i) output[i] = folded[i] != 0;
  return Give(plan, std::move(output).Build());
}

// Sums of exact integers, or of doubles.
template <typename T>
using Wide = std::conditional_t<std::is_integral_v<T>, Int128, double>;

template <typename T>
struct Sums {
  std::vector<int64_t> groups;  // of each item
  std::vector<Wide<T>> sums;    // of each group
  std::vector<int64_t> counts;
};

template <typename T>
absl::StatusOr<Sums<T>> SumGroups(const Plan& plan, std::span<const T> items) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size, ResultItems(plan));
  Sums<T> made{.groups = internal::ItemGroups(
                   plan.steps, static_cast<int64_t>(items.size())),
               .sums = std::vector<Wide<T>>(static_cast<size_t>(size)),
               .counts = std::vector<int64_t>(static_cast<size_t>(size))};
  for (size_t i = 0; i < items.size(); ++i) {
    made.sums[made.groups[i]] += items[i];
    ++made.counts[made.groups[i]];
  }
  return made;
}

// The mean, with Result the type that the caller wants. Integers of a dense
// tensor are divided as integers, and the mean of none is 0.
template <typename Result, typename T>
absl::StatusOr<Tensor> IntegerMean(const Plan& plan, const Tensor& input) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Sums<T> sums,
                            SumGroups<T>(plan, input.items<T>()));
  BufferBuilder<Result> output(sums.sums.size());
  for (size_t i = 0; i < output.size(); ++i) {
    if constexpr (std::is_integral_v<Result>) {
      output[i] = sums.counts[i] == 0
                      ? Result{0}
                      : static_cast<Result>(sums.sums[i] / sums.counts[i]);
    } else {
      output[i] = static_cast<Result>(static_cast<double>(sums.sums[i]) /
                                      static_cast<double>(sums.counts[i]));
    }
  }
  return Give(plan, std::move(output).Build());
}

// Sums in T, as those of the row kernels.
template <typename T>
absl::StatusOr<Tensor> FloatMean(const Plan& plan, const Tensor& input) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<T> sums,
      FoldSteps(plan, ReduceKind::kSum, input.buffer<T>()));
  std::vector<int64_t> counts(sums.size());
  for (const int64_t group :
       internal::ItemGroups(plan.steps, input.num_items())) {
    ++counts[group];
  }
  BufferBuilder<T> output(sums.size());
  for (size_t i = 0; i < output.size(); ++i)
    output[i] = sums[i] / static_cast<T>(counts[i]);
  return Give(plan, std::move(output).Build());
}

template <typename Result, typename T>
absl::StatusOr<Tensor> Mean(const Plan& plan, const Tensor& input) {
  if constexpr (std::is_floating_point_v<T>) {
    return FloatMean<T>(plan, input);
  } else {
    return IntegerMean<Result, T>(plan, input);
  }
}

template <typename Result, typename T>
absl::StatusOr<Tensor> Variance(const Plan& plan, const Tensor& input) {
  const std::span<const T> items = input.items<T>();
  ROWSPLIT_ASSIGN_OR_RETURN(const Sums<T> sums, SumGroups<T>(plan, items));
  std::vector<double> means(sums.sums.size());
  for (size_t i = 0; i < means.size(); ++i) {
    means[i] =
        static_cast<double>(sums.sums[i]) / static_cast<double>(sums.counts[i]);
  }
  std::vector<double> squares(means.size());
  for (size_t i = 0; i < items.size(); ++i) {
    const int64_t group = sums.groups[i];
    const double distance = static_cast<double>(items[i]) - means[group];
    squares[group] += distance * distance;
  }
  BufferBuilder<Result> output(means.size());
  for (size_t i = 0; i < means.size(); ++i) {
    output[i] =
        static_cast<Result>(squares[i] / static_cast<double>(sums.counts[i]));
  }
  return Give(plan, std::move(output).Build());
}

// Mean or variance of one row step, by the kernel.
template <typename Result, typename T>
absl::StatusOr<Tensor> MomentRows(const Plan& plan, const Tensor& input) {
  const ReduceStep& step = plan.steps[0];
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size, ResultItems(plan));
  BufferBuilder<kernels::MeanOf<T>> output(static_cast<size_t>(size));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      plan.exec, step.num_groups, kRowsGrain, [&](int64_t begin, int64_t end) {
        const auto run = plan.op == ReduceOp::kMean ? kernels::MeanRows<T>
                                                    : kernels::VarianceRows<T>;
        run(step.splits.data() + begin, static_cast<size_t>(end - begin),
            input.items<T>().data(), static_cast<size_t>(step.width),
            output.data() + begin * step.width);
        return absl::OkStatus();
      }));
  if constexpr (std::is_same_v<Result, kernels::MeanOf<T>>) {
    return Give(plan, std::move(output).Build());
  } else {
    BufferBuilder<Result> rounded(output.size());
    std::transform(output.data(), output.data() + output.size(), rounded.data(),
                   [](auto value) { return static_cast<Result>(value); });
    return Give(plan, std::move(rounded).Build());
  }
}

template <typename T>
Tensor SquareRoots(const Tensor& variance) {
  const std::span<const T> items = variance.items<T>();
  BufferBuilder<T> roots(items.size());
  for (size_t i = 0; i < items.size(); ++i) roots[i] = std::sqrt(items[i]);
  return internal::WithItems(internal::LayoutOf(variance), kDTypeOf<T>,
                             Bytes(std::move(roots)));
}

template <typename T>
absl::StatusOr<Tensor> Moment(const Plan& plan, const Tensor& input) {
  // What tf.truediv makes of T.
  using Result =
      std::conditional_t<std::is_floating_point_v<T>, T,
                         std::conditional_t<sizeof(T) <= 2, float, double>>;
  if (std::is_integral_v<T> && !plan.ragged) return Mean<T, T>(plan, input);
  if (!IsOneRowStep(plan) && plan.op == ReduceOp::kMean)
    return Mean<Result, T>(plan, input);
  absl::StatusOr<Tensor> moment =
      (IsOneRowStep(plan) ? MomentRows<Result, T> : Variance<Result, T>)(plan,
                                                                         input);
  if (!moment.ok() || plan.op != ReduceOp::kStd) return moment;
  return SquareRoots<Result>(*moment);
}

template <typename T>
absl::StatusOr<Buffer<T>> LogSumExp(const Plan& plan, const Buffer<T>& items) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size, ResultItems(plan));
  const std::vector<int64_t> groups =
      internal::ItemGroups(plan.steps, static_cast<int64_t>(items.size()));
  std::vector<T> shifts(static_cast<size_t>(size),
                        -std::numeric_limits<T>::infinity());
  for (size_t i = 0; i < items.size(); ++i)
    shifts[groups[i]] = std::max(shifts[groups[i]], items[i]);
  for (T& shift : shifts)
    if (!std::isfinite(shift)) shift = 0;
  std::vector<double> sums(shifts.size());
  for (size_t i = 0; i < items.size(); ++i)
    sums[groups[i]] += std::exp(items[i] - shifts[groups[i]]);
  BufferBuilder<T> output(shifts.size());
  for (size_t i = 0; i < shifts.size(); ++i)
    output[i] = static_cast<T>(std::log(sums[i]) + shifts[i]);
  return std::move(output).Build();
}

template <typename T>
absl::StatusOr<Tensor> FoldNumbers(const Plan& plan, const Tensor& input,
                                   const ReduceAxesOptions& options) {
  Buffer<T> items = input.buffer<T>();
  if constexpr (std::is_floating_point_v<T>) {
    if (plan.op == ReduceOp::kLogSumExp) {
      ROWSPLIT_ASSIGN_OR_RETURN(items, LogSumExp(plan, items));
    }
  }
  if (plan.op != ReduceOp::kLogSumExp) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        items, FoldSteps(plan, KindOf(plan.op), std::move(items)));
  }
  if (options.initial.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(items, AddInitial(plan, *options.initial, items));
  }
  return Give(plan, items);
}

bool TakesInitial(ReduceOp op) {
  return op == ReduceOp::kSum || op == ReduceOp::kProd ||
         op == ReduceOp::kMax || op == ReduceOp::kMin ||
         op == ReduceOp::kLogSumExp;
}

}  // namespace

std::string_view ReduceOpName(ReduceOp op) {
  switch (op) {
    case ReduceOp::kSum:
      return "reduce_sum";
    case ReduceOp::kProd:
      return "reduce_prod";
    case ReduceOp::kMean:
      return "reduce_mean";
    case ReduceOp::kMax:
      return "reduce_max";
    case ReduceOp::kMin:
      return "reduce_min";
    case ReduceOp::kAny:
      return "reduce_any";
    case ReduceOp::kAll:
      return "reduce_all";
    case ReduceOp::kVariance:
      return "reduce_variance";
    case ReduceOp::kStd:
      return "reduce_std";
    case ReduceOp::kLogSumExp:
      return "reduce_logsumexp";
  }
  return "reduce";
}

absl::StatusOr<Tensor> Reduce(const Tensor& input, ReduceOp op,
                              const ReduceAxesOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckDType(input, op));
  if (options.initial.has_value() && !TakesInitial(op)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s takes no initial value", ReduceOpName(op)));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Plan plan, MakePlan(input, op, options));
  if (op == ReduceOp::kAny || op == ReduceOp::kAll) return Truth(plan, input);
  return internal::VisitNumber(
      input.dtype(), [&]<typename T>(TypeTag<T>) -> absl::StatusOr<Tensor> {
        if (op == ReduceOp::kMean || op == ReduceOp::kVariance ||
            op == ReduceOp::kStd) {
          return Moment<T>(plan, input);
        }
        return FoldNumbers<T>(plan, input, options);
      });
}

}  // namespace rowsplit
