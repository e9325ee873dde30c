#ifndef ROWSPLIT_TEXT_WORDSHAPE_H_
#define ROWSPLIT_TEXT_WORDSHAPE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// TF Text's WordShape, under its names. "has": a part of the string is of that
// kind; "is": all of it.
enum class WordShape {
  kHasPunctuationDash,
  kHasNoDigits,
  kHasSomeDigits,  // and others beside them
  kHasOnlyDigits,
  kIsNumericValue,
  kHasNoPunctOrSymbol,
  kHasSomePunctOrSymbol,  // and others beside them
  kIsPunctOrSymbol,
  kBeginsWithPunctOrSymbol,
  kEndsWithPunctOrSymbol,
  kEndsWithEllipsis,
  kIsEmoticon,
  kEndsWithEmoticon,
  kHasEmoji,
  kIsAcronymWithPeriods,
  kIsUppercase,
  kIsLowercase,
  kHasMixedCase,
  kIsMixedCaseLetters,
  kHasTitleCase,
  kBeginsWithOpenQuote,
  kEndsWithCloseQuote,
  kHasMathSymbol,
  kHasCurrencySymbol,
  kHasNonLetter,
};

// By TF Text's name, such as "HAS_TITLE_CASE". Fails with InvalidArgument.
absl::StatusOr<WordShape> WordShapeByName(std::string_view name);

struct MatchWordShapeOptions {
  ExecOptions exec = {};
};

// Whether each string has the shape, as TF Text's wordshape.
//
//   MatchWordShape({"Abc", "abc"}, WordShape::kHasTitleCase)  // true, false
//
// Fails with Cancelled only. Linear: a shape is a regular expression.
absl::StatusOr<Buffer<bool>> MatchWordShape(
    StringTensorView input, WordShape shape,
    const MatchWordShapeOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_WORDSHAPE_H_
