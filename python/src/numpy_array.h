#ifndef ROWSPLIT_PYTHON_SRC_NUMPY_ARRAY_H_
#define ROWSPLIT_PYTHON_SRC_NUMPY_ARRAY_H_

#include <nanobind/nanobind.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::python {

namespace nb = nanobind;

// The module `numpy`.
nb::module_ NumPy();
bool IsNumPyArray(nb::handle value);
// A NumPy scalar, such as numpy.int64(3).
bool IsNumPyScalar(nb::handle value);

// Keeps a Python object alive from threads that do not hold the GIL.
std::shared_ptr<const void> OwnObject(nb::object object);

// From what numpy.dtype takes, and "string", str and bytes. Throws TypeError
// for a dtype that tensors do not have.
DType TakeDType(nb::handle dtype);
// A numpy.dtype; numpy.dtype("S") for strings. Throws ImportError for bfloat16
// where the package ml_dtypes is missing.
nb::object GiveDType(DType dtype);

// A dense tensor that shares the array's memory if that is contiguous, aligned
// and of this machine's byte order, and bools are 0 or 1. Arrays of bytes, str
// and object hold strings; they are copied, str as UTF-8. Throws TypeError for
// another dtype.
Tensor TakeArray(nb::handle value);

// A read-only array that shares the memory, which stays alive as long. A dense
// tensor of numbers without dimensions becomes a NumPy scalar.
nb::object GiveArray(const Tensor& tensor);
// The same, but one that may be written to. Requires memory that is the
// tensor's alone.
nb::object GiveWritableArray(const Tensor& tensor);
// An array of `shape` over memory that `owner` keeps alive.
nb::object GiveArray(DType dtype, const std::byte* data,
                     std::span<const int64_t> shape,
                     std::shared_ptr<const void> owner);
template <typename T>
nb::object GiveVector(const Buffer<T>& values) {
  const int64_t shape[] = {static_cast<int64_t>(values.size())};
  return GiveArray(kDTypeOf<T>,
                   reinterpret_cast<const std::byte*>(values.data()), shape,
                   values.owner());
}
// The same memory as a DLPack capsule. Requires a dense tensor of numbers. The
// taker must not write to it.
nb::object GiveDLPack(const Tensor& tensor);
// A dense tensor that shares the memory of what has __dlpack__; it is copied
// where it is not contiguous. Throws TypeError for memory of another device.
Tensor TakeDLPack(nb::handle value);
// An array of objects, which are bytes, in the tensor's shape.
nb::object GiveObjectArray(const Tensor& strings);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_NUMPY_ARRAY_H_
