#include "rowsplit/embedding/indexed_slices.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/group_sums.h"
#include "embedding/id_groups.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit {

namespace {

constexpr char kGatherGradient[] = "gather_gradient";

absl::Status CheckIndices(const char* op, std::span<const int64_t> indices,
                          int64_t num_rows) {
  for (size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || indices[i] >= num_rows) {
      return absl::OutOfRangeError(
          absl::StrFormat("%s: index out of range [0, %d): indices[%d]=%d", op,
                          num_rows, i, indices[i]));
    }
  }
  return absl::OkStatus();
}

// The order of the groups by their first positions.
std::vector<int64_t> FirstSeen(const internal::IdGroups& groups) {
  std::vector<int64_t> order(static_cast<size_t>(groups.num_groups()));
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return groups.position(groups.splits[a]) <
           groups.position(groups.splits[b]);
  });
  return order;
}

// The groups' ids and positions in another order of the groups.
internal::IdGroups Reordered(const internal::IdGroups& groups,
                             std::span<const int64_t> order) {
  BufferBuilder<int64_t> ids(groups.ids.size());
  BufferBuilder<int64_t> splits(groups.splits.size());
  BufferBuilder<uint64_t> keys(groups.keys.size());
  int64_t next = 0;
  for (size_t to = 0; to < order.size(); ++to) {
    const int64_t from = order[to];
    ids[to] = groups.ids[from];
    splits[to] = next;
    for (int64_t i = groups.splits[from]; i < groups.splits[from + 1]; ++i)
      keys[next++] = groups.keys[i];
  }
  splits[order.size()] = next;
  return {std::move(ids).Build(), std::move(splits).Build(),
          std::move(keys).Build(), groups.position_mask};
}

}  // namespace

absl::Status CheckSlices(const IndexedSlices& slices) {
  if (slices.num_rows < 0 || slices.width < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "indexed slices: num_rows and width must not be negative: num_rows=%d, "
        "width=%d",
        slices.num_rows, slices.width));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t num_items,
      internal::CheckedMul(slices.num_slices(), slices.width));
  if (num_items != static_cast<int64_t>(slices.values.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "indexed slices: expected indices * width values: %d * %d, got %d",
        slices.num_slices(), slices.width, slices.values.size()));
  }
  return CheckIndices("indexed slices", slices.indices.span(), slices.num_rows);
}

absl::StatusOr<IndexedSlices> GatherGradient(const Tensor& ids,
                                             const Tensor& upstream,
                                             int64_t num_rows) {
  if (num_rows < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: num_rows must not be negative: %d", kGatherGradient, num_rows));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor indices,
                            internal::AsIndices(kGatherGradient, ids));
  if (upstream.dtype() != DType::kFloat32) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: upstream must be float32: %s", kGatherGradient,
                        DTypeName(upstream.dtype())));
  }
  const std::vector<int64_t>& shape = upstream.flat_shape();
  const int64_t width = shape.empty() ? 0 : shape.back();
  const absl::StatusOr<int64_t> num_items =
      internal::CheckedMul(ids.num_items(), width);
  if (shape.size() < (upstream.is_ragged() ? 2 : 1) || !num_items.ok() ||
      upstream.num_items() != *num_items) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: upstream must have a row for each id: %d ids, got %d items in "
        "rows of %d",
        kGatherGradient, ids.num_items(), upstream.num_items(), width));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      CheckIndices(kGatherGradient, indices.items<int64_t>(), num_rows));
  return IndexedSlices{indices.buffer<int64_t>(), upstream.buffer<float>(),
                       num_rows, width};
}

absl::StatusOr<IndexedSlices> SumPerId(const IndexedSlices& slices,
                                       const SumPerIdOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckSlices(slices));
  ROWSPLIT_ASSIGN_OR_RETURN(
      internal::IdGroups groups,
      internal::GroupIds(slices.indices.span(), options.exec));
  if (options.order == SliceOrder::kFirstSeen)
    groups = Reordered(groups, FirstSeen(groups));
  const size_t width = static_cast<size_t>(slices.width);
  BufferBuilder<float> values(groups.ids.size() * width);
  ROWSPLIT_RETURN_IF_ERROR(internal::SumGroups(
      groups, {slices.values.data(), width, {}, {}}, options.exec,
      [&](const internal::GroupBlock& block) {
        std::copy_n(block.sums, block.ids.size() * width,
                    values.data() + static_cast<size_t>(block.begin) * width);
        return absl::OkStatus();
      }));
  return IndexedSlices{groups.ids, std::move(values).Build(), slices.num_rows,
                       slices.width};
}

absl::StatusOr<Tensor> ToDense(const IndexedSlices& slices,
                               const ExecOptions& exec) {
  ROWSPLIT_RETURN_IF_ERROR(CheckSlices(slices));
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(
      std::vector<int64_t>{slices.num_rows, slices.width}));
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::IdGroups groups,
                            internal::GroupIds(slices.indices.span(), exec));
  const auto width = static_cast<size_t>(slices.width);
  BufferBuilder<float> dense(static_cast<size_t>(slices.num_rows) * width);
  std::fill_n(dense.data(), dense.size(), 0.0f);
  ROWSPLIT_RETURN_IF_ERROR(internal::SumGroups(
      groups, {slices.values.data(), width, {}, {}}, exec,
      [&](const internal::GroupBlock& block) {
        for (size_t i = 0; i < block.ids.size(); ++i) {
          std::copy_n(block.sums + i * width, width,
                      dense.data() + static_cast<size_t>(block.ids[i]) * width);
        }
        return absl::OkStatus();
      }));
  return Tensor::Dense(std::move(dense).Build(),
                       {slices.num_rows, slices.width});
}

}  // namespace rowsplit
