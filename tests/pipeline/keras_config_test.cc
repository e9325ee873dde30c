#include "pipeline/keras_config.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/pipeline/vectorizer.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<TextVectorization> Read(std::string_view json) {
  return ReadKerasConfig(*JsonValue::Parse(json, "k.json"));
}

// As Keras 3.15 writes it.
TEST(ReadKerasConfig, ReadsEveryArgument) {
  const auto layer = Read(
      R"({"name": "text_vectorization", "trainable": true, "dtype": {
            "module": "keras", "class_name": "DTypePolicy",
            "config": {"name": "float32"}, "registered_name": null},
          "max_tokens": 8, "standardize": "lower", "split": "character",
          "ngrams": [3, 1], "output_mode": "tf_idf",
          "output_sequence_length": null, "pad_to_max_tokens": true,
          "sparse": false, "ragged": false, "vocabulary": ["a", "b"],
          "idf_weights": [1.5, 0.5], "encoding": "utf-8",
          "vocabulary_size": 3})");
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(layer->options(),
            (TextVectorizationOptions{.max_tokens = 8,
                                      .standardize = Standardize::kLower,
                                      .split = Split::kCharacter,
                                      .ngrams = {3, 1},
                                      .output_mode = OutputMode::kTfIdf,
                                      .pad_to_max_tokens = true}));
  EXPECT_THAT(layer->idf_weights(), ElementsAre(1, 1.5, 0.5, 0, 0, 0, 0, 0));
}

TEST(ReadKerasConfig, ReadsNullsAndOneWidth) {
  const auto layer = Read(
      R"({"max_tokens": null, "standardize": null, "split": null, "ngrams": 2,
          "output_sequence_length": 4, "vocabulary": ["", "[UNK]", "a"],
          "idf_weights": null})");
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(layer->options(),
            (TextVectorizationOptions{.standardize = Standardize::kNone,
                                      .split = Split::kNone,
                                      .ngrams = {1, 2},
                                      .output_sequence_length = 4}));
  EXPECT_EQ(layer->num_ids(), 3);
}

TEST(ReadKerasConfig, RefusesWhatItDoesNotKnow) {
  const auto error = [](std::string_view json) {
    const auto layer = Read(json);
    EXPECT_EQ(layer.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(layer.status().message());
  };
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "lang": "en"})"),
              HasSubstr("lang"));
  EXPECT_THAT(error(R"({"vocabulary": null})"),
              HasSubstr("put the layer's get_vocabulary()"));
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "standardize": {"module": "m"}})"),
              HasSubstr(".standardize: a function can't be read"));
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "split": "comma"})"),
              HasSubstr(".split: expected one of none, whitespace"));
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "ngrams": 0})"),
              HasSubstr(".ngrams: expected a width of 1 to 1000, got 0"));
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "ngrams": []})"),
              HasSubstr(".ngrams: expected a width, got none"));
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "encoding": "latin-1"})"),
              HasSubstr(".encoding: expected utf-8"));
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "vocabulary_size": 4})"),
              HasSubstr("vocabulary_size is 4, with this vocabulary it is 3"));
  EXPECT_THAT(error(R"({"vocabulary": ["a", "a"]})"),
              HasSubstr("tokens must differ"));
  EXPECT_THAT(error(R"({"vocabulary": ["a"], "output_mode": "tf_idf"})"),
              HasSubstr("needs idf_weights"));
}

TEST(ToKerasConfig, IsReadBack) {
  const StringTensor tokens =
      StringTensor::FromStrings(std::vector<std::string_view>{"b", "a"});
  const std::vector<TextVectorizationOptions> all = {
      {},
      {.max_tokens = 7,
       .standardize = Standardize::kNone,
       .split = Split::kNone,
       .ngrams = {1, 3},
       .output_sequence_length = 4},
      {.max_tokens = 7,
       .standardize = Standardize::kLower,
       .split = Split::kCharacter,
       .output_mode = OutputMode::kTfIdf,
       .pad_to_max_tokens = true}};
  for (const TextVectorizationOptions& options : all) {
    GivenVocabularyOptions given;
    if (options.output_mode == OutputMode::kTfIdf)
      given.idf_weights = Buffer<float>{0.25f, 0.1f};
    const auto layer = TextVectorization::FromTokens(options, tokens, given);
    ASSERT_TRUE(layer.ok()) << layer.status();
    const auto config = ToKerasConfig(*layer);
    ASSERT_TRUE(config.ok()) << config.status();
    const auto back = VectorizerFromJson(*config, "keras.json");
    ASSERT_TRUE(back.ok()) << back.status() << *config;
    EXPECT_EQ(back->layer.options(), options);
    EXPECT_EQ(back->layer.Tokens(), layer->Tokens());
    EXPECT_TRUE(std::equal(
        back->layer.idf_weights().begin(), back->layer.idf_weights().end(),
        layer->idf_weights().begin(), layer->idf_weights().end()));
  }
}

TEST(ToKerasConfig, RefusesWhatKerasDoesNotHave) {
  const auto error = [](const TextVectorizationOptions& options,
                        std::string_view token) {
    const auto layer = TextVectorization::FromTokens(
        options, StringTensor::FromStrings(std::vector{token}));
    return std::string(ToKerasConfig(*layer).status().message());
  };
  EXPECT_THAT(error({.steps = {LowerCase{}}}, "a"), HasSubstr("no steps"));
  EXPECT_THAT(error({.split = Split::kUnicodeWhitespace}, "a"),
              HasSubstr("no split at Unicode space"));
  EXPECT_THAT(error({.num_oov_indices = 2}, "a"),
              HasSubstr("no num_oov_indices"));
  EXPECT_THAT(error({.min_count = 2}, "a"), HasSubstr("no min_count"));
  EXPECT_THAT(error({}, "\xff"), HasSubstr("token 2 is not"));
}

}  // namespace
}  // namespace rowsplit::internal
