#include "rowsplit/ops/reduce.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/reduce_moments.h"
#include "kernels/reduce_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

namespace {

// Items of the result that a thread makes at a time.
constexpr int64_t kItemsGrain = int64_t{16} * 1024;
// Items that several reductions read one after the other: what the first cache
// holds.
constexpr int64_t kStatsItems = int64_t{4} * 1024;

absl::Status CheckInput(std::span<const Offset> splits, size_t num_items,
                        int64_t width) {
  if (width < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("reduce: width must not be negative: %d", width));
  }
  if (splits.empty()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t needed,
                            internal::CheckedMul(splits.back(), width));
  if (needed > static_cast<int64_t>(num_items)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("reduce: the rows need %d flat values of %d items, "
                        "got %d items",
                        splits.back(), width, num_items));
  }
  return absl::OkStatus();
}

// Calls `reduce(row_begin, row_end)` for pieces of the rows.
absl::Status ForRows(int64_t num_rows, const ReduceOptions& options,
                     absl::FunctionRef<void(int64_t, int64_t)> reduce) {
  const int64_t grain =
      std::max<int64_t>(1, kItemsGrain / std::max<int64_t>(1, options.width));
  return internal::ParallelFor(options.exec, num_rows, grain,
                               [&](int64_t begin, int64_t end) {
                                 reduce(begin, end);
                                 return absl::OkStatus();
                               });
}

// The items of a result, after the checks.
template <typename T>
absl::StatusOr<int64_t> ResultSize(const RaggedView<T>& input, int64_t width) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckInput(input.splits, input.values.size(), width));
  return internal::CheckedMul(input.num_rows(), width);
}

// As the kernels: splits, rows, values, width, output.
template <typename T, typename Result>
using Kernel = std::type_identity_t<
    absl::FunctionRef<void(const Offset*, size_t, const T*, size_t, Result*)>>;

template <typename Result, typename T>
absl::StatusOr<Buffer<Result>> Reduce(const RaggedView<T>& input,
                                      const ReduceOptions& options,
                                      Kernel<T, Result> kernel) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            ResultSize(input, options.width));
  BufferBuilder<Result> output(static_cast<size_t>(size));
  ROWSPLIT_RETURN_IF_ERROR(
      ForRows(input.num_rows(), options, [&](int64_t begin, int64_t end) {
        kernel(input.splits.data() + begin, static_cast<size_t>(end - begin),
               input.values.data(), static_cast<size_t>(options.width),
               output.data() + begin * options.width);
      }));
  return std::move(output).Build();
}

template <typename T>
absl::StatusOr<Buffer<T>> ReduceKind(const RaggedView<T>& input,
                                     const ReduceOptions& options,
                                     kernels::ReduceKind kind) {
  return Reduce<T>(input, options,
                   [kind](const Offset* splits, size_t num_rows,
                          const T* values, size_t width, T* output) {
                     kernels::ReduceRows(kind, splits, num_rows, values, width,
                                         output);
                   });
}

template <typename T>
struct StatsBuilders {
  explicit StatsBuilders(size_t num_rows, size_t size)
      : count(num_rows),
        sum(size),
        min(size),
        max(size),
        mean(size),
        variance(size) {}

  // Fills in rows [begin, end), whose values the first cache should hold.
  void Fill(const RaggedView<T>& input, int64_t width, int64_t begin,
            int64_t end) {
    const Offset* splits = input.splits.data() + begin;
    const T* values = input.values.data();
    const auto rows = static_cast<size_t>(end - begin);
    const auto items = static_cast<size_t>(width);
    const int64_t at = begin * width;
    for (size_t row = 0; row < rows; ++row)
      count.data()[begin + row] = splits[row + 1] - splits[row];
    const auto reduce = [&](kernels::ReduceKind kind, T* output) {
      kernels::ReduceRows(kind, splits, rows, values, items, output + at);
    };
    reduce(kernels::ReduceKind::kSum, sum.data());
    reduce(kernels::ReduceKind::kMin, min.data());
    reduce(kernels::ReduceKind::kMax, max.data());
    kernels::MeanRows(splits, rows, values, items, mean.data() + at);
    kernels::VarianceRows(splits, rows, values, items, variance.data() + at);
  }

  BufferBuilder<int64_t> count;
  BufferBuilder<T> sum;
  BufferBuilder<T> min;
  BufferBuilder<T> max;
  BufferBuilder<MeanOf<T>> mean;
  BufferBuilder<MeanOf<T>> variance;
};

template <typename T>
RaggedView<T> InnermostView(const RaggedTensor<T>& input) {
  return {input.shape().innermost().row_splits(), input.flat_values().span()};
}

template <typename T>
absl::StatusOr<ReduceOptions> OptionsFor(const RaggedTensor<T>& input,
                                         const ExecOptions& exec) {
  ReduceOptions options{.width = 1, .exec = exec};
  for (const int64_t size : input.inner_shape()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.width,
                              internal::CheckedMul(options.width, size));
  }
  return options;
}

}  // namespace

template <typename T>
absl::StatusOr<Buffer<T>> Sum(RaggedView<T> input,
                              const ReduceOptions& options) {
  return ReduceKind(input, options, kernels::ReduceKind::kSum);
}
template <typename T>
absl::StatusOr<Buffer<T>> Prod(RaggedView<T> input,
                               const ReduceOptions& options) {
  return ReduceKind(input, options, kernels::ReduceKind::kProd);
}
template <typename T>
absl::StatusOr<Buffer<T>> Max(RaggedView<T> input,
                              const ReduceOptions& options) {
  return ReduceKind(input, options, kernels::ReduceKind::kMax);
}
template <typename T>
absl::StatusOr<Buffer<T>> Min(RaggedView<T> input,
                              const ReduceOptions& options) {
  return ReduceKind(input, options, kernels::ReduceKind::kMin);
}

