#ifndef ROWSPLIT_PYTHON_SRC_ARROW_CAPSULE_H_
#define ROWSPLIT_PYTHON_SRC_ARROW_CAPSULE_H_

#include <nanobind/nanobind.h>

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "convert.h"
#include "rowsplit/core/dtype.h"
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

// The chunks of an Arrow array, whose text is not copied, or one tensor of what
// Call::Take takes. At least one chunk.
std::vector<Tensor> TakeChunks(Call& call, nb::handle value,
                               std::optional<DType> dtype);
// The same; throws TypeError for what is no text.
std::vector<Tensor> TakeTextChunks(Call& call, nb::handle value);

// All chunks as one tensor, copied unless there is one.
absl::StatusOr<Tensor> JoinChunks(std::vector<Tensor> chunks);

// What `run` gives for each chunk, joined.
template <typename F>
absl::StatusOr<Tensor> RunChunks(const std::vector<Tensor>& chunks,
                                 const F& run) {
  std::vector<Tensor> parts;
  for (const Tensor& chunk : chunks) {
    absl::StatusOr<Tensor> part = run(chunk);
    if (!part.ok()) return part;
    parts.push_back(*std::move(part));
  }
  return JoinChunks(std::move(parts));
}

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_ARROW_CAPSULE_H_
