#include "embedding/side_vocabulary.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;
using testing::NumberedTokens;
using testing::TempFolder;

TEST(SideVocabulary, HasTheNameOfTheArray) {
  EXPECT_EQ(SideVocabularyPath("v/glove.6B.npy"), "v/glove.6B.vocab.txt");
  EXPECT_EQ(SideVocabularyPath("v.1/glove"), "v.1/glove.vocab.txt");
}

TEST(SideVocabulary, IsReadAsItWasWritten) {
  const TempFolder folder;
  ASSERT_TRUE(
      WriteSideVocabulary(NumberedTokens(3), folder / "a.npy", "").ok());
  EXPECT_EQ(folder.Read("a.vocab.txt"), "t0\nt1\nt2\n");
  EXPECT_EQ(ReadSideVocabulary(folder / "a.npy", "", 3, 3)->size(), 3);
  EXPECT_EQ(ReadSideVocabulary(folder / "a.npy", "", 3, 2)->size(), 2);
  EXPECT_EQ(ReadSideVocabulary(folder / "b.npy", "", 3, 3)->size(), 0);
  EXPECT_THAT(ReadSideVocabulary(folder / "a.npy", "", 4, 4),
              FailsWith(absl::StatusCode::kInvalidArgument, "4 rows, but"));
}

TEST(SideVocabulary, IsNotTheArrayItself) {
  const TempFolder folder;
  folder.Write("a.npy", "rows");
  for (const std::string& tokens : {folder / "a.npy", folder / "./a.npy"}) {
    EXPECT_THAT(
        WriteSideVocabulary(NumberedTokens(3), folder / "a.npy", tokens),
        FailsWith(absl::StatusCode::kInvalidArgument, "must be another one"));
  }
  EXPECT_EQ(folder.Read("a.npy"), "rows");
}

TEST(SideVocabulary, OfNoTokensIsNoFile) {
  const TempFolder folder;
  EXPECT_TRUE(WriteSideVocabulary({}, folder / "b.npy", "").ok());
  folder.Write("a.vocab.txt", "x\n");
  EXPECT_THAT(WriteSideVocabulary({}, folder / "a.npy", ""),
              FailsWith(absl::StatusCode::kFailedPrecondition, "another one"));
}

TEST(CutVocabulary, LeavesTheFirstTokens) {
  Vocabulary vocabulary = NumberedTokens(3);
  ASSERT_TRUE(CutVocabulary(5, vocabulary).ok());
  EXPECT_EQ(vocabulary.size(), 3);
  ASSERT_TRUE(CutVocabulary(2, vocabulary).ok());
  EXPECT_EQ(vocabulary.size(), 2);
  EXPECT_EQ(vocabulary.Find("t1"), 1);
}

}  // namespace
}  // namespace rowsplit::internal
