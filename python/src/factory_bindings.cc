// The factories: rowsplit.constant and RaggedTensor.from_….

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>

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
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

DType TakeSplitsDType(nb::handle dtype) {
  const DType splits = TakeDType(dtype);
  if (splits != DType::kInt32 && splits != DType::kInt64) {
    throw nb::value_error("row_splits must have dtype int32 or int64");
  }
  return splits;
}

nb::object Constant(nb::handle pylist, nb::handle dtype, nb::handle ragged_rank,
                    nb::handle inner_shape, nb::handle row_splits_dtype) {
  Call call;
  call.NoteSplits(TakeSplitsDType(row_splits_dtype));
  std::optional<DType> type;
  if (!dtype.is_none()) type = TakeDType(dtype);
  std::optional<std::vector<int64_t>> shape;
  if (!inner_shape.is_none()) shape = call.TakeInts(inner_shape, "inner_shape");
  return call.Give(ConstantFromList(
      pylist, type, call.TakeOptionalInt(ragged_rank, "ragged_rank"),
      std::move(shape)));
}

// A partition's array, int32 or int64, as int64. A list has no dtype of its
// own.
class Splits {
 public:
  Splits(Call* call, nb::handle value, const char* name) {
    tensor_ = call->Take(value, DType::kInt64);
    if (tensor_.dtype() != DType::kInt32 && tensor_.dtype() != DType::kInt64) {
      throw nb::value_error(
          absl::StrFormat("%s must have dtype int32 or int64, got %s", name,
                          DTypeName(tensor_.dtype()))
              .c_str());
    }
    if (tensor_.is_ragged() || tensor_.rank() != 1) {
      throw nb::value_error(absl::StrFormat("%s must have rank 1, got rank %d",
                                            name, tensor_.rank())
                                .c_str());
    }
    if (!IsNested(value) || IsNumPyArray(value)) {
      call->NoteSplits(tensor_.dtype());
    }
    if (tensor_.dtype() == DType::kInt64) return;
    const std::span<const int32_t> narrow = tensor_.items<int32_t>();
    BufferBuilder<int64_t> wide(narrow.size());
    for (size_t i = 0; i < narrow.size(); ++i) wide[i] = narrow[i];
    tensor_ = Tensor::Vector(std::move(wide).Build());
  }

  std::span<const int64_t> span() const { return tensor_.items<int64_t>(); }

 private:
  Tensor tensor_;
};

// A tensor of `values` under the partition that `make` gives for their number
// of rows.
template <typename F>
nb::object Group(Call& call, const Tensor& values, F make) {
  return call.Return([&]() -> absl::StatusOr<Tensor> {
    if (values.rank() == 0) {
      return absl::InvalidArgumentError(
          "values of a ragged tensor must have a rank of 1 or more, got a "
          "scalar");
    }
    absl::StatusOr<RowPartition> partition = make(values.num_rows());
    if (!partition.ok()) return partition.status();
    return Tensor::FromPartition(*std::move(partition), values);
  });
}

nb::object FromRowSplits(nb::handle values, nb::handle row_splits) {
  Call call;
  const Tensor taken = call.Take(values);
  const Splits splits(&call, row_splits, "row_splits");
  return Group(call, taken, [&](int64_t) {
    return RowPartition::FromRowSplits(splits.span());
  });
}

nb::object FromRowLengths(nb::handle values, nb::handle row_lengths) {
  Call call;
  const Tensor taken = call.Take(values);
  const Splits lengths(&call, row_lengths, "row_lengths");
  return Group(call, taken, [&](int64_t) {
    return RowPartition::FromRowLengths(lengths.span());
  });
}

nb::object FromRowStarts(nb::handle values, nb::handle row_starts) {
  Call call;
  const Tensor taken = call.Take(values);
  const Splits starts(&call, row_starts, "row_starts");
  return Group(call, taken, [&](int64_t num_values) {
    return RowPartition::FromRowStarts(starts.span(), num_values);
  });
}

nb::object FromRowLimits(nb::handle values, nb::handle row_limits) {
  Call call;
  const Tensor taken = call.Take(values);
  const Splits limits(&call, row_limits, "row_limits");
  return Group(call, taken, [&](int64_t) {
    return RowPartition::FromRowLimits(limits.span());
  });
}

absl::StatusOr<RowPartition> FromIds(const Splits& ids,
                                     std::optional<int64_t> nrows) {
  return nrows.has_value() ? RowPartition::FromRowIds(ids.span(), *nrows)
                           : RowPartition::FromRowIds(ids.span());
}

std::optional<int64_t> TakeOptionalInt64(nb::handle value, const char* name) {
  if (value.is_none()) return std::nullopt;
  return Call::TakeInt64(value, name);
}

