#ifndef ROWSPLIT_SRC_PIPELINE_VECTORIZER_JSON_H_
#define ROWSPLIT_SRC_PIPELINE_VECTORIZER_JSON_H_

#include "absl/status/statusor.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "rowsplit/pipeline/vectorizer.h"

// The document of a vectorizer as a part of another one.
namespace rowsplit::internal {

void WriteVectorizer(JsonWriter& json, const Vectorizer& vectorizer);

// As VectorizerFromJson, but fails with NotFound where a member is missing.
absl::StatusOr<Vectorizer> ReadVectorizer(const JsonValue& root);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_VECTORIZER_JSON_H_
