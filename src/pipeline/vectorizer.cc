#include "rowsplit/pipeline/vectorizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "pipeline/keras_config.h"
#include "pipeline/options_json.h"
#include "pipeline/vectorizer_json.h"
#include "rowsplit/core/version.h"
#include "rowsplit/pipeline/text_steps.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/icu_version.h"

namespace rowsplit {

namespace {

using internal::JsonValue;
using internal::JsonWriter;

constexpr std::string_view kFormat = "rowsplit.vectorizer";
constexpr int64_t kFormatVersion = 3;

absl::StatusOr<TextPlan> ReadClean(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue array, root.Get("clean"));
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<TextStep> steps,
                            internal::ReadSteps(array));
  absl::StatusOr<TextPlan> plan = TextPlan::Compile(std::move(steps));
  if (!plan.ok())
    return root.Error("clean: " + std::string(plan.status().message()));
  return plan;
}

absl::StatusOr<TextVectorization> ReadLayer(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue options_value,
                            root.Get("vectorize"));
  ROWSPLIT_ASSIGN_OR_RETURN(TextVectorizationOptions options,
                            internal::ReadOptions(options_value));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue array, root.Get("vocabulary"));
  ROWSPLIT_ASSIGN_OR_RETURN(StringTensor tokens, internal::ReadTokens(array));
  GivenVocabularyOptions given{.may_have_special_tokens = false,
                               .check_max_tokens = false,
                               .has_column_weights = true};
  ROWSPLIT_ASSIGN_OR_RETURN(const auto weights, root.Find("idf_weights"));
  if (weights.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(given.idf_weights,
                              internal::ReadWeights(*weights));
  }
  absl::StatusOr<TextVectorization> layer =
      TextVectorization::FromTokens(std::move(options), tokens, given);
  if (!layer.ok()) return root.Error(std::string(layer.status().message()));
  return layer;
}

bool DependsOnUnicode(const TextPlan& clean, const TextVectorization& layer) {
  for (const auto* steps : {&clean.steps(), &layer.options().steps}) {
    for (const TextStep& step : *steps) {
      if (rowsplit::DependsOnUnicode(step)) return true;
    }
  }
  return false;
}

// Files of version 1 and 2 do not say with which Unicode they were made.
absl::StatusOr<std::string> UnicodeWarning(const JsonValue& root,
                                           const TextPlan& clean,
                                           const TextVectorization& layer) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto saved, root.Find("unicode_version"));
  if (!saved.has_value()) return std::string();
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view version, saved->AsString());
  if (version == UnicodeVersion() || !DependsOnUnicode(clean, layer))
    return std::string();
  return absl::StrFormat(
      "the pipeline was saved with Unicode %s, and this is Unicode %s (ICU "
      "%s): characters that changed since may get other ids",
      version, UnicodeVersion(), IcuVersion());
}

// get_config() by itself, or as keras.saving.serialize_keras_object wraps it.
absl::StatusOr<Vectorizer> ReadKeras(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto name, root.Find("class_name"));
  if (!name.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(TextVectorization layer,
                              internal::ReadKerasConfig(root));
    return Vectorizer{TextPlan(), std::move(layer)};
  }
  ROWSPLIT_RETURN_IF_ERROR(root.CheckKeys(
      {"module", "class_name", "config", "registered_name", "build_config"}));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view class_name,
                            name->AsString());
  if (class_name != "TextVectorization") {
    return name->Error("expected TextVectorization, got " +
                       std::string(class_name));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue config, root.Get("config"));
  ROWSPLIT_ASSIGN_OR_RETURN(TextVectorization layer,
                            internal::ReadKerasConfig(config));
  return Vectorizer{TextPlan(), std::move(layer)};
}

}  // namespace

absl::StatusOr<Vectorizer> internal::ReadVectorizer(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto format_value, root.Find("format"));
  if (!format_value.has_value()) return ReadKeras(root);
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view format,
                            format_value->AsString());
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t version,
                            root.GetInt("format_version"));
  if (format != kFormat || version < 1 || version > kFormatVersion) {
    return root.Error("expected " + std::string(kFormat) + " version 1 to " +
                      std::to_string(kFormatVersion) + ", got " +
                      std::string(format) + " version " +
                      std::to_string(version));
  }
  ROWSPLIT_RETURN_IF_ERROR(root.CheckKeys(
      {"format", "format_version", "rowsplit_version", "unicode_version",
       "icu_version", "clean", "vectorize", "vocabulary", "idf_weights"}));
  ROWSPLIT_ASSIGN_OR_RETURN(TextPlan clean, ReadClean(root));
  ROWSPLIT_ASSIGN_OR_RETURN(TextVectorization layer, ReadLayer(root));
  ROWSPLIT_ASSIGN_OR_RETURN(std::string warning,
                            UnicodeWarning(root, clean, layer));
  return Vectorizer{std::move(clean), std::move(layer), std::move(warning)};
}

void internal::WriteVectorizer(JsonWriter& json, const Vectorizer& vectorizer) {
  json.BeginObject();
  json.Member("format", kFormat);
  json.Member("format_version", kFormatVersion);
  json.Member("rowsplit_version", Version());
  json.Member("unicode_version", UnicodeVersion());
  json.Member("icu_version", IcuVersion());
  json.Key("clean");
  internal::WriteSteps(json, vectorizer.clean.steps());
  json.Key("vectorize");
  internal::WriteOptions(json, vectorizer.layer.options());
  json.Key("vocabulary");
  json.BeginArray();
  const TextVectorization& layer = vectorizer.layer;
  for (int64_t id = layer.first_token_id(); id < layer.num_ids(); ++id) {
    internal::WriteBytes(json, layer.token(id));
  }
  json.EndArray();
  if (layer.options().output_mode == OutputMode::kTfIdf) {
    json.Key("idf_weights");
    internal::WriteWeights(json, layer.idf_weights().span());
  }
  json.EndObject();
}

std::string VectorizerToJson(const Vectorizer& vectorizer) {
  JsonWriter json(JsonWriter::Style::kPretty);
  internal::WriteVectorizer(json, vectorizer);
  return std::move(json).Take();
}

absl::StatusOr<Vectorizer> VectorizerFromJson(std::string_view json,
                                              std::string_view source) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue root,
                            JsonValue::Parse(json, source));
  absl::StatusOr<Vectorizer> vectorizer = internal::ReadVectorizer(root);
  // A member that is missing makes the document a wrong one.
  if (absl::IsNotFound(vectorizer.status()))
    return absl::InvalidArgumentError(vectorizer.status().message());
  return vectorizer;
}

absl::StatusOr<std::string> ToKerasConfig(const TextVectorization& layer) {
  return internal::WriteKerasConfig(layer);
}

absl::StatusOr<TextVectorization> WithCleaningSteps(
    const Vectorizer& vectorizer) {
  const TextVectorization& layer = vectorizer.layer;
  if (vectorizer.clean.steps().empty()) return layer;
  TextVectorizationOptions options = layer.options();
  options.steps.insert(options.steps.begin(), vectorizer.clean.steps().begin(),
                       vectorizer.clean.steps().end());
  GivenVocabularyOptions given{
      .may_have_special_tokens =
          layer.lookup().options().may_have_special_tokens,
      .check_max_tokens = false,
      .has_column_weights = true};
  if (options.output_mode == OutputMode::kTfIdf) {
    given.idf_weights = layer.idf_weights();
  }
  return TextVectorization::Create(std::move(options),
                                   layer.lookup().vocabulary(), given);
}

}  // namespace rowsplit