nb::object FromValueRowIds(nb::handle values, nb::handle value_rowids,
                           nb::handle nrows) {
  Call call;
  const Tensor taken = call.Take(values);
  const Splits ids(&call, value_rowids, "value_rowids");
  const std::optional<int64_t> rows = TakeOptionalInt64(nrows, "nrows");
  return Group(call, taken, [&](int64_t) { return FromIds(ids, rows); });
}

nb::object FromUniformRowLength(nb::handle values,
                                nb::handle uniform_row_length,
                                nb::handle nrows) {
  Call call;
  const Tensor taken = call.Take(values);
  const int64_t length =
      call.TakeInt64(uniform_row_length, "uniform_row_length");
  const std::optional<int64_t> rows = TakeOptionalInt64(nrows, "nrows");
  return Group(call, taken, [&](int64_t num_values) {
    const int64_t fitting = length > 0 ? num_values / length : 0;
    return RowPartition::FromUniformRowLength(length, rows.value_or(fitting));
  });
}

// The partitions of a list of arrays, outermost first.
std::vector<Splits> TakeNested(Call* call, nb::handle nested,
                               const char* name) {
  std::vector<Splits> arrays;
  for (nb::handle array : nb::iter(nested)) {
    arrays.emplace_back(call, array, name);
  }
  return arrays;
}

template <typename F>
nb::object Nest(Call& call, const Tensor& flat_values,
                const std::vector<Splits>& arrays, F make) {
  return call.Return([&]() -> absl::StatusOr<Tensor> {
    std::vector<RowPartition> partitions;
    for (size_t axis = 0; axis < arrays.size(); ++axis) {
      absl::StatusOr<RowPartition> partition = make(arrays[axis], axis);
      if (!partition.ok()) return partition.status();
      partitions.push_back(*std::move(partition));
    }
    return Tensor::FromPartitions(std::move(partitions), flat_values);
  });
}

nb::object FromNestedRowSplits(nb::handle flat_values,
                               nb::handle nested_row_splits) {
  Call call;
  const Tensor taken = call.Take(flat_values);
  return Nest(call, taken,
              TakeNested(&call, nested_row_splits, "nested_row_splits"),
              [](const Splits& splits, size_t) {
                return RowPartition::FromRowSplits(splits.span());
              });
}

nb::object FromNestedRowLengths(nb::handle flat_values,
                                nb::handle nested_row_lengths) {
  Call call;
  const Tensor taken = call.Take(flat_values);
  return Nest(call, taken,
              TakeNested(&call, nested_row_lengths, "nested_row_lengths"),
              [](const Splits& lengths, size_t) {
                return RowPartition::FromRowLengths(lengths.span());
              });
}

nb::object FromNestedValueRowIds(nb::handle flat_values,
                                 nb::handle nested_value_rowids,
                                 nb::handle nested_nrows) {
  Call call;
  const Tensor taken = call.Take(flat_values);
  const std::vector<Splits> ids =
      TakeNested(&call, nested_value_rowids, "nested_value_rowids");
  std::vector<std::optional<int64_t>> nrows(ids.size());
  if (!nested_nrows.is_none()) {
    nrows.clear();
    for (nb::handle rows : nb::iter(nested_nrows)) {
      nrows.push_back(TakeOptionalInt64(rows, "nested_nrows"));
    }
    if (nrows.size() != ids.size()) {
      throw nb::value_error(
          absl::StrFormat("nested_nrows must have as many items as "
                          "nested_value_rowids (%d), got %d",
                          ids.size(), nrows.size())
              .c_str());
    }
  }
  return Nest(call, taken, ids, [&](const Splits& row_ids, size_t axis) {
    return FromIds(row_ids, nrows[axis]);
  });
}

nb::object RowSplitsToSegmentIds(nb::handle splits) {
  Call call;
  const Splits taken(&call, splits, "splits");
  return call.GiveSplits(
      ValueOrRaise(RowPartition::FromRowSplits(taken.span())).MakeRowIds());
}

nb::object SegmentIdsToRowSplits(nb::handle segment_ids,
                                 nb::handle num_segments) {
  Call call;
  const Splits ids(&call, segment_ids, "segment_ids");
  const std::optional<int64_t> segments =
      TakeOptionalInt64(num_segments, "num_segments");
  const RowPartition partition =
      ValueOrRaise(RowPartition::FromSegmentIds(ids.span(), segments));
  return call.GiveSplits(partition.row_splits_buffer());
}

}  // namespace

