#include "status.h"

#include <nanobind/nanobind.h>

namespace rowsplit::python {

namespace {

PyObject* ExceptionType(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return PyExc_ValueError;
    case absl::StatusCode::kOutOfRange:
      return PyExc_IndexError;
    case absl::StatusCode::kNotFound:
      return PyExc_KeyError;
    case absl::StatusCode::kResourceExhausted:
      return PyExc_MemoryError;
    case absl::StatusCode::kUnimplemented:
      return PyExc_NotImplementedError;
    default:
      return PyExc_RuntimeError;
  }
}

[[noreturn]] void Raise(PyObject* type, const absl::Status& status) {
  // A message may quote bytes that are not UTF-8.
  const auto message = status.message();
  const auto text = nanobind::steal<nanobind::object>(PyUnicode_DecodeUTF8(
      message.data(), static_cast<Py_ssize_t>(message.size()), "replace"));
  if (!text.is_valid()) throw nanobind::python_error();
  PyErr_SetObject(type, text.ptr());
  throw nanobind::python_error();
}

}  // namespace

void RaiseStatus(const absl::Status& status) {
  Raise(ExceptionType(status.code()), status);
}

void RaiseFileStatus(const absl::Status& status) {
  PyObject* type = ExceptionType(status.code());
  if (absl::IsNotFound(status)) type = PyExc_FileNotFoundError;
  if (absl::IsPermissionDenied(status)) type = PyExc_PermissionError;
  Raise(type, status);
}

}  // namespace rowsplit::python
