// Arrow's PyCapsule protocol:
// https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html

#include <nanobind/nanobind.h>

#include <memory>

#include "arrow_capsule.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/data/arrow_abi.h"
#include "rowsplit/data/arrow_export.h"
#include "rowsplit/data/arrow_import.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

// Deletes a struct, released first if nobody has moved from it.
template <typename Struct>
void Delete(Struct* made) {
  if (made->release != nullptr) made->release(made);
  delete made;
}

template <typename Struct>
using Owned = std::unique_ptr<Struct, decltype(&Delete<Struct>)>;

template <typename Struct>
Owned<Struct> Make() {
  return {new Struct{}, &Delete<Struct>};
}

// A consumer may have given the capsule another name.
template <typename Struct>
nb::object MakeCapsule(Owned<Struct> made) {
  PyObject* capsule =
      PyCapsule_New(made.get(), kCapsuleName<Struct>, [](PyObject* self) {
        Delete(static_cast<Struct*>(
            PyCapsule_GetPointer(self, PyCapsule_GetName(self))));
      });
  if (capsule == nullptr) throw nb::python_error();
  made.release();
  return nb::steal(capsule);
}

nb::object GiveSchema(const Tensor& tensor) {
  auto schema = Make<ArrowSchema>();
  RaiseIfError(
      Call::Run([&] { return ExportArrowSchema(tensor, schema.get()); }));
  return MakeCapsule(std::move(schema));
}

// A schema that the consumer would like better is a wish, which the protocol
// lets us ignore.
nb::tuple GiveArray(const Tensor& tensor) {
  auto schema = Make<ArrowSchema>();
  auto array = Make<ArrowArray>();
  RaiseIfError(Call::Run(
      [&] { return ExportToArrow(tensor, schema.get(), array.get()); }));
  return nb::make_tuple(MakeCapsule(std::move(schema)),
                        MakeCapsule(std::move(array)));
}

template <typename T>
void BindExport(nb::class_<T>& c) {
  c.def(
      "__arrow_c_schema__",
      [](const T& self) { return GiveSchema(self.tensor); },
      "The Arrow type, in a PyCapsule.");
  c.def(
      "__arrow_c_array__",
      [](const T& self, nb::handle) { return GiveArray(self.tensor); },
      "requested_schema"_a.none() = nb::none(),
      "The Arrow type and array of the rows, in PyCapsules. Shares the "
      "memory.");
}

nb::object FromArrow(nb::handle array) {
  if (!HasArrow(array)) {
    throw nb::type_error(
        "from_arrow takes an object with __arrow_c_array__ or "
        "__arrow_c_stream__, as pyarrow's arrays");
  }
  Call call;
  if (nb::hasattr(array, "__arrow_c_array__")) {
    return call.Give(TakeArrowChunks(array)[0]);
  }
  const nb::object capsule = array.attr("__arrow_c_stream__")();
  auto* stream = InCapsule<ArrowArrayStream>(capsule);
  return call.Return([&] { return ImportFromArrowStream(stream); });
}

}  // namespace

void BindArrow(nb::module_& m, Classes& classes) {
  BindExport(classes.ragged_tensor);
  BindExport(classes.string_tensor);
  m.def("from_arrow", &FromArrow, "array"_a,
        "A RaggedTensor, StringTensor or NumPy array of an array or chunked "
        "array of pyarrow, polars or any other library with Arrow's PyCapsule "
        "protocol. Shares numbers and bytes; nulls are an error.\n\n"
        ">>> rs.from_arrow(rs.constant([[1, 2], []])).to_list()\n"
        "[[1, 2], []]");
}

}  // namespace rowsplit::python
