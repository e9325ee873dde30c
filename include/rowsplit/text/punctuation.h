#ifndef ROWSPLIT_TEXT_PUNCTUATION_H_
#define ROWSPLIT_TEXT_PUNCTUATION_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/byte_set.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// The 32 ASCII punctuation marks !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~, which Keras'
// TextVectorization strips.
ByteSet AsciiPunctuation();

struct StripPunctuationOptions {
  ExecOptions exec = {};
};

// Deletes the ASCII punctuation marks from each string. Other bytes stay, those
// of non-ASCII punctuation too.
//
//   StripPunctuation({"don't!", "…"})  // {"dont", "…"}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<StringTensor> StripPunctuation(
    StringTensorView input, const StripPunctuationOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_PUNCTUATION_H_
