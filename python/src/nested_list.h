#ifndef ROWSPLIT_PYTHON_SRC_NESTED_LIST_H_
#define ROWSPLIT_PYTHON_SRC_NESTED_LIST_H_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::python {

namespace nb = nanobind;

// A list, a tuple, or a NumPy array with at least one dimension.
bool IsNested(nb::handle value);

// The dense tensor of a scalar or of lists of equal lengths, as tf.constant
// makes it: without a dtype bool, int32 (int64 where a value needs it), float32
// or string, unless there are NumPy values, which keep theirs. Throws
// ValueError for lists of other lengths or a value that the dtype does not
// hold, TypeError for values of other kinds.
Tensor DenseFromList(nb::handle values, std::optional<DType> dtype);

// As tf.ragged.constant: ragged where the lists are nested, dense for a scalar,
// a flat list, or ragged_rank 0.
Tensor ConstantFromList(nb::handle values, std::optional<DType> dtype,
                        std::optional<int> ragged_rank,
                        std::optional<std::vector<int64_t>> inner_shape);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_NESTED_LIST_H_
