#include "vocab/vocabulary_file.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> Tokens(std::string_view content) {
  const auto parsed = ParseVocabulary(content, "v.txt");
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  std::vector<std::string> tokens;
  if (parsed.ok()) {
    for (int64_t i = 0; i < parsed->size(); ++i)
      tokens.emplace_back((*parsed)[i]);
  }
  return tokens;
}

using List = std::vector<std::string>;

TEST(ParseVocabulary, TakesATokenALine) {
  EXPECT_EQ(Tokens("a\nb\n"), (List{"a", "b"}));
  EXPECT_EQ(Tokens("a\nb"), (List{"a", "b"}));
  EXPECT_EQ(Tokens(" a \n\tb\n"), (List{" a ", "\tb"}));
  EXPECT_EQ(Tokens(std::string_view("\0\n\xff\n", 4)),
            (List{std::string(1, '\0'), "\xff"}));
}

TEST(ParseVocabulary, DropsOneCarriageReturnBeforeTheEndOfALine) {
  EXPECT_EQ(Tokens("a\r\nb\r\n"), (List{"a", "b"}));
  EXPECT_EQ(Tokens("a\r\r\n\rb\nc\r"), (List{"a\r", "\rb", "c"}));
}

TEST(ParseVocabulary, RefusesEmptyLinesAndFiles) {
  for (const std::string_view content : {"a\n\nb\n", "a\n\r\nb\n", "a\n\n"}) {
    const absl::Status status = ParseVocabulary(content, "v.txt").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("v.txt has an empty line: line 2"));
  }
  const absl::Status empty = ParseVocabulary("", "v.txt").status();
  EXPECT_EQ(empty.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(empty.message()), HasSubstr("v.txt is empty"));
}

TEST(ReadVocabularyFile, NamesAFileThatItCannotRead) {
  const std::string missing = ::testing::TempDir() + "/no_such_vocabulary.txt";
  const absl::Status status = ReadVocabularyFile(missing).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(missing));
  const absl::Status folder = ReadVocabularyFile(::testing::TempDir()).status();
  EXPECT_FALSE(folder.ok());
  EXPECT_THAT(std::string(folder.message()), HasSubstr("can't read"));
}

TEST(CheckLinesDiffer, NamesTheFirstTwo) {
  const StringTensor good = *ParseVocabulary("a\nb\n", "v.txt");
  EXPECT_TRUE(CheckLinesDiffer(good, "v.txt").ok());
  const absl::Status status =
      CheckLinesDiffer(*ParseVocabulary("a\nb\nc\nb\na\n", "v.txt"), "v.txt");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("line 2 and line 4 are both \"b\""));
}

TEST(FormatVocabularyLines, GivesWhatParseVocabularyReads) {
  const StringTensor tokens = *ParseVocabulary("\ra\n b\nc\rd", "v.txt");
  EXPECT_EQ(*FormatVocabularyLines(tokens), "\ra\n b\nc\rd\n");
}

}  // namespace
}  // namespace rowsplit::internal
