// The operators of both classes: each calls the function of the module that
// TensorFlow calls for it.

#include <nanobind/nanobind.h>

#include <string>

#include "bindings.h"
#include "convert.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

struct Operator {
  const char* method;
  const char* function;
};

constexpr Operator kBinary[] = {
    {"__add__", "add"},           {"__sub__", "subtract"},
    {"__mul__", "multiply"},      {"__truediv__", "truediv"},
    {"__floordiv__", "floordiv"}, {"__mod__", "floormod"},
    {"__pow__", "pow"},           {"__and__", "logical_and"},
    {"__or__", "logical_or"},     {"__xor__", "logical_xor"},
};
constexpr Operator kReflected[] = {
    {"__radd__", "add"},           {"__rsub__", "subtract"},
    {"__rmul__", "multiply"},      {"__rtruediv__", "truediv"},
    {"__rfloordiv__", "floordiv"}, {"__rmod__", "floormod"},
    {"__rpow__", "pow"},           {"__rand__", "logical_and"},
    {"__ror__", "logical_or"},     {"__rxor__", "logical_xor"},
};
constexpr Operator kComparisons[] = {
    {"__lt__", "less"},
    {"__le__", "less_equal"},
    {"__gt__", "greater"},
    {"__ge__", "greater_equal"},
};
constexpr Operator kUnary[] = {
    {"__neg__", "negative"},
    {"__abs__", "abs"},
    {"__invert__", "logical_not"},
};

// NotImplemented if the values are not for the function, so that Python asks
// the other operand.
nb::object CallFunction(const char* function, nb::handle x, nb::handle y) {
  try {
    return nb::module_::import_("rowsplit._core").attr(function)(x, y);
  } catch (nb::python_error& error) {
    if (!error.matches(PyExc_TypeError)) throw;
    return nb::borrow(Py_NotImplemented);
  }
}

// Values that do not go together are not equal: no error, as in TensorFlow.
template <typename Class>
void BindEquality(Class& c, const Operator& op, bool otherwise) {
  c.def(
      op.method,
      [function = op.function, otherwise](nb::handle self,
                                          nb::handle other) -> nb::object {
        try {
          return CallFunction(function, self, other);
        } catch (nb::python_error& error) {
          if (!error.matches(PyExc_ValueError)) throw;
          return nb::bool_(otherwise);
        }
      },
      nb::arg().none(), nb::is_operator());
}

template <typename Class>
void BindComparisons(Class& c) {
  BindEquality(c, {"__eq__", "equal"}, false);
  BindEquality(c, {"__ne__", "not_equal"}, true);
  for (const Operator& op : kComparisons) {
    c.def(
        op.method,
        [function = op.function](nb::handle self, nb::handle other) {
          return CallFunction(function, self, other);
        },
        nb::arg().none(), nb::is_operator());
  }
  // Equality is item by item, so a tensor is neither a key nor a condition.
  c.attr("__hash__") = nb::none();
  c.def("__bool__", [](nb::handle self) -> bool {
    throw nb::type_error((std::string(Py_TYPE(self.ptr())->tp_name) +
                          " is not a condition: its truth is not defined")
                             .c_str());
  });
  // NumPy leaves operators with an array on the left to this class.
  c.attr("__array_ufunc__") = nb::none();
}

}  // namespace

void BindOperator(nb::module_&, Classes& classes) {
  nb::class_<PyRaggedTensor>& c = classes.ragged_tensor;
  BindComparisons(c);
  BindComparisons(classes.string_tensor);
  for (const Operator& op : kBinary) {
    c.def(
        op.method,
        [function = op.function](nb::handle self, nb::handle other) {
          return CallFunction(function, self, other);
        },
        nb::is_operator());
  }
  for (const Operator& op : kReflected) {
    c.def(
        op.method,
        [function = op.function](nb::handle self, nb::handle other) {
          return CallFunction(function, other, self);
        },
        nb::is_operator());
  }
  for (const Operator& op : kUnary) {
    c.def(op.method, [function = op.function](nb::handle self) {
      return nb::module_::import_("rowsplit._core").attr(function)(self);
    });
  }
}

}  // namespace rowsplit::python
