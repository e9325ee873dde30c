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
#include "core/status_macros.h"
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

}  // namespace rowsplit::internal
