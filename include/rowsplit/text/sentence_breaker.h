#ifndef ROWSPLIT_TEXT_SENTENCE_BREAKER_H_
#define ROWSPLIT_TEXT_SENTENCE_BREAKER_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct BreakSentencesOptions {
  ExecOptions exec = {};
};

// Splits each string behind runs of terminal punctuation (full stops, question
// and exclamation marks, ellipses, acronyms such as "U.S.", emoticons) and the
// brackets and quotation marks that close behind them: TF Text's
// StateBasedSentenceBreaker, which knows no abbreviations. White space in front
// of a sentence is dropped, that behind the last one stays. For the sentences
// of Unicode see SplitSentences.
//
//   BreakSentences({"Hi. (You?) Fine"})  // {{"Hi.", "(You?)", "Fine"}}
//
// The sentences are spans of `input.bytes()`: nothing is copied. Fails with
// ResourceExhausted if a string lies beyond kMaxBatchBytes of `input.bytes()`,
// and with Cancelled. Linear in the bytes. The first call asks ICU for the
// properties of each code point, which takes some milliseconds.
absl::StatusOr<RaggedTensor<TokenSpan>> BreakSentences(
    StringTensorView input, const BreakSentencesOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_SENTENCE_BREAKER_H_
