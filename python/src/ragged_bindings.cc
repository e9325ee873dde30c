// rowsplit.RaggedTensor: its parts and what Python expects of a class.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "numpy_array.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"
#include "to_list.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

Call CallOf(const PyRaggedTensor& self) {
  Call call;
  call.NoteSplits(self.splits_dtype);
  return call;
}

const RowPartition& Outermost(const PyRaggedTensor& self) {
  return self.tensor.partition(0);
}

nb::object RowStarts(const PyRaggedTensor& self) {
  const Buffer<Offset>& splits = Outermost(self).row_splits_buffer();
  return CallOf(self).GiveSplits(splits.Slice(0, splits.size() - 1));
}

nb::object RowLimits(const PyRaggedTensor& self) {
  const Buffer<Offset>& splits = Outermost(self).row_splits_buffer();
  return CallOf(self).GiveSplits(splits.Slice(1, splits.size() - 1));
}

// The lengths of the rows of `axis`, in a tensor of its own shape.
nb::object RowLengths(const PyRaggedTensor& self, nb::handle axis) {
  const int asked = Call::TakeInt(axis, "axis");
  const int rank = self.tensor.rank();
  const int at = asked < 0 ? asked + rank : asked;
  if (at < 0 || at >= rank) {
    throw nb::value_error(
        absl::StrFormat("row_lengths: axis must be in [-%d, %d), got %d", rank,
                        rank, asked)
            .c_str());
  }
  if (at == 0) return nb::cast(self.tensor.num_rows());
  const Call call = CallOf(self);
  const std::span<const RowPartition> partitions = self.tensor.partitions();
  const int depth = std::min(at - 1, self.tensor.ragged_rank());
  std::vector<RowPartition> outer(partitions.begin(),
                                  partitions.begin() + depth);
  if (at <= self.tensor.ragged_rank()) {
    const nb::object lengths =
        call.GiveSplits(partitions[depth].MakeRowLengths());
    return call.Give(
        Tensor::FromPartitions(std::move(outer), TakeArray(lengths)));
  }
  const std::vector<int64_t>& flat_shape = self.tensor.flat_shape();
  const int inner = at - self.tensor.ragged_rank();
  std::vector<int64_t> shape(flat_shape.begin(), flat_shape.begin() + inner);
  int64_t size = 1;
  for (const int64_t length : shape) size *= length;
  BufferBuilder<int64_t> lengths(size);
  std::fill(lengths.data(), lengths.data() + size, flat_shape[inner]);
  const Tensor flat = TakeArray(call.GiveSplits(std::move(lengths).Build()));
  return call.Give(Tensor::FromPartitions(
      std::move(outer), Tensor::DenseBytesUnchecked(flat.dtype(), flat.bytes(),
                                                    std::move(shape))));
}

// The least dense shape that holds all rows.
nb::object BoundingShape(const PyRaggedTensor& self) {
  std::vector<int64_t> shape = {self.tensor.num_rows()};
  for (const RowPartition& partition : self.tensor.partitions()) {
    int64_t longest = 0;
    for (int64_t row = 0; row < partition.num_rows(); ++row) {
      longest = std::max(longest, partition.row_length(row));
    }
    shape.push_back(longest);
  }
  const std::vector<int64_t> inner = self.tensor.inner_shape();
  shape.insert(shape.end(), inner.begin(), inner.end());
  return CallOf(self).GiveSplits(Buffer<int64_t>::Copy(shape));
}

template <typename F>
nb::tuple ForEachPartition(const PyRaggedTensor& self, F give) {
  nb::list list;
  for (const RowPartition& partition : self.tensor.partitions()) {
    list.append(CallOf(self).GiveSplits(give(partition)));
  }
  return nb::tuple(list);
}

nb::tuple Shape(const PyRaggedTensor& self) {
  nb::list shape;
  shape.append(self.tensor.num_rows());
  for (int axis = 0; axis < self.tensor.ragged_rank(); ++axis) {
    shape.append(nb::none());
  }
  for (const int64_t size : self.tensor.inner_shape()) shape.append(size);
  return nb::tuple(shape);
}

