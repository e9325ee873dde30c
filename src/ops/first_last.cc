#include "rowsplit/ops/first_last.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "ops/select_rows.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/broadcast.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// `empty` as `count` flat values of the input's inner shape.
absl::StatusOr<Tensor> FlatValues(std::string_view name, const Tensor& input,
                                  const Tensor& empty, int64_t count,
                                  const ExecOptions& exec) {
  const std::vector<int64_t> inner = input.inner_shape();
  const bool fits = !empty.is_ragged() && empty.dtype() == input.dtype() &&
                    (empty.rank() == 0 || empty.flat_shape() == inner);
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the value for empty rows must be a %s scalar or of the inner "
        "shape, got %s of rank %d",
        name, DTypeName(input.dtype()), DTypeName(empty.dtype()),
        empty.rank()));
  }
  std::vector<int64_t> shape = {count};
  shape.insert(shape.end(), inner.begin(), inner.end());
  return BroadcastTo(empty, shape, {.exec = exec});
}

absl::StatusOr<Tensor> OneOfEach(std::string_view name, const Tensor& input,
                                 bool last, const FirstLastOptions& options) {
  if (!input.is_ragged()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s takes a ragged tensor, got a dense one", name));
  }
  const RowPartition& rows = input.partition(input.ragged_rank() - 1);
  std::vector<Tensor> sources = {input.flat_values()};
  if (options.empty.has_value()) {
    // None where none is needed: a value may be huge.
    const Buffer<int64_t> lengths = rows.MakeRowLengths();
    const bool needed = std::ranges::find(lengths, 0) != lengths.end();
    ROWSPLIT_ASSIGN_OR_RETURN(
        Tensor value,
        FlatValues(name, input, *options.empty, needed ? 1 : 0, options.exec));
    sources.push_back(std::move(value));
  }
  std::vector<internal::RowRange> ranges;
  ranges.reserve(static_cast<size_t>(rows.num_rows()));
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    if (rows.row_length(row) > 0) {
      const Offset at =
          last ? rows.row_splits()[row + 1] - 1 : rows.row_splits()[row];
      ranges.push_back({at, 1, 0});
    } else if (options.empty.has_value()) {
      ranges.push_back({0, 1, 1});
    } else {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: row %d is empty, and no value for empty rows is given", name,
          row));
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      internal::SelectRows(sources, std::move(ranges), options.exec));
  return Tensor::FromPartitionsUnchecked(
      {input.partitions().begin(), input.partitions().end() - 1},
      std::move(values));
}

}  // namespace

absl::StatusOr<Tensor> First(const Tensor& input,
                             const FirstLastOptions& options) {
  return OneOfEach("first", input, false, options);
}

absl::StatusOr<Tensor> Last(const Tensor& input,
                            const FirstLastOptions& options) {
  return OneOfEach("last", input, true, options);
}

}  // namespace rowsplit
