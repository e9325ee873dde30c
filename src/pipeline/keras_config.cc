#include "pipeline/keras_config.h"

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
#include "core/utf8.h"
#include "pipeline/option_words.h"
#include "pipeline/options_json.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

// Keras' null is our "none".
template <typename T, size_t kSize>
absl::Status ReadWordOrNull(
    const JsonValue& config, std::string_view key,
    const std::pair<std::string_view, T> (&words)[kSize], T none, T& option) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto value, config.Find(key));
  if (!value.has_value()) return absl::OkStatus();
  if (value->is_null()) {
    option = none;
    return absl::OkStatus();
  }
  if (value->kind() == JsonValue::Kind::kObject) {
    return value->Error("a function can't be read; use steps instead");
  }
  return ReadWord(*value, words, option);
}

absl::Status ReadNgrams(const JsonValue& config, std::vector<int64_t>& ngrams) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto value, config.Find("ngrams"));
  if (!value.has_value() || value->is_null()) return absl::OkStatus();
  if (value->kind() == JsonValue::Kind::kInt) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t most, value->AsInt());
    if (most < 1 || most > 1000) {
      return value->Error(
          absl::StrFormat("expected a width of 1 to 1000, got %d", most));
    }
    for (int64_t width = 1; width <= most; ++width) ngrams.push_back(width);
    return absl::OkStatus();
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const auto widths, value->AsArray());
  if (widths.empty()) return value->Error("expected a width, got none");
  for (const JsonValue& width : widths) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t number, width.AsInt());
    ngrams.push_back(number);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<int64_t>> ReadIntOrNull(const JsonValue& config,
                                                     std::string_view key) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto value, config.Find(key));
  if (!value.has_value() || value->is_null()) return std::nullopt;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t number, value->AsInt());
  return number;
}

absl::StatusOr<TextVectorizationOptions> ReadKerasOptions(
    const JsonValue& config) {
  TextVectorizationOptions options;
  ROWSPLIT_ASSIGN_OR_RETURN(const auto max_tokens,
                            ReadIntOrNull(config, "max_tokens"));
  options.max_tokens = max_tokens.value_or(-1);
  ROWSPLIT_RETURN_IF_ERROR(ReadWordOrNull(config, "standardize",
                                          kStandardizeWords, Standardize::kNone,
                                          options.standardize));
  ROWSPLIT_RETURN_IF_ERROR(ReadWordOrNull(config, "split", kSplitWords,
                                          Split::kNone, options.split));
  ROWSPLIT_RETURN_IF_ERROR(ReadNgrams(config, options.ngrams));
  ROWSPLIT_RETURN_IF_ERROR(ReadWordOrNull(config, "output_mode",
                                          kOutputModeWords, OutputMode::kInt,
                                          options.output_mode));
  ROWSPLIT_ASSIGN_OR_RETURN(options.output_sequence_length,
                            ReadIntOrNull(config, "output_sequence_length"));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto pad, config.Find("pad_to_max_tokens"));
  if (pad.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.pad_to_max_tokens, pad->AsBool());
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const auto encoding, config.Find("encoding"));
  if (encoding.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name,
                              encoding->AsString());
    if (name != "utf-8") return encoding->Error("expected utf-8");
  }
  return options;
}

// InvalidArgument for what Keras' layer can't have.
absl::Status CheckForKeras(const TextVectorization& layer) {
  const TextVectorizationOptions& options = layer.options();
  const char* const unknown = !options.steps.empty() ? "steps"
                              : options.split == Split::kUnicodeWhitespace
                                  ? "split at Unicode space"
                              : options.num_oov_indices != 1 ? "num_oov_indices"
                              : options.min_count != 1       ? "min_count"
                                                             : nullptr;
  if (unknown != nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "keras_config: keras.layers.TextVectorization has no %s", unknown));
  }
  for (int64_t id = 0; id < layer.num_ids(); ++id) {
    const std::string_view token = layer.token(id);
    if (FindIllFormedUtf8(token) != token.size()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "keras_config: the configuration holds UTF-8 only, token %d is not",
          id));
    }
  }
  return absl::OkStatus();
}

