// rowsplit.EmbeddingTable.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "numpy_array.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/factorize.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

PyEmbeddingTable FromArray(nb::handle rows, nb::handle row_format,
                           std::optional<int64_t> width) {
  return {TakeTable(rows, TakeRowFormat(row_format), width)};
}

PyEmbeddingTable Uniform(nb::handle num_rows, nb::handle width, double limit,
                         uint64_t seed) {
  const int64_t rows = Call::TakeInt64(num_rows, "num_rows");
  const int64_t columns = Call::TakeInt64(width, "width");
  return {ValueOrRaise(Call::Run([&] {
    return EmbeddingTable::Uniform(
        rows, columns, {.limit = static_cast<float>(limit), .seed = seed});
  }))};
}

PyEmbeddingTable Factorized(nb::handle factor, nb::handle projection) {
  const EmbeddingTable rows = TakeTable(factor);
  const EmbeddingTable matrix = TakeTable(projection);
  if (!matrix.has_values()) {
    throw nb::type_error("the projection must be of float32, aligned");
  }
  if (matrix.num_rows() != rows.width()) {
    throw nb::value_error(
        absl::StrFormat("the projection must have a row for each column of the "
                        "factor: %d, got %d",
                        rows.width(), matrix.num_rows())
            .c_str());
  }
  return {ValueOrRaise(
      EmbeddingTable::Factorized(rows, matrix.values(), matrix.width()))};
}

PyEmbeddingTable ConvertTo(const PyEmbeddingTable& self,
                           nb::handle row_format) {
  const std::optional<RowFormat> format = TakeRowFormat(row_format);
  if (!format.has_value()) throw nb::type_error("row_format must be a str");
  return {
      ValueOrRaise(Call::Run([&] { return self.table.ConvertTo(*format); }))};
}

PyEmbeddingTable ToDense(const PyEmbeddingTable& self) {
  return {ValueOrRaise(Call::Run([&] { return self.table.ToDense(); }))};
}

nb::tuple FactorizeTable(const PyEmbeddingTable& self, nb::handle rank,
                         nb::handle row_format, int num_threads) {
  const FactorizeOptions options{
      .format = TakeRowFormat(row_format).value_or(RowFormat::kFloat32),
      .exec = {.num_threads = num_threads}};
  const int64_t width = Call::TakeInt64(rank, "rank");
  Factorization made = ValueOrRaise(
      Call::Run([&] { return Factorize(self.table, width, options); }));
  return nb::make_tuple(PyEmbeddingTable{std::move(made.table)},
                        made.relative_error);
}

// Ids of any shape: the rows are one dimension more.
nb::object LookUp(const PyEmbeddingTable& self, nb::handle ids) {
  Call call;
  const Tensor tensor = TakeIds(call, ids);
  return call.Return([&]() -> absl::StatusOr<Tensor> {
    const auto wide = Cast(tensor.flat_values(), DType::kInt64);
    if (!wide.ok()) return wide.status();
    auto rows = self.table.ReadRows(wide->items<int64_t>());
    if (!rows.ok()) return rows.status();
    std::vector<int64_t> shape = tensor.flat_shape();
    shape.push_back(self.table.width());
    auto shaped = Tensor::DenseBytes(rows->dtype(), rows->bytes(), shape);
    if (!shaped.ok() || !tensor.is_ragged()) return shaped;
    return tensor.WithFlatValues(*std::move(shaped));
  });
}

nb::object ToNumPy(const PyEmbeddingTable& self) {
  return GiveRows(
      ValueOrRaise(Call::Run([&] { return self.table.ToDense(); })));
}

nb::object Array(const PyEmbeddingTable& self, nb::handle dtype,
                 nb::handle copy) {
  const nb::module_ numpy = NumPy();
  // NumPy 1 knows no copy=None.
  const bool must = !copy.is_none() && nb::cast<bool>(copy);
  return must ? numpy.attr("array")(ToNumPy(self), dtype)
              : numpy.attr("asarray")(ToNumPy(self), dtype);
}

nb::tuple ReduceToPickle(const PyEmbeddingTable& self) {
  const nb::module_ python = nb::module_::import_("rowsplit._convert");
  const EmbeddingTable& table = self.table;
  if (table.is_factorized()) {
    const int64_t shape[] = {table.factor().width(), table.width()};
    const auto& matrix = table.projection();
    return nb::make_tuple(
        python.attr("unpickle_factorized_table"),
        nb::make_tuple(
            nb::cast(PyEmbeddingTable{table.factor()}),
            GiveArray(DType::kFloat32,
                      reinterpret_cast<const std::byte*>(matrix.data()), shape,
                      matrix.owner())));
  }
  return nb::make_tuple(
      python.attr("unpickle_table"),
      nb::make_tuple(GiveRows(table),
                     std::string(RowFormatName(table.format())),
                     table.width()));
}

