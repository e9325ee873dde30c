#include "rowsplit/vocab/hashing.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/encode_ids.h"
#include "vocab/integer_values.h"
#include "vocab/oov_bucket.h"

namespace rowsplit {

namespace {

using internal::IsNumber;
using internal::OovBuckets;
using internal::TypeTag;

// Items that a thread takes at a time.
constexpr int64_t kGrain = 8192;

DType ResultDType(const HashingOptions& options) {
  return options.dtype.value_or(options.output_mode == OutputMode::kInt
                                    ? DType::kInt64
                                    : DType::kFloat32);
}

EncodeIdsOptions EncodeOptions(const HashingOptions& options,
                               const ExecOptions& exec) {
  return {.mode = options.output_mode,
          .num_ids = options.num_bins,
          .dtype = ResultDType(options),
          .exec = exec};
}

// Bins from a functor that has the bucket and whether it is masked.
template <typename BinOf>
absl::StatusOr<Tensor> Fill(const Tensor& input, const ExecOptions& exec,
                            const BinOf& bin_of) {
  BufferBuilder<int64_t> bins(static_cast<size_t>(input.num_items()));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, input.num_items(), kGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) bins[i] = bin_of(i);
        return absl::OkStatus();
      }));
  return internal::WithItems(input, std::move(bins).Build());
}

absl::StatusOr<Tensor> StringBins(const Tensor& input,
                                  const HashingOptions& options, bool masks,
                                  const ExecOptions& exec) {
  const OovBuckets buckets{.num_buckets = options.num_bins - (masks ? 1 : 0),
                           .salt = options.salt};
  const StringTensorView strings = input.strings();
  const std::string_view mask =
      masks ? options.mask_value->strings()[0] : std::string_view();
  return Fill(input, exec, [&](int64_t i) -> int64_t {
    if (!masks) return buckets.Of(strings[i]);
    return strings[i] == mask ? 0 : 1 + buckets.Of(strings[i]);
  });
}

// Whether a mask of any number is one of dtype T, and which.
template <typename T>
absl::StatusOr<T> MaskOf(const Tensor& mask) {
  return internal::VisitNumber(
      mask.dtype(), [&]<typename M>(TypeTag<M>) -> absl::StatusOr<T> {
        const M value = mask.items<M>()[0];
        if constexpr (std::is_integral_v<T> && std::is_floating_point_v<M>) {
          return absl::InvalidArgumentError(absl::StrFormat(
              "hashing: mask_value must be an integer, as the input is, got %g",
              static_cast<double>(value)));
        } else if constexpr (std::is_integral_v<T>) {
          if (!std::in_range<T>(value)) {
            return absl::InvalidArgumentError(absl::StrFormat(
                "hashing: mask_value must be in the range of the input's "
                "dtype, got %d",
                value));
          }
          return static_cast<T>(value);
        } else {
          return static_cast<T>(value);
        }
      });
}

absl::StatusOr<Tensor> NumberBins(const Tensor& input,
                                  const HashingOptions& options, bool masks,
                                  const ExecOptions& exec) {
  const OovBuckets buckets{.num_buckets = options.num_bins - (masks ? 1 : 0),
                           .salt = options.salt};
  return internal::VisitNumber(
      input.dtype(), [&]<typename T>(TypeTag<T>) -> absl::StatusOr<Tensor> {
        T mask{};
        if (masks) {
          ROWSPLIT_ASSIGN_OR_RETURN(mask, MaskOf<T>(*options.mask_value));
        }
        const std::span<const T> items = input.items<T>();
        return Fill(input, exec, [&](int64_t i) -> int64_t {
          if (masks && items[i] == mask) return 0;
          const int64_t shift = masks ? 1 : 0;
          if constexpr (std::is_same_v<T, uint64_t>)
            return shift + buckets.OfInteger(items[i]);
          return shift + buckets.OfInteger(internal::ToInt64(items[i]));
        });
      });
}

