#include "rowsplit/text/to_number.h"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/charconv.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/text/any_rank.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

// The most bytes of a string that an error shows.
constexpr size_t kShown = 100;

bool IsBlank(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

std::string_view WithoutBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool IsSign(std::string_view text) {
  return !text.empty() && (text[0] == '-' || text[0] == '+');
}

template <typename T>
bool ParseFloat(std::string_view text, T* value) {
  const bool is_negative = !text.empty() && text[0] == '-';
  if (IsSign(text)) text.remove_prefix(1);
  if (IsSign(text)) return false;
  absl::chars_format format = absl::chars_format::general;
  if (text.size() > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    format = absl::chars_format::hex;
    text.remove_prefix(2);
    if (IsSign(text)) return false;
  }
  const char* const end = text.data() + text.size();
  const auto [stop, error] = absl::from_chars(text.data(), end, *value, format);
  if (error == std::errc::invalid_argument || stop != end) return false;
  // "0xinf" and "0xnan".
  if (format == absl::chars_format::hex && error == std::errc() &&
      !std::isfinite(*value))
    return false;
  // Out of range is the greatest finite value here, or nearly 0.
  if (error == std::errc::result_out_of_range && *value > T{1})
    *value = std::numeric_limits<T>::infinity();
  if (is_negative) *value = -*value;
  return true;
}

template <typename T>
bool ParseInteger(std::string_view text, T* value) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (IsSign(text)) return false;
  }
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *value);
  return error == std::errc() && stop == end;
}

template <typename T>
bool Parse(std::string_view text, T* value) {
  text = WithoutBlanks(text);
  if constexpr (std::is_floating_point_v<T>) {
    return !text.empty() && ParseFloat(text, value);
  } else {
    return !text.empty() && ParseInteger(text, value);
  }
}

template <typename T>
absl::StatusOr<Tensor> ParseAll(const Tensor& input,
                                const ToNumberOptions& options) {
  return MapStrings(
      input, [&](StringTensorView strings) -> absl::StatusOr<Buffer<T>> {
        BufferBuilder<T> numbers(static_cast<size_t>(strings.size()));
        const std::vector<int64_t> borders =
            internal::CutRows(strings.offsets(), internal::kValuesInPiece);
        ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
            options.exec, static_cast<int64_t>(borders.size()) - 1, 1,
            [&](int64_t piece, int64_t last) -> absl::Status {
              for (int64_t row = borders[piece]; row < borders[last]; ++row) {
                if (Parse(strings[row], &numbers[row])) continue;
                return absl::InvalidArgumentError(absl::StrFormat(
                    "ToNumber: each string must spell a number of %s: string "
                    "%d is '%s'",
                    DTypeName(options.dtype), row,
                    strings[row].substr(0, kShown)));
              }
              return absl::OkStatus();
            }));
        return std::move(numbers).Build();
      });
}

}  // namespace

absl::StatusOr<Tensor> ToNumber(const Tensor& input,
                                const ToNumberOptions& options) {
  switch (options.dtype) {
    case DType::kFloat32:
      return ParseAll<float>(input, options);
    case DType::kFloat64:
      return ParseAll<double>(input, options);
    case DType::kInt32:
      return ParseAll<int32_t>(input, options);
    case DType::kInt64:
      return ParseAll<int64_t>(input, options);
    case DType::kUInt32:
      return ParseAll<uint32_t>(input, options);
    case DType::kUInt64:
      return ParseAll<uint64_t>(input, options);
    default:
      return absl::InvalidArgumentError(absl::StrFormat(
          "ToNumber: the dtype must be float32, float64, int32, int64, uint32 "
          "or uint64, got %s",
          DTypeName(options.dtype)));
  }
}

}  // namespace rowsplit