nb::object WithRowSplitsDType(const PyRaggedTensor& self, nb::handle dtype) {
  const DType splits = TakeDType(dtype);
  if (splits != DType::kInt32 && splits != DType::kInt64) {
    throw nb::value_error("row_splits must have dtype int32 or int64");
  }
  return nb::cast(PyRaggedTensor{self.tensor, splits});
}

nb::object WithValues(const PyRaggedTensor& self, nb::handle values) {
  Call call = CallOf(self);
  Tensor taken = call.Take(values);
  return call.Give(
      Tensor::FromPartition(self.tensor.partition(0), std::move(taken)));
}

nb::object WithFlatValues(const PyRaggedTensor& self, nb::handle values) {
  Call call = CallOf(self);
  Tensor taken = call.Take(values);
  return call.Give(self.tensor.WithFlatValues(std::move(taken)));
}

void BindParts(nb::class_<PyRaggedTensor>& c) {
  c.def_prop_ro(
      "dtype",
      [](const PyRaggedTensor& self) { return GiveDType(self.tensor.dtype()); },
      "The dtype of the values, a numpy.dtype; numpy.dtype('S') for strings.");
  c.def_prop_ro("shape", &Shape,
                "A size for each axis, None for the ragged ones: (3, None).");
  c.def_prop_ro(
      "ragged_rank",
      [](const PyRaggedTensor& self) { return self.tensor.ragged_rank(); },
      "The number of ragged axes.");
  c.def_prop_ro(
      "rank", [](const PyRaggedTensor& self) { return self.tensor.rank(); },
      "The number of axes, ragged and uniform.");
  c.def_prop_ro(
      "size",
      [](const PyRaggedTensor& self) { return self.tensor.num_items(); },
      "The number of items in all rows.");
  c.def_prop_ro(
      "flat_values",
      [](const PyRaggedTensor& self) {
        return CallOf(self).Give(self.tensor.flat_values());
      },
      "The items of all rows, without the ragged axes: a read-only NumPy array "
      "that shares the memory, or a StringTensor.");
  c.def_prop_ro(
      "values",
      [](const PyRaggedTensor& self) {
        return CallOf(self).Give(self.tensor.values());
      },
      "What the outermost row splits cut into rows: flat_values, or a "
      "RaggedTensor of one ragged axis less.");
  c.def_prop_ro(
      "row_splits",
      [](const PyRaggedTensor& self) {
        return CallOf(self).GiveSplits(Outermost(self).row_splits_buffer());
      },
      "Where the rows begin and end in `values`: row r is "
      "values[row_splits[r]:row_splits[r + 1]]. An array of nrows() + 1 "
      "items.");
  c.def_prop_ro(
      "nested_row_splits",
      [](const PyRaggedTensor& self) {
        return ForEachPartition(self, [](const RowPartition& partition) {
          return partition.row_splits_buffer();
        });
      },
      "The row_splits of every ragged axis, outermost first.");
  c.def(
      "nrows",
      [](const PyRaggedTensor& self) { return self.tensor.num_rows(); },
      "The number of rows.");
  c.def(
      "row_lengths", &RowLengths, "axis"_a = 1,
      R"(The length of each row of `axis`. An array for axis 1, a ragged tensor for a later axis, the number of rows for axis 0.

>>> rs.constant([[1, 2], [], [3]]).row_lengths().tolist()
[2, 0, 1]
>>> rs.constant([[[1], []], [[2, 3]]]).row_lengths(axis=2)
<rowsplit.RaggedTensor [[1, 0], [2]]>

Raises ValueError if the tensor lacks the axis.)");
  c.def("bounding_shape", &BoundingShape,
        "The least dense shape that holds all rows: the longest row of each "
        "axis. An array.");
  c.def("row_starts", &RowStarts, "Where each row begins in `values`.");
  c.def("row_limits", &RowLimits, "Where each row ends in `values`.");
  c.def(
      "value_rowids",
      [](const PyRaggedTensor& self) {
        return CallOf(self).GiveSplits(Outermost(self).MakeRowIds());
      },
      "The row of each of the `values`.");
  c.def(
      "nested_row_lengths",
      [](const PyRaggedTensor& self) {
        return ForEachPartition(self, [](const RowPartition& partition) {
          return partition.MakeRowLengths();
        });
      },
      "The row lengths of every ragged axis, outermost first, each an array.");
  c.def(
      "nested_value_rowids",
      [](const PyRaggedTensor& self) {
        return ForEachPartition(self, [](const RowPartition& partition) {
          return partition.MakeRowIds();
        });
      },
      "The value_rowids of every ragged axis, outermost first.");
}

