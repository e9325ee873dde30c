#ifndef ROWSPLIT_TEXT_BOUNDARIES_H_
#define ROWSPLIT_TEXT_BOUNDARIES_H_

#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct BoundaryOptions {
  // Empty: Unicode's default rules (UAX 29). Otherwise a BCP 47 tag, or "root",
  // and the rules are ICU's for it: words of Thai, Lao, Khmer, Burmese, Chinese
  // and Japanese by dictionary, "en-u-ss-standard" for sentences that do not
  // end behind "Mr.".
  std::string locale = "";
  // Leaves out segments without a letter or a number (general categories L and
  // N): of words, spaces and punctuation.
  bool alphanumeric_only = false;
  ExecOptions exec = {};
};

// Splits each string at the boundaries of words, of sentences or of grapheme
// clusters (what a reader takes for one character), of the Unicode version that
// ICU knows. The segments are spans of `input.bytes()`, and all bytes are in
// one of them unless some are left out.
//
//   SplitWords({"Don't go."})  // {{"Don't", " ", "go", "."}}
//   SplitWords({"Don't go."}, {.alphanumeric_only = true})  // {{"Don't",
//   "go"}} SplitSentences({"Who? Me."})  // {{"Who? ", "Me."}}
//   SplitGraphemes({"e\u0301🇩🇪"})  // {{"e\u0301", "🇩🇪"}}
//
// Each maximal ill-formed subpart is a character of its own, as U+FFFD would
// be. Fails with InvalidArgument if `locale` is no language tag, with
// ResourceExhausted if a string lies beyond kMaxBatchBytes of `input.bytes()`,
// and with Cancelled. Linear in the bytes, but for what a dictionary of ICU
// costs. The first call for a locale asks ICU for its rules, which takes some
// milliseconds.
absl::StatusOr<RaggedTensor<TokenSpan>> SplitWords(
    StringTensorView input, const BoundaryOptions& options = {});
absl::StatusOr<RaggedTensor<TokenSpan>> SplitSentences(
    StringTensorView input, const BoundaryOptions& options = {});
absl::StatusOr<RaggedTensor<TokenSpan>> SplitGraphemes(
    StringTensorView input, const BoundaryOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_BOUNDARIES_H_
