#include "rowsplit/core/row_format.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"

namespace rowsplit {

namespace {
constexpr std::array<std::string_view, 5> kNames = {"float32", "float16",
                                                    "bfloat16", "int8", "int4"};
}  // namespace

std::string_view RowFormatName(RowFormat format) {
  return kNames[static_cast<uint8_t>(format)];
}

std::optional<RowFormat> ParseRowFormat(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<RowFormat>(found - kNames.begin());
}

absl::StatusOr<int64_t> TableBytes(RowFormat format, int64_t num_rows,
                                   int64_t width) {
  if (num_rows < 0 || width < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: num_rows and width must not be negative: "
        "num_rows=%d, width=%d",
        num_rows, width));
  }
  if (width > kMaxRowWidth) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding table: width must be at most %d: width=%d",
                        kMaxRowWidth, width));
  }
  return internal::CheckedMul(num_rows, RowBytes(format, width));
}

}  // namespace rowsplit
