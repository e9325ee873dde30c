// Embedding::Load.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/npy_header.h"
#include "embedding/embedding_layout.h"
#include "embedding/fasttext.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using ::testing::ElementsAre;
using testing::FailsWith;
using testing::NumberedTable;
using testing::NumberedTokens;
using testing::TempFolder;
using testing::ValuesOf;

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

TEST(EmbeddingLoad, ReadsWord2VecBinary) {
  const TempFolder folder;
  ASSERT_TRUE(
      Numbered()
          .Save(folder / "a.bin", {.format = EmbeddingFormat::kWord2VecBinary})
          .ok());
  const auto read = Embedding::Load(folder / "a.bin");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ValuesOf(read->table()), ValuesOf(Numbered().table()));
  EXPECT_EQ(read->Find("t4"), 4);
}

TEST(EmbeddingLoad, ReadsAFastTextModel) {
  const TempFolder folder;
  internal::FastTextModel model;
  model.args.dim = 2;
  model.args.num_buckets = 3;
  model.args.min_n = 2;
  model.args.max_n = 3;
  model.entries =
      StringTensor::FromStrings(std::vector<std::string_view>{"of", "</s>"});
  model.counts = Buffer<int64_t>{60, 30};
  model.num_words = 2;
  model.num_tokens = 90;
  model.input = *EmbeddingTable::FromValues(
      Buffer<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5, 2);
  const absl::Status written =
      internal::WriteFastTextModel(model, folder / "m.bin");
  ASSERT_TRUE(written.ok()) << written;
  const auto read = Embedding::Load(folder / "m.bin");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Find("of"), 0);
  EXPECT_EQ(read->Find("</s>"), 1);
  EXPECT_EQ(read->table().num_rows(), 2);
  // A sentence's end has no n-grams, so its vector is its row.
  std::vector<float> row(2);
  ASSERT_TRUE(read->table().ReadRow(1, row).ok());
  EXPECT_THAT(row, ElementsAre(3, 4));
  // A word has the mean of its row and of those of its n-grams, and another
  // word the mean of the latter.
  ASSERT_EQ(read->subwords().buckets().num_rows(), 3);
  for (const auto& [word, own] :
       {std::pair<std::string_view, bool>{"of", true}, {"if", false}}) {
    std::vector<int64_t> buckets;
    read->subwords().FindBuckets(word, buckets);
    ASSERT_FALSE(buckets.empty());
    double sum = own ? 1 : 0;
    for (const int64_t bucket : buckets) sum += 5 + 2 * bucket;
    const double mean =
        sum / static_cast<double>(buckets.size() + (own ? 1 : 0));
    if (own) {
      ASSERT_TRUE(read->table().ReadRow(0, row).ok());
    } else {
      ASSERT_TRUE(read->subwords().ReadVector(word, row));
    }
    EXPECT_NEAR(row[0], mean, 1e-5) << word;
  }
  const auto one = Embedding::Load(folder / "m.bin", {.max_rows = 1});
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->table().num_rows(), 1);
  EXPECT_EQ(one->subwords().buckets().num_rows(), 3);
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

// 30 GB of holes, more than most machines have of memory: a gather reads the
// pages of its rows and no others.
TEST(EmbeddingLoad, MapsATableLargerThanTheMemory) {
  const TempFolder folder;
  constexpr int64_t kRows = 25'000'000;
  constexpr int64_t kWidth = 300;
  constexpr int64_t kPlace = 24'999'999;
  const std::vector<float> last(kWidth, 7.0f);
  const auto write = [&](const std::string& name, std::string_view header,
                         int64_t rows_begin, uint64_t file_bytes) {
    const std::string path = folder.Write(name, header);
    std::filesystem::resize_file(path, file_bytes);
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(rows_begin + kPlace * kWidth * 4);
    file.write(reinterpret_cast<const char*>(last.data()), kWidth * 4);
    return path;
  };
  internal::EmbeddingHeader header = *internal::LayOutEmbedding(
      {.num_rows = kRows, .width = kWidth, .stored_width = kWidth});
  internal::SealEmbeddingHeader(header);
  const int64_t shape[] = {kRows, kWidth};
  const std::string npy = internal::FormatNpyArrayHeader("<f4", shape);
  for (const std::string& path :
       {write("a.npy", npy, 128, 128 + kRows * kWidth * 4),
        write("a.rse", {reinterpret_cast<const char*>(&header), sizeof header},
              256, header.file_bytes)}) {
    const auto read =
        Embedding::Load(path, {.checksum = ChecksumMode::kDeferred});
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->table().size_bytes(), 30'000'000'000);
    const std::vector<int64_t> ids = {0, kPlace, kRows / 2};
    const auto rows = read->table().ReadRows(ids);
    ASSERT_TRUE(rows.ok()) << rows.status();
    std::vector<float> row(kWidth);
    ASSERT_TRUE(read->table().ReadRow(kPlace, row).ok());
    EXPECT_EQ(row, last);
    ASSERT_TRUE(read->table().ReadRow(kRows / 2, row).ok());
    EXPECT_EQ(row, std::vector<float>(kWidth));
    std::filesystem::remove(path);
  }
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
