#include "rowsplit/vocab/vocabulary_formats.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"
#include "support/seed.h"
#include "support/vocabularies.h"

namespace rowsplit {
namespace {

using testing::Below;
using testing::DrawTokens;
using ::testing::HasSubstr;
using testing::TempFolder;
using testing::TokensOf;
using testing::VocabularyOf;
using Format = VocabularyFormat;

constexpr Format kAll[] = {Format::kText, Format::kJson, Format::kVocabJson,
                           Format::kTokenizerJson, Format::kFrozen};

void ExpectFails(const absl::Status& status, absl::StatusCode code,
                 std::string_view says) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(says));
}

TEST(VocabularyFormat, HasAName) {
  for (const Format format : kAll) {
    EXPECT_EQ(*ParseVocabularyFormat(VocabularyFormatName(format)), format);
  }
  ExpectFails(ParseVocabularyFormat("xml").status(),
              absl::StatusCode::kInvalidArgument,
              "one of txt, json, vocab.json, tokenizer.json, frozen; got "
              "\"xml\"");
}

TEST(Vocabularies, ComeBackFromEveryFormat) {
  const TempFolder folder;
  const std::vector<std::string> tokens = {"[UNK]", "the", "é", "{",
                                           "[\"",   "\rx", " ", "a b"};
  const Vocabulary vocabulary = VocabularyOf(tokens);
  for (const Format format : kAll) {
    const std::string name(VocabularyFormatName(format));
    const std::string path = folder / ("v." + name);
    ASSERT_TRUE(WriteVocabulary(vocabulary, path, {.format = format}).ok());
    for (const auto& given :
         {std::optional<Format>(), std::optional<Format>(format)}) {
      ReadVocabularyOptions options;
      options.format = given;
      const auto file = ReadVocabulary(path, options);
      ASSERT_TRUE(file.ok()) << name << file.status();
      EXPECT_EQ(file->format, format);
      EXPECT_EQ(TokensOf(file->vocabulary), tokens);
      // The same from the bytes.
      const std::string bytes =
          *FormatVocabulary(vocabulary, {.format = format});
      EXPECT_EQ(bytes, folder.Read("v." + name));
      const auto parsed = ParseVocabulary(bytes, "v." + name, options);
      ASSERT_TRUE(parsed.ok()) << name << parsed.status();
      EXPECT_EQ(TokensOf(parsed->vocabulary), tokens);
    }
  }
}

// Each format gives hostile tokens back, or refuses to be written.
TEST(Vocabularies, OfHostileTokensComeBackOrAreRefused) {
  ROWSPLIT_SEEDED_RANDOM(random);
  int num_refused = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> tokens = DrawTokens(random, 1 + round / 4);
    std::erase(tokens, "[UNK]");
    tokens.push_back("[UNK]");
    const Vocabulary vocabulary = VocabularyOf(tokens);
    for (const Format format : kAll) {
      const auto bytes = FormatVocabulary(vocabulary, {.format = format});
      if (!bytes.ok()) {
        EXPECT_TRUE(absl::IsInvalidArgument(bytes.status()));
        EXPECT_NE(format, Format::kJson);
        EXPECT_NE(format, Format::kFrozen);
        ++num_refused;
        continue;
      }
      ReadVocabularyOptions options;
      options.format = format;
      const auto file = ParseVocabulary(*bytes, "v", options);
      ASSERT_TRUE(file.ok()) << file.status();
      EXPECT_EQ(TokensOf(file->vocabulary), tokens);
    }
  }
  EXPECT_GT(num_refused, 100);
}

TEST(Lines, HoldNoTokenThatWouldShiftIds) {
  const auto refused = [](const std::vector<std::string>& tokens,
                          std::string_view says) {
    ExpectFails(FormatVocabulary(VocabularyOf(tokens)).status(),
                absl::StatusCode::kInvalidArgument, says);
  };
  refused({"a", ""},
          "the empty token can't be a line of a vocabulary file: "
          "token 1, \"\"");
  refused({"a", "b", "x\ny"},
          "a token with a line end can't be a line of a "
          "vocabulary file: token 2, \"x\\ny\"");
  refused({"x\r"},
          "carriage return can't be a line of a vocabulary file: "
          "token 0, \"x\\r\"");
  EXPECT_EQ(*FormatVocabulary(VocabularyOf({"\rx", "a\rb"})), "\rx\na\rb\n");
  EXPECT_EQ(*FormatVocabulary(Vocabulary()), "");
}

