#ifndef ROWSPLIT_PYTHON_SRC_TO_LIST_H_
#define ROWSPLIT_PYTHON_SRC_TO_LIST_H_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>

#include "rowsplit/ragged/tensor.h"

namespace rowsplit::python {

namespace nb = nanobind;

// Nested lists of Python's numbers, bools and bytes, as deep as the tensor's
// rank. Requires a rank of 1 or more.
nb::object ToList(const Tensor& tensor);

// "[[1, 2], [], [3]]". A large tensor shows the first and last three of a list,
// a long string its begin. Requires a rank of 1 or more.
std::string ToText(const Tensor& tensor);

// The row `row`, sharing the memory: one rank less. Requires a rank of 1 or
// more and `0 <= row < num_rows()`.
Tensor Row(const Tensor& tensor, int64_t row);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_TO_LIST_H_
