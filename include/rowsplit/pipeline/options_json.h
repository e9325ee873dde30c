#ifndef ROWSPLIT_PIPELINE_OPTIONS_JSON_H_
#define ROWSPLIT_PIPELINE_OPTIONS_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/pipeline/text_vectorization.h"

namespace rowsplit {

// A JSON object with every option, and the steps as objects:
//
//   {"max_tokens": 100, "steps": [{"step": "replace", "pattern": "[0-9]+",
//    "rewrite": "0", "replace_global": true}], "standardize": "lower",
//    "split": "whitespace", "ngrams": [1, 2], "output_mode": "int", …}
//
// What is not UTF-8 in a pattern or a rewrite is written as {"base64": "…"}.
std::string TextVectorizationOptionsToJson(
    const TextVectorizationOptions& options);

// An option that is left out has its default. Fails with InvalidArgument that
// names the place in `source`, also for an option, a word or a step that is not
// known; the values are left to TextVectorization::CheckOptions.
absl::StatusOr<TextVectorizationOptions> TextVectorizationOptionsFromJson(
    std::string_view json, std::string_view source);

}  // namespace rowsplit

#endif  // ROWSPLIT_PIPELINE_OPTIONS_JSON_H_
