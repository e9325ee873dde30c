#include "embedding/table_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "kernels/convert_rows.h"
#include "kernels/multiply_rows.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

namespace {

// Short rows of a factorized table that are multiplied at a time.
constexpr int64_t kBlockRows = 64;

// Calls `decode(begin, num_rows, short_rows)` for blocks of [0, num_rows) and
// multiplies what it writes.
template <class Decode>
void MultiplyOut(const EmbeddingTable& table, int64_t num_rows, float* output,
                 const Decode& decode) {
  const int64_t depth = table.factor().width();
  std::vector<float> rows(
      static_cast<size_t>(std::min(num_rows, kBlockRows) * depth));
  for (int64_t begin = 0; begin < num_rows; begin += kBlockRows) {
    const int64_t count = std::min(kBlockRows, num_rows - begin);
    decode(begin, count, rows.data());
    kernels::MultiplyRows(rows.data(), static_cast<size_t>(count),
                          static_cast<size_t>(depth), table.projection().data(),
                          static_cast<size_t>(table.width()),
                          output + begin * table.width());
  }
}

// Why quantizing refused a row.
absl::Status CannotStore(RowFormat format, int64_t row,
                         std::span<const float> items) {
  for (size_t column = 0; column < items.size(); ++column) {
    if (!std::isfinite(items[column])) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "embedding table: row %d can't be stored as %s: the item in column "
          "%d is %g",
          row, RowFormatName(format), column, items[column]));
    }
  }
  const auto [least, most] = std::minmax_element(items.begin(), items.end());
  return absl::InvalidArgumentError(absl::StrFormat(
      "embedding table: row %d can't be stored as %s: items from %g (column "
      "%d) to %g (column %d) need a scale or an offset beyond %s",
      row, RowFormatName(format), *least, least - items.begin(), *most,
      most - items.begin(),
      format == RowFormat::kInt4 ? "float16" : "float32"));
}

}  // namespace

kernels::TableRows StoredRows(const EmbeddingTable& table) {
  ROWSPLIT_DCHECK(!table.is_factorized());
  return {reinterpret_cast<const uint8_t*>(table.bytes().data()),
          static_cast<size_t>(RowBytes(table.format(), table.width())),
          static_cast<size_t>(table.width()), table.num_rows(), table.format()};
}

int64_t RowGrain(int64_t width) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(width, 1));
}

void ReadTableRows(const EmbeddingTable& table, const int64_t* ids,
                   int64_t num_ids, float* output) {
  if (!table.is_factorized()) {
    kernels::DecodeRows(StoredRows(table), ids, static_cast<size_t>(num_ids),
                        output);
    return;
  }
  MultiplyOut(table, num_ids, output,
              [&](int64_t begin, int64_t count, float* rows) {
                ReadTableRows(table.factor(), ids + begin, count, rows);
              });
}

void ReadTableRange(const EmbeddingTable& table, int64_t begin,
                    int64_t num_rows, float* output) {
  if (!table.is_factorized()) {
    kernels::DecodeRowRange(StoredRows(table), begin,
                            static_cast<size_t>(num_rows), output);
    return;
  }
  MultiplyOut(table, num_rows, output,
              [&](int64_t block, int64_t count, float* rows) {
                ReadTableRange(table.factor(), begin + block, count, rows);
              });
}

absl::Status EncodeTableRows(RowFormat format, const float* items,
                             int64_t first_row, int64_t num_rows, int64_t width,
                             std::byte* output) {
  const auto count = static_cast<size_t>(num_rows);
  const size_t row =
      kernels::EncodeRows(format, items, count, static_cast<size_t>(width),
                          reinterpret_cast<uint8_t*>(output));
  if (row == count) return absl::OkStatus();
  return CannotStore(
      format, first_row + static_cast<int64_t>(row),
      {items + row * static_cast<size_t>(width), static_cast<size_t>(width)});
}

}  // namespace rowsplit::internal
