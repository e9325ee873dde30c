#ifndef ROWSPLIT_PYTHON_SRC_SPARSE_ARGUMENT_H_
#define ROWSPLIT_PYTHON_SRC_SPARSE_ARGUMENT_H_

#include <nanobind/nanobind.h>

#include "convert.h"
#include "rowsplit/ops/sparse.h"

namespace rowsplit::python {

// Whether it has what a SparseTensor has beside values.
bool IsSparse(nb::handle value);

// A rowsplit.SparseTensor or whatever has indices, values and dense_shape.
// Throws TypeError that names the argument, or ValueError.
SparseTensor TakeSparse(Call& call, nb::handle value, const char* name);

// rowsplit.SparseTensor.
nb::object GiveSparse(const Call& call, const SparseTensor& sparse);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_SPARSE_ARGUMENT_H_
