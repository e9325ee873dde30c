#include "embedding/row_portions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

namespace {

// Of the rows as float32.
constexpr int64_t kPortionBytes = int64_t{4} << 20;

std::string_view Text(const std::byte* data, int64_t size) {
  return {reinterpret_cast<const char*>(data), static_cast<size_t>(size)};
}

}  // namespace

absl::Status ForRowPortions(
    const EmbeddingTable& table, RowFormat format, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(std::string_view rows)> use) {
  const int64_t width = table.width();
  const int64_t row_bytes = RowBytes(format, width);
  const int64_t portion_rows = std::max<int64_t>(
      1, kPortionBytes /
             std::max<int64_t>(RowBytes(RowFormat::kFloat32, width), 1));
  const bool is_stored = !table.is_factorized() && table.format() == format;
  std::vector<float> items;
  std::vector<std::byte> encoded;
  for (int64_t first = 0; first < table.num_rows(); first += portion_rows) {
    const int64_t num_rows = std::min(portion_rows, table.num_rows() - first);
    if (is_stored) {
      ROWSPLIT_RETURN_IF_ERROR(use(Text(
          table.bytes().data() + first * row_bytes, num_rows * row_bytes)));
      continue;
    }
    items.resize(static_cast<size_t>(num_rows * width));
    encoded.resize(static_cast<size_t>(num_rows * row_bytes));
    ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
        exec, num_rows, RowGrain(width), [&](int64_t begin, int64_t end) {
          float* const values = items.data() + begin * width;
          ReadTableRange(table, first + begin, end - begin, values);
          return EncodeTableRows(format, values, first + begin, end - begin,
                                 width, encoded.data() + begin * row_bytes);
        }));
    ROWSPLIT_RETURN_IF_ERROR(use(Text(encoded.data(), num_rows * row_bytes)));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
