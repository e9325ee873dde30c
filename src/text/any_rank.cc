#include "rowsplit/text/any_rank.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace internal {

absl::Status CheckStrings(const Tensor& tensor) {
  if (tensor.is_string()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "the input must be strings, got %s", DTypeName(tensor.dtype())));
}

}  // namespace internal

namespace {

// The partitions of a tensor, and a uniform one for each dense dimension but
// the first.
absl::StatusOr<std::vector<RowPartition>> AllPartitions(const Tensor& tensor) {
  std::vector<RowPartition> partitions(tensor.partitions().begin(),
                                       tensor.partitions().end());
  const std::vector<int64_t>& shape = tensor.flat_shape();
  int64_t num_rows = shape[0];
  for (size_t axis = 1; axis < shape.size(); ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        RowPartition uniform,
        RowPartition::FromUniformRowLength(shape[axis], num_rows));
    num_rows = uniform.num_values();
    partitions.push_back(std::move(uniform));
  }
  return partitions;
}

}  // namespace

absl::StatusOr<Tensor> InShapeOf(const Tensor& like, Tensor items) {
  if (items.rank() != 1 || items.is_ragged() ||
      items.num_items() != like.num_items()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "there must be one item for each of the %d strings, in a vector: got "
        "%d items of rank %d",
        like.num_items(), items.num_items(), items.rank()));
  }
  const std::span<const RowPartition> partitions = like.partitions();
  Tensor flat = items.is_string()
                    ? Tensor::DenseUnchecked(items.strings(), like.flat_shape())
                    : Tensor::DenseBytesUnchecked(items.dtype(), items.bytes(),
                                                  like.flat_shape());
  return Tensor::FromPartitionsUnchecked({partitions.begin(), partitions.end()},
                                         std::move(flat));
}

absl::StatusOr<Tensor> RowsUnder(const Tensor& like, Tensor rows) {
  if (!rows.is_ragged() || rows.num_rows() != like.num_items()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "there must be one row for each of the %d strings: got %s of %d rows",
        like.num_items(),
        rows.is_ragged() ? "a ragged tensor" : "no ragged one",
        rows.rank() == 0 ? 0 : rows.num_rows()));
  }
  // The only row is all that there is.
  if (like.rank() == 0) return rows.values();
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<RowPartition> partitions,
                            AllPartitions(like));
  return Tensor::FromPartitions(std::move(partitions), std::move(rows));
}

}  // namespace rowsplit
