#include "rowsplit/pipeline/text_steps.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "pipeline/option_words.h"
#include "pipeline/options_json.h"

namespace rowsplit {

namespace {

std::string ByRulesOf(const std::string& locale) {
  return locale.empty() ? "" : absl::StrCat(" by the rules of ", locale);
}

// One overload for each step, so that a new one can't be forgotten.
struct Describer {
  std::string operator()(const DropFullMatch& step) const {
    return absl::StrCat("drop rows that fully match \"", step.pattern, "\"");
  }
  std::string operator()(const ReplaceRegex& step) const {
    return absl::StrCat("replace ", step.replace_global ? "every" : "the first",
                        " match of \"", step.pattern, "\" by \"", step.rewrite,
                        "\"");
  }
  std::string operator()(const LowerCase&) const { return "lower case"; }
  std::string operator()(const DeletePunctuation&) const {
    return "delete punctuation";
  }
  std::string operator()(const UnicodeLowerCase& step) const {
    return "Unicode lower case" + ByRulesOf(step.locale);
  }
  std::string operator()(const UnicodeUpperCase& step) const {
    return "Unicode upper case" + ByRulesOf(step.locale);
  }
  std::string operator()(const UnicodeTitleCase& step) const {
    return "Unicode title case" + ByRulesOf(step.locale);
  }
  std::string operator()(const UnicodeFoldCase& step) const {
    return "Unicode case folding" + ByRulesOf(step.locale);
  }
  std::string operator()(const NormalizeText& step) const {
    return absl::StrFormat("normalize to %s",
                           internal::WordOf(internal::kFormWords, step.form));
  }
  std::string operator()(const DropAccents&) const { return "strip accents"; }
  std::string operator()(const TransliterateText& step) const {
    return absl::StrCat("transliterate by \"", step.id, "\"");
  }
  std::string operator()(const DecodeHtml& step) const {
    return absl::StrCat("HTML ",
                        step.tags
                            ? step.references ? "tags and references" : "tags"
                            : "references",
                        " to text");
  }
  std::string operator()(const MaskText& step) const {
    std::vector<std::string> masks;
    if (step.urls) masks.push_back("URLs by \"" + *step.urls + "\"");
    if (step.emails)
      masks.push_back("e-mail addresses by \"" + *step.emails + "\"");
    if (step.numbers) masks.push_back("numbers by \"" + *step.numbers + "\"");
    return absl::StrCat("mask ", absl::StrJoin(masks, ", "));
  }
  std::string operator()(const ShortenRepeats& step) const {
    std::string text = "limit repeats to ";
    if (step.max_characters > 0)
      absl::StrAppend(&text, step.max_characters, " characters");
    if (step.max_lines > 0) {
      absl::StrAppend(&text, step.max_characters > 0 ? " and " : "",
                      step.max_lines, " lines");
    }
    return text;
  }
  std::string operator()(const DeleteControls&) const {
    return "delete control characters";
  }
  std::string operator()(const RepairEncoding&) const {
    return "repair UTF-8 read as Windows-1252";
  }
  std::string operator()(const KeepLanguages& step) const {
    return absl::StrCat(
        "drop rows not in ", absl::StrJoin(step.languages, ", "),
        step.keep_unsure ? "" : ", or not surely",
        absl::StrFormat(" (confidence %g)", step.min_confidence));
  }
};

template <typename... Steps>
bool IsOneOf(const TextStep& step) {
  return (std::holds_alternative<Steps>(step) || ...);
}

}  // namespace

bool DropsRows(const TextStep& step) {
  return IsOneOf<DropFullMatch, KeepLanguages>(step);
}

bool CountsChanges(const TextStep& step) {
  return IsOneOf<DecodeHtml, MaskText, ShortenRepeats, DeleteControls,
                 RepairEncoding>(step);
}

bool DependsOnUnicode(const TextStep& step) {
  return IsOneOf<UnicodeLowerCase, UnicodeUpperCase, UnicodeTitleCase,
                 UnicodeFoldCase, NormalizeText, DropAccents,
                 TransliterateText>(step);
}

std::string DescribeStep(const TextStep& step) {
  return std::visit(Describer(), step);
}

}  // namespace rowsplit
