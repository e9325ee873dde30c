#include "rowsplit/ops/reverse.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/positive_axis.h"
#include "ops/reshape.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// Bytes of the result that a thread takes at a time.
constexpr int64_t kGrainBytes = int64_t{1} << 18;

// Rows in groups: group g is the rows [splits[g], splits[g + 1]), or `length`
// of them where there are no splits.
struct Groups {
  std::span<const Offset> splits;
  int64_t length = 0;

  int64_t Begin(int64_t group) const {
    return splits.empty() ? group * length : splits[group];
  }
  // The group that a row is in.
  int64_t Of(int64_t row) const {
    if (splits.empty()) return row / length;
    return std::upper_bound(splits.begin(), splits.end(), row) -
           splits.begin() - 1;
  }
};

// Calls reverse(begin, end, first, last) for each group that has some of the
// rows [first_row, last_row): the group is [begin, end), these are [first,
// last).
template <typename Reverse>
void ForEachGroup(const Groups& groups, int64_t first_row, int64_t last_row,
                  const Reverse& reverse) {
  for (int64_t group = groups.Of(first_row); first_row < last_row; ++group) {
    const int64_t begin = groups.Begin(group);
    const int64_t end = groups.Begin(group + 1);
    const int64_t last = std::min(end, last_row);
    reverse(begin, end, first_row, last);
    first_row = last;
  }
}

// A size known to the compiler makes each copy one move.
template <size_t kSize>
void ReverseRows(const std::byte* from, const Groups& groups, int64_t first_row,
                 int64_t last_row, size_t size, std::byte* to) {
  const auto row_bytes = static_cast<int64_t>(kSize == 0 ? size : kSize);
  ForEachGroup(groups, first_row, last_row,
               [&](int64_t begin, int64_t end, int64_t first, int64_t last) {
                 const std::byte* source =
                     from + (begin + end - 1 - first) * row_bytes;
                 std::byte* out = to + first * row_bytes;
                 for (int64_t row = first; row < last; ++row) {
                   std::memcpy(out, source, kSize == 0 ? size : kSize);
                   out += row_bytes;
                   source -= row_bytes;
                 }
               });
}

void ReverseRows(const std::byte* from, const Groups& groups, int64_t first_row,
                 int64_t last_row, size_t size, std::byte* to) {
  switch (size) {
    case 1:
      return ReverseRows<1>(from, groups, first_row, last_row, size, to);
    case 2:
      return ReverseRows<2>(from, groups, first_row, last_row, size, to);
    case 4:
      return ReverseRows<4>(from, groups, first_row, last_row, size, to);
    case 8:
      return ReverseRows<8>(from, groups, first_row, last_row, size, to);
    default:
      return ReverseRows<0>(from, groups, first_row, last_row, size, to);
  }
}

// The rows of each group in the reverse order.
absl::StatusOr<Tensor> ReverseGroups(const Tensor& input, const Groups& groups,
                                     const ExecOptions& exec) {
  const int64_t num_rows = input.num_rows();
  if (num_rows == 0 || (!input.is_ragged() && input.num_items() == 0))
    return input;
  if (input.is_ragged() || input.is_string()) {
    std::vector<internal::RowRange> ranges(static_cast<size_t>(num_rows));
    ForEachGroup(groups, 0, num_rows,
                 [&](int64_t begin, int64_t end, int64_t, int64_t) {
                   for (int64_t row = begin; row < end; ++row)
                     ranges[row] = {begin + end - 1 - row, 1};
                 });
    return internal::SelectRows(input, std::move(ranges), exec);
  }
  const size_t row_bytes = input.bytes().size() / static_cast<size_t>(num_rows);
  BufferBuilder<std::byte> builder(input.bytes().size());
  const int64_t grain =
      std::max<int64_t>(kGrainBytes / static_cast<int64_t>(row_bytes), 1);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows, grain, [&](int64_t begin, int64_t end) {
        ReverseRows(input.bytes().data(), groups, begin, end, row_bytes,
                    builder.data());
        return absl::OkStatus();
      }));
  return Tensor::DenseBytesUnchecked(input.dtype(), std::move(builder).Build(),
                                     input.flat_shape());
}

// Along a dimension of the flat values that is not their first.
absl::StatusOr<Tensor> ReverseInner(const Tensor& input, int flat_axis,
                                    const ExecOptions& exec) {
  if (input.num_items() == 0) return input;
  const std::vector<int64_t>& shape = input.flat_shape();
  std::vector<int64_t> row_shape(shape.begin() + flat_axis, shape.end());
  for (int i = 0; i < flat_axis; ++i) row_shape[0] *= shape[i];
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows,
                            internal::Reshape(input, std::move(row_shape)));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor reversed,
                            ReverseGroups(rows, {{}, shape[flat_axis]}, exec));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values, internal::Reshape(reversed, shape));
  return input.WithFlatValues(std::move(values));
}

absl::StatusOr<Tensor> ReverseAxis(const Tensor& input, int axis,
                                   const ExecOptions& exec) {
  if (axis == 0) return ReverseGroups(input, {{}, input.num_rows()}, exec);
  const int ragged_rank = input.ragged_rank();
  if (axis > ragged_rank) return ReverseInner(input, axis - ragged_rank, exec);
  const std::span<const RowPartition> partitions = input.partitions();
  const Tensor rows = Tensor::FromPartitionsUnchecked(
      {partitions.begin() + axis, partitions.end()}, input.flat_values());
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor reversed,
      ReverseGroups(rows, {partitions[axis - 1].row_splits()}, exec));
  return Tensor::FromPartitions({partitions.begin(), partitions.begin() + axis},
                                std::move(reversed));
}

}  // namespace

absl::StatusOr<Tensor> Reverse(const Tensor& input, std::span<const int> axes,
                               const ReverseOptions& options) {
  std::vector<bool> reverse(static_cast<size_t>(input.rank()));
  for (const int given : axes) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int axis, internal::PositiveAxis("reverse", given, input.rank()));
    if (reverse[axis] && !input.is_ragged()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("reverse: axis %d comes twice", axis));
    }
    reverse[axis] = true;
  }
  Tensor reversed = input;
  for (int axis = 0; axis < input.rank(); ++axis) {
    if (!reverse[axis]) continue;
    ROWSPLIT_ASSIGN_OR_RETURN(reversed,
                              ReverseAxis(reversed, axis, options.exec));
  }
  return reversed;
}

}  // namespace rowsplit
