// A vectorizer file that is damaged: an error, or a pipeline that is whole.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "rowsplit/pipeline/vectorizer.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {
namespace {

StringTensor Words(const std::vector<std::string_view>& words) {
  return StringTensor::FromStrings(words);
}

// Every kind of member: steps, options, tokens that are not UTF-8, weights.
std::vector<std::string> Files() {
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

// Whether the document is taken; then it says what it is and works.
bool Takes(const std::string& json) {
  const absl::StatusOr<Vectorizer> vectorizer =
      VectorizerFromJson(json, "v.json");
  if (!vectorizer.ok()) {
    // A number may also be a size that there is no memory for.
    EXPECT_TRUE(
        vectorizer.status().code() == absl::StatusCode::kInvalidArgument ||
        vectorizer.status().code() == absl::StatusCode::kResourceExhausted)
        << vectorizer.status();
    EXPECT_FALSE(vectorizer.status().message().empty());
    return false;
  }
  const std::string written = VectorizerToJson(*vectorizer);
  const auto again = VectorizerFromJson(written, "again.json");
  EXPECT_TRUE(again.ok()) << again.status() << json;
  if (!again.ok()) return true;
  EXPECT_EQ(VectorizerToJson(*again), written);
  // A damaged length or column count would be as large as the number is.
  const TextVectorizationOptions& options = vectorizer->layer.options();
  if (options.output_sequence_length.value_or(0) > 1000 ||
      vectorizer->layer.num_columns() > 1000) {
    return true;
  }
  const StringTensor texts = Words({"A caf\xc3\xa9, x", "", "\xff y"});
  const auto first = vectorizer->layer.Vectorize(texts);
  const auto second = again->layer.Vectorize(texts);
  EXPECT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(second.ok() && first.ok() && *first == *second) << json;
  return true;
}

TEST(VectorizerFile, StandsEveryByteFlipped) {
  for (const std::string& file : Files()) {
    ASSERT_TRUE(Takes(file)) << file;
    for (size_t at = 0; at < file.size(); ++at) {
      for (const int flip : {0x01, 0x02, 0x10, 0x20, 0x80, 0xFF}) {
        std::string damaged = file;
        damaged[at] = static_cast<char>(damaged[at] ^ flip);
        Takes(damaged);
        if (::testing::Test::HasFailure()) FAIL() << "byte " << at;
      }
    }
  }
}

TEST(VectorizerFile, StandsEveryLength) {
  for (const std::string& file : Files()) {
    const size_t end = file.rfind('}');
    for (size_t size = 0; size < file.size(); ++size) {
      EXPECT_EQ(Takes(file.substr(0, size)), size > end) << size;
    }
  }
}

TEST(VectorizerFile, StandsEveryByteLeftOutOrTwice) {
  for (const std::string& file : Files()) {
    for (size_t at = 0; at < file.size(); ++at) {
      Takes(file.substr(0, at) + file.substr(at + 1));
      Takes(file.substr(0, at) + file.substr(at, 1) + file.substr(at));
      if (::testing::Test::HasFailure()) FAIL() << "byte " << at;
    }
  }
}

}  // namespace
}  // namespace rowsplit
