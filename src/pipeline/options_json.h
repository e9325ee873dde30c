#ifndef ROWSPLIT_SRC_PIPELINE_OPTIONS_JSON_H_
#define ROWSPLIT_SRC_PIPELINE_OPTIONS_JSON_H_

#include <cstddef>
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
#include "rowsplit/core/buffer.h"
#include "rowsplit/pipeline/options_json.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"

// The parts of the JSON of a pipeline. What is read fails with InvalidArgument
// that names its place.
namespace rowsplit::internal {

// A string, or {"base64": "…"} for bytes that are not UTF-8.
void WriteBytes(JsonWriter& json, std::string_view bytes);
absl::StatusOr<std::string> ReadBytes(const JsonValue& value);

// An array of steps.
void WriteSteps(JsonWriter& json, const std::vector<TextStep>& steps);
absl::StatusOr<std::vector<TextStep>> ReadSteps(const JsonValue& array);

// An array of tokens as WriteBytes writes them.
absl::StatusOr<StringTensor> ReadTokens(const JsonValue& array);
// An array of numbers, of which those that JSON does not have are "NaN",
// "Infinity" and "-Infinity".
void WriteWeights(JsonWriter& json, std::span<const float> weights);
absl::StatusOr<Buffer<float>> ReadWeights(const JsonValue& array);

template <typename T, size_t kSize>
std::string_view WordOf(const std::pair<std::string_view, T> (&words)[kSize],
                        T value) {
  for (const auto& [word, meaning] : words) {
    if (meaning == value) return word;
  }
  return "";
}

// One of the words; the error lists them.
template <typename T, size_t kSize>
absl::Status ReadWord(const JsonValue& value,
                      const std::pair<std::string_view, T> (&words)[kSize],
                      T& option) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view given, value.AsString());
  std::string known;
  for (const auto& [word, meaning] : words) {
    if (word == given) {
      option = meaning;
      return absl::OkStatus();
    }
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return value.Error("expected one of " + known + "; got " +
                     std::string(given));
}

void WriteOptions(JsonWriter& json, const TextVectorizationOptions& options);
absl::StatusOr<TextVectorizationOptions> ReadOptions(const JsonValue& value);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_OPTIONS_JSON_H_
