#include "vocab/tokenizer_json.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/vocabularies.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TokensOf;
using testing::VocabularyOf;

// As the package tokenizers 0.23.3 writes it, on fewer lines.
constexpr std::string_view kTokenizer = R"({
  "version": "1.0", "truncation": null, "padding": null,
  "added_tokens": [
    {"id": 5, "content": "new", "single_word": false, "lstrip": false,
     "rstrip": false, "normalized": true, "special": false},
    {"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false,
     "rstrip": false, "normalized": false, "special": true},
    {"id": 4, "content": "<s>", "single_word": false, "lstrip": false,
     "rstrip": false, "normalized": false, "special": true}
  ],
  "normalizer": {"type": "Lowercase"},
  "pre_tokenizer": {"type": "WhitespaceSplit"},
  "post_processor": null, "decoder": null,
  "model": {"type": "WordLevel",
            "vocab": {"[UNK]": 0, "the": 1, "é": 3, "cat": 2},
            "unk_token": "[UNK]"}
})";

absl::StatusOr<VocabularyFile> Read(std::string_view json) {
  const auto root = JsonValue::Parse(json, "t.json");
  if (!root.ok()) return root.status();
  return ReadTokenizerJson(*root);
}

absl::StatusOr<VocabularyFile> ReadWith(std::string_view from,
                                        std::string_view to) {
  std::string json(kTokenizer);
  const size_t place = json.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  json.replace(place, from.size(), to);
  return Read(json);
}

void ExpectFails(const absl::StatusOr<VocabularyFile>& file,
                 absl::StatusCode code, std::string_view says) {
  EXPECT_EQ(file.status().code(), code) << file.status();
  EXPECT_THAT(std::string(file.status().message()), HasSubstr(says));
}

TEST(TokenizerJson, GivesTheModelsTokensAndTheAddedOnes) {
  const auto file = Read(kTokenizer);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(TokensOf(file->vocabulary),
              ElementsAre("[UNK]", "the", "cat", "é", "<s>", "new"));
  EXPECT_EQ(file->format, VocabularyFormat::kTokenizerJson);
  EXPECT_EQ(file->unk_token, "[UNK]");
  EXPECT_THAT(file->special_tokens, ElementsAre("[UNK]", "<s>"));
  // A model without an unknown token still names one.
  const auto without =
      ReadWith(R"("unk_token": "[UNK]")", R"("unk_token": "<unk>")");
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->unk_token, std::nullopt);
}

TEST(TokenizerJson, RefusesOtherModels) {
  for (const std::string model : {"BPE", "WordPiece", "Unigram"}) {
    ExpectFails(ReadWith("WordLevel", model), absl::StatusCode::kUnimplemented,
                "t.json: .model: expected a WordLevel model, got " + model);
  }
  ExpectFails(ReadWith(R"("type": "WordLevel",)", ""),
              absl::StatusCode::kNotFound, ".model: the key 'type' is missing");
}

TEST(TokenizerJson, RefusesAddedTokensThatDoNotAgree) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  ExpectFails(ReadWith(R"("id": 0, "content")", R"("id": 1, "content")"),
              kInvalid, "\"[UNK]\" has the id 1, and 0 in the model");
  ExpectFails(ReadWith(R"("id": 5)", R"("id": 7)"), kInvalid,
              "the ids of 6 tokens must be 0 to 5, each once: \"new\" has 7");
  ExpectFails(ReadWith(R"("id": 5)", R"("id": 3)"), kInvalid,
              "and \"new\" both have 3");
  ExpectFails(ReadWith(R"("é": 3)", R"("é": "3")"), kInvalid, "integer");
  ExpectFails(ReadWith(R"("id": 5)", R"("id": "5")"), kInvalid,
              ".added_tokens[0].id");
}

