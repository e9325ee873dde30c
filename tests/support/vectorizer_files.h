#ifndef ROWSPLIT_TESTS_SUPPORT_VECTORIZER_FILES_H_
#define ROWSPLIT_TESTS_SUPPORT_VECTORIZER_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/pipeline/vectorizer.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::testing {

inline StringTensor Words(const std::vector<std::string_view>& words) {
  return StringTensor::FromStrings(words);
}

// Every kind of member: steps, options, tokens that are not UTF-8, weights.
inline std::vector<std::string> VectorizerFiles() {
  const StringTensor tokens = Words({"a", "caf\xc3\xa9", "\xff", "x\ny"});
  const Vectorizer plain = {
      *TextPlan::Compile({ReplaceRegex{"[,.]", " "}, LowerCase{}}),
      *TextVectorization::FromTokens(
          {.max_tokens = 9, .ngrams = {1, 2}, .output_sequence_length = 4},
          tokens)};
  const Vectorizer weighted = {
      TextPlan(), *TextVectorization::FromTokens(
                      {.steps = {ReplaceRegex{"(a)", "\\1\\1"}},
                       .split = Split::kCharacter,
                       .output_mode = OutputMode::kTfIdf,
                       .num_oov_indices = 2},
                      tokens, {.idf_weights = Buffer<float>{0.5f, 1, 2, 3}})};
  const TextVectorization keras = *TextVectorization::FromTokens(
      {.max_tokens = 9, .ngrams = {1, 2}}, Words({"a", "b"}));
  return {VectorizerToJson(plain), VectorizerToJson(weighted),
          *ToKerasConfig(keras)};
}

// What became of a document that may be damaged.
struct VectorizerTrial {
  bool taken = false;
  // What is wrong about that; empty if nothing is: it is refused as an argument
  // or for want of memory, or it says again what it is and works.
  std::string complaint;
};

inline VectorizerTrial TryVectorizer(const std::string& json) {
  const auto vectorizer = VectorizerFromJson(json, "v.json");
  if (!vectorizer.ok()) {
    const absl::Status& status = vectorizer.status();
    // A number may also be a size that there is no memory for.
    const bool fits = status.code() == absl::StatusCode::kInvalidArgument ||
                      status.code() == absl::StatusCode::kResourceExhausted;
    if (fits && !status.message().empty()) return {false, ""};
    return {false, "refused with " + status.ToString()};
  }
  const std::string written = VectorizerToJson(*vectorizer);
  const auto again = VectorizerFromJson(written, "again.json");
  if (!again.ok()) return {true, again.status().ToString()};
  if (VectorizerToJson(*again) != written) return {true, "written otherwise"};
  // A damaged length or column count would be as large as the number is.
  const TextVectorizationOptions& options = vectorizer->layer.options();
  if (options.output_sequence_length.value_or(0) > 1000 ||
      vectorizer->layer.num_columns() > 1000) {
    return {true, ""};
  }
  const StringTensor texts = Words({"A caf\xc3\xa9, x", "", "\xff y"});
  const auto first = vectorizer->layer.Vectorize(texts);
  const auto second = again->layer.Vectorize(texts);
  if (!first.ok()) return {true, first.status().ToString()};
  if (!second.ok() || *first != *second) return {true, "other ids"};
  return {true, ""};
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_VECTORIZER_FILES_H_
