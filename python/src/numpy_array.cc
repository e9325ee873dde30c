#include "numpy_array.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "rowsplit/ragged/string_tensor.h"
#include "status.h"

namespace rowsplit::python {

namespace {

[[noreturn]] void RaiseTypeError(const std::string& message) {
  throw nb::type_error(message.c_str());
}

// The types of NumPy, looked up once: a reference each that lives as long as
// the process.
PyTypeObject* NumPyType(const char* name) {
  return reinterpret_cast<PyTypeObject*>(
      nb::object(NumPy().attr(name)).release().ptr());
}

struct NamedDType {
  std::string_view name;
  DType dtype;
};
constexpr NamedDType kDTypes[] = {
    {"bool", DType::kBool},         {"int8", DType::kInt8},
    {"int16", DType::kInt16},       {"int32", DType::kInt32},
    {"int64", DType::kInt64},       {"uint8", DType::kUInt8},
    {"uint16", DType::kUInt16},     {"uint32", DType::kUInt32},
    {"uint64", DType::kUInt64},     {"float16", DType::kFloat16},
    {"bfloat16", DType::kBFloat16}, {"float32", DType::kFloat32},
    {"float64", DType::kFloat64},
};

bool FindDType(std::string_view name, DType* dtype) {
  for (const NamedDType& entry : kDTypes) {
    if (entry.name != name) continue;
    *dtype = entry.dtype;
    return true;
  }
  return false;
}

nb::object BFloat16DType() {
  return NumPy().attr("dtype")(
      nb::module_::import_("ml_dtypes").attr("bfloat16"));
}

void AppendString(nb::handle item, StringTensorBuilder* builder) {
  char* data;
  Py_ssize_t size;
  if (PyBytes_Check(item.ptr())) {
    PyBytes_AsStringAndSize(item.ptr(), &data, &size);
    builder->Append({data, static_cast<size_t>(size)});
  } else if (PyUnicode_Check(item.ptr())) {
    const char* text = PyUnicode_AsUTF8AndSize(item.ptr(), &size);
    if (text == nullptr) throw nb::python_error();
    builder->Append({text, static_cast<size_t>(size)});
  } else {
    RaiseTypeError(absl::StrFormat(
        "an array of objects must hold str or bytes, got %s at position %d",
        Py_TYPE(item.ptr())->tp_name, builder->size()));
  }
}

std::vector<int64_t> ShapeOf(nb::handle array) {
  std::vector<int64_t> shape;
  for (nb::handle size : nb::tuple(array.attr("shape"))) {
    shape.push_back(nb::cast<int64_t>(size));
  }
  return shape;
}

Tensor TakeStringArray(nb::handle array) {
  StringTensorBuilder builder;
  const nb::list items(array.attr("ravel")().attr("tolist")());
  builder.Reserve(static_cast<int64_t>(items.size()), 0);
  for (nb::handle item : items) AppendString(item, &builder);
  return ValueOrRaise(
      Tensor::Dense(std::move(builder).Build(), ShapeOf(array)));
}

struct BufferDeleter {
  void operator()(Py_buffer* buffer) const {
    if (Py_IsInitialized()) {
      nb::gil_scoped_acquire gil;
      PyBuffer_Release(buffer);
    }
    delete buffer;
  }
};

// Bools of 0 and 1 only: NumPy takes any other byte for true, C++ does not.
Buffer<std::byte> PlainBools(Buffer<std::byte> bytes) {
  const auto is_plain = [](std::byte byte) { return byte <= std::byte{1}; };
  if (std::all_of(bytes.begin(), bytes.end(), is_plain)) return bytes;
  BufferBuilder<std::byte> plain(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i)
    plain[i] = std::byte{bytes[i] != std::byte{0}};
  return std::move(plain).Build();
}

Tensor BorrowArray(nb::handle array, DType dtype) {
  auto* view = new Py_buffer();
  // A contiguous array has a plain buffer whatever its dtype, once the dtype is
  // one that NumPy itself knows.
  const nb::object plain = dtype == DType::kBFloat16
                               ? array.attr("view")("uint16")
                               : nb::borrow(array);
  if (PyObject_GetBuffer(plain.ptr(), view, PyBUF_C_CONTIGUOUS) != 0) {
    delete view;
    throw nb::python_error();
  }
  const std::shared_ptr<Py_buffer> owner(view, BufferDeleter());
  std::vector<int64_t> shape(view->shape, view->shape + view->ndim);
  const std::span<const std::byte> bytes(
      static_cast<const std::byte*>(view->buf), static_cast<size_t>(view->len));
  const bool is_aligned =
      reinterpret_cast<uintptr_t>(bytes.data()) % DTypeSize(dtype) == 0;
  Buffer<std::byte> taken = is_aligned ? Buffer<std::byte>(bytes, owner)
                                       : Buffer<std::byte>::Copy(bytes);
  if (dtype == DType::kBool) taken = PlainBools(std::move(taken));
  return ValueOrRaise(
      Tensor::DenseBytes(dtype, std::move(taken), std::move(shape)));
}

nb::dlpack::dtype DLPackDType(DType dtype) {
  nb::dlpack::dtype_code code = nb::dlpack::dtype_code::UInt;
  if (dtype == DType::kBool) {
    code = nb::dlpack::dtype_code::Bool;
  } else if (dtype == DType::kBFloat16) {
    code = nb::dlpack::dtype_code::Bfloat;
  } else if (IsFloating(dtype)) {
    code = nb::dlpack::dtype_code::Float;
  } else if (dtype <= DType::kInt64) {
    code = nb::dlpack::dtype_code::Int;
  }
  return {static_cast<uint8_t>(code),
          static_cast<uint8_t>(8 * DTypeSize(dtype)), 1};
}

DType TakeDLPackDType(nb::dlpack::dtype dtype) {
  for (const NamedDType& entry : kDTypes) {
    if (DLPackDType(entry.dtype) == dtype) return entry.dtype;
  }
  RaiseTypeError("cannot make a tensor of an array of this dtype");
}

// An array of nanobind's over memory that `owner` keeps alive.
template <typename... Kind>
nb::ndarray<Kind...> Export(DType dtype, const std::byte* data,
                            std::span<const int64_t> shape,
                            std::shared_ptr<const void> owner) {
  static constexpr uint64_t kNothing = 0;
  if (data == nullptr) data = reinterpret_cast<const std::byte*>(&kNothing);
  auto* kept = new std::shared_ptr<const void>(std::move(owner));
  const nb::capsule capsule(kept, [](void* pointer) noexcept {
    delete static_cast<std::shared_ptr<const void>*>(pointer);
  });
  const std::vector<size_t> sizes(shape.begin(), shape.end());
  return nb::ndarray<Kind...>(const_cast<std::byte*>(data), sizes.size(),
                              sizes.data(), capsule, nullptr,
                              DLPackDType(dtype));
}

}  // namespace

nb::module_ NumPy() { return nb::module_::import_("numpy"); }

bool IsNumPyArray(nb::handle value) {
  static PyTypeObject* const type = NumPyType("ndarray");
  return PyObject_TypeCheck(value.ptr(), type);
}

bool IsNumPyScalar(nb::handle value) {
  static PyTypeObject* const type = NumPyType("generic");
  return PyObject_TypeCheck(value.ptr(), type);
}

std::shared_ptr<const void> OwnObject(nb::object object) {
  return std::shared_ptr<const void>(object.release().ptr(), [](PyObject* ptr) {
    if (!Py_IsInitialized()) return;
    nb::gil_scoped_acquire gil;
    Py_DECREF(ptr);
  });
}

DType TakeDType(nb::handle dtype) {
  if (nb::isinstance<nb::str>(dtype)) {
    const std::string name = nb::cast<std::string>(dtype);
    DType found;
    if (name == "string") return DType::kString;
    if (FindDType(name, &found)) return found;
  }
  if (dtype.is(nb::handle(reinterpret_cast<PyObject*>(&PyUnicode_Type))) ||
      dtype.is(nb::handle(reinterpret_cast<PyObject*>(&PyBytes_Type)))) {
    return DType::kString;
  }
  const nb::object numpy = NumPy().attr("dtype")(dtype);
  const std::string kind = nb::cast<std::string>(numpy.attr("kind"));
  if (kind == "S" || kind == "U" || kind == "O" || kind == "T") {
    return DType::kString;
  }
  const std::string name = nb::cast<std::string>(numpy.attr("name"));
  DType found;
  if (FindDType(name, &found)) return found;
  RaiseTypeError(absl::StrFormat(
      "a tensor's dtype must be bool, int8 to int64, uint8 to uint64, float16, "
      "bfloat16, float32, float64 or string, got %s",
      name));
}

nb::object GiveDType(DType dtype) {
  if (dtype == DType::kBFloat16) return BFloat16DType();
  const std::string name =
      dtype == DType::kString ? "S" : std::string(DTypeName(dtype));
  return NumPy().attr("dtype")(name);
}

Tensor TakeArray(nb::handle value) {
  // A subclass may answer for itself; its memory is an array like any other.
  const nb::object array = NumPy().attr("asarray")(value);
  const DType dtype = TakeDType(array.attr("dtype"));
  if (dtype == DType::kString) return TakeStringArray(array);
  nb::object plain = array;
  if (!nb::cast<bool>(plain.attr("dtype").attr("isnative"))) {
    plain = plain.attr("astype")(plain.attr("dtype").attr("newbyteorder")("="));
  }
  if (!nb::cast<bool>(plain.attr("flags").attr("c_contiguous"))) {
    plain = plain.attr("copy")();
  }
  return BorrowArray(plain, dtype);
}

nb::object GiveArray(DType dtype, const std::byte* data,
                     std::span<const int64_t> shape,
                     std::shared_ptr<const void> owner) {
  const bool is_bfloat16 = dtype == DType::kBFloat16;
  nb::object array = nb::cast(Export<nb::numpy, nb::ro>(
      is_bfloat16 ? DType::kUInt16 : dtype, data, shape, std::move(owner)));
  if (is_bfloat16) array = array.attr("view")(BFloat16DType());
  return array;
}

nb::object GiveDLPack(const Tensor& tensor) {
  return nb::cast(Export<>(tensor.dtype(), tensor.bytes().data(),
                           tensor.flat_shape(), tensor.bytes().owner()));
}

nb::object GiveArray(const Tensor& tensor) {
  nb::object array = GiveArray(tensor.dtype(), tensor.bytes().data(),
                               tensor.flat_shape(), tensor.bytes().owner());
  return tensor.rank() == 0 ? nb::object(array[nb::make_tuple()]) : array;
}

nb::object GiveWritableArray(const Tensor& tensor) {
  return nb::cast(Export<nb::numpy>(tensor.dtype(), tensor.bytes().data(),
                                    tensor.flat_shape(),
                                    tensor.bytes().owner()));
}

Tensor TakeDLPack(nb::handle value) {
  using Array = nb::ndarray<nb::ro, nb::device::cpu>;
  Array array;
  if (!nb::try_cast<Array>(value, array)) {
    RaiseTypeError(absl::StrFormat(
        "cannot make a tensor of a value of type %s: its __dlpack__ does not "
        "give an array of this machine's memory",
        Py_TYPE(value.ptr())->tp_name));
  }
  const DType dtype = TakeDLPackDType(array.dtype());
  // NumPy copies what is not contiguous; unsigned numbers stand for the items,
  // as it does not know every dtype.
  constexpr DType kUnsigned[] = {DType::kUInt8, DType::kUInt16, DType::kUInt32,
                                 DType::kUInt64};
  const DType stand_in =
      kUnsigned[std::countr_zero(static_cast<unsigned>(DTypeSize(dtype)))];
  std::vector<size_t> shape;
  std::vector<int64_t> strides;
  for (size_t axis = 0; axis < array.ndim(); ++axis) {
    shape.push_back(array.shape(axis));
    strides.push_back(array.stride(axis));
  }
  const nb::capsule owner(new Array(array), [](void* kept) noexcept {
    delete static_cast<Array*>(kept);
  });
  const Tensor taken = TakeArray(nb::cast(nb::ndarray<nb::numpy, nb::ro>(
      array.data(), shape.size(), shape.data(), owner, strides.data(),
      DLPackDType(stand_in))));
  return Tensor::DenseBytesUnchecked(
      dtype, dtype == DType::kBool ? PlainBools(taken.bytes()) : taken.bytes(),
      taken.flat_shape());
}

nb::object GiveObjectArray(const Tensor& strings) {
  nb::list items;
  for (int64_t i = 0; i < strings.num_items(); ++i) {
    const std::string_view item = strings.strings()[i];
    items.append(nb::bytes(item.data(), item.size()));
  }
  nb::list shape;
  for (const int64_t size : strings.flat_shape()) shape.append(size);
  const nb::object array = NumPy().attr("empty")(items.size(), "O");
  array[nb::slice(nb::none(), nb::none(), nb::none())] = items;
  return array.attr("reshape")(nb::tuple(shape));
}

}  // namespace rowsplit::python
