#ifndef ROWSPLIT_TEXT_CASE_H_
#define ROWSPLIT_TEXT_CASE_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct CaseOptions {
  ExecOptions exec = {};
};

// Turns the letters A to Z into a to z, and the other way round. Every other
// byte stays as it is, so the text needs not be well-formed.
//
//   ToLower({"The", "É"})  // {"the", "É"}
//   ToUpper({"the", "é"})  // {"THE", "é"}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<StringTensor> ToLower(StringTensorView input,
                                     const CaseOptions& options = {});
absl::StatusOr<StringTensor> ToUpper(StringTensorView input,
                                     const CaseOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_CASE_H_
