#include "rowsplit/text/as_string.h"

#include <cstddef>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/half_float.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/text/any_rank.h"
#include "text/append_rows.h"
#include "text/number_text.h"

namespace rowsplit {

namespace {

using internal::NumberFormat;
using internal::TypeTag;

constexpr int64_t kItemsInPiece = 4096;
constexpr int64_t kMostBytes = int64_t{1} << 20;
constexpr std::string_view kFlags = "+- #0";

absl::Status CheckOptions(DType dtype, const AsStringOptions& options) {
  if (options.fill.size() > 1 ||
      (options.fill.size() == 1 &&
       kFlags.find(options.fill[0]) == std::string_view::npos)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "AsString: the fill must be empty or one of '+', '-', ' ', '#' and "
        "'0', got '%s'",
        options.fill));
  }
  if (options.scientific && options.shortest) {
    return absl::InvalidArgumentError(
        "AsString: a format is scientific or shortest, not both");
  }
  const bool has_digits = IsFloating(dtype) || dtype == DType::kString;
  if (!has_digits &&
      (options.scientific || options.shortest || options.precision >= 0)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "AsString: scientific, shortest and precision are for floats, not for "
        "%s",
        DTypeName(dtype)));
  }
  if (options.width > kMostBytes || options.precision > kMostBytes) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "AsString: width and precision must be at most %d: got %d and %d",
        kMostBytes, options.width, options.precision));
  }
  return absl::OkStatus();
}

NumberFormat FormatOf(const AsStringOptions& options) {
  NumberFormat format;
  format.style = options.shortest     ? NumberFormat::Style::kGeneral
                 : options.scientific ? NumberFormat::Style::kScientific
                                      : NumberFormat::Style::kFixed;
  format.precision = options.precision;
  format.width = options.width;
  format.flag = options.fill.empty() ? '\0' : options.fill[0];
  return format;
}

template <typename T>
void AppendItem(T item, const NumberFormat& format,
                BufferBuilder<char>& bytes) {
  if constexpr (std::is_same_v<T, bool>) {
    internal::AppendText(item ? "true" : "false", bytes);
  } else if constexpr (std::is_same_v<T, Float16> ||
                       std::is_same_v<T, BFloat16>) {
    internal::AppendFloat(internal::ToFloat(item), format, bytes);
  } else if constexpr (std::is_floating_point_v<T>) {
    internal::AppendFloat(item, format, bytes);
  } else if constexpr (std::is_signed_v<T>) {
    internal::AppendInteger(int64_t{item}, format, bytes);
  } else {
    internal::AppendInteger(uint64_t{item}, format, bytes);
  }
}

}  // namespace

absl::StatusOr<Tensor> AsString(const Tensor& input,
                                const AsStringOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(input.dtype(), options));
  const NumberFormat format = FormatOf(options);
  const std::vector<int64_t> borders =
      internal::EvenBorders(input.num_items(), kItemsInPiece);
  const auto append_all = [&](auto append) {
    return internal::AppendRows(borders, options.exec,
                                [&](int64_t item, BufferBuilder<char>& bytes) {
                                  append(item, bytes);
                                  return absl::OkStatus();
                                });
  };
  absl::StatusOr<StringTensor> strings;
  if (input.is_string()) {
    strings = append_all([&](int64_t item, BufferBuilder<char>& bytes) {
      internal::AppendPadded(input.strings()[item], format, bytes);
    });
  } else {
    strings = internal::VisitItem(input.dtype(), [&]<typename T>(TypeTag<T>) {
      const std::span<const T> items = input.items<T>();
      return append_all([&, items](int64_t item, BufferBuilder<char>& bytes) {
        AppendItem(items[item], format, bytes);
      });
    });
  }
  if (!strings.ok()) return strings.status();
  return InShapeOf(input, *std::move(strings));
}

}  // namespace rowsplit
