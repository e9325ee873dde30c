#ifndef ROWSPLIT_TEXT_LANGUAGE_H_
#define ROWSPLIT_TEXT_LANGUAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// The language of a text, as CLD2 tells it.
struct LanguageGuess {
  // ISO 639-1, else 639-3; with a script where CLD2 gives one: `en`, `he`,
  // `zh-Hant`. `und`: none was recognised.
  std::string_view code;
  // The share of the text that is in it; 0 if CLD2 calls its answer
  // unreliable, as for most texts of a few words.
  float confidence;
};

// Ill-formed UTF-8 counts as U+FFFD. Of a long text the first megabyte is
// looked at. Linear in it.
//
//   DetectLanguage("Das ist ein ganz gewöhnlicher Satz.")  // {"de", 0.97}
LanguageGuess DetectLanguage(std::string_view text);

struct DetectLanguagesOptions {
  ExecOptions exec = {};
};

struct LanguageGuesses {
  StringTensor codes;
  Buffer<float> confidences;
};

// The same of each string. Fails with Cancelled only.
absl::StatusOr<LanguageGuesses> DetectLanguages(
    StringTensorView input, const DetectLanguagesOptions& options = {});

// Fails with InvalidArgument that names a code which DetectLanguage never
// gives.
absl::Status CheckLanguageCodes(const std::vector<std::string>& codes);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_LANGUAGE_H_
