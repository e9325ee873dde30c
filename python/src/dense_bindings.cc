// Between ragged, dense and sparse, and changes of shape.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "nested_list.h"
#include "numpy_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/from_dense.h"
#include "rowsplit/ops/range.h"
#include "rowsplit/ops/reshape.h"
#include "rowsplit/ops/sparse.h"
#include "rowsplit/ops/to_dense.h"
#include "sparse_argument.h"
#include "status.h"

namespace rowsplit::python {

namespace {

using namespace nanobind::literals;  // NOLINT: for _a

DType TakeSplitsDType(nb::handle dtype) {
  const DType splits = TakeDType(dtype);
  if (splits != DType::kInt32 && splits != DType::kInt64) {
    throw nb::value_error("row_splits_dtype must be int32 or int64");
  }
  return splits;
}

// A vector of int32 or int64, as int64.
Buffer<int64_t> TakeLengths(Call& call, nb::handle value, const char* name) {
  const Tensor taken = call.Take(value, DType::kInt64);
  const bool narrow = taken.dtype() == DType::kInt32;
  if (!narrow && taken.dtype() != DType::kInt64) {
    throw nb::type_error(
        absl::StrFormat("%s must have dtype int32 or int64, got %s", name,
                        DTypeName(taken.dtype()))
            .c_str());
  }
  if (taken.is_ragged() || taken.rank() != 1) {
    throw nb::value_error(
        absl::StrFormat("%s must have rank 1, got rank %d", name, taken.rank())
            .c_str());
  }
  if (!narrow) return taken.buffer<int64_t>();
  const std::span<const int32_t> items = taken.items<int32_t>();
  BufferBuilder<int64_t> wide(items.size());
  for (size_t i = 0; i < items.size(); ++i) wide[i] = items[i];
  return std::move(wide).Build();
}

// Whether a list or tuple holds lists or arrays.
bool HoldsVectors(nb::handle value) {
  if (!nb::isinstance<nb::list>(value) && !nb::isinstance<nb::tuple>(value)) {
    return false;
  }
  for (nb::handle item : nb::iter(value)) return IsNested(item);
  return false;
}

std::optional<PartialShape> TakeShape(nb::handle shape) {
  if (shape.is_none()) return std::nullopt;
  if (!IsNested(shape)) return PartialShape{Call::TakeInt64(shape, "shape")};
  PartialShape sizes;
  for (nb::handle size : nb::iter(shape)) {
    sizes.push_back(size.is_none() ? std::nullopt
                                   : std::optional<int64_t>(
                                         Call::TakeInt64(size, "shape")));
  }
  return sizes;
}

nb::object ToTensor(nb::handle self, nb::handle default_value,
                    nb::handle shape) {
  Call call;
  const Tensor input = call.Take(self);
  const ToDenseOptions options = {
      .default_value = call.TakeOptional(default_value, input.dtype()),
      .shape = TakeShape(shape)};
  return call.Return([&] { return ToDense(input, options); });
}

nb::object FromTensor(nb::handle tensor, nb::handle lengths, nb::handle padding,
                      nb::handle ragged_rank, nb::handle row_splits_dtype) {
  Call call;
  const DType splits_dtype = TakeSplitsDType(row_splits_dtype);
  const Tensor input = call.Take(tensor);
  FromDenseOptions options;
  options.ragged_rank = Call::TakeInt(ragged_rank, "ragged_rank");
  options.padding = call.TakeOptional(padding, input.dtype());
  if (HoldsVectors(lengths)) {
    for (nb::handle item : nb::iter(lengths))
      options.nested_lengths.push_back(TakeLengths(call, item, "lengths"));
  } else if (!lengths.is_none()) {
    options.lengths = TakeLengths(call, lengths, "lengths");
  }
  call.NoteSplits(splits_dtype);
  return call.Return([&] { return FromDense(input, options); });
}

nb::object ToSparseOf(nb::handle self) {
  Call call;
  const Tensor input = call.Take(self);
  const SparseTensor sparse =
      ValueOrRaise(Call::Run([&] { return ToSparse(input); }));
  return GiveSparse(call, sparse);
}

nb::object FromSparseOf(nb::handle st_input, nb::handle row_splits_dtype) {
  Call call;
  call.NoteSplits(TakeSplitsDType(row_splits_dtype));
  const SparseTensor sparse = TakeSparse(call, st_input, "st_input");
  return call.Return([&] { return FromSparse(sparse); });
}

nb::object ExpandDimsOf(nb::handle input, nb::handle axis) {
  Call call;
  const Tensor taken = call.Take(input);
  const int at = Call::TakeInt(axis, "axis");
  return call.Return([&] { return ExpandDims(taken, at); });
}

nb::object SqueezeOf(nb::handle input, nb::handle axis) {
  Call call;
  const Tensor taken = call.Take(input);
  std::vector<int> axes;
  if (!axis.is_none()) {
    axes = Call::TakeAxes(axis, "axis");
  } else if (taken.is_ragged()) {
    throw nb::value_error("squeeze: a ragged tensor needs an axis argument");
  }
  return call.Return([&] { return Squeeze(taken, axes); });
}

nb::object MergeDimsOf(nb::handle self, nb::handle outer_axis,
                       nb::handle inner_axis) {
  Call call;
  const Tensor input = call.Take(self);
  const int outer = Call::TakeInt(outer_axis, "outer_axis");
  const int inner = Call::TakeInt(inner_axis, "inner_axis");
  return call.Return([&] { return MergeDims(input, outer, inner); });
}

nb::object RangeOf(nb::handle starts, nb::handle limits, nb::handle deltas,
                   nb::handle dtype, nb::handle row_splits_dtype) {
  Call call;
  call.NoteSplits(TakeSplitsDType(row_splits_dtype));
  std::optional<DType> type;
  if (!dtype.is_none()) type = TakeDType(dtype);
  const RangeOptions options = {.dtype = type};
  if (limits.is_none()) {
    const Tensor ends = call.Take(starts, type);
    const Tensor zero = call.Take(nb::int_(0), type);
    const Tensor steps = call.Take(deltas, type);
    return call.Return([&] { return Range(zero, ends, steps, options); });
  }
  const Tensor begins = call.Take(starts, type);
  const Tensor ends = call.Take(limits, type);
  const Tensor steps = call.Take(deltas, type);
  return call.Return([&] { return Range(begins, ends, steps, options); });
}

void BindConversions(nb::class_<PyRaggedTensor>& c) {
  c.def(
      "to_tensor", &ToTensor, "default_value"_a = nb::none(),
      "shape"_a = nb::none(),
      R"(The rows, padded to the longest with `default_value` (0, False or b''), as a NumPy array or a StringTensor. `shape` pads and cuts the axes whose size it gives, [None, 8] all rows to 8.

>>> rs.constant([[1, 2, 3], [], [4]]).to_tensor(default_value=-1, shape=[None, 2]).tolist()
[[1, 2], [-1, -1], [4, -1]]

Raises ValueError if default_value is of another dtype or does not broadcast to the inner shape, or if `shape` has another rank or changes a uniform axis.)");
  c.def_static(
      "from_tensor", &FromTensor, "tensor"_a, "lengths"_a = nb::none(),
      "padding"_a = nb::none(), "ragged_rank"_a = 1,
      "row_splits_dtype"_a = "int64",
      R"(A ragged tensor of the rows of a dense one: as many values of each as `lengths` says, or without the values at its end that equal `padding`, or all. The outermost `ragged_rank` axes become ragged; a list of vectors as `lengths` gives the lengths of each.

>>> rs.RaggedTensor.from_tensor([[5, 7, 0], [0, 3, 0], [6, 0, 0]], padding=0)
<rowsplit.RaggedTensor [[5, 7], [0, 3], [6]]>

Raises ValueError for lengths and padding together, or if they, or ragged_rank, do not fit the tensor.)");
  c.def("to_sparse", &ToSparseOf,
        "The values and their positions, a rowsplit.SparseTensor.");
  c.def_static(
      "from_sparse", &FromSparseOf, "st_input"_a,
      "row_splits_dtype"_a = "int64",
      "The rows of a SparseTensor of rank 2 whose rows have the columns 0, 1, "
      "2, …. Raises ValueError for a gap in a row, or a row outside of the "
      "dense shape.");
  c.def("merge_dims", &MergeDimsOf, "outer_axis"_a, "inner_axis"_a,
        R"(The axes from outer_axis to inner_axis as one.

>>> rs.constant([[[1, 2], [3]], [], [[4]]]).merge_dims(1, 2)
<rowsplit.RaggedTensor [[1, 2, 3], [], [4]]>

Raises ValueError if an axis is out of range or outer_axis above inner_axis.)");
}

}  // namespace

void BindDense(nb::module_& m, Classes& classes) {
  BindConversions(classes.ragged_tensor);
  m.def("expand_dims", &ExpandDimsOf, "input"_a, "axis"_a,
        R"(With an axis of size 1 at `axis`.

>>> rs.expand_dims(rs.constant([[1, 2], [], [3]]), 0)
<rowsplit.RaggedTensor [[[1, 2], [], [3]]]>

Raises ValueError if axis is out of range.)");
  m.def(
      "squeeze", &SqueezeOf, "input"_a, "axis"_a = nb::none(),
      "Without the axes of size 1 that `axis` (one or several) names; without "
      "axis, a dense tensor loses all of them. Raises ValueError if an axis is "
      "out of range or of another size, or a ragged tensor is given without "
      "axis.");
  m.def(
      "range", &RangeOf, "starts"_a, "limits"_a = nb::none(), "deltas"_a = 1,
      "dtype"_a = nb::none(), "row_splits_dtype"_a = "int64",
      R"(Rows that count from starts by deltas up to and without limits; with `starts` alone, from 0 up to them. Scalars stand for every row.

>>> rs.range([0, 5, 8], [3, 3, 12], 2)
<rowsplit.RaggedTensor [[0, 2], [], [8, 10]]>

Raises ValueError for a delta of 0, vectors of other sizes or dtypes that do not fit, MemoryError for sizes that no memory has.)");
}

}  // namespace rowsplit::python
