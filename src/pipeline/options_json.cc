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
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "pipeline/option_words.h"

namespace rowsplit {

namespace internal {

namespace {

// Reads the options that an object has; the others keep their values.
class OptionReader {
 public:
  explicit OptionReader(const JsonValue& object) : object_(object) {}

  template <typename T, size_t kSize>
  absl::Status Word(std::string_view key,
                    const std::pair<std::string_view, T> (&words)[kSize],
                    T& option) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object_.Find(key));
    if (!value.has_value()) return absl::OkStatus();
    return ReadWord(*value, words, option);
  }

  absl::Status Int(std::string_view key, int64_t& option) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object_.Find(key));
    if (!value.has_value()) return absl::OkStatus();
    ROWSPLIT_ASSIGN_OR_RETURN(option, value->AsInt());
    return absl::OkStatus();
  }

  absl::Status Bool(std::string_view key, bool& option) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object_.Find(key));
    if (!value.has_value()) return absl::OkStatus();
    ROWSPLIT_ASSIGN_OR_RETURN(option, value->AsBool());
    return absl::OkStatus();
  }

 private:
  const JsonValue& object_;
};

// The steps that are a word and nothing else.
const std::pair<std::string_view, TextStep> kPlainSteps[] = {
    {"lower", LowerCase{}},
    {"delete_punctuation", DeletePunctuation{}},
    {"lower_unicode", UnicodeLowerCase{}},
    {"fold_case", UnicodeFoldCase{}}};

void WriteStep(JsonWriter& json, const TextStep& step) {
  json.BeginObject();
  if (const auto* drop = std::get_if<DropFullMatch>(&step)) {
    json.Member("step", "drop_full_match");
    json.Key("pattern");
    WriteBytes(json, drop->pattern);
  } else if (const auto* replace = std::get_if<ReplaceRegex>(&step)) {
    json.Member("step", "replace");
    json.Key("pattern");
    WriteBytes(json, replace->pattern);
    json.Key("rewrite");
    WriteBytes(json, replace->rewrite);
    json.Member("replace_global", replace->replace_global);
  } else {
    json.Member("step", WordOf(kPlainSteps, step));
  }
  json.EndObject();
}

absl::StatusOr<std::string> ReadBytes(const JsonValue& object,
                                      std::string_view key) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, object.Get(key));
  return internal::ReadBytes(value);
}

absl::StatusOr<TextStep> ReadStep(const JsonValue& value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name,
                            value.GetString("step"));
  if (name == "drop_full_match") {
    ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step", "pattern"}));
    ROWSPLIT_ASSIGN_OR_RETURN(std::string pattern, ReadBytes(value, "pattern"));
    return DropFullMatch{std::move(pattern)};
  }
  if (name == "replace") {
    ROWSPLIT_RETURN_IF_ERROR(
        value.CheckKeys({"step", "pattern", "rewrite", "replace_global"}));
    ReplaceRegex replace;
    ROWSPLIT_ASSIGN_OR_RETURN(replace.pattern, ReadBytes(value, "pattern"));
    ROWSPLIT_ASSIGN_OR_RETURN(replace.rewrite, ReadBytes(value, "rewrite"));
    ROWSPLIT_RETURN_IF_ERROR(
        OptionReader(value).Bool("replace_global", replace.replace_global));
    return replace;
  }
  for (const auto& [word, step] : kPlainSteps) {
    if (word != name) continue;
    ROWSPLIT_RETURN_IF_ERROR(value.CheckKeys({"step"}));
    return step;
  }
  return value.Error("unknown step " + std::string(name));
}

}  // namespace

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

void WriteSteps(JsonWriter& json, const std::vector<TextStep>& steps) {
  json.BeginArray();
  for (const TextStep& step : steps) WriteStep(json, step);
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
