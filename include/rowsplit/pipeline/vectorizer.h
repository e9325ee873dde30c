#ifndef ROWSPLIT_PIPELINE_VECTORIZER_H_
#define ROWSPLIT_PIPELINE_VECTORIZER_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"

namespace rowsplit {

// A whole pipeline from a row of text to ids: what vectorizer.json holds.
struct Vectorizer {
  TextPlan clean;
  TextVectorization layer;
  // Of one that was read: what a user should know, one line; mostly empty. If a
  // step depends on Unicode, and another version of it was in use when the
  // pipeline was saved, its ids may differ for characters that changed since.
  std::string warning = {};
};

// A JSON document with the steps, the options, the vocabulary and the weights.
// A token that is not UTF-8 is written as {"base64": "…"}.
std::string VectorizerToJson(const Vectorizer& vectorizer);

// Gives the same ids as the pipeline that was written. Also reads what
// get_config() of keras.layers.TextVectorization gives, with get_vocabulary()
// as its vocabulary. Fails with InvalidArgument that names the place in
// `source`, also for a member, a word or a format version that is not known.
absl::StatusOr<Vectorizer> VectorizerFromJson(std::string_view json,
                                              std::string_view source);

// What keras.layers.TextVectorization.from_config takes, as JSON: the layer's
// arguments with the vocabulary and, for tf_idf, the idf weights.
// VectorizerFrom- Json reads it back. Fails with InvalidArgument, naming it,
// for an option that Keras does not have (steps, Unicode white space, several
// OOV ids, min_count) and a token that is not UTF-8.
absl::StatusOr<std::string> ToKerasConfig(const TextVectorization& layer);

// The layer with the cleaning steps before its own. Fails with InvalidArgument
// if they drop rows.
absl::StatusOr<TextVectorization> WithCleaningSteps(
    const Vectorizer& vectorizer);

}  // namespace rowsplit

#endif  // ROWSPLIT_PIPELINE_VECTORIZER_H_
