// rowsplit.StringTensor.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "numpy_array.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"
#include "to_list.h"

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

struct StringIterator {
  Tensor strings;
  int64_t next = 0;
};

nb::object NextString(StringIterator& self) {
  if (self.next == self.strings.num_rows()) throw nb::stop_iteration();
  return Call().Give(Row(self.strings, self.next++));
}

template <typename T>
Buffer<T> TakeBuffer(nb::handle array, const char* name) {
  Tensor tensor = Call().Take(array, kDTypeOf<T>);
  if (tensor.dtype() != kDTypeOf<T> || tensor.is_ragged() ||
      tensor.rank() != 1) {
    throw nb::value_error(
        absl::StrFormat("%s must be %s of rank 1", name, DTypeName(kDTypeOf<T>))
            .c_str());
  }
  return tensor.buffer<T>();
}

// The offsets are copied, so that nobody changes them after the check.
nb::object FromOffsets(nb::handle offsets, nb::handle data, nb::handle shape) {
  const Buffer<Offset> splits = TakeBuffer<Offset>(offsets, "offsets");
  const Buffer<uint8_t> bytes = TakeBuffer<uint8_t>(data, "data");
  StringTensor strings = ValueOrRaise(StringTensor::FromBytes(
      ValueOrRaise(RowPartition::FromRowSplits(splits.span())),
      Buffer<char>({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                   bytes.owner())));
  std::vector<int64_t> sizes = {strings.size()};
  if (!shape.is_none()) sizes = Call::TakeInts(shape, "shape");
  return Call().Give(Tensor::Dense(std::move(strings), std::move(sizes)));
}

nb::object Offsets(const PyStringTensor& self) {
  return GiveVector(self.tensor.strings().offsets().row_splits_buffer());
}

nb::object Data(const PyStringTensor& self) {
  const Buffer<char>& bytes = self.tensor.strings().bytes();
  return GiveVector(Buffer<uint8_t>(
      {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()},
      bytes.owner()));
}

nb::tuple Reduce(const PyStringTensor& self) {
  return nb::make_tuple(
      nb::module_::import_("rowsplit._convert").attr("unpickle_strings"),
      nb::make_tuple(Offsets(self), Data(self), Shape(self)));
}

void BindProtocols(nb::module_& m, nb::class_<PyStringTensor>& c) {
  nb::class_<StringIterator>(m, "_StringIterator")
      .def("__iter__", [](nb::handle self) { return nb::borrow(self); })
      .def("__next__", &NextString);
  c.def("__len__",
        [](const PyStringTensor& self) { return self.tensor.num_rows(); });
  c.def("__iter__",
        [](const PyStringTensor& self) { return StringIterator{self.tensor}; });
  c.def("__repr__", [](const PyStringTensor& self) {
    return "<rowsplit.StringTensor " + ToText(self.tensor) + ">";
  });
  c.def("__reduce__", &Reduce);
  c.def("__copy__", [](nb::handle self) { return nb::borrow(self); });
  c.def(
      "__deepcopy__",
      [](nb::handle self, nb::handle) { return nb::borrow(self); }, "memo"_a);
}

}  // namespace

void BindString(nb::module_& m, Classes& classes) {
  nb::class_<PyStringTensor>& c = classes.string_tensor;
  c.def(
      "__init__", &Init, "strings"_a,
      R"(From a list of str (as UTF-8) or bytes, lists of them, or a NumPy array of str, bytes or objects.

>>> rs.StringTensor(["a", b"\xff"])
<rowsplit.StringTensor [b'a', b'\xff']>

Raises TypeError for what is no string, ValueError for lists of different lengths.)");
  c.def_static(
      "from_offsets", &FromOffsets, "offsets"_a, "data"_a,
      "shape"_a = nb::none(),
      R"(Strings that lie one after the other in `data` (uint8, shared): string i is data[offsets[i]:offsets[i + 1]]. The offsets are int64 and copied.

>>> rs.StringTensor.from_offsets([0, 2, 2, 3], np.frombuffer(b"abc", np.uint8))
<rowsplit.StringTensor [b'ab', b'', b'c']>

Raises ValueError unless the offsets start at 0, never decrease and end at the size of `data`, and the strings fill `shape`.)");
  BindProtocols(m, c);
  c.def_prop_ro("shape", &Shape, "A size for each axis.");
  c.def_prop_ro(
      "dtype",
      [](const PyStringTensor& self) { return GiveDType(self.tensor.dtype()); },
      "numpy.dtype('S').");
  c.def_prop_ro(
      "rank", [](const PyStringTensor& self) { return self.tensor.rank(); },
      "The number of axes.");
  c.def_prop_ro("offsets", &Offsets,
                "Where the strings begin and end in `data`, in order: an array "
                "of their number + 1, shared.");
  c.def_prop_ro("data", &Data,
                "The bytes of all strings, one after the other: a read-only "
                "array of uint8, shared.");
  c.def(
      "numpy",
      [](const PyStringTensor& self) { return GiveObjectArray(self.tensor); },
      "A NumPy array of bytes objects, of the same shape. Copies.");
  c.def(
      "to_list", [](const PyStringTensor& self) { return ToList(self.tensor); },
      "Nested lists of bytes, as deep as the rank.");
}

}  // namespace rowsplit::python
