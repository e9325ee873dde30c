#include "rowsplit/pipeline/vectorizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "pipeline/options_json.h"
#include "rowsplit/core/version.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

namespace {

using internal::JsonValue;
using internal::JsonWriter;

constexpr std::string_view kFormat = "rowsplit.vectorizer";
constexpr int64_t kFormatVersion = 1;

absl::StatusOr<TextPlan> ReadClean(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue array, root.Get("clean"));
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<TextStep> steps,
                            internal::ReadSteps(array));
  absl::StatusOr<TextPlan> plan = TextPlan::Compile(std::move(steps));
  if (!plan.ok())
    return root.Error("clean: " + std::string(plan.status().message()));
  return plan;
}

absl::StatusOr<Vocabulary> ReadVocabulary(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            root.GetArray("vocabulary"));
  StringTensorBuilder tokens;
  for (const JsonValue& value : values) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string token,
                              internal::ReadBytes(value));
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
                            internal::ReadOptions(options_value));
  ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(root));
  absl::StatusOr<TextVectorization> layer =
      TextVectorization::Create(options, std::move(vocabulary));
  if (!layer.ok()) return root.Error(std::string(layer.status().message()));
  return Vectorizer{std::move(clean), *std::move(layer)};
}

}  // namespace rowsplit
