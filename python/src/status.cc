#include "status.h"

#include <nanobind/nanobind.h>

#include <string>

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

}  // namespace

void RaiseStatus(const absl::Status& status) {
  PyErr_SetString(ExceptionType(status.code()),
                  std::string(status.message()).c_str());
  throw nanobind::python_error();
}

}  // namespace rowsplit::python
