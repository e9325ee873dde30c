#include "rowsplit/pipeline/vectorizer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "pipeline/option_words.h"
#include "rowsplit/core/version.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

namespace {

using internal::JsonValue;
using internal::JsonWriter;

constexpr std::string_view kFormat = "rowsplit.vectorizer";
constexpr int64_t kFormatVersion = 1;

template <typename T, size_t kSize>
std::string_view WordOf(const std::pair<std::string_view, T> (&words)[kSize],
                        T value) {
  for (const auto& [word, meaning] : words) {
    if (meaning == value) return word;
  }
  return "";
}

template <typename T, size_t kSize>
absl::StatusOr<T> ReadWord(
    const JsonValue& object, std::string_view key,
    const std::pair<std::string_view, T> (&words)[kSize]) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, object.Get(key));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view given, value.AsString());
  std::string known;
  for (const auto& [word, meaning] : words) {
    if (word == given) return meaning;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return value.Error("expected one of " + known + "; got " +
                     std::string(given));
}

void WriteString(JsonWriter& json, std::string_view text) {
  if (internal::IsValidUtf8(text)) {
    json.String(text);
    return;
  }
  json.BeginObject();
  json.Member("base64", absl::Base64Escape({text.data(), text.size()}));
  json.EndObject();
}

absl::StatusOr<std::string> ReadString(const JsonValue& value) {
  if (value.kind() == JsonValue::Kind::kObject) {
    ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"base64"}));
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view base64,
                              value.GetString("base64"));
    std::string bytes;
    if (!absl::Base64Unescape({base64.data(), base64.size()}, &bytes)) {
      return value.Error("the base64 is broken");
    }
    return bytes;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view text, value.AsString());
  return std::string(text);
}

absl::StatusOr<std::string> ReadString(const JsonValue& object,
                                       std::string_view key) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, object.Get(key));
  return ReadString(value);
}

void WriteStep(JsonWriter& json, const TextStep& step) {
  json.BeginObject();
  if (const auto* drop = std::get_if<DropFullMatch>(&step)) {
    json.Member("step", "drop_full_match");
    json.Key("pattern");
    WriteString(json, drop->pattern);
  } else if (const auto* replace = std::get_if<ReplaceRegex>(&step)) {
    json.Member("step", "replace");
    json.Key("pattern");
    WriteString(json, replace->pattern);
    json.Key("rewrite");
    WriteString(json, replace->rewrite);
    json.Member("replace_global", replace->replace_global);
  } else {
    json.Member("step", std::holds_alternative<LowerCase>(step)
                            ? "lower"
                            : "delete_punctuation");
  }
  json.EndObject();
}

absl::StatusOr<TextStep> ReadStep(const JsonValue& value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name,
                            value.GetString("step"));
  if (name == "drop_full_match") {
    ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "pattern"}));
    ROWSPLIT_ASSIGN_OR_RETURN(std::string pattern,
                              ReadString(value, "pattern"));
    return DropFullMatch{std::move(pattern)};
  }
  if (name == "replace") {
    ROWSPLIT_RETURN_IF_ERROR(
        value.CheckKeys({"step", "pattern", "rewrite", "replace_global"}));
    ReplaceRegex replace;
    ROWSPLIT_ASSIGN_OR_RETURN(replace.pattern, ReadString(value, "pattern"));
    ROWSPLIT_ASSIGN_OR_RETURN(replace.rewrite, ReadString(value, "rewrite"));
    ROWSPLIT_ASSIGN_OR_RETURN(replace.replace_global,
                              value.GetBool("replace_global"));
    return replace;
  }
  if (name != "lower" && name != "delete_punctuation") {
    return value.Error("unknown step " + std::string(name));
  }
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step"}));
  if (name == "lower") return LowerCase{};
  return DeletePunctuation{};
}

absl::StatusOr<TextPlan> ReadClean(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            root.GetArray("clean"));
  std::vector<TextStep> steps;
  for (const JsonValue& value : values) {
    ROWSPLIT_ASSIGN_OR_RETURN(TextStep step, ReadStep(value));
    steps.push_back(std::move(step));
  }
  absl::StatusOr<TextPlan> plan = TextPlan::Compile(std::move(steps));
  if (!plan.ok())
    return root.Error("clean: " + std::string(plan.status().message()));
  return plan;
}

