#include "embedding_argument.h"

#include <nanobind/ndarray.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "convert.h"
#include "nested_list.h"
#include "numpy_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"

namespace rowsplit::python {

namespace {

// A matrix as its bytes, which are shared.
struct Matrix {
  DType dtype;
  int64_t num_rows;
  int64_t num_columns;
  Buffer<std::byte> bytes;
};

void CheckMatrix(size_t rank, bool is_contiguous) {
  if (rank != 2) {
    throw nb::value_error(
        absl::StrFormat("a table must be of rank 2, got rank %d", rank)
            .c_str());
  }
  if (!is_contiguous) {
    throw nb::value_error(
        "a table must be contiguous, row after row, as its memory is shared; "
        "use numpy.ascontiguousarray (torch: .contiguous())");
  }
}

Matrix TakeNumPy(nb::handle value) {
  const nb::object array = NumPy().attr("asarray")(value);
  CheckMatrix(nb::cast<size_t>(array.attr("ndim")),
              nb::cast<bool>(array.attr("flags").attr("c_contiguous")));
  if (!nb::cast<bool>(array.attr("dtype").attr("isnative"))) {
    throw nb::value_error(
        "a table must have this machine's byte order, as its memory is shared");
  }
  const DType dtype = TakeDType(array.attr("dtype"));
  const nb::tuple shape(array.attr("shape"));
  // As bytes: their items need no alignment.
  const Tensor bytes = dtype == DType::kString
                           ? Tensor()
                           : TakeArray(array.attr("view")("uint8"));
  return {dtype, nb::cast<int64_t>(shape[0]), nb::cast<int64_t>(shape[1]),
          bytes.bytes()};
}

using Array = nb::ndarray<nb::ro, nb::device::cpu>;

bool IsContiguous(const Array& array) {
  int64_t items = 1;
  for (size_t axis = array.ndim(); axis-- > 0;) {
    if (array.size() == 0) return true;
    if (array.shape(axis) != 1 && array.stride(axis) != items) return false;
    items *= static_cast<int64_t>(array.shape(axis));
  }
  return true;
}

// The dtypes that a table may have.
std::optional<DType> TableDType(nb::dlpack::dtype dtype) {
  using Code = nb::dlpack::dtype_code;
  if (dtype.lanes != 1) return std::nullopt;
  switch (static_cast<Code>(dtype.code)) {
    case Code::Float:
      if (dtype.bits == 32) return DType::kFloat32;
      if (dtype.bits == 16) return DType::kFloat16;
      return std::nullopt;
    case Code::Bfloat:
      if (dtype.bits == 16) return DType::kBFloat16;
      return std::nullopt;
    case Code::UInt:
      if (dtype.bits == 8) return DType::kUInt8;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// Keeps what nanobind imported alive from threads that do not hold the GIL.
std::shared_ptr<const void> OwnArray(Array array) {
  return std::shared_ptr<const void>(new Array(std::move(array)),
                                     [](const void* kept) {
                                       if (!Py_IsInitialized()) return;
                                       nb::gil_scoped_acquire gil;
                                       delete static_cast<const Array*>(kept);
                                     });
}

// The short way, for all that is as a table should be.
std::optional<Matrix> TryTakeMatrix(nb::handle value) {
  Array array;
  if (!nb::try_cast(value, array)) return std::nullopt;
  const std::optional<DType> dtype = TableDType(array.dtype());
  if (!dtype.has_value()) return std::nullopt;
  CheckMatrix(array.ndim(), IsContiguous(array));
  const auto num_rows = static_cast<int64_t>(array.shape(0));
  const auto num_columns = static_cast<int64_t>(array.shape(1));
  const std::span<const std::byte> bytes(
      static_cast<const std::byte*>(array.data()),
      array.size() * DTypeSize(*dtype));
  return Matrix{*dtype, num_rows, num_columns,
                Buffer<std::byte>(bytes, OwnArray(std::move(array)))};
}

// What went wrong: what the value itself says to an export of its memory (a
// tensor that requires grad, another device), or else its dtype.
[[noreturn]] void RaiseNoTable(nb::handle value) {
  value.attr("__dlpack__")();
  const Tensor tensor = TakeDLPack(value);
  throw nb::type_error(
      absl::StrFormat("a table must be of float32, float16, bfloat16 or, with "
                      "packed rows, uint8, got %s",
                      DTypeName(tensor.dtype()))
          .c_str());
}

Matrix TakeMatrix(nb::handle value) {
  if (nb::isinstance<PyRaggedTensor>(value)) {
    throw nb::value_error("a table must not be a ragged tensor");
  }
  const bool is_numpy = IsNumPyArray(value);
  if (is_numpy || nb::hasattr(value, "__dlpack__")) {
    if (std::optional<Matrix> matrix = TryTakeMatrix(value)) {
      return *std::move(matrix);
    }
    if (!is_numpy) RaiseNoTable(value);
    return TakeNumPy(value);
  }
  Call call;
  const Tensor tensor = call.Take(value, DType::kFloat32);
  CheckMatrix(tensor.rank(), true);
  return {tensor.dtype(), tensor.flat_shape()[0], tensor.flat_shape()[1],
          tensor.bytes()};
}

std::optional<RowFormat> FormatOf(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return RowFormat::kFloat32;
    case DType::kFloat16:
      return RowFormat::kFloat16;
    case DType::kBFloat16:
      return RowFormat::kBfloat16;
    default:
      return std::nullopt;
  }
}

bool IsPacked(RowFormat format) {
  return format == RowFormat::kInt8 || format == RowFormat::kInt4;
}

EmbeddingTable PackedTable(const Matrix& matrix,
                           std::optional<RowFormat> packed,
                           std::optional<int64_t> width) {
  if (!packed.has_value() || !IsPacked(*packed)) {
    throw nb::value_error(
        "a table of uint8 holds packed rows: row_format must be 'int8' or "
        "'int4'");
  }
  const int64_t most = *packed == RowFormat::kInt8
                           ? matrix.num_columns - 8
                           : (matrix.num_columns - 4) * 2;
  return ValueOrRaise(EmbeddingTable::FromBytes(
      *packed, matrix.bytes, matrix.num_rows, width.value_or(most)));
}

}  // namespace

std::optional<RowFormat> TakeRowFormat(nb::handle name) {
  if (name.is_none()) return std::nullopt;
  const std::string word = nb::str(name).c_str();
  const std::optional<RowFormat> format = ParseRowFormat(word);
  if (!format.has_value()) {
    throw nb::value_error(
        absl::StrFormat("row_format must be one of 'float32', 'float16', "
                        "'bfloat16', 'int8', 'int4', got '%s'",
                        word)
            .c_str());
  }
  return format;
}

EmbeddingTable TakeTable(nb::handle value, std::optional<RowFormat> packed,
                         std::optional<int64_t> width) {
  if (nb::isinstance<PyEmbeddingTable>(value)) {
    return nb::cast<const PyEmbeddingTable&>(value).table;
  }
  if (nb::isinstance<PyEmbedding>(value)) {
    return nb::cast<const PyEmbedding&>(value).embedding.table();
  }
  const Matrix matrix = TakeMatrix(value);
  if (matrix.dtype == DType::kUInt8) return PackedTable(matrix, packed, width);
  const std::optional<RowFormat> format = FormatOf(matrix.dtype);
  if (!format.has_value()) {
    throw nb::type_error(
        absl::StrFormat("a table must be of float32, float16, bfloat16 or, "
                        "with packed rows, uint8, got %s",
                        DTypeName(matrix.dtype))
            .c_str());
  }
  if (packed.has_value() && *packed != *format) {
    throw nb::value_error(
        absl::StrFormat("row_format is '%s', but the table is of %s",
                        RowFormatName(*packed), DTypeName(matrix.dtype))
            .c_str());
  }
  if (width.has_value() && *width != matrix.num_columns) {
    throw nb::value_error(
        absl::StrFormat("width is %d, but the table has %d columns", *width,
                        matrix.num_columns)
            .c_str());
  }
  return ValueOrRaise(EmbeddingTable::FromBytes(
      *format, matrix.bytes, matrix.num_rows, matrix.num_columns));
}

Tensor TakeIds(Call& call, nb::handle value) {
  const bool is_list = IsNested(value) && !IsNumPyArray(value);
  const Tensor ids =
      is_list ? ConstantFromList(value, std::nullopt, std::nullopt, {})
              : call.Take(value);
  // A list without items is one of float32.
  if (IsInteger(ids.dtype()) || (ids.num_items() == 0 && !ids.is_string())) {
    const bool is_taken =
        ids.dtype() == DType::kInt32 || ids.dtype() == DType::kInt64;
    return is_taken ? ids : ValueOrRaise(Cast(ids, DType::kInt64));
  }
  throw nb::type_error(
      absl::StrFormat("ids must be integers, got %s", DTypeName(ids.dtype()))
          .c_str());
}

nb::object GiveRows(const EmbeddingTable& table) {
  if (table.is_factorized()) {
    throw nb::value_error(
        "a factorized table has no rows of its own: see factor and projection");
  }
  const RowFormat format = table.format();
  const bool is_packed = IsPacked(format);
  const int64_t shape[] = {
      table.num_rows(),
      is_packed ? RowBytes(format, table.width()) : table.width()};
  const DType dtype = is_packed                       ? DType::kUInt8
                      : format == RowFormat::kFloat32 ? DType::kFloat32
                      : format == RowFormat::kFloat16 ? DType::kFloat16
                                                      : DType::kBFloat16;
  return GiveArray(dtype, table.bytes().data(), shape, table.bytes().owner());
}

}  // namespace rowsplit::python
