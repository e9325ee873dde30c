#ifndef ROWSPLIT_SRC_TEXT_ICU_ROWS_H_
#define ROWSPLIT_SRC_TEXT_ICU_ROWS_H_

#include <unicode/unistr.h>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// Maps each string by ICU, in UTF-16: `map` changes one in place, and is called
// by several threads. Ill-formed subparts become U+FFFD. Fails with
// ResourceExhausted, in the name of `op`, for a string of 1 GiB or more, as
// `map`, and with Cancelled.
absl::StatusOr<StringTensor> MapByIcu(
    const char* op, StringTensorView input, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(icu::UnicodeString& text)> map);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ICU_ROWS_H_
