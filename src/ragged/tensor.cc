#include "rowsplit/ragged/tensor.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"

namespace rowsplit {

namespace {

using Partitions = std::vector<RowPartition>;

const std::shared_ptr<const Partitions>& NoPartitions() {
  static const auto none = std::make_shared<const Partitions>();
  return none;
}

int64_t Items(std::span<const int64_t> shape) {
  uint64_t items = 1;
  for (const int64_t size : shape) items *= static_cast<uint64_t>(size);
  return static_cast<int64_t>(items);
}

// The items of a dense shape.
absl::StatusOr<int64_t> CheckedItems(std::span<const int64_t> shape) {
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "shape must not be negative: shape[%d]=%d", axis, shape[axis]));
    }
  }
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  return Items(shape);
}

absl::Status CheckFills(int64_t items, int64_t size) {
  if (items == size) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "values must fill the shape: expected %d items, got %d", items, size));
}

}  // namespace

Tensor::Tensor() : partitions_(NoPartitions()), flat_shape_({0}) {}

absl::StatusOr<Tensor> Tensor::DenseBytes(DType dtype, Buffer<std::byte> bytes,
                                          std::vector<int64_t> shape) {
  const int item_size = DTypeSize(dtype);
  if (item_size == 0) {
    return absl::InvalidArgumentError(
        "DenseBytes takes every dtype but string");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t items, CheckedItems(shape));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(items, item_size));
  if (size != static_cast<int64_t>(bytes.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "values must fill the shape: expected %d bytes (%d items of %s), got "
        "%d",
        size, items, DTypeName(dtype), bytes.size()));
  }
  if (reinterpret_cast<uintptr_t>(bytes.data()) % item_size != 0)
    bytes = Buffer<std::byte>::Copy(bytes.span());
  return DenseBytesUnchecked(dtype, std::move(bytes), std::move(shape));
}

absl::StatusOr<Tensor> Tensor::Dense(StringTensor strings,
                                     std::vector<int64_t> shape) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t items, CheckedItems(shape));
  ROWSPLIT_RETURN_IF_ERROR(CheckFills(items, strings.size()));
  return DenseUnchecked(std::move(strings), std::move(shape));
}

Tensor Tensor::Vector(StringTensor strings) {
  const int64_t size = strings.size();
  return DenseUnchecked(std::move(strings), {size});
}

Tensor Tensor::Scalar(std::string_view value) {
  return DenseUnchecked(StringTensor::FromStrings({&value, 1}), {});
}

Tensor Tensor::DenseBytesUnchecked(DType dtype, Buffer<std::byte> bytes,
                                   std::vector<int64_t> shape) {
  Tensor tensor;
  tensor.dtype_ = dtype;
  tensor.num_items_ = Items(shape);
  tensor.flat_shape_ = std::move(shape);
  tensor.bytes_ = std::move(bytes);
  return tensor;
}

Tensor Tensor::DenseUnchecked(StringTensor strings,
                              std::vector<int64_t> shape) {
  Tensor tensor;
  tensor.dtype_ = DType::kString;
  tensor.num_items_ = Items(shape);
  tensor.flat_shape_ = std::move(shape);
  tensor.strings_ = std::move(strings);
  return tensor;
}

absl::StatusOr<Tensor> Tensor::FromPartition(RowPartition partition,
                                             Tensor values) {
  return FromPartitions({std::move(partition)}, std::move(values));
}

absl::StatusOr<Tensor> Tensor::FromRowSplits(
    Tensor values, std::span<const Offset> row_splits) {
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition partition,
                            RowPartition::FromRowSplits(row_splits));
  return FromPartition(std::move(partition), std::move(values));
}

