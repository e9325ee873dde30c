// The steps of a pipeline as JSON.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "pipeline/option_reader.h"
#include "pipeline/option_words.h"
#include "pipeline/options_json.h"

namespace rowsplit::internal {

namespace {

// The steps that are a word and nothing else.
const std::pair<std::string_view, TextStep> kPlainSteps[] = {
    {"lower", LowerCase{}},
    {"delete_punctuation", DeletePunctuation{}},
    {"strip_accents", DropAccents{}},
    {"repair_mojibake", RepairEncoding{}}};

struct Writer {
  JsonWriter& json;

  void Bytes(std::string_view key, std::string_view bytes) const {
    json.Key(key);
    WriteBytes(json, bytes);
  }
  void Mask(std::string_view key,
            const std::optional<std::string>& mask) const {
    if (mask.has_value()) Bytes(key, *mask);
  }

  void operator()(const DropFullMatch& step) const {
    json.Member("step", "drop_full_match");
    Bytes("pattern", step.pattern);
  }
  void operator()(const ReplaceRegex& step) const {
    json.Member("step", "replace");
    Bytes("pattern", step.pattern);
    Bytes("rewrite", step.rewrite);
    json.Member("replace_global", step.replace_global);
  }
  void Case(std::string_view name, const std::string& locale) const {
    json.Member("step", name);
    if (!locale.empty()) json.Member("locale", locale);
  }
  void operator()(const UnicodeLowerCase& step) const {
    Case("lower_unicode", step.locale);
  }
  void operator()(const UnicodeUpperCase& step) const {
    Case("upper_unicode", step.locale);
  }
  void operator()(const UnicodeTitleCase& step) const {
    Case("title_case", step.locale);
  }
  void operator()(const UnicodeFoldCase& step) const {
    Case("fold_case", step.locale);
  }
  void operator()(const NormalizeText& step) const {
    json.Member("step", "normalize");
    json.Member("form", WordOf(kFormWords, step.form));
  }
  void operator()(const TransliterateText& step) const {
    json.Member("step", "transliterate");
    Bytes("id", step.id);
  }
  void operator()(const DecodeHtml& step) const {
    json.Member("step", "html");
    json.Member("tags", step.tags);
    json.Member("references", step.references);
  }
  void operator()(const MaskText& step) const {
    json.Member("step", "mask");
    Mask("urls", step.urls);
    Mask("emails", step.emails);
    Mask("numbers", step.numbers);
  }
  void operator()(const ShortenRepeats& step) const {
    json.Member("step", "limit_repeats");
    json.Member("characters", step.max_characters);
    json.Member("lines", step.max_lines);
  }
  void operator()(const DeleteControls& step) const {
    json.Member("step", "delete_controls");
    json.Member("controls", step.controls);
    json.Member("zero_width", step.zero_width);
    json.Member("bidi", step.bidi);
    json.Member("joiners", step.joiners);
  }
  void operator()(const KeepLanguages& step) const {
    json.Member("step", "keep_languages");
    json.Key("languages");
    json.BeginArray();
    for (const std::string& code : step.languages) json.String(code);
    json.EndArray();
    json.Key("min_confidence");
    json.Double(step.min_confidence);
    json.Member("keep_unsure", step.keep_unsure);
  }
  template <typename Plain>
  void operator()(const Plain& step) const {
    json.Member("step", WordOf(kPlainSteps, TextStep(step)));
  }
};

absl::StatusOr<std::string> ReadBytesOf(const JsonValue& object,
                                        std::string_view key) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, object.Get(key));
  return ReadBytes(value);
}

absl::Status ReadMask(const JsonValue& object, std::string_view key,
                      std::optional<std::string>& mask) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object.Find(key));
  if (!value.has_value() || value->is_null()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(mask, ReadBytes(*value));
  return absl::OkStatus();
}

absl::StatusOr<TextStep> ReadDrop(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "pattern"}));
  ROWSPLIT_ASSIGN_OR_RETURN(std::string pattern, ReadBytesOf(value, "pattern"));
  return DropFullMatch{std::move(pattern)};
}

absl::StatusOr<TextStep> ReadReplace(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(
      value.CheckKeys({"step", "pattern", "rewrite", "replace_global"}));
  ReplaceRegex replace;
  ROWSPLIT_ASSIGN_OR_RETURN(replace.pattern, ReadBytesOf(value, "pattern"));
  ROWSPLIT_ASSIGN_OR_RETURN(replace.rewrite, ReadBytesOf(value, "rewrite"));
  ROWSPLIT_RETURN_IF_ERROR(
      OptionReader(value).Bool("replace_global", replace.replace_global));
  return replace;
}

template <typename Step>
absl::StatusOr<TextStep> ReadCase(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "locale"}));
  Step step;
  ROWSPLIT_ASSIGN_OR_RETURN(const auto locale, value.Find("locale"));
  if (locale.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view tag, locale->AsString());
    step.locale = tag;
  }
  return step;
}

