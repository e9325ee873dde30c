#include "corpus/output_folder.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::set<std::string> Names(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

OutputConfig ConfigFor(const std::string& folder, int shards = 1,
                       bool force = false) {
  OutputConfig config;
  config.folder = folder;
  config.shards = shards;
  config.format = RecordFormat::kText;
  config.force = force;
  return config;
}

// A run that writes one record; `publish` or not.
absl::Status WriteRun(const OutputConfig& config, const std::string& record,
                      bool publish) {
  absl::StatusOr<OutputFolder> folder = OutputFolder::Open(config);
  if (!folder.ok()) return folder.status();
  ShardWriter writer = *ShardWriter::Open(
      config.folder, config.prefix, config.shards, {.format = config.format});
  if (absl::Status status = writer.Write(record); !status.ok()) return status;
  const std::vector<ShardFile> shards = *writer.Finish({});
  for (const ShardFile& shard : shards) {
    folder->AddShard(
        {shard.name, shard.num_records, shard.size_bytes, shard.digest});
  }
  if (absl::Status status = folder->AddFile("vocab.txt", "a\n"); !status.ok())
    return status;
  const std::string manifest = ManifestToJson({}, {}, {}, folder->files());
  if (absl::Status status = folder->AddFile(kManifestName, manifest);
      !status.ok())
    return status;
  return publish ? folder->Publish(writer) : absl::OkStatus();
}

TEST(OutputFolder, ShowsNothingBeforePublish) {
  const testing::TempFolder temporary;
  const std::string folder = temporary.path() + "/new/out";
  ASSERT_TRUE(WriteRun(ConfigFor(folder), "1\n", false).ok());
  EXPECT_THAT(Names(folder), IsEmpty());
  ASSERT_TRUE(WriteRun(ConfigFor(folder), "1\n", true).ok());
  EXPECT_THAT(
      Names(folder),
      ElementsAre("manifest.json", "train-00000-of-00001.txt", "vocab.txt"));
}

TEST(OutputFolder, RefusesAnotherRunsFiles) {
  const testing::TempFolder temporary;
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path()), "1\n", true).ok());
  const absl::Status status =
      WriteRun(ConfigFor(temporary.path()), "2\n", true);
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(status.message()), HasSubstr("manifest.json"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--force"));
  EXPECT_EQ(temporary.Read("train-00000-of-00001.txt"), "1\n");
}

TEST(OutputFolder, RefusesShardsWithoutAManifestToo) {
  const testing::TempFolder temporary;
  temporary.Write("train-00000-of-00002.ids.npy", "x");
  EXPECT_EQ(WriteRun(ConfigFor(temporary.path()), "2\n", true).code(),
            absl::StatusCode::kAlreadyExists);
}

TEST(OutputFolder, LeavesOtherFilesAlone) {
  const testing::TempFolder temporary;
  temporary.Write("notes.txt", "mine");
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path()), "1\n", true).ok());
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path(), 1, true), "2\n", true).ok());
  EXPECT_EQ(temporary.Read("notes.txt"), "mine");
}

TEST(OutputFolder, ReplacesAnEarlierRunAndRemovesWhatIsLeftOfIt) {
  const testing::TempFolder temporary;
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path(), 3), "1\n", true).ok());
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path(), 1, true), "2\n", true).ok());
  EXPECT_THAT(
      Names(temporary.path()),
      ElementsAre("manifest.json", "train-00000-of-00001.txt", "vocab.txt"));
  EXPECT_EQ(temporary.Read("train-00000-of-00001.txt"), "2\n");
}

TEST(OutputFolder, RemovesShardsOfARunThatLostItsManifest) {
  const testing::TempFolder temporary;
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path(), 3), "1\n", true).ok());
  std::filesystem::remove(temporary / "manifest.json");
  temporary.Write("train-00000-of-0003.txt", "mine");
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path(), 1, true), "2\n", true).ok());
  EXPECT_THAT(Names(temporary.path()),
              ElementsAre("manifest.json", "train-00000-of-00001.txt",
                          "train-00000-of-0003.txt", "vocab.txt"));
}

TEST(OutputFolder, RefusesToFollowAManifestOutOfTheFolder) {
  const testing::TempFolder temporary;
  temporary.Write(
      "manifest.json",
      R"({"format": "rowsplit.manifest", "files": [{"name": "../x"}]})");
  EXPECT_EQ(WriteRun(ConfigFor(temporary.path(), 1, true), "2\n", true).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(OutputFolder, SaysWhyItCanNotMakeTheFolder) {
  const testing::TempFolder temporary;
  temporary.Write("file", "x");
  const absl::Status status =
      WriteRun(ConfigFor(temporary.path() + "/file/out"), "1\n", true);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("can't make the output folder"));
}

}  // namespace
}  // namespace rowsplit::internal
