#include "rowsplit/pipeline/vectorizer.h"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/icu_version.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

Vectorizer MakeVectorizer() {
  const std::vector<std::string_view> tokens = {"the", "caf\xc3\xa9",
                                                "\xff\x00", "a\"b\\\n"};
  return {*TextPlan::Compile({DropFullMatch{"x.*"}, ReplaceRegex{"[,.]", " "},
                              ReplaceRegex{"(a)", "\\1\\1", false}, LowerCase{},
                              DeletePunctuation{}, UnicodeLowerCase{},
                              UnicodeFoldCase{}}),
          *TextVectorization::Create(
              {.max_tokens = 10, .output_sequence_length = 4},
              *Vocabulary::FromTokens(StringTensor::FromStrings(tokens)))};
}

std::string Replace(std::string text, std::string_view from,
                    std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string Error(const std::string& json) {
  const absl::StatusOr<Vectorizer> vectorizer =
      VectorizerFromJson(json, "v.json");
  EXPECT_EQ(vectorizer.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(vectorizer.status().message());
}

TEST(VectorizerFromJson, GivesBackWhatWasWritten) {
  const Vectorizer vectorizer = MakeVectorizer();
  const std::string json = VectorizerToJson(vectorizer);
  const absl::StatusOr<Vectorizer> back = VectorizerFromJson(json, "v.json");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->clean.steps(), vectorizer.clean.steps());
  EXPECT_EQ(back->layer.options(), vectorizer.layer.options());
  EXPECT_EQ(back->layer.Tokens(), vectorizer.layer.Tokens());
  EXPECT_EQ(VectorizerToJson(*back), json);
}

TEST(VectorizerFromJson, KeepsTheAbsenceOfASequenceLength) {
  const Vectorizer vectorizer = {
      TextPlan(),
      *TextVectorization::Create(
          {.standardize = Standardize::kNone, .split = Split::kNone},
          MakeVectorizer().layer.lookup().vocabulary())};
  const absl::StatusOr<Vectorizer> back =
      VectorizerFromJson(VectorizerToJson(vectorizer), "v.json");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->layer.options(), vectorizer.layer.options());
}

TEST(VectorizerFromJson, KeepsWeightsAndSpecialTokens) {
  const TextVectorizationOptions options{.ngrams = {1, 2},
                                         .output_mode = OutputMode::kTfIdf,
                                         .num_oov_indices = 2};
  const StringTensor tokens = StringTensor::FromStrings(
      std::vector<std::string_view>{"[UNK]", "a\n", "a a"});
  const float infinity = std::numeric_limits<float>::infinity();
  const auto layer = TextVectorization::FromTokens(
      options, tokens, {.idf_weights = Buffer<float>{0.1F, infinity, 3}});
  ASSERT_TRUE(layer.ok()) << layer.status();
  const auto back =
      VectorizerFromJson(VectorizerToJson({TextPlan(), *layer}), "v.json");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->layer.options(), options);
  EXPECT_EQ(back->layer.Tokens(), layer->Tokens());
  EXPECT_THAT(back->layer.idf_weights(),
              ElementsAreArray(layer->idf_weights().span()));
  EXPECT_EQ(back->layer.num_ids(), 5);
}

TEST(VectorizerFromJson, KeepsEveryOptionAndItsIds) {
  const TextVectorizationOptions options{
      .max_tokens = 9,
      .steps = {UnicodeLowerCase{}, ReplaceRegex{"[0-9]+", "0"}},
      .standardize = Standardize::kStripPunctuation,
      .split = Split::kUnicodeWhitespace,
      .ngrams = {2, 1},
      .output_mode = OutputMode::kCount,
      .pad_to_max_tokens = true,
      .num_oov_indices = 3,
      .oov_hash = OovHash::kXxh3,
      .min_count = 2};
  TextVectorizationAdapter adapter(options);
  const StringTensor texts =
      StringTensor::FromStrings(std::vector<std::string_view>{
          "The the Cat\u00A0cat 12 34, the", "x y z w v", "a b the cat"});
  ASSERT_TRUE(adapter.Update(texts).ok());
  const TextVectorization layer = *adapter.Finalize();
  const auto back =
      VectorizerFromJson(VectorizerToJson({TextPlan(), layer}), "v.json");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->layer.options(), options);
  EXPECT_EQ(back->layer.Tokens(), layer.Tokens());
  EXPECT_EQ(*back->layer.Vectorize(texts), *layer.Vectorize(texts));
}

TEST(VectorizerFromJson, ReadsTheFirstFormat) {
  const auto vectorizer = VectorizerFromJson(
      R"({"format": "rowsplit.vectorizer", "format_version": 1,
          "rowsplit_version": "0.1", "clean": [],
          "vectorize": {"max_tokens": 9, "standardize": "lower",
                        "split": "whitespace", "output_mode": "int",
                        "output_sequence_length": null},
          "vocabulary": ["a", "b"]})",
      "v.json");
  ASSERT_TRUE(vectorizer.ok()) << vectorizer.status();
  EXPECT_EQ(vectorizer->layer.num_ids(), 4);
  EXPECT_EQ(vectorizer->layer.options().standardize, Standardize::kLower);
}

