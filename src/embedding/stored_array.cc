#include "embedding/stored_array.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/half_float.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::internal {

namespace {

// Rows that are converted together: in Fortran order so many values of a column
// lie side by side.
constexpr int64_t kBlockRows = 64;

// How a value is read: its bits, in an unsigned integer, and what they mean.
struct Half {
  using Bits = uint16_t;
  static float Value(Bits bits) { return ToFloat(Float16{bits}); }
};
struct BFloat {
  using Bits = uint16_t;
  static float Value(Bits bits) { return ToFloat(BFloat16{bits}); }
};
struct Single {
  using Bits = uint32_t;
  static float Value(Bits bits) { return std::bit_cast<float>(bits); }
};
struct Double {
  using Bits = uint64_t;
  static float Value(Bits bits) {
    return static_cast<float>(std::bit_cast<double>(bits));
  }
};

template <typename Bits>
Bits LoadBits(const char* from, bool swapped) {
  std::array<char, sizeof(Bits)> bytes;
  std::memcpy(bytes.data(), from, sizeof(Bits));
  if (swapped) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<Bits>(bytes);
}

template <typename Kind>
void ConvertRows(const StoredArray& array, int64_t begin, int64_t end,
                 float* out) {
  using Bits = typename Kind::Bits;
  const int64_t row_step = array.fortran_order ? 1 : array.width;
  const int64_t column_step = array.fortran_order ? array.num_rows : 1;
  for (int64_t block = begin; block < end; block += kBlockRows) {
    const int64_t block_end = std::min(end, block + kBlockRows);
    for (int64_t column = 0; column < array.width; ++column) {
      for (int64_t row = block; row < block_end; ++row) {
        const auto item =
            static_cast<size_t>(row * row_step + column * column_step);
        out[row * array.width + column] = Kind::Value(LoadBits<Bits>(
            array.bytes.data() + item * sizeof(Bits), array.swapped));
      }
    }
  }
}

absl::StatusOr<EmbeddingTable> Converted(const StoredArray& array,
                                         int64_t num_rows,
                                         const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_values,
                            CheckedMul(num_rows, array.width));
  BufferBuilder<float> values(static_cast<size_t>(num_values));
  const int64_t grain =
      std::max<int64_t>(kBlockRows, (int64_t{1} << 16) / (array.width + 1));
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_rows, grain, [&](int64_t begin, int64_t end) {
        switch (array.dtype) {
          case DType::kFloat16:
            ConvertRows<Half>(array, begin, end, values.data());
            break;
          case DType::kBFloat16:
            ConvertRows<BFloat>(array, begin, end, values.data());
            break;
          case DType::kFloat64:
            ConvertRows<Double>(array, begin, end, values.data());
            break;
          default:
            ConvertRows<Single>(array, begin, end, values.data());
        }
        return absl::OkStatus();
      }));
  return EmbeddingTable::FromValues(std::move(values).Build(), num_rows,
                                    array.width);
}

// The format of a table whose rows are those of the array.
std::optional<RowFormat> SharedFormat(const StoredArray& array) {
  if (array.swapped || (array.fortran_order && array.width > 1)) return {};
  switch (array.dtype) {
    case DType::kFloat16:
      return RowFormat::kFloat16;
    case DType::kBFloat16:
      return RowFormat::kBfloat16;
    case DType::kFloat32:
      return RowFormat::kFloat32;
    default:
      return {};
  }
}

}  // namespace

absl::StatusOr<int64_t> ArrayBytes(const std::string& name, DType dtype,
                                   int64_t num_rows, int64_t width) {
  if (width == 0 && num_rows > 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the array has %d rows without values", name, num_rows));
  }
  // A width that only no rows at all can have is refused too.
  const absl::StatusOr<int64_t> num_values =
      CheckedMul(std::max<int64_t>(num_rows, 1), width);
  const absl::StatusOr<int64_t> bytes =
      num_values.ok() ? CheckedMul(*num_values, DTypeSize(dtype)) : num_values;
  if (bytes.ok() && width <= kMaxRowWidth) return num_rows == 0 ? 0 : bytes;
  return absl::ResourceExhaustedError(
      absl::StrFormat("%s: an array of %d x %d %s values is too large", name,
                      num_rows, width, DTypeName(dtype)));
}

absl::Status CheckArrayBytes(const std::string& name, int64_t needed,
                             size_t available) {
  if (static_cast<uint64_t>(needed) <= available) return absl::OkStatus();
  return absl::DataLossError(absl::StrFormat(
      "%s: the array is cut short: %d of %d bytes", name, available, needed));
}

absl::StatusOr<EmbeddingTable> TableOfArray(const StoredArray& array,
                                            int64_t max_rows,
                                            const ExecOptions& exec) {
  int64_t num_rows = array.num_rows;
  if (max_rows >= 0) num_rows = std::min(num_rows, max_rows);
  const std::optional<RowFormat> format = SharedFormat(array);
  if (!format.has_value()) return Converted(array, num_rows, exec);
  const std::span<const char> rows = array.bytes.span().first(
      static_cast<size_t>(num_rows * RowBytes(*format, array.width)));
  return EmbeddingTable::FromBytes(
      *format, Buffer<std::byte>(std::as_bytes(rows), array.bytes.owner()),
      num_rows, array.width);
}

}  // namespace rowsplit::internal
