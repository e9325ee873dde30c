#ifndef ROWSPLIT_RAGGED_RAGGED_TENSOR_H_
#define ROWSPLIT_RAGGED_RAGGED_TENSOR_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace internal {
// The number of T in `num_rows` flat rows of `inner_shape`, checked against
// what is there.
absl::Status CheckFlatValues(int64_t num_values,
                             std::span<const int64_t> inner_shape,
                             int64_t size);
}  // namespace internal

// Rows of flat values that somebody else keeps alive. `splits[0]` may be above
// 0 and values may run past the last split: slicing rows is two subspans.
template <typename T>
struct ROWSPLIT_VIEW RaggedView {
  std::span<const Offset> splits;
  std::span<const T> values;

  int64_t num_rows() const {
    return splits.empty() ? 0 : static_cast<int64_t>(splits.size()) - 1;
  }
  // Requires `0 <= row < num_rows()`.
  std::span<const T> row(int64_t row) const {
    return values.subspan(splits[row], splits[row + 1] - splits[row]);
  }
  // The rows [begin, end). Requires `0 <= begin <= end <= num_rows()`.
  RaggedView Slice(int64_t begin, int64_t end) const {
    return {splits.subspan(begin, end - begin + 1), values};
  }
};

// Flat values under a ragged shape, as tf.RaggedTensor. A flat value is a T, or
// for numbers a uniform array of `inner_shape` (a row of an embedding table).
// Immutable; copies share memory.
//
//   auto tensor = *RaggedTensor<int64_t>::FromRowSplits({1, 2, 3}, {0, 2, 3});
//   tensor.view().row(0)  // {1, 2}
template <typename T>
class RaggedTensor {
 public:
  // No rows.
  RaggedTensor() = default;

  // Fails with InvalidArgument unless `flat_values` holds
  // `shape.num_values()` arrays of `inner_shape`.
  static absl::StatusOr<RaggedTensor> FromFlatValues(
      RaggedShape shape, Buffer<T> flat_values,
      std::vector<int64_t> inner_shape = {}) {
    absl::Status status =
        internal::CheckFlatValues(shape.num_values(), inner_shape,
                                  static_cast<int64_t>(flat_values.size()));
    if (!status.ok()) return status;
    return FromFlatValuesUnchecked(std::move(shape), std::move(flat_values),
                                   std::move(inner_shape));
  }
  static RaggedTensor FromFlatValuesUnchecked(
      RaggedShape shape, Buffer<T> flat_values,
      std::vector<int64_t> inner_shape = {}) {
    RaggedTensor tensor;
    tensor.shape_ = std::move(shape);
    tensor.flat_values_ = std::move(flat_values);
    tensor.inner_shape_ = std::move(inner_shape);
    return tensor;
  }
  static absl::StatusOr<RaggedTensor> FromRowSplits(Buffer<T> flat_values,
                                                    Buffer<Offset> row_splits) {
    absl::StatusOr<RowPartition> partition =
        RowPartition::FromRowSplits(std::move(row_splits));
    if (!partition.ok()) return std::move(partition).status();
    return FromFlatValues(RaggedShape(*std::move(partition)),
                          std::move(flat_values));
  }

  const RaggedShape& shape() const { return shape_; }
  int ragged_rank() const { return shape_.ragged_rank(); }
  int64_t num_rows() const { return shape_.num_rows(); }
  const Buffer<T>& flat_values() const { return flat_values_; }
  const std::vector<int64_t>& inner_shape() const { return inner_shape_; }
  std::span<const Offset> row_splits() const {
    return shape_.partition(0).row_splits();
  }

  // The innermost rows. Requires an empty inner shape.
  RaggedView<T> view() const {
    return {shape_.innermost().row_splits(), flat_values_.span()};
  }

  friend bool operator==(const RaggedTensor& a, const RaggedTensor& b) {
    return a.shape_ == b.shape_ && a.inner_shape_ == b.inner_shape_ &&
           std::equal(a.flat_values_.begin(), a.flat_values_.end(),
                      b.flat_values_.begin(), b.flat_values_.end());
  }

 private:
  RaggedShape shape_;
  Buffer<T> flat_values_;
  std::vector<int64_t> inner_shape_;
};

// Strings under a ragged shape.
class RaggedStringTensor {
 public:
  RaggedStringTensor() = default;
  // Fails with InvalidArgument unless there are `shape.num_values()` strings.
  static absl::StatusOr<RaggedStringTensor> FromFlatValues(
      RaggedShape shape, StringTensor strings);

  const RaggedShape& shape() const { return shape_; }
  int64_t num_rows() const { return shape_.num_rows(); }
  const StringTensor& flat_values() const { return flat_values_; }

  friend bool operator==(const RaggedStringTensor& a,
                         const RaggedStringTensor& b) = default;

 private:
  RaggedShape shape_;
  StringTensor flat_values_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_RAGGED_RAGGED_TENSOR_H_
