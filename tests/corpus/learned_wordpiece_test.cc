#include "corpus/learned_wordpiece.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/corpus/job.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;
using testing::TempFolder;

CorpusConfig ConfigOf(const TempFolder& folder) {
  CorpusConfig config;
  config.input.paths = {folder / "corpus.txt"};
  config.vocabulary.model = VocabularyModel::kWordpiece;
  config.vocabulary.reserved_tokens = {"[UNK]"};
  config.vectorize.max_tokens = 100;
  config.vocabulary.lower_thresh = 2;
  return config;
}

TEST(LearnedWordpiece, IsLearnedFromTheWordsOfTheInput) {
  const TempFolder folder;
  folder.Write("corpus.txt", "ab, ab\nÁB abc\n");
  CorpusConfig config = ConfigOf(folder);
  const auto plain = BuildVocabularyFile(config, folder / "v.txt", {}, {});
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->report.types, 4);
  EXPECT_EQ(folder.Read("v.txt"),
            "[UNK]\n,\nB\na\nb\nc\nÁ\nab\n##,\n##B\n##a\n##b\n##c\n##Á\n");
  config.vocabulary.lower_case = true;
  for (const int threads : {1, 4}) {
    const auto lower = BuildVocabularyFile(config, folder / "l.txt",
                                           {.num_threads = threads}, {});
    ASSERT_TRUE(lower.ok()) << lower.status();
    EXPECT_EQ(folder.Read("l.txt"),
              "[UNK]\n,\na\nb\nc\nab\n##,\n##a\n##b\n##c\nabc\n");
  }
}

TEST(LearnedWordpiece, NeedsWords) {
  const TempFolder folder;
  folder.Write("corpus.txt", "\n");
  EXPECT_THAT(
      BuildVocabularyFile(ConfigOf(folder), folder / "v.txt", {}, {}),
      FailsWith(absl::StatusCode::kFailedPrecondition, "there is no word"));
}

}  // namespace
}  // namespace rowsplit::internal