TEST(TokenizerJson, ReadsWhatItWrote) {
  const Vocabulary vocabulary =
      VocabularyOf({"", "[UNK]", "a\nb", "\"", std::string(1, '\0'), "<s>"});
  const auto json = FormatTokenizerJson(
      vocabulary, {.special_tokens = {"<s>", "[UNK]", "<s>"}});
  ASSERT_TRUE(json.ok()) << json.status();
  const auto file = Read(*json);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(TokensOf(file->vocabulary), TokensOf(vocabulary));
  EXPECT_EQ(file->unk_token, "[UNK]");
  EXPECT_THAT(file->special_tokens, ElementsAre("[UNK]", "<s>"));
  EXPECT_THAT(*json, HasSubstr("\"type\": \"WhitespaceSplit\""));
}

TEST(TokenizerJson, RefusesWhatItCannotHold) {
  const auto error = [](const Vocabulary& vocabulary, const std::string& unk,
                        const std::vector<std::string>& special) {
    const auto json = FormatTokenizerJson(
        vocabulary, {.unk_token = unk, .special_tokens = special});
    EXPECT_EQ(json.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(json.status().message());
  };
  const Vocabulary vocabulary = VocabularyOf({"a", ""});
  EXPECT_THAT(error(vocabulary, "[UNK]", {}),
              HasSubstr("lacks the unk_token, \"[UNK]\""));
  EXPECT_THAT(error(vocabulary, "a", {"<s>"}),
              HasSubstr("lacks the special token, \"<s>\""));
  EXPECT_THAT(error(vocabulary, "a", {""}), HasSubstr("the empty token"));
  EXPECT_THAT(error(VocabularyOf({"a", "\xff"}), "a", {}),
              HasSubstr("token 1, \"\\xff\""));
}

TEST(TokenizerJson, IsToldFromAMapOfTokens) {
  EXPECT_TRUE(IsTokenizerJson(*JsonValue::Parse(kTokenizer, "t")));
  EXPECT_FALSE(IsTokenizerJson(*JsonValue::Parse(R"({"model": 0})", "t")));
  EXPECT_FALSE(IsTokenizerJson(*JsonValue::Parse(R"({"a": 0})", "t")));
  EXPECT_FALSE(IsTokenizerJson(*JsonValue::Parse(R"(["a"])", "t")));
}

TEST(TokenizerJson, EveryPrefixIsAnErrorAndNotACrash) {
  for (size_t size = 0; size < kTokenizer.size(); ++size) {
    EXPECT_FALSE(Read(kTokenizer.substr(0, size)).ok()) << size;
  }
}

TEST(TokenizerJson, OfSubwordsIsBerts) {
  const Vocabulary vocabulary =
      VocabularyOf({"[UNK]", "[CLS]", "[SEP]", "a", "##b"});
  WriteVocabularyOptions options{.special_tokens = {"[SEP]", "[CLS]", "[UNK]"},
                                 .wordpiece = true};
  const auto json = FormatTokenizerJson(vocabulary, options);
  ASSERT_TRUE(json.ok()) << json.status();
  for (const std::string_view part :
       {R"("type": "BertNormalizer")", R"("lowercase": false)",
        R"("type": "BertPreTokenizer")", R"("type": "TemplateProcessing")",
        R"("type": "WordPiece")", R"("##b": 4)"}) {
    EXPECT_THAT(*json, HasSubstr(std::string(part)));
  }
  ExpectFails(Read(*json), absl::StatusCode::kUnimplemented,
              "expected a WordLevel model, got WordPiece");
  options.lower_case = true;
  options.special_tokens = {"[CLS]"};
  const auto without = FormatTokenizerJson(vocabulary, options);
  ASSERT_TRUE(without.ok());
  EXPECT_THAT(*without, HasSubstr(R"("lowercase": true)"));
  EXPECT_THAT(*without, HasSubstr(R"("post_processor": null)"));
  options.unk_token = "<unk>";
  EXPECT_EQ(FormatTokenizerJson(vocabulary, options).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rowsplit::internal
