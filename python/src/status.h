#ifndef ROWSPLIT_PYTHON_SRC_STATUS_H_
#define ROWSPLIT_PYTHON_SRC_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rowsplit::python {

// Throws the Python exception that a status stands for: the one place where
// codes become exceptions. Requires a status that is not OK.
//
//   InvalidArgument     ValueError
//   OutOfRange          IndexError
//   NotFound            KeyError
//   ResourceExhausted   MemoryError
//   Unimplemented       NotImplementedError
//   any other           RuntimeError
[[noreturn]] void RaiseStatus(const absl::Status& status);

// The same where files are read or written: what is missing is one of them, not
// a key.
//
//   NotFound            FileNotFoundError
//   PermissionDenied    PermissionError
[[noreturn]] void RaiseFileStatus(const absl::Status& status);

// The value, or its status thrown.
template <typename T>
T ValueOrRaise(absl::StatusOr<T> value) {
  if (!value.ok()) RaiseStatus(value.status());
  return *std::move(value);
}

inline void RaiseIfError(const absl::Status& status) {
  if (!status.ok()) RaiseStatus(status);
}

template <typename T>
T FileOrRaise(absl::StatusOr<T> value) {
  if (!value.ok()) RaiseFileStatus(value.status());
  return *std::move(value);
}

inline void RaiseIfFileError(const absl::Status& status) {
  if (!status.ok()) RaiseFileStatus(status);
}

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_STATUS_H_