// Gives the rows one by one.
struct RowIterator {
  PyRaggedTensor rows;
  int64_t next = 0;
};

nb::object NextRow(RowIterator& self) {
  if (self.next == self.rows.tensor.num_rows()) throw nb::stop_iteration();
  return CallOf(self.rows).Give(Row(self.rows.tensor, self.next++));
}

nb::tuple Reduce(const PyRaggedTensor& self) {
  const Call call = CallOf(self);
  return nb::make_tuple(
      nb::module_::import_("rowsplit._convert").attr("unpickle_ragged"),
      nb::make_tuple(call.Give(self.tensor.flat_values()),
                     ForEachPartition(self, [](const RowPartition& partition) {
                       return partition.row_splits_buffer();
                     })));
}

nb::object DLPack(const PyRaggedTensor& self, const nb::kwargs& options) {
  if (self.tensor.is_string()) {
    PyErr_SetString(PyExc_BufferError, "DLPack has no strings");
    throw nb::python_error();
  }
  if (options.contains("copy") && options["copy"].is(nb::handle(Py_True))) {
    PyErr_SetString(PyExc_BufferError, "__dlpack__ does not copy");
    throw nb::python_error();
  }
  return GiveDLPack(self.tensor.flat_values());
}

void BindProtocols(nb::module_& m, nb::class_<PyRaggedTensor>& c) {
  c.def("__dlpack__", &DLPack, "options"_a);
  c.def("__dlpack_device__",
        [](const PyRaggedTensor&) { return nb::make_tuple(1, 0); });
  nb::class_<RowIterator>(m, "_RowIterator")
      .def("__iter__", [](nb::handle self) { return nb::borrow(self); })
      .def("__next__", &NextRow);
  c.def("__len__",
        [](const PyRaggedTensor& self) { return self.tensor.num_rows(); });
  c.def("__iter__",
        [](const PyRaggedTensor& self) { return RowIterator{self}; });
  c.def("__repr__", [](const PyRaggedTensor& self) {
    return "<rowsplit.RaggedTensor " + ToText(self.tensor) + ">";
  });
  c.def("__reduce__", &Reduce);
  c.def("__copy__", [](nb::handle self) { return nb::borrow(self); });
  c.def(
      "__deepcopy__",
      [](nb::handle self, nb::handle) { return nb::borrow(self); }, "memo"_a);
  c.def(
      "to_list", [](const PyRaggedTensor& self) { return ToList(self.tensor); },
      R"(Nested lists of Python's numbers, bools and bytes.

>>> rs.constant([["a", "b"], []]).to_list()
[[b'a', b'b'], []])");
  c.def(
      "numpy",
      [](nb::handle self) {
        return nb::module_::import_("rowsplit._convert")
            .attr("ragged_to_numpy")(self);
      },
      "A NumPy array of the rows: of objects, an array for each row, where the "
      "lengths differ; of the tensor's dtype where all are equal. Copies.");
}

}  // namespace

void BindRagged(nb::module_& m, Classes& classes) {
  nb::class_<PyRaggedTensor>& c = classes.ragged_tensor;
  BindParts(c);
  BindProtocols(m, c);
  c.def(
      "with_values", &WithValues, "new_values"_a,
      R"(The same rows over other values, dense or ragged, as many as `values` has.

>>> rs.constant([[1, 2], [], [3]]).with_values(["a", "b", "c"])
<rowsplit.RaggedTensor [[b'a', b'b'], [], [b'c']]>

Raises ValueError if their number differs.)");
  c.def("with_flat_values", &WithFlatValues, "new_values"_a,
        "The same ragged axes over other flat values, as many as `flat_values` "
        "has. Raises ValueError if their number differs.");
  c.def("with_row_splits_dtype", &WithRowSplitsDType, "dtype"_a,
        "The same tensor, its row splits given as int32 or int64. Only the "
        "arrays that Python sees change: memory holds int64. Raises ValueError "
        "for another dtype.");
}

}  // namespace rowsplit::python
