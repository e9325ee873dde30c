#ifndef ROWSPLIT_PYTHON_SRC_STRINGS_ARGUMENT_H_
#define ROWSPLIT_PYTHON_SRC_STRINGS_ARGUMENT_H_

#include <nanobind/nanobind.h>

#include "convert.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"

namespace rowsplit::python {

// A tensor of strings of any rank. Throws TypeError for another dtype.
inline Tensor TakeStrings(Call& call, nb::handle input) {
  Tensor strings = call.Take(input, DType::kString);
  if (!strings.is_string()) throw nb::type_error("input must be strings");
  return strings;
}

// The strings of `input` by a function of a vector of them, in the same shape.
template <typename F>
nb::object MapInput(nb::handle input, F&& fn) {
  Call call;
  const Tensor strings = TakeStrings(call, input);
  return call.Return([&] { return MapStrings(strings, fn); });
}

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_STRINGS_ARGUMENT_H_
