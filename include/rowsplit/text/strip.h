#ifndef ROWSPLIT_TEXT_STRIP_H_
#define ROWSPLIT_TEXT_STRIP_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct StripOptions {
  ExecOptions exec = {};
};

// Cuts white space off both ends of each string: exactly the bytes 09 0A 0B 0C
// 0D and 20.
//
//   Strip({" a b\n", "\t", "c"})  // {"a b", "", "c"}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<StringTensor> Strip(StringTensorView input,
                                   const StripOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_STRIP_H_
