#include "rowsplit/text/reduce_join.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "ops/index_tensor.h"
#include "ops/reduce_steps.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/any_rank.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

using internal::CheckedAdd;
using internal::Layout;
using internal::ReduceStep;

// The strings that each string of a result is made of: those at
// order[splits[i]] … order[splits[i + 1] - 1].
struct Groups {
  Buffer<Offset> splits;
  std::vector<int64_t> order;
  // No separator until a string is not empty.
  bool skips_empty = false;
};

using StringAt = absl::FunctionRef<std::string_view(int64_t place)>;

absl::Status OverflowError() {
  return absl::ResourceExhaustedError(
      "ReduceJoin: the size of the result does not fit 64 bits");
}

// Joins the strings at the places [splits[i], splits[i + 1]) for each i.
class GroupJoiner {
 public:
  GroupJoiner(std::span<const Offset> splits, bool skips_empty,
              std::string_view separator, StringAt string_at)
      : splits_(splits),
        skips_empty_(skips_empty),
        separator_(separator),
        string_at_(string_at) {}

  absl::StatusOr<StringTensor> Join(const ExecOptions& exec) const {
    BufferBuilder<char> bytes;
    ROWSPLIT_ASSIGN_OR_RETURN(
        Buffer<Offset> offsets,
        internal::MeasureAndWrite(
            splits_, exec,
            [&](const internal::Piece& piece, Offset* row_ends) {
              return Measure(piece, row_ends);
            },
            [&](int64_t total) {
              bytes.ResizeUninitialized(static_cast<size_t>(total));
            },
            [&](const internal::Piece& piece, std::span<const Offset>) {
              Write(piece, bytes.data() + piece.output_begin);
              return absl::OkStatus();
            }));
    return StringTensor::FromBytes(
        RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
        std::move(bytes).Build());
  }

 private:
  // Calls `add(text)` for what the group is made of, in order.
  template <typename Add>
  void Visit(int64_t group, const Add& add) const {
    bool is_empty = true;
    for (Offset i = splits_[group]; i < splits_[group + 1]; ++i) {
      const std::string_view text = string_at_(i);
      const bool is_first = skips_empty_ ? is_empty : i == splits_[group];
      if (!is_first) add(separator_);
      add(text);
      is_empty = is_empty && text.empty();
    }
  }

  absl::Status Measure(const internal::Piece& piece, Offset* row_ends) const {
    Offset size = 0;
    bool overflows = false;
    for (int64_t group = piece.begin; group < piece.end; ++group) {
      Visit(group, [&](std::string_view text) {
        overflows |= __builtin_add_overflow(
            size, static_cast<Offset>(text.size()), &size);
      });
      *row_ends++ = size;
    }
    return overflows ? OverflowError() : absl::OkStatus();
  }

  void Write(const internal::Piece& piece, char* out) const {
    for (int64_t group = piece.begin; group < piece.end; ++group) {
      Visit(group, [&](std::string_view text) {
        if (!text.empty()) std::memcpy(out, text.data(), text.size());
        out += text.size();
      });
    }
  }

  std::span<const Offset> splits_;
  bool skips_empty_;
  std::string_view separator_;
  StringAt string_at_;
};

absl::StatusOr<StringTensor> JoinGroups(const StringTensor& strings,
                                        const Groups& groups,
                                        std::string_view separator,
                                        const ExecOptions& exec) {
  if (groups.splits.size() < 2) return StringTensor();
  const StringTensorView view = strings.view();
  const auto string_at = [&](int64_t place) {
    return view[groups.order[static_cast<size_t>(place)]];
  };
  return GroupJoiner(groups.splits.span(), groups.skips_empty, separator,
                     string_at)
      .Join(exec);
}

Tensor UnderLayout(const Layout& layout, StringTensor strings) {
  return Tensor::FromPartitionsUnchecked(
      layout.partitions,
      Tensor::DenseUnchecked(std::move(strings), layout.flat_shape));
}

// The items of each group of a step, in their order.
absl::StatusOr<Groups> GroupsOfStep(const ReduceStep& step, int64_t num_items) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_groups,
                            internal::NumItems(step.result));
  const std::vector<int64_t> groups =
      internal::ItemGroups({&step, 1}, num_items);
  BufferBuilder<Offset> splits(static_cast<size_t>(num_groups) + 1);
  std::fill_n(splits.data(), splits.size(), Offset{0});
  for (const int64_t group : groups) ++splits[group + 1];
  std::partial_sum(splits.data(), splits.data() + splits.size(), splits.data());
  Groups made;
  made.order.resize(groups.size());
  std::vector<Offset> next(splits.data(), splits.data() + num_groups);
  for (size_t item = 0; item < groups.size(); ++item)
    made.order[next[groups[item]]++] = static_cast<int64_t>(item);
  made.splits = std::move(splits).Build();
  made.skips_empty = step.extremes == internal::Extremes::kFinite;
  return made;
}

