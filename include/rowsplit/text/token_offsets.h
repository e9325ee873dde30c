#ifndef ROWSPLIT_TEXT_TOKEN_OFFSETS_H_
#define ROWSPLIT_TEXT_TOKEN_OFFSETS_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// Tokens, and where each lies in the string that it was made of: token t is
// made of its bytes [starts[t], ends[t]). The offsets are flat, one for each of
// tokens.flat_values(), and lie under the same shape.
struct TokensWithOffsets {
  RaggedStringTensor tokens;
  Buffer<Offset> starts;
  Buffer<Offset> ends;
};

struct WithOffsetsOptions {
  ExecOptions exec = {};
};

// Copies tokens that are spans of `input.bytes()` into strings of their own,
// and counts their offsets from the string that they lie in. The innermost rows
// of `tokens` are the strings of `input`, in order.
//
//   WithOffsets(SplitWhitespace({"ab c", "d"}), {"ab c", "d"})
//   // tokens {{"ab", "c"}, {"d"}}, starts {0, 3, 0}, ends {2, 4, 1}
//
// Fails with InvalidArgument if the number of rows is not that of the strings
// or a span does not lie in its string, and with Cancelled. Linear in the
// tokens and their bytes.
absl::StatusOr<TokensWithOffsets> WithOffsets(
    const RaggedTensor<TokenSpan>& tokens, StringTensorView input,
    const WithOffsetsOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_TOKEN_OFFSETS_H_
