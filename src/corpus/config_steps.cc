#include "corpus/config_steps.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "core/status_macros.h"
#include "pipeline/option_words.h"

namespace rowsplit::internal {

namespace {

constexpr Range kCounts{1, int64_t{1} << 40};

// The words of steps that are switched on and have no options.
const std::pair<std::string_view, TextStep> kPlainSteps[] = {
    {"lower", LowerCase{}},
    {"delete_punctuation", DeletePunctuation{}},
    {"strip_accents", DropAccents{}},
    {"repair_mojibake", RepairEncoding{}}};

// What a table has; of each step those keys that name it, then its options.
class StepReader {
 public:
  explicit StepReader(ConfigTable table) : table_(std::move(table)) {}

  absl::StatusOr<TextStep> Read() {
    ROWSPLIT_RETURN_IF_ERROR(ReadPlain());
    ROWSPLIT_RETURN_IF_ERROR(ReadPatterns());
    ROWSPLIT_RETURN_IF_ERROR(ReadCase());
    ROWSPLIT_RETURN_IF_ERROR(ReadNormalize());
    ROWSPLIT_RETURN_IF_ERROR(ReadTransliterate());
    ROWSPLIT_RETURN_IF_ERROR(ReadHtml());
    ROWSPLIT_RETURN_IF_ERROR(ReadMask());
    ROWSPLIT_RETURN_IF_ERROR(ReadRepeats());
    ROWSPLIT_RETURN_IF_ERROR(ReadControls());
    ROWSPLIT_RETURN_IF_ERROR(ReadLanguages());
    ROWSPLIT_RETURN_IF_ERROR(table_.Finish());
    if (steps_.size() != 1) {
      return table_.Error(
          "a [[clean]] step needs one of drop_full_match, replace, lower, "
          "delete_punctuation, lower_unicode, upper_unicode, title_case, "
          "fold_case, normalize, strip_accents, transliterate, html, "
          "mask_urls (with mask_emails, mask_numbers), limit_characters (with "
          "limit_lines), delete_controls, repair_mojibake, keep_languages; "
          "got " +
          std::to_string(steps_.size()));
    }
    return steps_[0];
  }

 private:
  template <typename T>
  absl::Status Belongs(bool step, const std::optional<T>& option,
                       std::string_view message) const {
    if (step || !option.has_value()) return absl::OkStatus();
    return table_.Error(message);
  }
  absl::Status CheckOn(const std::optional<bool>& on) const {
    if (on.value_or(true)) return absl::OkStatus();
    return table_.Error("a step that is false does nothing: leave it out");
  }

  absl::Status ReadPlain() {
    for (const auto& [word, step] : kPlainSteps) {
      std::optional<bool> on;
      ROWSPLIT_RETURN_IF_ERROR(table_.Read(word, on));
      ROWSPLIT_RETURN_IF_ERROR(CheckOn(on));
      if (on.has_value()) steps_.push_back(step);
    }
    return absl::OkStatus();
  }

  absl::Status ReadPatterns() {
    std::optional<std::string> drop, replace, with;
    std::optional<bool> all;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("drop_full_match", drop));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("replace", replace));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("with", with));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("all", all));
    if (drop.has_value()) steps_.push_back(DropFullMatch{*drop});
    if (replace.has_value()) {
      steps_.push_back(
          ReplaceRegex{*replace, with.value_or(""), all.value_or(true)});
    }
    if (replace.has_value() != with.has_value() ||
        (all.has_value() && !replace.has_value())) {
      return table_.Error(
          "replace and with go together, and all only with them");
    }
    return absl::OkStatus();
  }

  template <typename Step>
  absl::Status ReadCaseStep(std::string_view word,
                            const std::optional<std::string>& locale) {
    std::optional<bool> on;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read(word, on));
    ROWSPLIT_RETURN_IF_ERROR(CheckOn(on));
    if (on.has_value()) steps_.push_back(Step{locale.value_or("")});
    return absl::OkStatus();
  }

  absl::Status ReadCase() {
    std::optional<std::string> locale;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("locale", locale));
    const size_t before = steps_.size();
    ROWSPLIT_RETURN_IF_ERROR(
        ReadCaseStep<UnicodeLowerCase>("lower_unicode", locale));
    ROWSPLIT_RETURN_IF_ERROR(
        ReadCaseStep<UnicodeUpperCase>("upper_unicode", locale));
    ROWSPLIT_RETURN_IF_ERROR(
        ReadCaseStep<UnicodeTitleCase>("title_case", locale));
    ROWSPLIT_RETURN_IF_ERROR(
        ReadCaseStep<UnicodeFoldCase>("fold_case", locale));
    return Belongs(steps_.size() > before, locale,
                   "locale goes with lower_unicode, upper_unicode, title_case "
                   "and fold_case only");
  }

  absl::Status ReadTransliterate() {
    std::optional<std::string> id;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("transliterate", id));
    if (id.has_value()) steps_.push_back(TransliterateText{*std::move(id)});
    return absl::OkStatus();
  }

  absl::Status ReadNormalize() {
    std::optional<std::string> word;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("normalize", word));
    if (!word.has_value()) return absl::OkStatus();
    NormalizeText step;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("normalize", kFormWords, step.form));
    steps_.push_back(step);
    return absl::OkStatus();
  }

  absl::Status ReadHtml() {
    std::optional<bool> html, tags, references;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("html", html));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("tags", tags));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("references", references));
    ROWSPLIT_RETURN_IF_ERROR(CheckOn(html));
    const std::string_view message = "tags and references go with html only";
    ROWSPLIT_RETURN_IF_ERROR(Belongs(html.has_value(), tags, message));
    ROWSPLIT_RETURN_IF_ERROR(Belongs(html.has_value(), references, message));
    if (html.has_value()) {
      steps_.push_back(
          DecodeHtml{tags.value_or(true), references.value_or(true)});
    }
    return absl::OkStatus();
  }

  absl::Status ReadMask() {
    MaskText step;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("mask_urls", step.urls));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("mask_emails", step.emails));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("mask_numbers", step.numbers));
    if (step != MaskText{}) steps_.push_back(std::move(step));
    return absl::OkStatus();
  }

  absl::Status ReadRepeats() {
    ShortenRepeats step;
    ROWSPLIT_RETURN_IF_ERROR(
        table_.Read("limit_characters", kCounts, step.max_characters));
    ROWSPLIT_RETURN_IF_ERROR(
        table_.Read("limit_lines", kCounts, step.max_lines));
    if (step != ShortenRepeats{}) steps_.push_back(step);
    return absl::OkStatus();
  }

  absl::Status ReadControls() {
    std::optional<bool> on, controls, zero_width, bidi, joiners;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("delete_controls", on));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("controls", controls));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("zero_width", zero_width));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("bidi", bidi));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("joiners", joiners));
    ROWSPLIT_RETURN_IF_ERROR(CheckOn(on));
    for (const auto& option : {controls, zero_width, bidi, joiners}) {
      ROWSPLIT_RETURN_IF_ERROR(
          Belongs(on.has_value(), option,
                  "controls, zero_width, bidi and joiners go with "
                  "delete_controls only"));
    }
    if (on.has_value()) {
      steps_.push_back(
          DeleteControls{controls.value_or(true), zero_width.value_or(true),
                         bidi.value_or(true), joiners.value_or(false)});
    }
    return absl::OkStatus();
  }

  absl::Status ReadLanguages() {
    std::optional<std::vector<std::string>> languages;
    std::optional<double> min_confidence;
    std::optional<bool> keep_unsure;
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("keep_languages", languages));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("min_confidence", min_confidence));
    ROWSPLIT_RETURN_IF_ERROR(table_.Read("keep_unsure", keep_unsure));
    const std::string_view message =
        "min_confidence and keep_unsure go with keep_languages only";
    const bool is_step = languages.has_value();
    ROWSPLIT_RETURN_IF_ERROR(Belongs(is_step, min_confidence, message));
    ROWSPLIT_RETURN_IF_ERROR(Belongs(is_step, keep_unsure, message));
    if (is_step) {
      steps_.push_back(KeepLanguages{*std::move(languages),
                                     min_confidence.value_or(0.5),
                                     keep_unsure.value_or(true)});
    }
    return absl::OkStatus();
  }

  ConfigTable table_;
  std::vector<TextStep> steps_;
};