absl::StatusOr<Tensor> JoinStep(const Tensor& input, const ReduceStep& step,
                                std::string_view separator,
                                const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Groups groups,
                            GroupsOfStep(step, input.num_items()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor joined,
      JoinGroups(input.strings(), groups, separator, exec));
  return UnderLayout(step.result, std::move(joined));
}

absl::StatusOr<std::vector<int>> CheckDenseAxes(const std::vector<int>& axes,
                                                int rank) {
  std::vector<int> checked;
  for (const int axis : axes) {
    if (axis < -rank || axis >= rank) {
      return absl::OutOfRangeError(
          absl::StrFormat("ReduceJoin: the axis must be in [%d, %d), got %d",
                          -rank, rank, axis));
    }
    checked.push_back(axis < 0 ? axis + rank : axis);
    if (std::count(checked.begin(), checked.end(), checked.back()) > 1) {
      return absl::InvalidArgumentError(
          absl::StrFormat("ReduceJoin: axis %d is given twice", axis));
    }
  }
  return checked;
}

// The items in the order of an odometer over `dims`, the last one fastest.
std::vector<int64_t> OrderOf(const std::vector<int64_t>& shape,
                             const std::vector<int>& dims, int64_t num_items) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  std::vector<int64_t> order;
  order.reserve(static_cast<size_t>(num_items));
  std::vector<int64_t> place(dims.size(), 0);
  int64_t item = 0;
  for (int64_t i = 0; i < num_items; ++i) {
    order.push_back(item);
    for (size_t d = dims.size(); d-- > 0;) {
      item += strides[dims[d]];
      if (++place[d] < shape[dims[d]]) break;
      item -= place[d] * strides[dims[d]];
      place[d] = 0;
    }
  }
  return order;
}

absl::StatusOr<Tensor> JoinDense(const Tensor& input,
                                 const ReduceJoinOptions& options) {
  const std::vector<int64_t>& shape = input.flat_shape();
  const int rank = input.rank();
  std::vector<int> axes(static_cast<size_t>(rank));
  // All axes: the last one varies fastest.
  for (int axis = 0; axis < rank; ++axis) axes[axis] = rank - 1 - axis;
  if (options.axes.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(axes, CheckDenseAxes(*options.axes, rank));
  }
  std::vector<int> dims;
  std::vector<int64_t> result_shape;
  for (int axis = 0; axis < rank; ++axis) {
    const bool is_joined =
        std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (!is_joined) dims.push_back(axis);
    if (!is_joined || options.keepdims)
      result_shape.push_back(is_joined ? 1 : shape[axis]);
  }
  dims.insert(dims.end(), axes.rbegin(), axes.rend());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(result_shape));
  int64_t num_groups = 1;
  for (const int64_t size : result_shape) num_groups *= size;
  const int64_t group_size =
      num_groups == 0 ? 0 : input.num_items() / num_groups;
  Groups groups;
  groups.order = OrderOf(shape, dims, num_groups * group_size);
  BufferBuilder<Offset> splits(static_cast<size_t>(num_groups) + 1);
  for (int64_t group = 0; group <= num_groups; ++group)
    splits[group] = group * group_size;
  groups.splits = std::move(splits).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor joined,
      JoinGroups(input.strings(), groups, options.separator, options.exec));
  return Tensor::DenseUnchecked(std::move(joined), std::move(result_shape));
}

absl::StatusOr<Tensor> JoinRagged(const Tensor& input,
                                  const ReduceJoinOptions& options) {
  if (!options.axes.has_value()) {
    // The dimensions of the flat values and, again, all but the first of the
    // tensor: what TensorFlow keeps.
    const int kept =
        options.keepdims
            ? static_cast<int>(input.flat_shape().size()) + input.rank() - 1
            : 0;
    ROWSPLIT_ASSIGN_OR_RETURN(
        const ReduceStep step,
        internal::PlanAll(internal::LayoutOf(input), kept));
    return JoinStep(input, step, options.separator, options.exec);
  }
  std::vector<int> axes;
  for (const int axis : *options.axes) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int from_front,
        internal::CheckAxis("ReduceJoin", axis, input.rank()));
    if (std::find(axes.begin(), axes.end(), from_front) != axes.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("ReduceJoin: axis %d is given twice", axis));
    }
    axes.push_back(from_front);
  }
  std::sort(axes.begin(), axes.end(), std::greater<>());
  Tensor joined = input;
  for (const int axis : axes) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const ReduceStep step,
        internal::PlanAxis(internal::LayoutOf(joined), axis, options.keepdims));
    ROWSPLIT_ASSIGN_OR_RETURN(
        joined, JoinStep(joined, step, options.separator, options.exec));
  }
  return joined;
}

