#include "vocab/vocabulary_json.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/vocabularies.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TokensOf;
using testing::VocabularyOf;

JsonValue Parse(std::string_view json) {
  auto value = JsonValue::Parse(json, "v.json");
  EXPECT_TRUE(value.ok()) << value.status();
  return *std::move(value);
}

std::vector<std::string> Strings(const absl::StatusOr<StringTensor>& tokens) {
  std::vector<std::string> result;
  EXPECT_TRUE(tokens.ok()) << tokens.status();
  for (int64_t i = 0; tokens.ok() && i < tokens->size(); ++i) {
    result.emplace_back((*tokens)[i]);
  }
  return result;
}

absl::StatusOr<StringTensor> ById(std::string_view json) {
  const JsonValue object = Parse(json);
  TokensById tokens(object);
  if (absl::Status status = AddTokenIds(object, tokens); !status.ok()) {
    return status;
  }
  return tokens.InOrder();
}

TEST(TokenArray, HoldsAnyBytes) {
  const Vocabulary vocabulary =
      VocabularyOf({"a", "", "\n", "\xff\r", std::string(1, '\0'), "é\"\\"});
  JsonWriter json(JsonWriter::Style::kCompact);
  WriteTokenArray(vocabulary, json);
  const std::string text = std::move(json).Take();
  EXPECT_EQ(text, R"(["a","","\n",{"base64":"/w0="},"\u0000","é\"\\"])");
  EXPECT_EQ(Strings(ReadTokenArray(Parse(text))), TokensOf(vocabulary));
}

TEST(TokenArray, NamesWhatIsNoToken) {
  EXPECT_THAT(
      std::string(ReadTokenArray(Parse(R"(["a", 3])")).status().message()),
      HasSubstr("v.json: [1]: expected a string, got a number"));
  EXPECT_THAT(std::string(ReadTokenArray(Parse("{}")).status().message()),
              HasSubstr("expected an array"));
}

TEST(TokensById, SortsByIds) {
  EXPECT_THAT(Strings(ById(R"({"b": 1, "": 0, "\n": 2})")),
              ElementsAre("", "b", "\n"));
  EXPECT_THAT(Strings(ById("{}")), ElementsAre());
}

TEST(TokensById, RefusesGapsAndIdsThatComeTwice) {
  const auto error = [](std::string_view json) {
    return std::string(ById(json).status().message());
  };
  EXPECT_THAT(error(R"({"a": 0, "b": 2})"),
              HasSubstr("v.json: .: the ids of 2 tokens must be 0 to 1, each "
                        "once: \"b\" has 2"));
  EXPECT_THAT(error(R"({"a": 0, "b": -1})"), HasSubstr("\"b\" has -1"));
  EXPECT_THAT(error(R"({"a": 0, "b": 0})"),
              HasSubstr("\"a\" and \"b\" both have 0"));
  EXPECT_THAT(error(R"({"a": 9223372036854775807})"),
              HasSubstr("\"a\" has 92"));
  for (const std::string_view json :
       {R"({"a": 0.0})", R"({"a": "0"})", R"({"a": null})",
        R"({"a": 9223372036854775808})"}) {
    EXPECT_THAT(error(json), HasSubstr("the id of \"a\" must be an integer"))
        << json;
  }
}

TEST(TokenIds, AreWrittenInOrder) {
  const Vocabulary vocabulary = VocabularyOf({"b", "a\n", ""});
  JsonWriter json(JsonWriter::Style::kCompact);
  WriteTokenIds(vocabulary, json);
  const std::string text = std::move(json).Take();
  EXPECT_EQ(text, R"({"b":0,"a\n":1,"":2})");
  EXPECT_EQ(Strings(ById(text)), TokensOf(vocabulary));
}

TEST(CheckUtf8Tokens, NamesTheFirst) {
  EXPECT_TRUE(CheckUtf8Tokens(VocabularyOf({"a", "é"}), "x").ok());
  const absl::Status status = CheckUtf8Tokens(VocabularyOf({"a", "\xc3"}), "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("no UTF-8 can't be in x: token 1, \"\\xc3\""));
}

}  // namespace
}  // namespace rowsplit::internal
