#ifndef ROWSPLIT_PIPELINE_TEXT_STEPS_H_
#define ROWSPLIT_PIPELINE_TEXT_STEPS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rowsplit/text/normalize.h"

namespace rowsplit {

// The steps that clean rows of text: plain data, so that a pipeline can be
// saved, shown and compiled.

// Drops the rows that `pattern` (RE2) matches from end to end.
struct DropFullMatch {
  std::string pattern;
  friend bool operator==(const DropFullMatch&, const DropFullMatch&) = default;
};

// Replaces what `pattern` (RE2) matches, as tf.strings.regex_replace: \0 to \9
// in `rewrite` are groups.
struct ReplaceRegex {
  std::string pattern;
  std::string rewrite;
  bool replace_global = true;
  friend bool operator==(const ReplaceRegex&, const ReplaceRegex&) = default;
};

// Lower-cases ASCII letters.
struct LowerCase {
  friend bool operator==(const LowerCase&, const LowerCase&) = default;
};

// Deletes the ASCII punctuation marks that Keras strips.
struct DeletePunctuation {
  friend bool operator==(const DeletePunctuation&,
                         const DeletePunctuation&) = default;
};

// Lower-cases the letters of all alphabets, and so on, as LowerUnicode,
// UpperUnicode, TitleUnicode and FoldCase do, by the rules of a locale if there
// is one. Ill-formed UTF-8 becomes U+FFFD.
struct UnicodeLowerCase {
  std::string locale = {};
  friend bool operator==(const UnicodeLowerCase&,
                         const UnicodeLowerCase&) = default;
};
struct UnicodeUpperCase {
  std::string locale = {};
  friend bool operator==(const UnicodeUpperCase&,
                         const UnicodeUpperCase&) = default;
};
struct UnicodeTitleCase {
  std::string locale = {};
  friend bool operator==(const UnicodeTitleCase&,
                         const UnicodeTitleCase&) = default;
};
struct UnicodeFoldCase {
  std::string locale = {};
  friend bool operator==(const UnicodeFoldCase&,
                         const UnicodeFoldCase&) = default;
};

// As Normalize (text/normalize.h).
struct NormalizeText {
  NormalForm form = NormalForm::kNfc;
  friend bool operator==(const NormalizeText&, const NormalizeText&) = default;
};

// As StripAccents (text/transliterate.h).
struct DropAccents {
  friend bool operator==(const DropAccents&, const DropAccents&) = default;
};

// As Transliterate (text/transliterate.h), by the transform of this id.
struct TransliterateText {
  std::string id;
  friend bool operator==(const TransliterateText&,
                         const TransliterateText&) = default;
};

// As HtmlToText (text/html.h).
struct DecodeHtml {
  bool tags = true;
  bool references = true;
  friend bool operator==(const DecodeHtml&, const DecodeHtml&) = default;
};

// As Mask (text/mask.h). What is not set stays.
struct MaskText {
  std::optional<std::string> urls = std::nullopt;
  std::optional<std::string> emails = std::nullopt;
  std::optional<std::string> numbers = std::nullopt;
  friend bool operator==(const MaskText&, const MaskText&) = default;
};

// As LimitRepeats (text/repeats.h); 0: any number.
struct ShortenRepeats {
  int64_t max_characters = 0;
  int64_t max_lines = 0;
  friend bool operator==(const ShortenRepeats&,
                         const ShortenRepeats&) = default;
};

// As RemoveControls (text/controls.h).
struct DeleteControls {
  bool controls = true;
  bool zero_width = true;
  bool bidi = true;
  bool joiners = false;
  friend bool operator==(const DeleteControls&,
                         const DeleteControls&) = default;
};

// As RepairMojibake (text/mojibake.h).
struct RepairEncoding {
  friend bool operator==(const RepairEncoding&,
                         const RepairEncoding&) = default;
};

// Drops the rows whose language, as DetectLanguage tells it, is none of
// `languages`. A row of which that is not sure, with a confidence below
// `min_confidence`, stays or goes by `keep_unsure`.
struct KeepLanguages {
  std::vector<std::string> languages;
  double min_confidence = 0.5;
  bool keep_unsure = true;
  friend bool operator==(const KeepLanguages&, const KeepLanguages&) = default;
};

using TextStep =
    std::variant<DropFullMatch, ReplaceRegex, LowerCase, DeletePunctuation,
                 UnicodeLowerCase, UnicodeUpperCase, UnicodeTitleCase,
                 UnicodeFoldCase, NormalizeText, DropAccents, TransliterateText,
                 DecodeHtml, MaskText, ShortenRepeats, DeleteControls,
                 RepairEncoding, KeepLanguages>;

// Whether a step may drop rows; whether it counts what it changes.
bool DropsRows(const TextStep& step);
bool CountsChanges(const TextStep& step);

// Whether what a step gives depends on the version of Unicode.
bool DependsOnUnicode(const TextStep& step);

// What a step does, in a few words: 'drop rows that fully match "…"'.
std::string DescribeStep(const TextStep& step);

}  // namespace rowsplit

#endif  // ROWSPLIT_PIPELINE_TEXT_STEPS_H_
