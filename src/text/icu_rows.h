#ifndef ROWSPLIT_SRC_TEXT_ICU_ROWS_H_
#define ROWSPLIT_SRC_TEXT_ICU_ROWS_H_

#include <unicode/unistr.h>

#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// Maps one string by ICU, in UTF-16, and appends it: `map` changes it in place.
// Ill-formed subparts become U+FFFD. Fails with ResourceExhausted, in the name
// of `op`, for a string of 1 GiB or more, and as `map`.
absl::Status AppendByIcu(
    const char* op, std::string_view source,
    absl::FunctionRef<absl::Status(icu::UnicodeString& text)> map,
    BufferBuilder<char>& output);

// Maps each string so; `map` is called by several threads. Fails as the above,
// naming the string, and with Cancelled.
absl::StatusOr<StringTensor> MapByIcu(
    const char* op, StringTensorView input, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(icu::UnicodeString& text)> map);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ICU_ROWS_H_
