// Embedding::Load.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/subwords.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using testing::NumberedTable;
using testing::NumberedTokens;
using testing::TempFolder;
using testing::ValuesOf;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

Embedding Numbered() {
  return *Embedding::FromParts(NumberedTokens(5), NumberedTable(5, 3));
}

TEST(EmbeddingLoad, ReadsNoMoreRowsThanAreAskedFor) {
  const TempFolder folder;
  for (const char* name :
       {"a.rse", "a.npy", "a.npz", "a.safetensors", "a.vec", "a.txt"}) {
    ASSERT_TRUE(Numbered().Save(folder / name).ok()) << name;
    for (const int64_t max_rows : {-1, 0, 1, 4, 5, 100}) {
      const auto read = Embedding::Load(folder / name, {.max_rows = max_rows});
      ASSERT_TRUE(read.ok()) << name << read.status();
      const int64_t expected =
          max_rows < 0 ? 5 : std::min<int64_t>(5, max_rows);
      EXPECT_EQ(read->num_rows(), expected) << name;
      EXPECT_EQ(read->vocabulary().size(), expected) << name;
      if (expected > 0) {
        EXPECT_EQ(ValuesOf(read->table())[2], -98);
      }
    }
    EXPECT_THAT(Embedding::Load(folder / name, {.max_rows = -2}),
                FailsWith(kInvalid, "max_rows"));
  }
}

TEST(EmbeddingLoad, CutsAFactorizedTable) {
  const TempFolder folder;
  const auto table =
      *EmbeddingTable::Factorized(NumberedTable(4, 1), Buffer<float>{1, 2}, 2);
  ASSERT_TRUE(Embedding::FromParts({}, table)->Save(folder / "a.rse").ok());
  const auto read = Embedding::Load(folder / "a.rse", {.max_rows = 2});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->table().is_factorized());
  EXPECT_THAT(ValuesOf(read->table()), ElementsAre(-100, -200, -99, -198));
}

TEST(EmbeddingLoad, TakesTokensFromAnyVocabularyFile) {
  const TempFolder folder;
  ASSERT_TRUE(Embedding::FromParts({}, NumberedTable(2, 3))
                  ->Save(folder / "a.npy")
                  .ok());
  EXPECT_EQ(Embedding::Load(folder / "a.npy")->vocabulary().size(), 0);
  const std::string other = folder.Write("words.json", "[\"x\", \"y\"]");
  const auto read = Embedding::Load(folder / "a.npy", {.vocabulary = other});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Find("y"), 1);
  folder.Write("a.vocab.txt", "x\n");
  EXPECT_THAT(Embedding::Load(folder / "a.npy"),
              FailsWith(kInvalid, "2 rows, but"));
  EXPECT_THAT(
      Embedding::Load(folder / "a.npy", {.vocabulary = folder / "none.txt"}),
      FailsWith(absl::StatusCode::kNotFound, "none.txt"));
}

TEST(EmbeddingLoad, CountsWhatItLeavesOut) {
  const TempFolder folder;
  const std::string path = folder.Write("a.txt", "x 1 2\ny 3\nz 4 5\nx 6 7\n");
  EXPECT_FALSE(Embedding::Load(path).ok());
  const auto read = Embedding::Load(path, {.errors = ErrorPolicy::kSkip});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->num_rows(), 2);
  EXPECT_EQ(read->load_report().skipped.count, 1);
  EXPECT_EQ(read->load_report().duplicates.count, 1);
}

// A number of rows that is no header, where the format says so.
TEST(EmbeddingLoad, ObeysTheFormat) {
  const TempFolder folder;
  const std::string path = folder.Write("a", "1 5\n2 6\n");
  const auto read = Embedding::Load(path, {.format = EmbeddingFormat::kGlove});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->num_rows(), 2);
  EXPECT_THAT(Embedding::Load(path, {.format = EmbeddingFormat::kNpy}),
              FailsWith(absl::StatusCode::kDataLoss, "not start as a .npy"));
  EXPECT_THAT(Embedding::Load(path, {.format = EmbeddingFormat::kFrozen}),
              FailsWith(kInvalid, "no frozen embedding"));
  EXPECT_THAT(Embedding::Load(path, {.format = EmbeddingFormat::kNpz}),
              FailsWith(absl::StatusCode::kDataLoss, "no end record"));
  EXPECT_THAT(Embedding::Load(path, {.format = EmbeddingFormat::kSafetensors}),
              FailsWith(absl::StatusCode::kDataLoss, "does not fit"));
}

TEST(EmbeddingLoad, NamesAFileThatIsNotThere) {
  const TempFolder folder;
  EXPECT_THAT(Embedding::Load(folder / "none.npy"),
              FailsWith(absl::StatusCode::kNotFound, "none.npy"));
  EXPECT_THAT(
      Embedding::Load(folder.path()),
      FailsWith(absl::StatusCode::kFailedPrecondition, "no regular file"));
}

}  // namespace
}  // namespace rowsplit
