#include "bindings.h"
#include "convert.h"

namespace rowsplit::python {

void BindOrder(nb::module_& m, Classes& classes) {
  (void)m;
  (void)classes;
}

}  // namespace rowsplit::python
