#ifndef ROWSPLIT_PYTHON_SRC_ARROW_CAPSULE_H_
#define ROWSPLIT_PYTHON_SRC_ARROW_CAPSULE_H_

#include <nanobind/nanobind.h>

#include <vector>

#include "convert.h"
#include "rowsplit/data/arrow_abi.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::python {

namespace nb = nanobind;

template <typename Struct>
constexpr const char* kCapsuleName = nullptr;
template <>
constexpr const char* kCapsuleName<ArrowSchema> = "arrow_schema";
template <>
constexpr const char* kCapsuleName<ArrowArray> = "arrow_array";
template <>
constexpr const char* kCapsuleName<ArrowArrayStream> = "arrow_array_stream";

// The struct in a capsule, which keeps it.
template <typename Struct>
Struct* InCapsule(nb::handle capsule) {
  auto* found = static_cast<Struct*>(
      PyCapsule_GetPointer(capsule.ptr(), kCapsuleName<Struct>));
  if (found == nullptr) throw nb::python_error();
  return found;
}

// Whether a value has Arrow's PyCapsule protocol.
bool HasArrow(nb::handle value);

// The chunks of an Arrow array, chunked array or column, at least one. Numbers
// and bytes are shared.
std::vector<Tensor> TakeArrowChunks(nb::handle value);

// Texts from what Call::Take takes, lists of str or bytes for example, and from
// Arrow arrays and chunked arrays, whose text is not copied. At least one
// chunk. Throws TypeError for what is no text.
std::vector<Tensor> TakeTextChunks(Call& call, nb::handle value);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_ARROW_CAPSULE_H_