absl::StatusOr<TextStep> ReadTransliterate(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "id"}));
  ROWSPLIT_ASSIGN_OR_RETURN(std::string id, ReadBytesOf(value, "id"));
  return TransliterateText{std::move(id)};
}

absl::StatusOr<TextStep> ReadNormalize(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "form"}));
  NormalizeText step;
  ROWSPLIT_RETURN_IF_ERROR(
      OptionReader(value).Word("form", kFormWords, step.form));
  return step;
}

absl::StatusOr<TextStep> ReadHtml(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "tags", "references"}));
  const OptionReader reader(value);
  DecodeHtml step;
  ROWSPLIT_RETURN_IF_ERROR(reader.Bool("tags", step.tags));
  ROWSPLIT_RETURN_IF_ERROR(reader.Bool("references", step.references));
  return step;
}

absl::StatusOr<TextStep> ReadMasks(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(
      value.CheckKeys({"step", "urls", "emails", "numbers"}));
  MaskText step;
  ROWSPLIT_RETURN_IF_ERROR(ReadMask(value, "urls", step.urls));
  ROWSPLIT_RETURN_IF_ERROR(ReadMask(value, "emails", step.emails));
  ROWSPLIT_RETURN_IF_ERROR(ReadMask(value, "numbers", step.numbers));
  return step;
}

absl::StatusOr<TextStep> ReadRepeats(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "characters", "lines"}));
  const OptionReader reader(value);
  ShortenRepeats step;
  ROWSPLIT_RETURN_IF_ERROR(reader.Int("characters", step.max_characters));
  ROWSPLIT_RETURN_IF_ERROR(reader.Int("lines", step.max_lines));
  return step;
}

absl::StatusOr<TextStep> ReadControls(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(
      value.CheckKeys({"step", "controls", "zero_width", "bidi", "joiners"}));
  const OptionReader reader(value);
  DeleteControls step;
  ROWSPLIT_RETURN_IF_ERROR(reader.Bool("controls", step.controls));
  ROWSPLIT_RETURN_IF_ERROR(reader.Bool("zero_width", step.zero_width));
  ROWSPLIT_RETURN_IF_ERROR(reader.Bool("bidi", step.bidi));
  ROWSPLIT_RETURN_IF_ERROR(reader.Bool("joiners", step.joiners));
  return step;
}

absl::StatusOr<TextStep> ReadLanguages(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(
      value.CheckKeys({"step", "languages", "min_confidence", "keep_unsure"}));
  KeepLanguages step;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> codes,
                            value.GetArray("languages"));
  for (const JsonValue& code : codes) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view text, code.AsString());
    step.languages.emplace_back(text);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const auto least, value.Find("min_confidence"));
  if (least.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(step.min_confidence, least->AsDouble());
  }
  ROWSPLIT_RETURN_IF_ERROR(
      OptionReader(value).Bool("keep_unsure", step.keep_unsure));
  return step;
}

constexpr std::pair<std::string_view,
                    absl::StatusOr<TextStep> (*)(const JsonValue&)>
    kReaders[] = {{"drop_full_match", ReadDrop},
                  {"replace", ReadReplace},
                  {"lower_unicode", ReadCase<UnicodeLowerCase>},
                  {"upper_unicode", ReadCase<UnicodeUpperCase>},
                  {"title_case", ReadCase<UnicodeTitleCase>},
                  {"fold_case", ReadCase<UnicodeFoldCase>},
                  {"normalize", ReadNormalize},
                  {"transliterate", ReadTransliterate},
                  {"html", ReadHtml},
                  {"mask", ReadMasks},
                  {"limit_repeats", ReadRepeats},
                  {"delete_controls", ReadControls},
                  {"keep_languages", ReadLanguages}};

absl::StatusOr<TextStep> ReadStep(const JsonValue& value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name,
                            value.GetString("step"));
  for (const auto& [word, read] : kReaders) {
    if (word == name) return read(value);
  }
  for (const auto& [word, step] : kPlainSteps) {
    if (word != name) continue;
    ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step"}));
    return step;
  }
  return value.Error("unknown step " + std::string(name));
}

}  // namespace

void WriteSteps(JsonWriter& json, const std::vector<TextStep>& steps) {
  json.BeginArray();
  for (const TextStep& step : steps) {
    json.BeginObject();
    std::visit(Writer{json}, step);
    json.EndObject();
  }
  json.EndArray();
}

absl::StatusOr<std::vector<TextStep>> ReadSteps(const JsonValue& array) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            array.AsArray());
  std::vector<TextStep> steps;
  for (const JsonValue& value : values) {
    ROWSPLIT_ASSIGN_OR_RETURN(TextStep step, ReadStep(value));
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace rowsplit::internal