TEST(VectorizerFromJson, ReadsAConfigurationOfKeras) {
  for (const char* const json :
       {R"({"standardize": null, "vocabulary": ["", "[UNK]", "a"]})",
        R"({"module": "keras.layers", "class_name": "TextVectorization",
            "config": {"standardize": null, "vocabulary": ["a"]},
            "registered_name": null, "build_config": {}})"}) {
    const auto vectorizer = VectorizerFromJson(json, "k.json");
    ASSERT_TRUE(vectorizer.ok()) << vectorizer.status();
    EXPECT_EQ(vectorizer->layer.num_ids(), 3);
  }
  EXPECT_THAT(Error(R"({"class_name": "StringLookup", "config": {}})"),
              HasSubstr("expected TextVectorization, got StringLookup"));
}

TEST(WithCleaningSteps, GivesTheIdsOfBoth) {
  const Vectorizer vectorizer = {
      *TextPlan::Compile({ReplaceRegex{"[0-9]+", "0"}}),
      *TextVectorization::FromTokens(
          {.steps = {ReplaceRegex{"0", "the"}}},
          StringTensor::FromStrings(std::vector<std::string_view>{"the"}))};
  const TextVectorization layer = *WithCleaningSteps(vectorizer);
  EXPECT_EQ(layer.options().steps.size(), 2U);
  const StringTensor text =
      StringTensor::FromStrings(std::vector<std::string_view>{"12 x"});
  EXPECT_THAT(layer.VectorizeRagged(text)->flat_values(),
              ElementsAreArray({2, 1}));
  EXPECT_THAT(
      std::string(WithCleaningSteps(MakeVectorizer()).status().message()),
      HasSubstr("step 1: rows of a layer can't be dropped"));
}

TEST(VectorizerFromJson, WarnsOfAnotherUnicode) {
  const auto warning = [](TextStep step, const std::string& version) {
    const std::string json = VectorizerToJson(
        {*TextPlan::Compile({std::move(step)}), MakeVectorizer().layer});
    const auto read = VectorizerFromJson(
        Replace(json, "\"unicode_version\": \"" + UnicodeVersion(),
                "\"unicode_version\": \"" + version),
        "v.json");
    EXPECT_TRUE(read.ok()) << read.status();
    return read->warning;
  };
  EXPECT_EQ(warning(UnicodeLowerCase{}, UnicodeVersion()), "");
  EXPECT_EQ(warning(LowerCase{}, "1.1"), "");
  EXPECT_THAT(warning(UnicodeLowerCase{}, "1.1"),
              HasSubstr("saved with Unicode 1.1, and this is Unicode " +
                        UnicodeVersion()));
  EXPECT_THAT(warning(NormalizeText{}, "1.1"), HasSubstr("other ids"));
}

TEST(VectorizerFromJson, RefusesWhatItDoesNotKnow) {
  const std::string json = VectorizerToJson(MakeVectorizer());
  EXPECT_THAT(
      Error(Replace(json, "\"format_version\": 3", "\"format_version\": 4")),
      HasSubstr("version 4"));
  EXPECT_THAT(Error(Replace(json, "rowsplit.vectorizer", "other")),
              HasSubstr("got other"));
  EXPECT_THAT(Error(Replace(json, "\"clean\"", "\"cleaner\"")),
              HasSubstr("cleaner"));
  EXPECT_THAT(Error(Replace(json, "\"drop_full_match\"", "\"drop\"")),
              HasSubstr("unknown step drop"));
  EXPECT_THAT(Error(Replace(json, "\"whitespace\"", "\"space\"")),
              HasSubstr("expected one of none, whitespace, character, "
                        "unicode_whitespace; got space"));
  EXPECT_THAT(Error(Replace(json, "\"int\"", "\"ints\"")),
              HasSubstr("v.json: .vectorize.output_mode: expected one of int"));
  EXPECT_THAT(Error(Replace(json, "\"max_tokens\": 10", "\"max_tokens\": 1")),
              HasSubstr("max_tokens must be -1 or at least 2"));
  EXPECT_THAT(
      Error(Replace(json, "\"max_tokens\": 10", "\"max_tokens\": \"x\"")),
      HasSubstr("v.json: .vectorize.max_tokens: expected"));
  EXPECT_THAT(Error(Replace(json, "\"the\"", "7")),
              HasSubstr("v.json: .vocabulary[0]: "));
  EXPECT_THAT(Error(Replace(json, "\"x.*\"", "\"(x\"")),
              HasSubstr("clean: step 1"));
  EXPECT_THAT(Error(Replace(json, "\"base64\": \"", "\"base64\": \"?")),
              HasSubstr("base64"));
  EXPECT_THAT(Error(json.substr(0, json.size() / 2)), HasSubstr("v.json"));
}

}  // namespace
}  // namespace rowsplit
