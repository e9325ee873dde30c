#ifndef ROWSPLIT_RAGGED_TENSOR_H_
#define ROWSPLIT_RAGGED_TENSOR_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// A dense or ragged tensor whose dtype is known at run time: what the ops take
// and give. Zero or more RowPartitions, outermost first, over dense flat values
// of shape `flat_shape()`. Without a partition the tensor is dense and
// flat_shape() is its shape; with partitions flat_shape()[0] is the number of
// flat values and the rest the uniform inner shape. Strings have an inner shape
// as well. Immutable; copies share memory.
//
//   auto flat = Tensor::Vector(Buffer<int32_t>{1, 2, 3});
//   auto rt = *Tensor::FromRowSplits(flat, {0, 2, 2, 3});  // [[1, 2], [], [3]]
//   rt.rank()         // 2
//   rt.num_rows()     // 3
//   rt.items<int32_t>()  // {1, 2, 3}
class Tensor {
 public:
  // Dense float32 of shape [0].
  Tensor();

  // Dense. Fails with InvalidArgument if a dimension is negative or the values
  // do not fill the shape; with ResourceExhausted if the shape's product does
  // not fit 64 bits.
  template <typename T>
  static absl::StatusOr<Tensor> Dense(const Buffer<T>& values,
                                      std::vector<int64_t> shape) {
    return DenseBytes(kDTypeOf<T>, ToBytes(values), std::move(shape));
  }
  static absl::StatusOr<Tensor> Dense(StringTensor strings,
                                      std::vector<int64_t> shape);
  // Not of strings; bytes that are not aligned to an item are copied.
  static absl::StatusOr<Tensor> DenseBytes(DType dtype, Buffer<std::byte> bytes,
                                           std::vector<int64_t> shape);
  // A dense vector.
  template <typename T>
  static Tensor Vector(const Buffer<T>& values) {
    const auto size = static_cast<int64_t>(values.size());
    return DenseBytesUnchecked(kDTypeOf<T>, ToBytes(values), {size});
  }
  static Tensor Vector(StringTensor strings);
  // A dense tensor of rank 0.
  template <typename T>
  static Tensor Scalar(T value) {
    return DenseBytesUnchecked(kDTypeOf<T>, ToBytes(Buffer<T>{value}), {});
  }
  static Tensor Scalar(std::string_view value);

  // Require that the values fill the shape, and bytes that are aligned.
  static Tensor DenseBytesUnchecked(DType dtype, Buffer<std::byte> bytes,
                                    std::vector<int64_t> shape);
  static Tensor DenseUnchecked(StringTensor strings,
                               std::vector<int64_t> shape);

  // Ragged: `values`, whose rows (dense or ragged; rank 1 or more) the
  // partition groups. Fails with InvalidArgument if the partition does not end
  // at the values' rows.
  static absl::StatusOr<Tensor> FromPartition(RowPartition partition,
                                              Tensor values);
  // As tf.RaggedTensor.from_row_splits. Fails as RowPartition::FromRowSplits.
  static absl::StatusOr<Tensor> FromRowSplits(
      Tensor values, std::span<const Offset> row_splits);
  static absl::StatusOr<Tensor> FromRowSplits(
      Tensor values, std::initializer_list<Offset> row_splits) {
    return FromRowSplits(
        std::move(values),
        std::span<const Offset>(row_splits.begin(), row_splits.size()));
  }
  // Several partitions, outermost first, over `values`; none gives the values.
  static absl::StatusOr<Tensor> FromPartitions(
      std::vector<RowPartition> partitions, Tensor values);
  // Requires dense values of rank 1 or more (or no partition) and partitions
  // that fit.
  static Tensor FromPartitionsUnchecked(std::vector<RowPartition> partitions,
                                        Tensor values);