void WriteOptions(JsonWriter& json, const TextVectorizationOptions& options) {
  json.BeginObject();
  json.Member("max_tokens", options.max_tokens);
  json.Member("standardize",
              WordOf(internal::kStandardizeWords, options.standardize));
  json.Member("split", WordOf(internal::kSplitWords, options.split));
  json.Member("output_mode", "int");
  json.Key("output_sequence_length");
  if (options.output_sequence_length.has_value()) {
    json.Int(*options.output_sequence_length);
  } else {
    json.Null();
  }
  json.EndObject();
}

absl::StatusOr<TextVectorizationOptions> ReadOptions(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(
      value.CheckKeys({"max_tokens", "standardize", "split", "output_mode",
                       "output_sequence_length"}));
  TextVectorizationOptions options;
  ROWSPLIT_ASSIGN_OR_RETURN(options.max_tokens, value.GetInt("max_tokens"));
  ROWSPLIT_ASSIGN_OR_RETURN(
      options.standardize,
      ReadWord(value, "standardize", internal::kStandardizeWords));
  ROWSPLIT_ASSIGN_OR_RETURN(options.split,
                            ReadWord(value, "split", internal::kSplitWords));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view mode,
                            value.GetString("output_mode"));
  if (mode != "int")
    return value.Error("output_mode must be int, got " + std::string(mode));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue length,
                            value.Get("output_sequence_length"));
  if (!length.is_null()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.output_sequence_length, length.AsInt());
  }
  return options;
}

absl::StatusOr<Vocabulary> ReadVocabulary(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            root.GetArray("vocabulary"));
  StringTensorBuilder tokens;
  for (const JsonValue& value : values) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string token, ReadString(value));
    tokens.Append(token);
  }
  absl::StatusOr<Vocabulary> vocabulary =
      Vocabulary::FromTokens(std::move(tokens).Build());
  if (!vocabulary.ok())
    return root.Error(std::string(vocabulary.status().message()));
  return vocabulary;
}

}  // namespace

std::string VectorizerToJson(const Vectorizer& vectorizer) {
  JsonWriter json(JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("format", kFormat);
  json.Member("format_version", kFormatVersion);
  json.Member("rowsplit_version", Version());
  json.Key("clean");
  json.BeginArray();
  for (const TextStep& step : vectorizer.clean.steps()) WriteStep(json, step);
  json.EndArray();
  json.Key("vectorize");
  WriteOptions(json, vectorizer.layer.options());
  json.Key("vocabulary");
  json.BeginArray();
  const TextVectorization& layer = vectorizer.layer;
  for (int64_t id = layer.first_token_id(); id < layer.num_ids(); ++id) {
    WriteString(json, layer.token(id));
  }
  json.EndArray();
  json.EndObject();
  return std::move(json).Take();
}

absl::StatusOr<Vectorizer> VectorizerFromJson(std::string_view json,
                                              std::string_view source) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue root,
                            JsonValue::Parse(json, source));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view format,
                            root.GetString("format"));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t version,
                            root.GetInt("format_version"));
  if (format != kFormat || version != kFormatVersion) {
    return root.Error("expected " + std::string(kFormat) + " version " +
                      std::to_string(kFormatVersion) + ", got " +
                      std::string(format) + " version " +
                      std::to_string(version));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      root.CheckKeys({"format", "format_version", "rowsplit_version", "clean",
                      "vectorize", "vocabulary"}));
  ROWSPLIT_ASSIGN_OR_RETURN(TextPlan clean, ReadClean(root));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue options_value,
                            root.Get("vectorize"));
  ROWSPLIT_ASSIGN_OR_RETURN(TextVectorizationOptions options,
                            ReadOptions(options_value));
  ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(root));
  absl::StatusOr<TextVectorization> layer =
      TextVectorization::Create(options, std::move(vocabulary));
  if (!layer.ok()) return root.Error(std::string(layer.status().message()));
  return Vectorizer{std::move(clean), *std::move(layer)};
}

}  // namespace rowsplit