struct TomlWriter {
  toml::table operator()(const DropFullMatch& step) const {
    return toml::table{{"drop_full_match", step.pattern}};
  }
  toml::table operator()(const ReplaceRegex& step) const {
    return toml::table{{"replace", step.pattern},
                       {"with", step.rewrite},
                       {"all", step.replace_global}};
  }
  static toml::table Case(std::string_view word, const std::string& locale) {
    toml::table table{{word, true}};
    if (!locale.empty()) table.insert("locale", locale);
    return table;
  }
  toml::table operator()(const UnicodeLowerCase& step) const {
    return Case("lower_unicode", step.locale);
  }
  toml::table operator()(const UnicodeUpperCase& step) const {
    return Case("upper_unicode", step.locale);
  }
  toml::table operator()(const UnicodeTitleCase& step) const {
    return Case("title_case", step.locale);
  }
  toml::table operator()(const UnicodeFoldCase& step) const {
    return Case("fold_case", step.locale);
  }
  toml::table operator()(const TransliterateText& step) const {
    return toml::table{{"transliterate", step.id}};
  }
  toml::table operator()(const NormalizeText& step) const {
    for (const auto& [word, form] : kFormWords) {
      if (form == step.form)
        return toml::table{{"normalize", std::string(word)}};
    }
    return {};
  }
  toml::table operator()(const DecodeHtml& step) const {
    return toml::table{
        {"html", true}, {"tags", step.tags}, {"references", step.references}};
  }
  toml::table operator()(const MaskText& step) const {
    toml::table table;
    if (step.urls) table.insert("mask_urls", *step.urls);
    if (step.emails) table.insert("mask_emails", *step.emails);
    if (step.numbers) table.insert("mask_numbers", *step.numbers);
    return table;
  }
  toml::table operator()(const ShortenRepeats& step) const {
    toml::table table;
    if (step.max_characters > 0)
      table.insert("limit_characters", step.max_characters);
    if (step.max_lines > 0) table.insert("limit_lines", step.max_lines);
    return table;
  }
  toml::table operator()(const DeleteControls& step) const {
    return toml::table{{"delete_controls", true},
                       {"controls", step.controls},
                       {"zero_width", step.zero_width},
                       {"bidi", step.bidi},
                       {"joiners", step.joiners}};
  }
  toml::table operator()(const KeepLanguages& step) const {
    toml::array languages;
    for (const std::string& code : step.languages) languages.push_back(code);
    return toml::table{{"keep_languages", std::move(languages)},
                       {"min_confidence", step.min_confidence},
                       {"keep_unsure", step.keep_unsure}};
  }
  template <typename Plain>
  toml::table operator()(const Plain& step) const {
    for (const auto& [word, plain] : kPlainSteps) {
      if (plain == TextStep(step))
        return toml::table{{std::string(word), true}};
    }
    return {};
  }
};

}  // namespace

absl::StatusOr<TextStep> ReadStep(ConfigTable table) {
  return StepReader(std::move(table)).Read();
}

toml::table StepToToml(const TextStep& step) {
  return std::visit(TomlWriter(), step);
}

}  // namespace rowsplit::internal