absl::Status CheckSegments(const Tensor& input, const Tensor& segment_ids,
                           int64_t num_segments) {
  if (input.is_ragged() || segment_ids.is_ragged()) {
    return absl::InvalidArgumentError(
        "UnsortedSegmentJoin: strings and ids must be dense");
  }
  if (num_segments < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "UnsortedSegmentJoin: num_segments must not be negative: %d",
        num_segments));
  }
  if (segment_ids.rank() == 0) {
    return absl::InvalidArgumentError(
        "UnsortedSegmentJoin: the ids must have a rank of 1 or more");
  }
  if (segment_ids.rank() > input.rank()) {
    return absl::OutOfRangeError(absl::StrFormat(
        "UnsortedSegmentJoin: the ids must not have a higher rank than the "
        "strings: %d and %d",
        segment_ids.rank(), input.rank()));
  }
  for (int axis = 0; axis < segment_ids.rank(); ++axis) {
    if (segment_ids.flat_shape()[axis] != input.flat_shape()[axis]) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "UnsortedSegmentJoin: the shape of the ids must be a prefix of the "
          "strings': axis %d has %d ids and %d strings",
          axis, segment_ids.flat_shape()[axis], input.flat_shape()[axis]));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Tensor> ReduceJoin(const Tensor& input,
                                  const ReduceJoinOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckStrings(input));
  return input.is_ragged() ? JoinRagged(input, options)
                           : JoinDense(input, options);
}

absl::StatusOr<Tensor> UnsortedSegmentJoin(const Tensor& input,
                                           const Tensor& segment_ids,
                                           int64_t num_segments,
                                           const SegmentJoinOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckStrings(input));
  ROWSPLIT_RETURN_IF_ERROR(CheckSegments(input, segment_ids, num_segments));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor ids,
      internal::AsIndices("UnsortedSegmentJoin: segment_ids", segment_ids));
  const std::span<const int64_t> items = ids.items<int64_t>();
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i] < 0 || items[i] >= num_segments) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "UnsortedSegmentJoin: an id must be in [0, %d): id %d is %d",
          num_segments, i, items[i]));
    }
  }
  Layout layout = internal::LayoutOf(input);
  std::vector<int64_t>& shape = layout.flat_shape;
  shape.erase(shape.begin(), shape.begin() + segment_ids.rank());
  shape.insert(shape.begin(), ids.num_items());
  ROWSPLIT_ASSIGN_OR_RETURN(
      const ReduceStep step,
      internal::PlanSegments(layout, ids.buffer<int64_t>(), num_segments));
  return JoinStep(input, step, options.separator, options.exec);
}

absl::StatusOr<Tensor> JoinElements(std::span<const Tensor> inputs,
                                    std::string_view separator,
                                    const ExecOptions& exec) {
  const Tensor* like = nullptr;
  for (size_t i = 0; i < inputs.size(); ++i) {
    ROWSPLIT_RETURN_IF_ERROR(internal::CheckStrings(inputs[i]));
    if (inputs[i].rank() == 0) continue;
    // A ragged tensor gives the rows, also for flat values.
    if (like == nullptr) like = &inputs[i];
    const bool differ =
        like->flat_shape() != inputs[i].flat_shape() ||
        (like->is_ragged() && inputs[i].is_ragged() &&
         !std::equal(like->partitions().begin(), like->partitions().end(),
                     inputs[i].partitions().begin(),
                     inputs[i].partitions().end()));
    if (differ) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "JoinElements: all tensors but scalars must have one shape: tensor "
          "%d has another one than tensor %d",
          i, like - inputs.data()));
    }
    if (inputs[i].is_ragged()) like = &inputs[i];
  }
  const auto width = static_cast<int64_t>(inputs.size());
  const int64_t num_strings = like == nullptr ? 1 : like->num_items();
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckedMul(num_strings, width).status());
  if (num_strings == 0) return InShapeOf(*like, StringTensor());
  BufferBuilder<Offset> splits(static_cast<size_t>(num_strings) + 1);
  for (int64_t i = 0; i <= num_strings; ++i) splits[i] = i * width;
  const auto string_at = [&](int64_t place) {
    const Tensor& tensor = inputs[static_cast<size_t>(place % width)];
    return tensor.strings()[tensor.rank() == 0 ? 0 : place / width];
  };
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor joined,
      GroupJoiner(splits.span(), false, separator, string_at).Join(exec));
  if (like == nullptr) return Tensor::DenseUnchecked(std::move(joined), {});
  return InShapeOf(*like, std::move(joined));
}

}  // namespace rowsplit
