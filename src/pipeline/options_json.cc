#include "pipeline/options_json.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "pipeline/option_reader.h"
#include "pipeline/option_words.h"

namespace rowsplit {

namespace internal {

void WriteBytes(JsonWriter& json, std::string_view bytes) { json.Bytes(bytes); }

absl::StatusOr<std::string> ReadBytes(const JsonValue& value) {
  return value.AsBytes();
}

absl::StatusOr<StringTensor> ReadTokens(const JsonValue& array) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            array.AsArray());
  StringTensorBuilder tokens;
  for (const JsonValue& value : values) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string token, ReadBytes(value));
    tokens.Append(token);
  }
  return std::move(tokens).Build();
}

void WriteWeights(JsonWriter& json, std::span<const float> weights) {
  json.BeginArray();
  for (const float weight : weights) {
    if (std::isfinite(weight)) {
      json.Double(weight);
    } else if (std::isnan(weight)) {
      json.String("NaN");
    } else {
      json.String(weight > 0 ? "Infinity" : "-Infinity");
    }
  }
  json.EndArray();
}

absl::StatusOr<Buffer<float>> ReadWeights(const JsonValue& array) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr std::pair<std::string_view, float> kWords[] = {
      {"NaN", std::numeric_limits<float>::quiet_NaN()},
      {"Infinity", kInfinity},
      {"-Infinity", -kInfinity}};
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            array.AsArray());
  BufferBuilder<float> weights;
  weights.Reserve(values.size());
  for (const JsonValue& value : values) {
    float weight = 0;
    if (value.kind() == JsonValue::Kind::kString) {
      ROWSPLIT_RETURN_IF_ERROR(ReadWord(value, kWords, weight));
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(const double number, value.AsDouble());
      weight = static_cast<float>(number);
    }
    weights.Append(weight);
  }
  return std::move(weights).Build();
}

void WriteOptions(JsonWriter& json, const TextVectorizationOptions& options) {
  json.BeginObject();
  json.Member("max_tokens", options.max_tokens);
  json.Key("steps");
  WriteSteps(json, options.steps);
  json.Member("standardize", WordOf(kStandardizeWords, options.standardize));
  json.Member("split", WordOf(kSplitWords, options.split));
  json.Key("ngrams");
  json.BeginArray();
  for (const int64_t width : options.ngrams) json.Int(width);
  json.EndArray();
  json.Member("output_mode", WordOf(kOutputModeWords, options.output_mode));
  json.Key("output_sequence_length");
  if (options.output_sequence_length.has_value()) {
    json.Int(*options.output_sequence_length);
  } else {
    json.Null();
  }
  json.Member("pad_to_max_tokens", options.pad_to_max_tokens);
  json.Member("num_oov_indices", options.num_oov_indices);
  json.Member("oov_hash", WordOf(kOovHashWords, options.oov_hash));
  json.Member("min_count", options.min_count);
  json.EndObject();
}

absl::StatusOr<TextVectorizationOptions> ReadOptions(const JsonValue& value) {
  ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys(
      {"max_tokens", "steps", "standardize", "split", "ngrams", "output_mode",
       "output_sequence_length", "pad_to_max_tokens", "num_oov_indices",
       "oov_hash", "min_count"}));
  const OptionReader reader(value);
  TextVectorizationOptions options;
  ROWSPLIT_RETURN_IF_ERROR(reader.Int("max_tokens", options.max_tokens));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto steps, value.Find("steps"));
  if (steps.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.steps, ReadSteps(*steps));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      reader.Word("standardize", kStandardizeWords, options.standardize));
  ROWSPLIT_RETURN_IF_ERROR(reader.Word("split", kSplitWords, options.split));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto ngrams, value.Find("ngrams"));
  if (ngrams.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const auto widths, ngrams->AsArray());
    for (const JsonValue& width : widths) {
      ROWSPLIT_ASSIGN_OR_RETURN(const int64_t number, width.AsInt());
      options.ngrams.push_back(number);
    }
  }
  ROWSPLIT_RETURN_IF_ERROR(
      reader.Word("output_mode", kOutputModeWords, options.output_mode));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto length,
                            value.Find("output_sequence_length"));
  if (length.has_value() && !length->is_null()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.output_sequence_length, length->AsInt());
  }
  ROWSPLIT_RETURN_IF_ERROR(
      reader.Bool("pad_to_max_tokens", options.pad_to_max_tokens));
  ROWSPLIT_RETURN_IF_ERROR(
      reader.Int("num_oov_indices", options.num_oov_indices));
  ROWSPLIT_RETURN_IF_ERROR(
      reader.Word("oov_hash", kOovHashWords, options.oov_hash));
  ROWSPLIT_RETURN_IF_ERROR(reader.Int("min_count", options.min_count));
  return options;
}

}  // namespace internal

std::string TextVectorizationOptionsToJson(
    const TextVectorizationOptions& options) {
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  internal::WriteOptions(json, options);
  return std::move(json).Take();
}

absl::StatusOr<TextVectorizationOptions> TextVectorizationOptionsFromJson(
    std::string_view json, std::string_view source) {
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::JsonValue root,
                            internal::JsonValue::Parse(json, source));
  return internal::ReadOptions(root);
}

}  // namespace rowsplit