  // The same tensor, its dtype forgotten. Shares the memory.
  template <typename T>
  Tensor(const RaggedTensor<T>& tensor)  // NOLINT: the general form of it
      : Tensor(FromTyped(tensor.shape(), kDTypeOf<T>,
                         ToBytes(tensor.flat_values()), tensor.inner_shape())) {
  }
  Tensor(const RaggedStringTensor& tensor);  // NOLINT: likewise
  Tensor(StringTensor strings);              // NOLINT: likewise

  // The typed form, sharing the memory. Fails with InvalidArgument if the
  // tensor is dense or of another dtype.
  template <typename T>
  absl::StatusOr<RaggedTensor<T>> As() const {
    absl::StatusOr<RaggedShape> shape = TypedShape(kDTypeOf<T>);
    if (!shape.ok()) return std::move(shape).status();
    return RaggedTensor<T>::FromFlatValuesUnchecked(*std::move(shape),
                                                    buffer<T>(), inner_shape());
  }
  absl::StatusOr<RaggedStringTensor> AsStrings() const;

  DType dtype() const { return dtype_; }
  bool is_ragged() const { return !partitions_->empty(); }
  bool is_string() const { return dtype_ == DType::kString; }
  int ragged_rank() const { return static_cast<int>(partitions_->size()); }
  int rank() const {
    return ragged_rank() + static_cast<int>(flat_shape_.size());
  }

  std::span<const RowPartition> partitions() const { return *partitions_; }
  // Requires `0 <= axis < ragged_rank()`.
  const RowPartition& partition(int axis) const { return (*partitions_)[axis]; }
  const std::vector<int64_t>& flat_shape() const { return flat_shape_; }
  // The shape of one flat value: flat_shape() without its first dimension.
  // Requires a rank of 1 or more.
  std::vector<int64_t> inner_shape() const {
    return {flat_shape_.begin() + 1, flat_shape_.end()};
  }

  // The outermost dimension. Requires a rank of 1 or more.
  int64_t num_rows() const {
    return is_ragged() ? partitions_->front().num_rows() : flat_shape_[0];
  }
  // The flat values (arrays of the inner shape). Requires a rank of 1 or more.
  int64_t num_values() const { return flat_shape_[0]; }
  // Items of one flat value: the product of the inner shape. Requires a rank of
  // 1 or more.
  int64_t value_items() const;
  // Items altogether: the product of flat_shape().
  int64_t num_items() const { return num_items_; }

  // The dense flat values.
  Tensor flat_values() const;
  // The rows that the outermost partition groups: flat values or a tensor of
  // one ragged rank less. Requires a ragged tensor.
  Tensor values() const;
  // The same rows over other flat values, a dense tensor of rank 1 or more.
  // Fails with InvalidArgument if their number differs.
  absl::StatusOr<Tensor> WithFlatValues(Tensor flat_values) const;

  // All items in order. Requires that T is the dtype's type.
  template <typename T>
  std::span<const T> items() const {
    return buffer<T>().span();
  }
  template <typename T>
  Buffer<T> buffer() const {
    return Buffer<T>(
        {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)},
        bytes_.owner());
  }
  // The bytes of the items; empty for strings.
  const Buffer<std::byte>& bytes() const { return bytes_; }
  // All items in order; empty unless the dtype is string.
  const StringTensor& strings() const { return strings_; }

  // Equal dtypes, partitions, shapes and bits of the items.
  friend bool operator==(const Tensor& a, const Tensor& b);

 private:
  template <typename T>
  static Buffer<std::byte> ToBytes(const Buffer<T>& values) {
    return Buffer<std::byte>(std::as_bytes(values.span()), values.owner());
  }
  static Tensor FromTyped(const RaggedShape& shape, DType dtype,
                          Buffer<std::byte> bytes,
                          const std::vector<int64_t>& inner_shape);
  absl::StatusOr<RaggedShape> TypedShape(DType dtype) const;

  DType dtype_ = DType::kFloat32;
  std::shared_ptr<const std::vector<RowPartition>> partitions_;
  std::vector<int64_t> flat_shape_;
  int64_t num_items_ = 0;
  Buffer<std::byte> bytes_;
  StringTensor strings_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_RAGGED_TENSOR_H_
