#include "rowsplit/text/case.h"

#include "kernels/byte_map.h"
#include "text/byte_map_op.h"

namespace rowsplit {

absl::StatusOr<StringTensor> ToLower(StringTensorView input,
                                     const CaseOptions& options) {
  const kernels::CompiledByteMap map(kernels::ByteMap::AsciiLower());
  return internal::ApplyByteMap(map, input, options.exec);
}

absl::StatusOr<StringTensor> ToUpper(StringTensorView input,
                                     const CaseOptions& options) {
  const kernels::CompiledByteMap map(kernels::ByteMap::AsciiUpper());
  return internal::ApplyByteMap(map, input, options.exec);
}

}  // namespace rowsplit