void BindFactory(nb::module_& m, Classes& classes) {
  m.def(
      "constant", &Constant, "pylist"_a, "dtype"_a = nb::none(),
      "ragged_rank"_a = nb::none(), "inner_shape"_a = nb::none(),
      "row_splits_dtype"_a = "int64",
      R"(A tensor of nested lists, as tf.ragged.constant: ragged where lists are nested, dense (a NumPy array or a StringTensor) for one list, a scalar, or ragged_rank=0.

The dtype, if not given, is that of the NumPy values, or bool, int32 (int64 where a value needs it), float32 or string. The ragged axes are all but the last list's, less those of `inner_shape`; `ragged_rank` says how many.

>>> rs.constant([[1, 2], [], [3]])
<rowsplit.RaggedTensor [[1, 2], [], [3]]>
>>> rs.constant([[[1, 2]], [[3, 4], [5, 6]]], ragged_rank=1).shape
(2, None, 2)

Raises ValueError for scalars at different depths, inner lists of different lengths and numbers that the dtype does not hold, TypeError for values of several kinds.)");
  m.def("row_splits_to_segment_ids", &RowSplitsToSegmentIds, "splits"_a,
        R"(The row of each value: [0, 2, 2, 3] gives [0, 0, 2].

Raises ValueError for splits that do not start at 0 or decrease.)");
  m.def(
      "segment_ids_to_row_splits", &SegmentIdsToRowSplits, "segment_ids"_a,
      "num_segments"_a = nb::none(),
      R"(Row splits of rows that hold as many values as there are equal ids, in any order. With `num_segments` there are that many rows and greater ids are dropped.

>>> rs.segment_ids_to_row_splits([0, 0, 2]).tolist()
[0, 2, 2, 3]

Raises ValueError for a negative id.)");
  nb::class_<PyRaggedTensor>& c = classes.ragged_tensor;
  c.def_static(
      "from_row_splits", &FromRowSplits, "values"_a, "row_splits"_a,
      R"(Rows of `values` (dense or ragged): row r is values[row_splits[r]:row_splits[r + 1]].

>>> rs.RaggedTensor.from_row_splits([1, 2, 3], [0, 2, 2, 3])
<rowsplit.RaggedTensor [[1, 2], [], [3]]>

NumPy values are shared, not copied; the splits are copied. Raises ValueError unless the splits (int32 or int64, rank 1) start at 0, never decrease and end at the number of values.)");
  c.def_static(
      "from_row_lengths", &FromRowLengths, "values"_a, "row_lengths"_a,
      "Rows of the given lengths: [2, 0, 1]. Raises ValueError for a negative "
      "length or lengths that do not add up to the number of values.");
  c.def_static(
      "from_row_starts", &FromRowStarts, "values"_a, "row_starts"_a,
      "Rows that begin at `row_starts` and end where the next one begins: [0, "
      "2, 2]. Raises ValueError unless the starts begin with 0, never decrease "
      "and lie within the values; no starts, but values, are an error too.");
  c.def_static(
      "from_row_limits", &FromRowLimits, "values"_a, "row_limits"_a,
      "Rows that end at `row_limits`: [2, 2, 3]. Raises ValueError unless the "
      "limits never decrease and end at the number of values.");
  c.def_static(
      "from_value_rowids", &FromValueRowIds, "values"_a, "value_rowids"_a,
      "nrows"_a = nb::none(),
      "Each value in the row of its id: [0, 0, 2]. There are `nrows` rows, or "
      "as many as the last id needs. Raises ValueError unless the ids never "
      "decrease, are in [0, nrows) and as many as the values.");
  c.def_static("from_uniform_row_length", &FromUniformRowLength, "values"_a,
               "uniform_row_length"_a, "nrows"_a = nb::none(),
               "Rows of one length. `nrows` is needed only where the length is "
               "0. Raises ValueError for a negative length or rows that do not "
               "use up the values.");
  c.def_static(
      "from_nested_row_splits", &FromNestedRowSplits, "flat_values"_a,
      "nested_row_splits"_a,
      R"(A tensor of several ragged axes from the row splits of each, outermost first; none gives `flat_values`.

>>> rs.RaggedTensor.from_nested_row_splits([1, 2, 3], [[0, 2, 3], [0, 1, 1, 3]])
<rowsplit.RaggedTensor [[[1], []], [[2, 3]]]>

Raises ValueError where one axis does not fit the next.)");
  c.def_static(
      "from_nested_row_lengths", &FromNestedRowLengths, "flat_values"_a,
      "nested_row_lengths"_a,
      "A tensor of several ragged axes from the row lengths of each, outermost "
      "first. Raises ValueError where one axis does not fit the next.");
  c.def_static(
      "from_nested_value_rowids", &FromNestedValueRowIds, "flat_values"_a,
      "nested_value_rowids"_a, "nested_nrows"_a = nb::none(),
      "A tensor of several ragged axes from the value_rowids of each, "
      "outermost first, and the numbers of rows where the ids do not tell "
      "them. Raises ValueError where one axis does not fit the next.");
}

}  // namespace rowsplit::python
