#include "arrow_capsule.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "rowsplit/data/arrow_import.h"
#include "rowsplit/ops/concat.h"
#include "status.h"

namespace rowsplit::python {

bool HasArrow(nb::handle value) {
  return nb::hasattr(value, "__arrow_c_array__") ||
         nb::hasattr(value, "__arrow_c_stream__");
}

std::vector<Tensor> TakeArrowChunks(nb::handle value) {
  if (nb::hasattr(value, "__arrow_c_array__")) {
    const nb::object pair = value.attr("__arrow_c_array__")();
    const nb::object schema = pair[0];
    const nb::object data = pair[1];
    const auto* type = InCapsule<ArrowSchema>(schema);
    auto* values = InCapsule<ArrowArray>(data);
    return {ValueOrRaise(
        Call::Run([&] { return ImportFromArrow(*type, values); }))};
  }
  const nb::object capsule = value.attr("__arrow_c_stream__")();
  auto* stream = InCapsule<ArrowArrayStream>(capsule);
  return ValueOrRaise(Call::Run([&] { return ImportArrowChunks(stream); }));
}

std::vector<Tensor> TakeChunks(Call& call, nb::handle value,
                               std::optional<DType> dtype) {
  const bool is_own = nb::isinstance<PyRaggedTensor>(value) ||
                      nb::isinstance<PyStringTensor>(value);
  if (!is_own && HasArrow(value)) return TakeArrowChunks(value);
  return {call.Take(value, dtype)};
}

std::vector<Tensor> TakeTextChunks(Call& call, nb::handle value) {
  std::vector<Tensor> chunks = TakeChunks(call, value, DType::kString);
  if (!chunks[0].is_string()) {
    throw nb::type_error(absl::StrFormat("expected texts, got values of %s",
                                         DTypeName(chunks[0].dtype()))
                             .c_str());
  }
  return chunks;
}

absl::StatusOr<Tensor> JoinChunks(std::vector<Tensor> chunks) {
  if (chunks.size() == 1) return std::move(chunks[0]);
  return Concat(chunks, 0);
}

}  // namespace rowsplit::python
