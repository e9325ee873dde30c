#ifndef ROWSPLIT_SRC_PIPELINE_OPTIONS_JSON_H_
#define ROWSPLIT_SRC_PIPELINE_OPTIONS_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "rowsplit/pipeline/options_json.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"

// The parts of the JSON of a pipeline. What is read fails with InvalidArgument
// that names its place.
namespace rowsplit::internal {

// A string, or {"base64": "…"} for bytes that are not UTF-8.
void WriteBytes(JsonWriter& json, std::string_view bytes);
absl::StatusOr<std::string> ReadBytes(const JsonValue& value);

// An array of steps.
void WriteSteps(JsonWriter& json, const std::vector<TextStep>& steps);
absl::StatusOr<std::vector<TextStep>> ReadSteps(const JsonValue& array);

void WriteOptions(JsonWriter& json, const TextVectorizationOptions& options);
absl::StatusOr<TextVectorizationOptions> ReadOptions(const JsonValue& value);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_OPTIONS_JSON_H_