std::string Repr(const PyEmbeddingTable& self) {
  const EmbeddingTable& table = self.table;
  return absl::StrFormat("<EmbeddingTable %d x %d, %s%s>", table.num_rows(),
                         table.width(), RowFormatName(table.format()),
                         table.is_factorized() ? ", factorized" : "");
}

void BindProperties(nb::class_<PyEmbeddingTable>& table) {
  table.def_prop_ro(
      "shape",
      [](const PyEmbeddingTable& self) {
        return nb::make_tuple(self.table.num_rows(), self.table.width());
      },
      "The number of rows and their width.");
  table.def_prop_ro(
      "width", [](const PyEmbeddingTable& self) { return self.table.width(); },
      "The items of a row.");
  table.def_prop_ro(
      "row_format",
      [](const PyEmbeddingTable& self) {
        return std::string(RowFormatName(self.table.format()));
      },
      "How the rows are stored: 'float32', 'float16', 'bfloat16', 'int8' or "
      "'int4'.");
  table.def_prop_ro(
      "nbytes",
      [](const PyEmbeddingTable& self) { return self.table.size_bytes(); },
      "The bytes of what is stored.");
  table.def_prop_ro(
      "rows", [](const PyEmbeddingTable& self) { return GiveRows(self.table); },
      "The rows as they are stored: a read-only array that shares the memory, "
      "of uint8 for int8 and int4. A factorized table has none.");
  table.def_prop_ro(
      "is_factorized",
      [](const PyEmbeddingTable& self) { return self.table.is_factorized(); },
      "Whether the rows are made of shorter ones by a matrix.");
}

}  // namespace

void BindEmbeddingTable(nb::module_& m) {
  nb::class_<PyEmbeddingTable> table(
      m, "EmbeddingTable",
      "Vectors by id, in one of several formats of rows. Immutable. Made by "
      "`from_array`, `uniform`, `factorized`, and as the table of an "
      "`Embedding`.\n\n"
      ">>> table = rs.EmbeddingTable.from_array(np.float32([[1, 2], [3, 4]]))\n"
      ">>> table.lookup([1, 0]).tolist()\n"
      "[[3.0, 4.0], [1.0, 2.0]]\n"
      ">>> table.convert_to('int8').nbytes\n"
      "20");
  table.def_static(
      "from_array", &FromArray, "rows"_a, "row_format"_a.none() = nb::none(),
      "width"_a.none() = nb::none(),
      "A table that shares the memory of a matrix: a NumPy array or what has "
      "`__dlpack__` (a torch tensor), of float32, float16 or bfloat16; or of "
      "uint8 with packed rows of row_format 'int8' or 'int4', as "
      "torch.ops.quantized.embedding_bag_byte_prepack and _4bit_prepack give "
      "them, `width` items each (by default as many as fit). The matrix must "
      "be contiguous: nothing is copied, and what is written to it later shows "
      "in the table.");
  table.def_static(
      "uniform", &Uniform, "num_rows"_a, "width"_a, "limit"_a = 0.05,
      "seed"_a = 0,
      "Random items between the limits, the same on each machine.");
  table.def_static("factorized", &Factorized, "factor"_a, "projection"_a,
                   "The table factor · projection, whose rows are made when "
                   "they are asked for. The memory is shared.");
  BindProperties(table);
  table.def("convert_to", &ConvertTo, "row_format"_a,
            "The same table in another format of rows, rounded.");
  table.def("to_dense", &ToDense,
            "The table as float32 rows, a factorized one multiplied out.");
  table.def(
      "factorize", &FactorizeTable, "rank"_a, "row_format"_a = "float32",
      "num_threads"_a = 0,
      "The factorized table of that rank which is nearest to this one, its "
      "short rows in `row_format`, and how far it is: the root of the sum of "
      "the squares of all items' differences, divided by that of the "
      "items.\n\n"
      ">>> table = rs.EmbeddingTable.from_array(np.float32([[1, 2], [2, "
      "4]]))\n"
      ">>> small, error = table.factorize(1)\n"
      ">>> small.is_factorized, bool(error < 1e-6)\n"
      "(True, True)");
  table.def("lookup", &LookUp, "ids"_a,
            "The rows of ids of any shape, dense or ragged, as float32: an "
            "axis more.");
  table.def("numpy", &ToNumPy,
            "The rows as a read-only array of float32. It shares the memory "
            "of a float32 table.");
  table.def("__array__", &Array, "dtype"_a.none() = nb::none(),
            "copy"_a.none() = nb::none());
  table.def("__len__",
            [](const PyEmbeddingTable& self) { return self.table.num_rows(); });
  table.def("__repr__", &Repr);
  table.def("__reduce__", &ReduceToPickle);
}

}  // namespace rowsplit::python
