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
using ::testing::SizeIs;

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
  EXPECT_FALSE(std::filesystem::exists(temporary.path() + "/new"));
  std::filesystem::create_directory(temporary.path() + "/new");
  ASSERT_TRUE(WriteRun(ConfigFor(folder), "1\n", false).ok());
  EXPECT_THAT(Names(temporary.path() + "/new"), IsEmpty());
  std::filesystem::create_directory(folder);
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

TEST(OutputFolder, IsOpenOnceAtATime) {
  const testing::TempFolder temporary;
  const OutputConfig config = ConfigFor(temporary.path() + "/out");
  {
    const auto first = OutputFolder::Open(config);
    ASSERT_TRUE(first.ok()) << first.status();
    const absl::Status second = OutputFolder::Open(config).status();
    EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(second.message()),
                HasSubstr("another run is writing to " + config.folder));
    EXPECT_TRUE(std::filesystem::exists(config.folder));
  }
  EXPECT_FALSE(std::filesystem::exists(config.folder));
  EXPECT_TRUE(WriteRun(config, "1\n", true).ok());
}

TEST(OutputFolder, RefusesWhatItCanNotReplaceBeforeItTouchesAnything) {
  for (const char* name :
       {"vocab.txt", "manifest.json", "train-00007-of-00009.txt"}) {
    const testing::TempFolder temporary;
    temporary.Write("report.json", "old");
    std::filesystem::create_directory(temporary / name);
    const absl::Status status =
        OutputFolder::Open(ConfigFor(temporary.path(), 1, true)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(temporary / name));
    EXPECT_THAT(Names(temporary.path()), SizeIs(2));
  }
}

// What happens while the run goes on, too: the earlier run stays.
TEST(OutputFolder, ChecksAgainBeforeItPublishes) {
  const testing::TempFolder temporary;
  ASSERT_TRUE(WriteRun(ConfigFor(temporary.path(), 2), "old\n", true).ok());
  const std::set<std::string> before = Names(temporary.path());
  const std::string manifest = temporary.Read(kManifestName);
  {
    const OutputConfig config = ConfigFor(temporary.path(), 1, true);
    auto folder = OutputFolder::Open(config);
    ASSERT_TRUE(folder.ok()) << folder.status();
    ShardWriter writer = *ShardWriter::Open(
        config.folder, config.prefix, config.shards, {.format = config.format});
    ASSERT_TRUE(writer.Finish({}).ok());
    ASSERT_TRUE(folder->AddFile("report.json", "new").ok());
    ASSERT_TRUE(folder->AddFile(kManifestName, "new").ok());
    std::filesystem::create_directory(temporary / "report.json");
    const absl::Status status = folder->Publish(writer);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  }
  std::filesystem::remove(temporary / "report.json");
  EXPECT_EQ(Names(temporary.path()), before);
  EXPECT_EQ(temporary.Read(kManifestName), manifest);
  EXPECT_EQ(temporary.Read("train-00000-of-00002.txt"), "old\n");
}

TEST(OutputFolder, RefusesItsOwnFilesAsInputs) {
  const testing::TempFolder temporary;
  const std::string out = temporary / "out";
  temporary.Write("out/vocab.txt", "text");
  temporary.Write("out/train-00001-of-00003.txt", "text");
  temporary.Write("out/mine.txt", "text");
  temporary.Write("else/a.txt", "text");
  std::filesystem::create_symlink("../out/vocab.txt", temporary / "else/b.txt");
  std::filesystem::create_directory_symlink("out", temporary / "link");
  const auto folder = OutputFolder::Open(ConfigFor(out, 1, true));
  ASSERT_TRUE(folder.ok()) << folder.status();
  const auto check = [&](const std::string& path) {
    InputConfig input;
    input.paths = {temporary / "else/a.txt", path};
    return folder->CheckInputs(input);
  };
  EXPECT_TRUE(check("-").ok());
  EXPECT_TRUE(check(out + "/mine.txt").ok());
  EXPECT_TRUE(check(out + "/[m]*.txt").ok());
  for (const std::string& path :
       {out + "/vocab.txt", out + "/../out/train-00001-of-00003.txt",
        out + "/*.txt", temporary / "else/b.txt", temporary / "else",
        temporary / "link/vocab.txt"}) {
    const absl::Status status = check(path);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("would replace or remove"));
  }
  for (const std::string& path : {out, out + "/", temporary.path(),
                                  temporary / "link", temporary / "else/.."}) {
    const absl::Status status = check(path);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("the input folder " + path +
                          " holds the output folder " + out));
  }
  EXPECT_EQ(check(temporary / "none").code(), absl::StatusCode::kNotFound);
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