// TensorFlow writes booleans as words.
absl::StatusOr<Tensor> BoolBins(const Tensor& input,
                                const HashingOptions& options,
                                const ExecOptions& exec) {
  const OovBuckets buckets{.num_buckets = options.num_bins,
                           .salt = options.salt};
  const int64_t bins[] = {buckets.Of("false"), buckets.Of("true")};
  const std::span<const bool> items = input.items<bool>();
  return Fill(input, exec, [&](int64_t i) { return bins[items[i] ? 1 : 0]; });
}

// A dense tensor of rank 2 or more without its last dimension if that is 1.
Tensor DropLastOfOne(const Tensor& input) {
  std::vector<int64_t> shape = input.flat_shape();
  if (input.is_ragged() || shape.size() < 2 || shape.back() != 1) return input;
  shape.pop_back();
  if (input.is_string())
    return Tensor::DenseUnchecked(input.strings(), std::move(shape));
  return Tensor::DenseBytesUnchecked(input.dtype(), input.bytes(),
                                     std::move(shape));
}

}  // namespace

absl::Status CheckHashingOptions(const HashingOptions& options) {
  if (options.num_bins <= 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hashing: num_bins must be positive, got %d", options.num_bins));
  }
  if (options.output_mode == OutputMode::kTfIdf) {
    return absl::InvalidArgumentError(
        "hashing: the output mode must not be tf_idf");
  }
  const DType dtype = ResultDType(options);
  if (dtype != DType::kInt64 && dtype != DType::kInt32 &&
      (dtype != DType::kFloat32 || options.output_mode == OutputMode::kInt)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("hashing: dtype must be int32 or int64, or float32 for "
                        "the modes but int, got %s",
                        DTypeName(dtype)));
  }
  const bool has_mask = options.mask_value.has_value();
  if (has_mask && (options.mask_value->num_items() != 1 ||
                   (!options.mask_value->is_string() &&
                    !IsNumber(options.mask_value->dtype())))) {
    return absl::InvalidArgumentError(
        "hashing: mask_value must be one string or number");
  }
  return absl::OkStatus();
}

absl::StatusOr<Tensor> HashingBins(const Tensor& given,
                                   const HashingOptions& options,
                                   const ExecOptions& exec) {
  ROWSPLIT_RETURN_IF_ERROR(CheckHashingOptions(options));
  Tensor input = internal::WidenHalf(given);
  if (options.output_mode == OutputMode::kOneHot) input = DropLastOfOne(input);
  const bool masks = options.mask_value.has_value() && options.num_bins > 1;
  if (masks && (options.mask_value->is_string() != input.is_string() ||
                (input.dtype() == DType::kBool))) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hashing: mask_value must have the kind of the input, %s, got %s",
        DTypeName(input.dtype()), DTypeName(options.mask_value->dtype())));
  }
  if (input.is_string()) return StringBins(input, options, masks, exec);
  if (input.dtype() == DType::kBool) return BoolBins(input, options, exec);
  if (!IsNumber(input.dtype())) {
    return absl::InvalidArgumentError(
        absl::StrFormat("hashing: expected strings or numbers, got %s",
                        DTypeName(input.dtype())));
  }
  return NumberBins(input, options, masks, exec);
}

absl::StatusOr<Tensor> Hashing(const Tensor& input,
                               const HashingOptions& options,
                               const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor bins,
                            HashingBins(input, options, exec));
  return EncodeIds(bins, EncodeOptions(options, exec));
}

absl::StatusOr<CsrMatrix> HashingCsr(const Tensor& input,
                                     const HashingOptions& options,
                                     const ExecOptions& exec) {
  if (options.output_mode == OutputMode::kInt) {
    return absl::InvalidArgumentError(
        "hashing: the output mode int has no sparse form");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor bins,
                            HashingBins(input, options, exec));
  return EncodeIdsCsr(bins, EncodeOptions(options, exec));
}

}  // namespace rowsplit
