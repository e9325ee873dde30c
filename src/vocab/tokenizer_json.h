#ifndef ROWSPLIT_SRC_VOCAB_TOKENIZER_JSON_H_
#define ROWSPLIT_SRC_VOCAB_TOKENIZER_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/json.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit::internal {

// Whether a JSON object is a Hugging Face tokenizer rather than a map from
// tokens to ids: its member `model` is an object.
bool IsTokenizerJson(const JsonValue& root);

// The vocabulary of a tokenizer whose model is WordLevel: that of the model,
// with the added tokens. The parts that cut and change text are not looked at.
// Unimplemented for another model; InvalidArgument for an added token whose id
// is not the one that the model gives it, or that leaves a gap.
absl::StatusOr<VocabularyFile> ReadTokenizerJson(const JsonValue& root);

// A tokenizer that splits at white space and looks words up, or BERT's, which
// cuts words into pieces. Fails with InvalidArgument as FormatVocabulary.
absl::StatusOr<std::string> FormatTokenizerJson(
    const Vocabulary& vocabulary, const WriteVocabularyOptions& options);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_TOKENIZER_JSON_H_
