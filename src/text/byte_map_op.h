#ifndef ROWSPLIT_SRC_TEXT_BYTE_MAP_OP_H_
#define ROWSPLIT_SRC_TEXT_BYTE_MAP_OP_H_

#include <optional>

#include "absl/status/statusor.h"
#include "kernels/byte_map.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/regex.h"

namespace rowsplit::internal {

// `map` applied to the bytes of each string. Fails with Cancelled only.
absl::StatusOr<StringTensor> ApplyByteMap(const kernels::CompiledByteMap& map,
                                          StringTensorView input,
                                          const ExecOptions& exec);

// The byte map that does the same as replacing every match of `regex`, if there
// is one.
std::optional<kernels::ByteMap> AsByteMap(const Regex& regex,
                                          const Rewrite& rewrite);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BYTE_MAP_OP_H_