template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Mean(RaggedView<T> input,
                                       const ReduceOptions& options) {
  return Reduce<MeanOf<T>>(input, options, kernels::MeanRows<T>);
}
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Variance(RaggedView<T> input,
                                           const ReduceOptions& options) {
  return Reduce<MeanOf<T>>(input, options, kernels::VarianceRows<T>);
}
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Std(RaggedView<T> input,
                                      const ReduceOptions& options) {
  return Reduce<MeanOf<T>>(
      input, options,
      [](const Offset* splits, size_t num_rows, const T* values, size_t width,
         MeanOf<T>* output) {
        kernels::VarianceRows(splits, num_rows, values, width, output);
        for (size_t i = 0; i < num_rows * width; ++i)
          output[i] = std::sqrt(output[i]);
      });
}

absl::StatusOr<Buffer<bool>> Any(RaggedView<bool> input,
                                 const ReduceOptions& options) {
  return Reduce<bool>(input, options, kernels::AnyRows);
}
absl::StatusOr<Buffer<bool>> All(RaggedView<bool> input,
                                 const ReduceOptions& options) {
  return Reduce<bool>(input, options, kernels::AllRows);
}

template <typename T>
absl::StatusOr<RowStats<T>> Stats(RaggedView<T> input,
                                  const ReduceOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            ResultSize(input, options.width));
  StatsBuilders<T> stats(static_cast<size_t>(input.num_rows()),
                         static_cast<size_t>(size));
  const int64_t most = kStatsItems / std::max<int64_t>(1, options.width);
  ROWSPLIT_RETURN_IF_ERROR(
      ForRows(input.num_rows(), options, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end;) {
          const int64_t first = row++;
          while (row < end &&
                 input.splits[row + 1] - input.splits[first] <= most)
            ++row;
          stats.Fill(input, options.width, first, row);
        }
      }));
  return RowStats<T>{
      std::move(stats.count).Build(), std::move(stats.sum).Build(),
      std::move(stats.min).Build(),   std::move(stats.max).Build(),
      std::move(stats.mean).Build(),  std::move(stats.variance).Build()};
}

#define ROWSPLIT_REDUCE_TENSOR(Name, Result)                \
  template <typename T>                                     \
  absl::StatusOr<Result> Name(const RaggedTensor<T>& input, \
                              const ExecOptions& exec) {    \
    ROWSPLIT_ASSIGN_OR_RETURN(const ReduceOptions options,  \
                              OptionsFor(input, exec));     \
    return Name(InnermostView(input), options);             \
  }
ROWSPLIT_REDUCE_TENSOR(Sum, Buffer<T>)
ROWSPLIT_REDUCE_TENSOR(Prod, Buffer<T>)
ROWSPLIT_REDUCE_TENSOR(Max, Buffer<T>)
ROWSPLIT_REDUCE_TENSOR(Min, Buffer<T>)
ROWSPLIT_REDUCE_TENSOR(Mean, Buffer<MeanOf<T>>)
ROWSPLIT_REDUCE_TENSOR(Variance, Buffer<MeanOf<T>>)
ROWSPLIT_REDUCE_TENSOR(Std, Buffer<MeanOf<T>>)
ROWSPLIT_REDUCE_TENSOR(Stats, RowStats<T>)
#undef ROWSPLIT_REDUCE_TENSOR

#define ROWSPLIT_REDUCE_FOR(Name, T, Result)                                 \
  template absl::StatusOr<Result> Name(RaggedView<T>, const ReduceOptions&); \
  template absl::StatusOr<Result> Name(const RaggedTensor<T>&,               \
                                       const ExecOptions&);
#define ROWSPLIT_REDUCE_ALL(T)                        \
  ROWSPLIT_REDUCE_FOR(Sum, T, Buffer<T>)              \
  ROWSPLIT_REDUCE_FOR(Prod, T, Buffer<T>)             \
  ROWSPLIT_REDUCE_FOR(Max, T, Buffer<T>)              \
  ROWSPLIT_REDUCE_FOR(Min, T, Buffer<T>)              \
  ROWSPLIT_REDUCE_FOR(Mean, T, Buffer<MeanOf<T>>)     \
  ROWSPLIT_REDUCE_FOR(Variance, T, Buffer<MeanOf<T>>) \
  ROWSPLIT_REDUCE_FOR(Std, T, Buffer<MeanOf<T>>)      \
  ROWSPLIT_REDUCE_FOR(Stats, T, RowStats<T>)
ROWSPLIT_REDUCE_ALL(int8_t)
ROWSPLIT_REDUCE_ALL(int16_t)
ROWSPLIT_REDUCE_ALL(int32_t)
ROWSPLIT_REDUCE_ALL(int64_t)
ROWSPLIT_REDUCE_ALL(uint8_t)
ROWSPLIT_REDUCE_ALL(uint16_t)
ROWSPLIT_REDUCE_ALL(uint32_t)
ROWSPLIT_REDUCE_ALL(uint64_t)
ROWSPLIT_REDUCE_ALL(float)
ROWSPLIT_REDUCE_ALL(double)
#undef ROWSPLIT_REDUCE_ALL
#undef ROWSPLIT_REDUCE_FOR

}  // namespace rowsplit