absl::StatusOr<Tensor> Tensor::FromPartitions(
    std::vector<RowPartition> partitions, Tensor values) {
  if (partitions.empty()) return values;
  if (values.rank() == 0) {
    return absl::InvalidArgumentError(
        "values of a ragged tensor must have a rank of 1 or more, got a "
        "scalar");
  }
  for (size_t axis = 0; axis < partitions.size(); ++axis) {
    const bool last = axis + 1 == partitions.size();
    const int64_t next =
        last ? values.num_rows() : partitions[axis + 1].num_rows();
    if (partitions[axis].num_values() == next) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "row_splits must end at the number of values: the partition of axis %d "
        "ends at %d, %s %d",
        axis, partitions[axis].num_values(),
        last ? "values:" : "rows of the next partition:", next));
  }
  if (values.is_ragged()) {
    partitions.insert(partitions.end(), values.partitions().begin(),
                      values.partitions().end());
    values = values.flat_values();
  }
  return FromPartitionsUnchecked(std::move(partitions), std::move(values));
}

Tensor Tensor::FromPartitionsUnchecked(std::vector<RowPartition> partitions,
                                       Tensor values) {
  values.partitions_ =
      partitions.empty()
          ? NoPartitions()
          : std::make_shared<const Partitions>(std::move(partitions));
  return values;
}

Tensor Tensor::FromTyped(const RaggedShape& shape, DType dtype,
                         Buffer<std::byte> bytes,
                         const std::vector<int64_t>& inner_shape) {
  std::vector<int64_t> flat_shape = {shape.num_values()};
  flat_shape.insert(flat_shape.end(), inner_shape.begin(), inner_shape.end());
  return FromPartitionsUnchecked(
      {shape.partitions().begin(), shape.partitions().end()},
      DenseBytesUnchecked(dtype, std::move(bytes), std::move(flat_shape)));
}

Tensor::Tensor(const RaggedStringTensor& tensor)
    : Tensor(FromPartitionsUnchecked({tensor.shape().partitions().begin(),
                                      tensor.shape().partitions().end()},
                                     Vector(tensor.flat_values()))) {}

Tensor::Tensor(StringTensor strings) : Tensor(Vector(std::move(strings))) {}

absl::StatusOr<RaggedShape> Tensor::TypedShape(DType dtype) const {
  if (dtype != dtype_) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the tensor is of another dtype: expected %s, got %s",
                        DTypeName(dtype), DTypeName(dtype_)));
  }
  return RaggedShape::FromPartitions(
      {partitions_->begin(), partitions_->end()});
}

absl::StatusOr<RaggedStringTensor> Tensor::AsStrings() const {
  ROWSPLIT_ASSIGN_OR_RETURN(RaggedShape shape, TypedShape(DType::kString));
  if (flat_shape_.size() != 1) {
    return absl::InvalidArgumentError(
        "a RaggedStringTensor has no inner shape, the tensor has one");
  }
  return RaggedStringTensor::FromFlatValues(std::move(shape), strings_);
}

int64_t Tensor::value_items() const {
  return Items(std::span<const int64_t>(flat_shape_).subspan(1));
}

Tensor Tensor::flat_values() const {
  Tensor flat = *this;
  flat.partitions_ = NoPartitions();
  return flat;
}

Tensor Tensor::values() const {
  return FromPartitionsUnchecked({partitions_->begin() + 1, partitions_->end()},
                                 *this);
}

absl::StatusOr<Tensor> Tensor::WithFlatValues(Tensor flat_values) const {
  return FromPartitions({partitions_->begin(), partitions_->end()},
                        std::move(flat_values));
}

bool operator==(const Tensor& a, const Tensor& b) {
  if (a.dtype_ != b.dtype_ || a.flat_shape_ != b.flat_shape_) return false;
  if (a.partitions_ != b.partitions_ && *a.partitions_ != *b.partitions_) {
    return false;
  }
  return std::equal(a.bytes_.begin(), a.bytes_.end(), b.bytes_.begin(),
                    b.bytes_.end()) &&
         a.strings_ == b.strings_;
}

}  // namespace rowsplit
