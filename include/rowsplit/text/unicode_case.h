#ifndef ROWSPLIT_TEXT_UNICODE_CASE_H_
#define ROWSPLIT_TEXT_UNICODE_CASE_H_

#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct UnicodeCaseOptions {
  // A NUL ends its string, as in tf.strings.lower and upper with
  // encoding='utf-8', which lose what is behind it. Otherwise NUL is a
  // character as any other.
  bool nul_ends_string = false;
  // The BCP 47 tag of a locale whose rules to follow, as "tr", "lt" or "el";
  // empty: the root locale. Folding knows "tr" and "az" alone.
  std::string locale = {};
  ExecOptions exec = {};
};

// Maps UTF-8 text to lower case, to upper case, or to the folded form in which
// strings that differ in case only are equal: Unicode's full mappings, as ICU
// knows them. Each maximal ill-formed subpart becomes one U+FFFD.
//
//   LowerUnicode({"ÉCOLE", "ΟΔΟΣ", "İ"})  // {"école", "οδος", "i̇"}
//   UpperUnicode({"straße", "ŉ"})         // {"STRASSE", "ʼN"}
//   FoldCase({"Straße", "ΟΔΟΣ"})          // {"strasse", "οδοσ"}
//
// A capital sigma that ends a word becomes ς in lower case. Strings may change
// their size. Fails with InvalidArgument for a locale that is no tag or whose
// language ICU does not know, with Cancelled and, with a locale, with
// ResourceExhausted for a string of 1 GiB or more. Linear in the bytes; with a
// locale at the speed of ICU. The first call asks ICU for what each code point
// becomes, which takes some milliseconds.
absl::StatusOr<StringTensor> LowerUnicode(
    StringTensorView input, const UnicodeCaseOptions& options = {});
absl::StatusOr<StringTensor> UpperUnicode(
    StringTensorView input, const UnicodeCaseOptions& options = {});
absl::StatusOr<StringTensor> FoldCase(StringTensorView input,
                                      const UnicodeCaseOptions& options = {});

// Title case: the first letter of each word capital, the others small, words
// being those of the locale.
//
//   TitleUnicode({"ǆ in the éCOLE"})  // {"ǅ In The École"}
//
// Fails as the above. At the speed of ICU.
absl::StatusOr<StringTensor> TitleUnicode(
    StringTensorView input, const UnicodeCaseOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_UNICODE_CASE_H_