// The word of an option, null for "none".
template <typename T, size_t kSize>
void WriteWordOrNull(JsonWriter& json, std::string_view key,
                     const std::pair<std::string_view, T> (&words)[kSize],
                     T none, T option) {
  json.Key(key);
  if (option == none) return json.Null();
  json.String(WordOf(words, option));
}

void WriteIntOrNull(JsonWriter& json, std::string_view key, bool is_set,
                    int64_t value) {
  json.Key(key);
  if (!is_set) return json.Null();
  json.Int(value);
}

void WriteKerasOptions(JsonWriter& json,
                       const TextVectorizationOptions& options) {
  WriteIntOrNull(json, "max_tokens", options.max_tokens != -1,
                 options.max_tokens);
  WriteWordOrNull(json, "standardize", kStandardizeWords, Standardize::kNone,
                  options.standardize);
  WriteWordOrNull(json, "split", kSplitWords, Split::kNone, options.split);
  json.Key("ngrams");
  if (options.ngrams.empty()) {
    json.Null();
  } else {
    json.BeginArray();
    for (const int64_t width : options.ngrams) json.Int(width);
    json.EndArray();
  }
  json.Member("output_mode", WordOf(kOutputModeWords, options.output_mode));
  WriteIntOrNull(json, "output_sequence_length",
                 options.output_sequence_length.has_value(),
                 options.output_sequence_length.value_or(0));
  json.Member("pad_to_max_tokens", options.pad_to_max_tokens);
  json.Member("sparse", false);
  json.Member("ragged", false);
}

}  // namespace

absl::StatusOr<TextVectorization> ReadKerasConfig(const JsonValue& config) {
  ROWSPLIT_RETURN_IF_ERROR(config.CheckKeys(
      {"name", "trainable", "dtype", "max_tokens", "standardize", "split",
       "ngrams", "output_mode", "output_sequence_length", "pad_to_max_tokens",
       "sparse", "ragged", "vocabulary", "idf_weights", "encoding",
       "vocabulary_size"}));
  ROWSPLIT_ASSIGN_OR_RETURN(TextVectorizationOptions options,
                            ReadKerasOptions(config));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto vocabulary, config.Find("vocabulary"));
  if (!vocabulary.has_value() || vocabulary->is_null()) {
    return config.Error(
        "the vocabulary is missing: put the layer's get_vocabulary() in its "
        "place");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensor tokens, ReadTokens(*vocabulary));
  GivenVocabularyOptions given;
  ROWSPLIT_ASSIGN_OR_RETURN(const auto weights, config.Find("idf_weights"));
  if (weights.has_value() && !weights->is_null()) {
    ROWSPLIT_ASSIGN_OR_RETURN(given.idf_weights, ReadWeights(*weights));
  }
  absl::StatusOr<TextVectorization> layer =
      TextVectorization::FromTokens(std::move(options), tokens, given);
  if (!layer.ok()) return config.Error(std::string(layer.status().message()));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto size,
                            ReadIntOrNull(config, "vocabulary_size"));
  if (size.has_value() && *size != layer->num_ids()) {
    return config.Error(
        absl::StrFormat("the vocabulary must be the layer's: vocabulary_size "
                        "is %d, with this vocabulary it is %d",
                        *size, layer->num_ids()));
  }
  return layer;
}

absl::StatusOr<std::string> WriteKerasConfig(const TextVectorization& layer) {
  ROWSPLIT_RETURN_IF_ERROR(CheckForKeras(layer));
  JsonWriter json(JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("name", "text_vectorization");
  json.Member("trainable", true);
  json.Member("dtype", "string");
  WriteKerasOptions(json, layer.options());
  json.Key("vocabulary");
  json.BeginArray();
  for (int64_t id = 0; id < layer.num_ids(); ++id) json.String(layer.token(id));
  json.EndArray();
  json.Key("idf_weights");
  if (layer.options().output_mode == OutputMode::kTfIdf) {
    // Those of padding columns come by themselves.
    WriteWeights(json, layer.idf_weights().span().first(
                           static_cast<size_t>(layer.num_ids())));
  } else {
    json.Null();
  }
  json.Member("encoding", "utf-8");
  json.Member("vocabulary_size", layer.num_ids());
  json.EndObject();
  return std::move(json).Take();
}

}  // namespace rowsplit::internal
