#include "corpus/learned_vocabulary.h"

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "support/files.h"
#include "support/vocabularies.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempFolder;
using testing::TokensOf;

TokenCounter Counted() {
  auto counter = TokenCounter::Create();
  EXPECT_TRUE(counter.ok()) << counter.status();
  EXPECT_TRUE(counter->Add("a", 2).ok());
  EXPECT_TRUE(counter->Add("b", 5).ok());
  EXPECT_TRUE(counter->Add("c", 1).ok());
  return *std::move(counter);
}

TEST(WriteLearnedVocabulary, LeavesSpecialTokensOutOfLinesOnly) {
  const TempFolder folder;
  TokenCounter counter = Counted();
  CorpusConfig config;
  config.vectorize.min_count = 2;
  EXPECT_EQ(*WriteLearnedVocabulary(config, folder / "v.txt", counter), 4);
  EXPECT_EQ(folder.Read("v.txt"), "b\na\n");
  config.vocabulary.format = VocabularyFormat::kFrozen;
  config.vocabulary.counts = folder / "v.tsv";
  EXPECT_EQ(*WriteLearnedVocabulary(config, folder / "v.rsv", counter), 4);
  EXPECT_THAT(TokensOf(ReadVocabulary(folder / "v.rsv")->vocabulary),
              ElementsAre("", "[UNK]", "b", "a"));
  EXPECT_EQ(folder.Read("v.tsv"), "5\tb\n2\ta\n");
  config.vocabulary.format = VocabularyFormat::kTokenizerJson;
  EXPECT_TRUE(
      WriteLearnedVocabulary(config, folder / "tokenizer.json", counter).ok());
  EXPECT_EQ(ReadVocabulary(folder / "tokenizer.json")->unk_token, "[UNK]");
}

TEST(WriteLearnedVocabulary, CountsTheTokensOfTheVocabularyAlone) {
  const TempFolder folder;
  TokenCounter counter = Counted();
  ASSERT_TRUE(counter.Add("[UNK]", 9).ok());
  CorpusConfig config;
  config.vectorize.max_tokens = 3;
  config.vocabulary.counts = folder / "v.tsv";
  EXPECT_EQ(*WriteLearnedVocabulary(config, folder / "v.txt", counter), 3);
  EXPECT_EQ(folder.Read("v.txt"), "b\n");
  EXPECT_EQ(folder.Read("v.tsv"), "5\tb\n");
}

TEST(WriteLearnedVocabulary, WritesBothFilesOrNone) {
  const TempFolder folder;
  TokenCounter counter = Counted();
  ASSERT_TRUE(counter.Add("\xff", 9).ok());
  CorpusConfig config;
  config.vocabulary.format = VocabularyFormat::kVocabJson;
  config.vocabulary.counts = folder / "v.tsv";
  EXPECT_THAT(
      std::string(WriteLearnedVocabulary(config, folder / "vocab.json", counter)
                      .status()
                      .message()),
      HasSubstr("no UTF-8"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(WriteLearnedVocabulary, NeedsATokenAndALineForEach) {
  const TempFolder folder;
  auto counter = TokenCounter::Create();
  ASSERT_TRUE(counter.ok());
  EXPECT_EQ(
      WriteLearnedVocabulary({}, folder / "v.txt", *counter).status().code(),
      absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(counter->Add("a\nb").ok());
  EXPECT_THAT(std::string(WriteLearnedVocabulary({}, folder / "v.txt", *counter)
                              .status()
                              .message()),
              HasSubstr("a\\nb"));
  CorpusConfig config;
  config.vocabulary.format = VocabularyFormat::kJson;
  config.vocabulary.counts = folder / "v.tsv";
  EXPECT_THAT(
      std::string(WriteLearnedVocabulary(config, folder / "v.json", *counter)
                      .status()
                      .message()),
      HasSubstr("can't be in a file of counts: token 0, \"a\\nb\""));
}

TEST(BuildVocabularyFile, OfPartialCountsEqualsThatOfAllInputs) {
  const TempFolder folder;
  const std::string one = folder.Write("1.txt", "a b b\nc c c\n");
  const std::string two = folder.Write("2.txt", "a a d d\n");
  CorpusConfig config;
  config.input.paths = {one, two};
  ASSERT_TRUE(BuildVocabularyFile(config, folder / "all.txt", {}).ok());
  for (const char* part : {"1", "2"}) {
    CorpusConfig of_part;
    of_part.input.paths = {folder / (std::string(part) + ".txt")};
    of_part.vocabulary.partial = folder / (std::string(part) + ".counts");
    const auto result = BuildVocabularyFile(of_part, "", {});
    ASSERT_TRUE(result.ok()) << result.status();
  }
  CorpusConfig merge;
  merge.vocabulary.from_partial = {folder / "1.counts", folder / "2.counts"};
  const auto merged = BuildVocabularyFile(merge, folder / "merged.txt", {});
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(folder.Read("merged.txt"), folder.Read("all.txt"));
  EXPECT_EQ(merged->report.types, 4);
  merge.vocabulary.from_partial = {one};
  EXPECT_EQ(BuildVocabularyFile(merge, folder / "m.txt", {}).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace rowsplit::internal
