// rowsplit.StringTensor.

#include <nanobind/nanobind.h>

#include "bindings.h"
#include "convert.h"
#include "numpy_array.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

void Init(PyStringTensor* self, nb::handle strings) {
  Tensor tensor = Call().Take(strings, DType::kString);
  if (!tensor.is_string() || tensor.is_ragged() || tensor.rank() == 0) {
    throw nb::type_error("a StringTensor is made of a list of str or bytes");
  }
  new (self) PyStringTensor{std::move(tensor)};
}

nb::tuple Shape(const PyStringTensor& self) {
  nb::list shape;
  for (const int64_t size : self.tensor.flat_shape()) shape.append(size);
  return nb::tuple(shape);
}

}  // namespace

void BindString(nb::module_&, Classes& classes) {
  nb::class_<PyStringTensor>& c = classes.string_tensor;
  c.def("__init__", &Init, "strings"_a);
  c.def_prop_ro("shape", &Shape);
  c.def_prop_ro("dtype", [](const PyStringTensor& self) {
    return GiveDType(self.tensor.dtype());
  });
  c.def_prop_ro("rank",
                [](const PyStringTensor& self) { return self.tensor.rank(); });
  c.def("numpy", [](const PyStringTensor& self) {
    return GiveObjectArray(self.tensor);
  });
  c.def("to_list", [](const PyStringTensor& self) {
    return GiveObjectArray(self.tensor).attr("tolist")();
  });
  c.def("__len__",
        [](const PyStringTensor& self) { return self.tensor.num_rows(); });
}

}  // namespace rowsplit::python
