// Embedding::Save.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::FailsWith;
using testing::NumberedTable;
using testing::NumberedTokens;
using testing::TempFolder;
using testing::ValuesOf;

constexpr const char* kNames[] = {"a.rse",         "a.npy", "a.npz",
                                  "a.safetensors", "a.vec", "a.txt"};

TEST(EmbeddingSave, ReadsBackInEveryFormat) {
  const TempFolder folder;
  const auto embedding =
      *Embedding::FromParts(NumberedTokens(50), NumberedTable(50, 7));
  for (const char* name : kNames) {
    const absl::Status saved = embedding.Save(folder / name);
    ASSERT_TRUE(saved.ok()) << name << saved;
    const auto read = Embedding::Load(folder / name);
    ASSERT_TRUE(read.ok()) << name << read.status();
    EXPECT_EQ(ValuesOf(read->table()), ValuesOf(embedding.table())) << name;
    EXPECT_EQ(read->vocabulary().tokens(), embedding.vocabulary().tokens());
  }
}

TEST(EmbeddingSave, KeepsTheFormatOfTheRowsWhereItCan) {
  const TempFolder folder;
  const bool kept[5][3] = {// frozen, npy, safetensors
                           {true, true, true},
                           {true, true, true},
                           {true, false, true},
                           {true, false, false},
                           {true, false, false}};
  for (int format = 0; format < 5; ++format) {
    const auto rows = static_cast<RowFormat>(format);
    const auto embedding =
        *Embedding::FromParts({}, *NumberedTable(6, 5).ConvertTo(rows));
    int column = 0;
    for (const char* name : {"a.rse", "a.npy", "a.safetensors"}) {
      ASSERT_TRUE(embedding.Save(folder / name).ok());
      const auto read = Embedding::Load(folder / name);
      ASSERT_TRUE(read.ok()) << read.status();
      const bool keeps = kept[format][column++];
      EXPECT_EQ(read->table().format(), keeps ? rows : RowFormat::kFloat32)
          << name << RowFormatName(rows);
      EXPECT_EQ(ValuesOf(read->table()), ValuesOf(embedding.table()));
    }
  }
}

TEST(EmbeddingSave, ConvertsRows) {
  const TempFolder folder;
  const auto embedding = *Embedding::FromParts({}, NumberedTable(6, 5));
  for (const RowFormat rows : {RowFormat::kFloat16, RowFormat::kInt8}) {
    ASSERT_TRUE(embedding.Save(folder / "a.rse", {.row_format = rows}).ok());
    const auto read = Embedding::Load(folder / "a.rse");
    EXPECT_EQ(read->table().format(), rows);
    EXPECT_EQ(ValuesOf(read->table()),
              ValuesOf(*embedding.table().ConvertTo(rows)));
  }
  EXPECT_THAT(
      embedding.Save(folder / "a.npy", {.row_format = RowFormat::kInt8}),
      FailsWith(kInvalid, "the format npy does not hold int8 rows"));
  EXPECT_THAT(
      embedding.Save(folder / "a.npz", {.row_format = RowFormat::kBfloat16}),
      FailsWith(kInvalid, "npz does not hold bfloat16"));
}

TEST(EmbeddingSave, KeepsFactorsAndSubwordsInItsOwnFormat) {
  const TempFolder folder;
  const auto table = *EmbeddingTable::Factorized(
      NumberedTable(4, 2), Buffer<float>{1, 2, 3, 4, 5, 6}, 3);
  const auto subwords = *SubwordRows::Create(NumberedTable(9, 3), {2, 5});
  const auto embedding =
      *Embedding::FromParts(NumberedTokens(4), table, subwords);
  ASSERT_TRUE(embedding.Save(folder / "a.rse").ok());
  const auto read =
      Embedding::Load(folder / "a.rse", {.checksum = ChecksumMode::kFull});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->table().is_factorized());
  EXPECT_EQ(ValuesOf(read->table()), ValuesOf(table));
  std::vector<float> vector(3);
  std::vector<float> expected(3);
  ASSERT_TRUE(read->Vector("unknown", vector).ok());
  ASSERT_TRUE(subwords.ReadVector("unknown", expected));
  EXPECT_EQ(vector, expected);
  ASSERT_TRUE(embedding.Save(folder / "a.npy").ok());
  EXPECT_EQ(ValuesOf(Embedding::Load(folder / "a.npy")->table()),
            ValuesOf(table));
}

TEST(EmbeddingSave, WritesTheTokensFirstAndInTheFormatOfTheName) {
  const TempFolder folder;
  const std::vector<std::string_view> odd = {"a\nb", ""};
  const auto embedding = *Embedding::FromParts(
      *Vocabulary::FromTokens(StringTensor::FromStrings(odd)),
      NumberedTable(2, 2));
  EXPECT_THAT(embedding.Save(folder / "a.npy"), FailsWith(kInvalid, "token 0"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  for (const char* name : {"words.json", "words.rsv"}) {
    ASSERT_TRUE(
        embedding.Save(folder / "a.npy", {.vocabulary = folder / name}).ok());
    const auto read =
        Embedding::Load(folder / "a.npy", {.vocabulary = folder / name});
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->Find(""), 1);
  }
}

TEST(EmbeddingSave, LeavesTokensOfAnotherEmbeddingAlone) {
  const TempFolder folder;
  folder.Write("a.vocab.txt", "x\ny\n");
  const auto embedding = *Embedding::FromParts({}, NumberedTable(2, 2));
  EXPECT_THAT(embedding.Save(folder / "a.npy"),
              FailsWith(absl::StatusCode::kFailedPrecondition,
                        "has the tokens of another one"));
  EXPECT_TRUE(embedding.Save(folder / "a.rse").ok());
}

TEST(EmbeddingSave, TellsTheFormatFromTheName) {
  const TempFolder folder;
  EXPECT_THAT(Embedding().Save(folder / "a.h5"),
              FailsWith(kInvalid, "cannot tell the format"));
  const auto embedding = *Embedding::FromParts({}, NumberedTable(2, 2));
  ASSERT_TRUE(
      embedding.Save(folder / "a", {.format = EmbeddingFormat::kSafetensors})
          .ok());
  EXPECT_EQ(Embedding::Load(folder / "a")->num_rows(), 2);
}

}  // namespace
}  // namespace rowsplit
