#include "embedding/embedding_file.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/mapped_file.h"
#include "embedding/embedding_layout.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;
using testing::NumberedTable;
using testing::NumberedTokens;
using testing::TempFolder;
using testing::ValuesOf;

EmbeddingParts SomeParts(bool factorized) {
  EmbeddingParts parts;
  parts.vocabulary = NumberedTokens(7);
  parts.table = NumberedTable(7, 3);
  if (factorized) {
    parts.table = *EmbeddingTable::Factorized(
        parts.table, Buffer<float>{1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1}, 4);
  }
  parts.subwords = *SubwordRows::Create(NumberedTable(5, parts.table.width()),
                                        {.min_chars = 2, .max_chars = 6});
  return parts;
}

absl::StatusOr<EmbeddingParts> OpenBytes(const std::string& bytes,
                                         ChecksumMode mode) {
  return OpenEmbeddingFile(Buffer<char>::Copy(bytes), "x", mode,
                           {.num_threads = 1});
}

TEST(EmbeddingFile, GivesBackAllParts) {
  const TempFolder folder;
  for (const bool factorized : {false, true}) {
    const EmbeddingParts parts = SomeParts(factorized);
    ASSERT_TRUE(
        SaveEmbeddingFile(parts, folder / "a.rse", RowFormat::kFloat32, {})
            .ok());
    for (const ChecksumMode mode : {ChecksumMode::kFull, ChecksumMode::kSampled,
                                    ChecksumMode::kDeferred}) {
      const auto read = OpenEmbeddingFile(
          *MapFile(folder / "a.rse", MapAccess::kRandom), "a.rse", mode, {});
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(read->vocabulary.tokens(), parts.vocabulary.tokens());
      EXPECT_EQ(read->table.is_factorized(), factorized);
      EXPECT_EQ(ValuesOf(read->table), ValuesOf(parts.table));
      EXPECT_EQ(ValuesOf(read->subwords.buckets()),
                ValuesOf(parts.subwords.buckets()));
      EXPECT_EQ(read->subwords.options().min_chars, 2);
      EXPECT_EQ(read->subwords.options().max_chars, 6);
    }
  }
}

TEST(EmbeddingFile, HoldsNothingAtAll) {
  const TempFolder folder;
  ASSERT_TRUE(
      SaveEmbeddingFile({}, folder / "a", RowFormat::kFloat32, {}).ok());
  const auto read = OpenBytes(folder.Read("a"), ChecksumMode::kFull);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->table.num_rows(), 0);
  EXPECT_EQ(read->vocabulary.size(), 0);
}

TEST(EmbeddingFile, RefusesRowsWithoutValues) {
  const TempFolder folder;
  EmbeddingParts parts;
  parts.table = *EmbeddingTable::FromValues({}, 5, 0);
  EXPECT_THAT(
      SaveEmbeddingFile(parts, folder / "a", RowFormat::kFloat32, {}),
      FailsWith(absl::StatusCode::kInvalidArgument, "rows without values"));
}

// Each byte flipped, and each length: no damage passes the full check, and
// nothing crashes in any mode, whether the checksums fit or not.
TEST(EmbeddingFile, FindsEveryDamage) {
  const TempFolder folder;
  ASSERT_TRUE(
      SaveEmbeddingFile(SomeParts(true), folder / "a", RowFormat::kFloat32, {})
          .ok());
  const std::string file = folder.Read("a");
  for (size_t byte = 0; byte < file.size(); ++byte) {
    std::string damaged = file;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x55);
    EXPECT_FALSE(OpenBytes(damaged, ChecksumMode::kFull).ok()) << byte;
    EXPECT_FALSE(OpenBytes(damaged, ChecksumMode::kSampled).ok()) << byte;
    for (const std::string& bytes :
         {damaged, testing::ResealedEmbedding(damaged)}) {
      const auto read = OpenBytes(bytes, ChecksumMode::kDeferred);
      if (!read.ok()) continue;
      ValuesOf(read->table);
      ValuesOf(read->subwords.buckets());
      EXPECT_LT(read->vocabulary.Find("t3"), read->table.num_rows());
    }
  }
  for (size_t size = 0; size < file.size(); size += 13) {
    EXPECT_FALSE(OpenBytes(file.substr(0, size), ChecksumMode::kDeferred).ok());
  }
  EXPECT_THAT(
      OpenBytes(file.substr(0, 256) + "x" + file.substr(257),
                ChecksumMode::kFull),
      FailsWith(absl::StatusCode::kDataLoss, "damaged rows at byte 256"));
}

TEST(EmbeddingFile, NeedsATokenForEachRow) {
  const TempFolder folder;
  EmbeddingParts parts = SomeParts(false);
  parts.vocabulary = NumberedTokens(6);
  ASSERT_TRUE(
      SaveEmbeddingFile(parts, folder / "a", RowFormat::kFloat32, {}).ok());
  EXPECT_THAT(OpenBytes(folder.Read("a"), ChecksumMode::kDeferred),
              FailsWith(absl::StatusCode::kDataLoss, "6 tokens for 7 rows"));
}

}  // namespace
}  // namespace rowsplit::internal
