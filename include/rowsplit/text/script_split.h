#ifndef ROWSPLIT_TEXT_SCRIPT_SPLIT_H_
#define ROWSPLIT_TEXT_SCRIPT_SPLIT_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/token_offsets.h"

namespace rowsplit {

struct SplitScriptsOptions {
  // Keeps runs of white space as tokens; else they are dropped.
  bool keep_whitespace = false;
  ExecOptions exec = {};
};

// Splits each string where Unicode's script changes, as TF Text's
// UnicodeScriptTokenizer: letters of one alphabet stay together, and so do
// digits and punctuation, which are all of the script Common.
//
//   SplitScripts({"xy.,z de", "abαβ"})
//   // {{"xy", ".,", "z", "de"}, {"ab", "αβ"}}
//
// White space (the 25 code points of White_Space) that lies inside of one
// script's run does not end the token: "1, 2" is the token "1,2" of bytes 0 to
// 4. With keep_whitespace a change from or to it does. Each maximal ill-formed
// subpart becomes U+FFFD, which is of the script Common.
//
// Fails with Cancelled only. Linear in the bytes. The first call asks ICU for
// the script of each code point, which takes some milliseconds.
absl::StatusOr<TokensWithOffsets> SplitScripts(
    StringTensorView input, const SplitScriptsOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_SCRIPT_SPLIT_H_
