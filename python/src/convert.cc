#include "convert.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "nested_list.h"
#include "numpy_array.h"
#include "status.h"

namespace rowsplit::python {

namespace {

// A value whose dtype is open: a Python scalar or a list.
bool IsPlain(nb::handle value) {
  PyObject* const object = value.ptr();
  if (IsNumPyScalar(value)) return false;
  return PyBool_Check(object) || PyLong_Check(object) ||
         PyFloat_Check(object) || PyUnicode_Check(object) ||
         PyBytes_Check(object) || PyList_Check(object) || PyTuple_Check(object);
}

// What NumPy may have no dtype for: a bfloat16 tensor of another library.
bool IsBFloat16(nb::handle value) {
  if (!nb::hasattr(value, "dtype") || !nb::hasattr(value, "__dlpack__")) {
    return false;
  }
  const nb::object dtype = value.attr("dtype");
  return std::string_view(nb::str(dtype).c_str()).ends_with("bfloat16");
}

int64_t Index(nb::handle value, const char* name) {
  PyObject* const index = PyNumber_Index(value.ptr());
  if (index == nullptr) {
    PyErr_Clear();
    throw nb::type_error(absl::StrFormat("%s must be an int, got %s", name,
                                         Py_TYPE(value.ptr())->tp_name)
                             .c_str());
  }
  const nb::object owned = nb::steal(index);
  int overflow;
  const int64_t result = PyLong_AsLongLongAndOverflow(index, &overflow);
  if (overflow != 0) {
    PyErr_SetString(PyExc_OverflowError,
                    absl::StrFormat("%s does not fit 64 bits", name).c_str());
    throw nb::python_error();
  }
  return result;
}

}  // namespace

void Call::NoteSplits(DType splits_dtype) {
  if (splits_dtype_.has_value() && *splits_dtype_ != splits_dtype) {
    throw nb::value_error(
        "ragged tensors of one call must have row splits of one dtype: got "
        "int32 and int64; use RaggedTensor.with_row_splits_dtype");
  }
  splits_dtype_ = splits_dtype;
}

Tensor Call::Take(nb::handle value, std::optional<DType> dtype) {
  if (nb::isinstance<PyRaggedTensor>(value)) {
    const auto& ragged = nb::cast<const PyRaggedTensor&>(value);
    NoteSplits(ragged.splits_dtype);
    return ragged.tensor;
  }
  if (nb::isinstance<PyStringTensor>(value)) {
    return nb::cast<const PyStringTensor&>(value).tensor;
  }
  if (IsNumPyArray(value)) return TakeArray(value);
  if (IsPlain(value)) return DenseFromList(value, dtype);
  if (IsNumPyScalar(value)) return DenseFromList(value, std::nullopt);
  // Not for what has both: DLPack has no strings and no masked values.
  if (nb::hasattr(value, "__array__") && !IsBFloat16(value)) {
    return TakeArray(NumPy().attr("asarray")(value));
  }
  if (nb::hasattr(value, "__dlpack__")) return TakeDLPack(value);
  throw nb::type_error(
      absl::StrFormat("cannot make a tensor of a value of type %s",
                      Py_TYPE(value.ptr())->tp_name)
          .c_str());
}

std::optional<Tensor> Call::TakeOptional(nb::handle value,
                                         std::optional<DType> dtype) {
  if (value.is_none()) return std::nullopt;
  return Take(value, dtype);
}

std::vector<Tensor> Call::TakeAll(nb::handle values) {
  std::vector<nb::object> items;
  for (nb::handle item : nb::iter(values)) items.push_back(nb::borrow(item));
  std::optional<DType> dtype;
  for (const nb::object& item : items) {
    if (IsPlain(item)) continue;
    dtype = Take(item).dtype();
    break;
  }
  std::vector<Tensor> tensors;
  tensors.reserve(items.size());
  for (const nb::object& item : items) tensors.push_back(Take(item, dtype));
  return tensors;
}

std::pair<Tensor, Tensor> Call::TakePair(nb::handle x, nb::handle y) {
  if (IsPlain(x) && !IsPlain(y)) {
    Tensor second = Take(y);
    return {Take(x, second.dtype()), std::move(second)};
  }
  Tensor first = Take(x);
  Tensor second = Take(y, first.dtype());
  return {std::move(first), std::move(second)};
}

int64_t Call::TakeInt64(nb::handle value, const char* name) {
  return Index(value, name);
}

int Call::TakeInt(nb::handle value, const char* name) {
  const int64_t index = Index(value, name);
  if (index < std::numeric_limits<int>::min() ||
      index > std::numeric_limits<int>::max()) {
    throw nb::value_error(
        absl::StrFormat("%s is out of range: %d", name, index).c_str());
  }
  return static_cast<int>(index);
}

std::optional<int> Call::TakeOptionalInt(nb::handle value, const char* name) {
  if (value.is_none()) return std::nullopt;
  return TakeInt(value, name);
}

double Call::TakeFloat(nb::handle value, const char* name) {
  const double result = PyFloat_AsDouble(value.ptr());
  if (result == -1 && PyErr_Occurred() != nullptr) {
    if (PyErr_ExceptionMatches(PyExc_TypeError) == 0) throw nb::python_error();
    PyErr_Clear();
    throw nb::type_error(absl::StrFormat("%s must be a number, got %s", name,
                                         Py_TYPE(value.ptr())->tp_name)
                             .c_str());
  }
  return result;
}

std::optional<double> Call::TakeOptionalFloat(nb::handle value,
                                              const char* name) {
  if (value.is_none()) return std::nullopt;
  return TakeFloat(value, name);
}

std::vector<int64_t> Call::TakeInts(nb::handle value, const char* name) {
  if (!IsNested(value)) return {Index(value, name)};
  std::vector<int64_t> result;
  for (nb::handle item : nb::iter(value)) result.push_back(Index(item, name));
  return result;
}

std::vector<int> Call::TakeAxes(nb::handle value, const char* name) {
  if (!IsNested(value)) return {TakeInt(value, name)};
  std::vector<int> result;
  for (nb::handle item : nb::iter(value)) result.push_back(TakeInt(item, name));
  return result;
}

nb::object Call::Give(const Tensor& tensor) const {
  if (tensor.is_ragged()) {
    return nb::cast(PyRaggedTensor{tensor, splits_dtype()});
  }
  if (!tensor.is_string()) return GiveArray(tensor);
  if (tensor.rank() > 0) return nb::cast(PyStringTensor{tensor});
  const std::string_view item = tensor.strings()[0];
  return nb::bytes(item.data(), item.size());
}

nb::object Call::Give(absl::StatusOr<Tensor> tensor) const {
  return Give(ValueOrRaise(std::move(tensor)));
}

nb::list Call::Give(const std::vector<Tensor>& tensors) const {
  nb::list list;
  for (const Tensor& tensor : tensors) list.append(Give(tensor));
  return list;
}

nb::list Call::Give(absl::StatusOr<std::vector<Tensor>> tensors) const {
  return Give(ValueOrRaise(std::move(tensors)));
}

nb::object Call::GiveSparse(const Tensor& indices, const Tensor& values,
                            const Tensor& dense_shape) const {
  return nb::module_::import_("rowsplit._sparse")
      .attr("SparseTensor")(Give(indices), Give(values), Give(dense_shape));
}

nb::object Call::GiveSplits(const Buffer<int64_t>& splits) const {
  nb::object array = GiveVector(splits);
  if (splits_dtype() == DType::kInt64) return array;
  constexpr int64_t kGreatest = std::numeric_limits<int32_t>::max();
  if (std::any_of(splits.begin(), splits.end(),
                  [](int64_t split) { return split > kGreatest; })) {
    throw nb::value_error(
        "row splits do not fit int32; use "
        "RaggedTensor.with_row_splits_dtype('int64')");
  }
  array = array.attr("astype")("int32");
  array.attr("flags").attr("writeable") = false;
  return array;
}

}  // namespace rowsplit::python