TEST(ReadVocabulary, TellsLinesFromJson) {
  const TempFolder folder;
  const auto format = [&](const std::string& name, std::string_view content) {
    const auto file = ReadVocabulary(folder.Write(name, content));
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? std::optional<Format>(file->format) : std::nullopt;
  };
  EXPECT_EQ(format("words", "[UNK]\n[CLS]\n"), Format::kText);
  EXPECT_EQ(format("words", "[\n]\n"), Format::kJson);
  EXPECT_EQ(format("words.txt", "[\n]\n"), Format::kText);
  EXPECT_EQ(format("words.txt", "[\"a\"]"), Format::kText);
  EXPECT_EQ(format("words", " [ \"a\"]"), Format::kJson);
  EXPECT_EQ(format("words", "{\"a\": 0}"), Format::kVocabJson);
  EXPECT_EQ(format("words", "{\"model\": 0}"), Format::kVocabJson);
  EXPECT_EQ(format("words", "{\n}"), Format::kVocabJson);
  EXPECT_EQ(format("words", "{\nx\n"), Format::kText);
  EXPECT_EQ(format("words", "{"), Format::kText);
  EXPECT_EQ(format("words", " \n"), Format::kText);
  // A frozen file is told by its first bytes, whatever its name.
  const Vocabulary vocabulary = VocabularyOf({"a"});
  ASSERT_TRUE(vocabulary.Save(folder / "frozen.json").ok());
  EXPECT_EQ(ReadVocabulary(folder / "frozen.json")->format, Format::kFrozen);
  // JSON that was cut off is not taken for lines.
  ExpectFails(ReadVocabulary(folder.Write("v.json", "[\"a\",\n")).status(),
              absl::StatusCode::kInvalidArgument, "not valid JSON at byte");
  ExpectFails(ReadVocabulary(folder.Write("v.json", "a\nb\n")).status(),
              absl::StatusCode::kInvalidArgument,
              "expected an object or an array");
}

TEST(ReadVocabulary, NamesTheFileAndThePlace) {
  const TempFolder folder;
  const auto error = [&](const std::string& name, std::string_view content,
                         std::optional<Format> format = std::nullopt) {
    ReadVocabularyOptions options;
    options.format = format;
    return ReadVocabulary(folder.Write(name, content), options).status();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  ExpectFails(error("v.txt", "a\nb\na\n"),
              absl::StatusCode::kFailedPrecondition,
              "line 1 and line 3 are both \"a\"");
  ExpectFails(error("v.txt", "a\n\n"), kInvalid, "line 2");
  ExpectFails(error("v.txt", ""), absl::StatusCode::kOutOfRange, "empty");
  ExpectFails(error("v.json", R"(["a", "b", "a"])"), kInvalid,
              "tokens[0] and tokens[2] are both \"a\"");
  ExpectFails(error("v.json", R"({"a": 1})"), kInvalid, "\"a\" has 1");
  ExpectFails(error("v.json", R"({"a": 0, "a": 1})"), kInvalid, "twice");
  ExpectFails(error("v.json", R"(["a"])", Format::kVocabJson), kInvalid,
              "expected an object, got an array");
  ExpectFails(error("v.json", R"({"a": 0})", Format::kJson), kInvalid,
              "expected an array");
  ExpectFails(error("v.json", R"({"a": 0})", Format::kTokenizerJson), kInvalid,
              "the key 'model' is missing");
  EXPECT_FALSE(error("v.bin", "a\nb\n", Format::kFrozen).ok());
  ExpectFails(ReadVocabulary(folder / "none").status(),
              absl::StatusCode::kNotFound, "none");
  ReadVocabularyOptions frozen;
  frozen.format = Format::kFrozen;
  ExpectFails(ReadVocabulary(folder / "none", frozen).status(),
              absl::StatusCode::kNotFound, "none");
  EXPECT_FALSE(ReadVocabulary(folder.path()).ok());
}

// Any bytes, in any format: an error or a vocabulary, and never a crash.
TEST(ParseVocabulary, TakesAnyBytes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Vocabulary vocabulary = VocabularyOf({"", "[UNK]", "the", "é"});
  for (const Format format : kAll) {
    const auto whole = FormatVocabulary(vocabulary, {.format = format});
    const std::string bytes = whole.ok() ? *whole : "[UNK]\nthe\n";
    for (int round = 0; round < 2000; ++round) {
      std::string damaged = bytes.substr(0, Below(random, bytes.size() + 1));
      if (!damaged.empty()) {
        damaged[Below(random, damaged.size())] = static_cast<char>(random());
      }
      for (const auto& given :
           {std::optional<Format>(), std::optional<Format>(format)}) {
        ReadVocabularyOptions options;
        options.format = given;
        const auto file = ParseVocabulary(damaged, "v", options);
        if (!file.ok()) continue;
        const Vocabulary& read = file->vocabulary;
        for (int64_t id = 0; id < read.size(); ++id) {
          EXPECT_EQ(read.Find(read.token(id)), id);
        }
      }
    }
  }
}

TEST(WriteVocabulary, LeavesAnEarlierFileWhenItFails) {
  const TempFolder folder;
  const std::string path = folder.Write("v.txt", "earlier\n");
  EXPECT_FALSE(WriteVocabulary(VocabularyOf({"a\nb"}), path).ok());
  EXPECT_EQ(folder.Read("v.txt"), "earlier\n");
  EXPECT_FALSE(WriteVocabulary(VocabularyOf({"a"}), folder.path()).ok());
}

}  // namespace
}  // namespace rowsplit
