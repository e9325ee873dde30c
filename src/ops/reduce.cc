#include "rowsplit/ops/reduce.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/reduce_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

namespace {

// Items of the result that a thread makes at a time.
constexpr int64_t kItemsGrain = int64_t{16} * 1024;

template <typename T>
absl::Status CheckInput(const RaggedView<T>& input, int64_t width) {
  if (width < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("reduce: width must not be negative: %d", width));
  }
  if (input.splits.empty()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t needed,
                            internal::CheckedMul(input.splits.back(), width));
  if (needed > static_cast<int64_t>(input.values.size())) {
    return absl::InvalidArgumentError(
        absl::StrFormat("reduce: the rows need %d flat values of %d items, "
                        "got %d items",
                        input.splits.back(), width, input.values.size()));
  }
  return absl::OkStatus();
}

// Calls `reduce(splits, num_rows, output)` for pieces of the rows.
template <typename T, typename Result>
absl::StatusOr<Buffer<Result>> ReduceRows(
    const RaggedView<T>& input, const ReduceOptions& options,
    absl::FunctionRef<void(const Offset* splits, size_t num_rows,
                           Result* output)>
        reduce) {
  ROWSPLIT_RETURN_IF_ERROR(CheckInput(input, options.width));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t size,
      internal::CheckedMul(input.num_rows(), options.width));
  BufferBuilder<Result> output(static_cast<size_t>(size));
  const int64_t grain =
      std::max<int64_t>(1, kItemsGrain / std::max<int64_t>(1, options.width));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, input.num_rows(), grain, [&](int64_t begin, int64_t end) {
        reduce(input.splits.data() + begin, static_cast<size_t>(end - begin),
               output.data() + begin * options.width);
        return absl::OkStatus();
      }));
  return std::move(output).Build();
}

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

#define ROWSPLIT_REDUCE_OP(Name)                                              \
  template <typename T>                                                       \
  absl::StatusOr<Buffer<T>> Name(RaggedView<T> input,                         \
                                 const ReduceOptions& options) {              \
    return ReduceRows<T, T>(                                                  \
        input, options,                                                       \
        [&](const Offset* splits, size_t num_rows, T* output) {               \
          kernels::ReduceRows<T>(kernels::ReduceKind::k##Name, splits,        \
                                 num_rows, input.values.data(),               \
                                 static_cast<size_t>(options.width), output); \
        });                                                                   \
  }                                                                           \
  template <typename T>                                                       \
  absl::StatusOr<Buffer<T>> Name(const RaggedTensor<T>& input,                \
                                 const ExecOptions& exec) {                   \
    ROWSPLIT_ASSIGN_OR_RETURN(const ReduceOptions options,                    \
                              OptionsFor(input, exec));                       \
    return Name(InnermostView(input), options);                               \
  }
ROWSPLIT_REDUCE_OP(Sum)
ROWSPLIT_REDUCE_OP(Max)
ROWSPLIT_REDUCE_OP(Min)
#undef ROWSPLIT_REDUCE_OP

template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Mean(RaggedView<T> input,
                                       const ReduceOptions& options) {
  return ReduceRows<T, MeanOf<T>>(
      input, options,
      [&](const Offset* splits, size_t num_rows, MeanOf<T>* output) {
        kernels::MeanRows<T>(splits, num_rows, input.values.data(),
                             static_cast<size_t>(options.width), output);
      });
}

template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Mean(const RaggedTensor<T>& input,
                                       const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const ReduceOptions options,
                            OptionsFor(input, exec));
  return Mean(InnermostView(input), options);
}

#define ROWSPLIT_REDUCE_FOR(T)                                                 \
  template absl::StatusOr<Buffer<T>> Sum(RaggedView<T>, const ReduceOptions&); \
  template absl::StatusOr<Buffer<T>> Max(RaggedView<T>, const ReduceOptions&); \
  template absl::StatusOr<Buffer<T>> Min(RaggedView<T>, const ReduceOptions&); \
  template absl::StatusOr<Buffer<MeanOf<T>>> Mean(RaggedView<T>,               \
                                                  const ReduceOptions&);       \
  template absl::StatusOr<Buffer<T>> Sum(const RaggedTensor<T>&,               \
                                         const ExecOptions&);                  \
  template absl::StatusOr<Buffer<T>> Max(const RaggedTensor<T>&,               \
                                         const ExecOptions&);                  \
  template absl::StatusOr<Buffer<T>> Min(const RaggedTensor<T>&,               \
                                         const ExecOptions&);                  \
  template absl::StatusOr<Buffer<MeanOf<T>>> Mean(const RaggedTensor<T>&,      \
                                                  const ExecOptions&);
ROWSPLIT_REDUCE_FOR(float)
ROWSPLIT_REDUCE_FOR(double)
ROWSPLIT_REDUCE_FOR(int32_t)
ROWSPLIT_REDUCE_FOR(int64_t)
#undef ROWSPLIT_REDUCE_FOR

}  // namespace rowsplit
