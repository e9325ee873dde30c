#ifndef ROWSPLIT_OPS_GATHER_H_
#define ROWSPLIT_OPS_GATHER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"

namespace rowsplit {

// A dense table that somebody else keeps alive: `num_rows` rows of `width`
// items, one after the other.
template <typename T>
struct TableView {
  std::span<const T> values;
  int64_t num_rows = 0;
  int64_t width = 0;

  // Requires `0 <= row < num_rows`.
  std::span<const T> row(int64_t row) const {
    return values.subspan(row * width, width);
  }
};

struct GatherOptions {
  ExecOptions exec = {};
};

namespace internal {

// The size of the result in items, checked together with the table's.
absl::StatusOr<int64_t> CheckGather(int64_t table_size, int64_t num_rows,
                                    int64_t width, int64_t element_size,
                                    int64_t num_ids);

// Copies the table's row of each id. `splits`, if not empty, are the rows that
// an error names.
absl::Status GatherBytes(const std::byte* table, int64_t num_rows,
                         int64_t row_bytes, std::span<const int64_t> ids,
                         std::span<const Offset> splits,
                         const ExecOptions& exec, std::byte* output);

template <typename T>
absl::StatusOr<Buffer<T>> GatherInto(TableView<T> table,
                                     std::span<const int64_t> ids,
                                     std::span<const Offset> splits,
                                     const ExecOptions& exec) {
  const absl::StatusOr<int64_t> size = CheckGather(
      static_cast<int64_t>(table.values.size()), table.num_rows, table.width,
      int64_t{sizeof(T)}, static_cast<int64_t>(ids.size()));
  if (!size.ok()) return size.status();
  BufferBuilder<T> output(static_cast<size_t>(*size));
  absl::Status status =
      GatherBytes(reinterpret_cast<const std::byte*>(table.values.data()),
                  table.num_rows, table.width * int64_t{sizeof(T)}, ids, splits,
                  exec, reinterpret_cast<std::byte*>(output.data()));
  if (!status.ok()) return status;
  return std::move(output).Build();
}

}  // namespace internal

// The rows of `table` that `ids` name, one after the other.
//
//   Gather({{1, 2, 3, 4}, 2, 2}, ids {1, 0, 1})  // {3, 4, 1, 2, 3, 4}
//
// Fails with InvalidArgument, which names the first id that is not a row of the
// table, or if the table's values are not num_rows * width; with
// ResourceExhausted if the result's size does not fit 64 bits; with Cancelled.
template <typename T>
absl::StatusOr<Buffer<T>> Gather(TableView<T> table,
                                 std::span<const int64_t> ids,
                                 const GatherOptions& options = {}) {
  return internal::GatherInto(table, ids, {}, options.exec);
}

// The same for ragged ids. The result shares their shape, and its inner shape
// is theirs and then `width`. The error names row and position of the id, the
// row being an innermost one.
//
//   Gather(the same, ids {{1}, {}, {0, 1}})
//   // {{{3, 4}}, {}, {{1, 2}, {3, 4}}}
template <typename T>
absl::StatusOr<RaggedTensor<T>> Gather(TableView<T> table,
                                       const RaggedTensor<int64_t>& ids,
                                       const GatherOptions& options = {}) {
  std::vector<int64_t> inner_shape = ids.inner_shape();
  const std::span<const Offset> splits = ids.shape().innermost().row_splits();
  absl::StatusOr<Buffer<T>> values = internal::GatherInto(
      table, ids.flat_values().span(),
      inner_shape.empty() ? splits : std::span<const Offset>(), options.exec);
  if (!values.ok()) return std::move(values).status();
  inner_shape.push_back(table.width);
  return RaggedTensor<T>::FromFlatValuesUnchecked(
      ids.shape(), *std::move(values), std::move(inner_shape));
}

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_GATHER_H_
