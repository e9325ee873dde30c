#include "rowsplit/embedding/embedding.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/embedding/subwords.h"
#include "support/embedding_files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using ::testing::ElementsAre;
using testing::FailsWith;
using testing::NumberedTable;
using testing::NumberedTokens;

TEST(Embedding, GivesVectorsOfTokens) {
  const auto embedding =
      Embedding::FromParts(NumberedTokens(3), NumberedTable(3, 2));
  ASSERT_TRUE(embedding.ok()) << embedding.status();
  EXPECT_EQ(embedding->num_rows(), 3);
  EXPECT_EQ(embedding->width(), 2);
  EXPECT_EQ(embedding->Find("t2"), 2);
  EXPECT_EQ(embedding->Find("d"), -1);
  std::vector<float> vector(2);
  ASSERT_TRUE(embedding->Vector("t1", vector).ok());
  EXPECT_THAT(vector, ElementsAre(-98, -97));
  EXPECT_THAT(embedding->Vector("d", vector),
              FailsWith(absl::StatusCode::kNotFound, "no vector for \"d\""));
  std::vector<float> wide(3);
  EXPECT_THAT(embedding->Vector("t1", wide),
              FailsWith(kInvalid, "room for 2 values, got 3"));
}

TEST(Embedding, MakesVectorsOfSubwords) {
  const auto subwords = *SubwordRows::Create(NumberedTable(4, 2), {1, 2});
  const auto embedding =
      Embedding::FromParts(NumberedTokens(3), NumberedTable(3, 2), subwords);
  ASSERT_TRUE(embedding.ok()) << embedding.status();
  std::vector<float> vector(2);
  std::vector<float> expected(2);
  ASSERT_TRUE(embedding->Vector("dog", vector).ok());
  ASSERT_TRUE(subwords.ReadVector("dog", expected));
  EXPECT_EQ(vector, expected);
  ASSERT_TRUE(embedding->Vector("t1", vector).ok());
  EXPECT_THAT(vector, ElementsAre(-98, -97));
}

TEST(Embedding, RefusesPartsThatDoNotFit) {
  EXPECT_THAT(Embedding::FromParts(NumberedTokens(2), NumberedTable(3, 2)),
              FailsWith(kInvalid, "3 rows, 2 tokens"));
  EXPECT_THAT(
      Embedding::FromParts(NumberedTokens(3), NumberedTable(3, 2),
                           *SubwordRows::Create(NumberedTable(4, 3), {1, 2})),
      FailsWith(kInvalid, "width 2, got 3"));
  EXPECT_TRUE(Embedding::FromParts({}, NumberedTable(3, 2)).ok());
  EXPECT_EQ(Embedding().num_rows(), 0);
}

TEST(EmbeddingFormat, HasNames) {
  for (const std::string_view name :
       {"frozen", "npy", "npz", "safetensors", "glove", "word2vec",
        "word2vec-binary", "fasttext"}) {
    const auto format = ParseEmbeddingFormat(name);
    ASSERT_TRUE(format.ok()) << format.status();
    EXPECT_EQ(EmbeddingFormatName(*format), name);
  }
  EXPECT_THAT(ParseEmbeddingFormat("h5"),
              FailsWith(kInvalid, "must be one of frozen, npy, npz"));
}

}  // namespace
}  // namespace rowsplit
