#include "rowsplit/data/inputs.h"

#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit {
namespace {

namespace fs = std::filesystem;
using ::rowsplit::testing::TempFolder;
using ::rowsplit::testing::Unlistable;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

class FindInputsTest : public ::testing::Test {
 protected:
  // The paths found, without the folder's name.
  std::vector<std::string> Find(std::vector<std::string> names,
                                const FindInputsOptions& options = {}) {
    for (std::string& name : names) name = folder_ / name;
    const auto files = FindInputs(names, options);
    EXPECT_TRUE(files.ok()) << files.status();
    std::vector<std::string> paths;
    if (!files.ok()) return paths;
    for (const InputFile& file : *files) {
      paths.push_back(file.path.substr(folder_.path().size() + 1));
    }
    return paths;
  }

  TempFolder folder_;
};

TEST_F(FindInputsTest, WalksFoldersInTheOrderOfTheirBytes) {
  for (const char* name :
       {"b.txt", "a/z.txt.gz", "a/B.jsonl", "a-b.txt", "a/c/x.tfrecord",
        "Z.ndjson.zst", "notes.md", ".hidden.txt", ".git/x.txt", "a/x.bin"}) {
    folder_.Write(name, "x");
  }
  std::vector<std::string> ignored;
  EXPECT_THAT(Find({""}, {.ignored = &ignored}),
              ElementsAre("Z.ndjson.zst", "a-b.txt", "a/B.jsonl",
                          "a/c/x.tfrecord", "a/z.txt.gz", "b.txt"));
  EXPECT_THAT(ignored, ElementsAre(folder_ / "a/x.bin", folder_ / "notes.md"));
  EXPECT_THAT(Find({"b.txt", "a", "notes.md", "b.txt"}),
              ElementsAre("b.txt", "a/B.jsonl", "a/c/x.tfrecord", "a/z.txt.gz",
                          "notes.md"));
}

TEST_F(FindInputsTest, MatchesGlobs) {
  for (const char* name : {"a1.txt", "a2.txt", "b1.txt", "d/a3.txt",
                           "d/e/a4.txt", ".a.txt", "x[1].txt", "d/n.md"}) {
    folder_.Write(name, "x");
  }
  EXPECT_THAT(Find({"a*.txt"}), ElementsAre("a1.txt", "a2.txt"));
  EXPECT_THAT(Find({"?1.txt"}), ElementsAre("a1.txt", "b1.txt"));
  EXPECT_THAT(Find({"[b-z]1.txt"}), ElementsAre("b1.txt"));
  EXPECT_THAT(Find({"**/a*.txt"}),
              ElementsAre("a1.txt", "a2.txt", "d/a3.txt", "d/e/a4.txt"));
  EXPECT_THAT(Find({"d/**"}), ElementsAre("d/a3.txt", "d/e/a4.txt", "d/n.md"));
  EXPECT_THAT(Find({"*/a3.txt"}), ElementsAre("d/a3.txt"));
  EXPECT_THAT(Find({"x[1].txt"}), ElementsAre("x[1].txt"))
      << "a file of that very name comes first";
  EXPECT_THAT(Find({"[d]"}), ElementsAre("d/a3.txt", "d/e/a4.txt"))
      << "a folder that a glob matches is walked";
}

TEST_F(FindInputsTest, KeepsTheFirstOfTwoNamesOfAFile) {
  folder_.Write("a.txt", "x");
  folder_.Write("d/b.txt", "x");
  fs::create_symlink(folder_ / "a.txt", folder_ / "link.txt");
  fs::create_symlink(folder_ / "d", folder_ / "loop");
  EXPECT_THAT(Find({"d/../a.txt", "link.txt", ""}),
              ElementsAre("d/../a.txt", "d/b.txt"));
}

TEST_F(FindInputsTest, LeavesWhatCannotBeReadToTheReader) {
  folder_.Write("x.txt/inside.txt", "x");
  fs::create_symlink(folder_ / "nowhere", folder_ / "dangling.txt");
  EXPECT_THAT(Find({""}), ElementsAre("dangling.txt", "x.txt/inside.txt"));
  const std::vector<std::string> patterns = {folder_ / "dangling.txt"};
  EXPECT_EQ((*FindInputs(patterns))[0].size_bytes, -1);
}

TEST_F(FindInputsTest, GivesFoldersThatCannotBeListed) {
  folder_.Write("a.txt", "x");
  folder_.Write("b/x.txt", "x");
  folder_.Write("c/x.txt", "x");
  const Unlistable closed(folder_.path(), "b");
  for (const char* name : {"", "*", "**", "**/*.txt"}) {
    const std::vector<std::string> patterns = {folder_ / name};
    const auto files = FindInputs(patterns);
    ASSERT_TRUE(files.ok()) << files.status();
    ASSERT_EQ(files->size(), 3u) << name;
    EXPECT_EQ((*files)[0].unreadable, "");
    EXPECT_THAT((*files)[1].path, EndsWith("/b"));
    EXPECT_EQ((*files)[1].unreadable, "Permission denied");
    EXPECT_EQ((*files)[1].size_bytes, 0);
    EXPECT_THAT((*files)[2].path, EndsWith("/c/x.txt"));
  }
  EXPECT_THAT(Find({"b"}), ElementsAre("b"));
  EXPECT_THAT(Find({"b/x.txt"}), ElementsAre("b/x.txt"))
      << "whether it is there can't be told";
  EXPECT_THAT(Find({"b/*.txt"}), ElementsAre("b/*.txt"));
}

TEST_F(FindInputsTest, ListsWhatItIgnores) {
  folder_.Write("a.txt", "x");
  folder_.Write("b.md", "x");
  folder_.Write("c.md", "x");
  std::vector<std::string> ignored = {"earlier"};
  Find({"", "c.md"}, {.ignored = &ignored});
  EXPECT_THAT(ignored, ElementsAre(folder_ / "b.md"));
  Find({"c.md"}, {.ignored = &ignored});
  EXPECT_THAT(ignored, ElementsAre());
}

TEST_F(FindInputsTest, NamesAPatternWithNothingBehindIt) {
  folder_.Write("d/n.md", "x");
  for (const char* name : {"missing.txt", "*.txt", "d"}) {
    const std::vector<std::string> patterns = {folder_ / name};
    const auto files = FindInputs(patterns);
    EXPECT_EQ(files.status().code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(files.status().message()),
                StartsWith("no input file behind \"" + (folder_ / name)));
  }
}

TEST(DescribeInput, ReadsTheName) {
  const auto is = [](const char* name, InputFormat format,
                     Compression compression) {
    const InputFile file = DescribeInput(name);
    return file.format == format && file.compression == compression;
  };
  using F = InputFormat;
  using C = Compression;
  EXPECT_TRUE(is("a.txt", F::kText, C::kNone));
  EXPECT_TRUE(is("a", F::kText, C::kNone));
  EXPECT_TRUE(is("a.log.gz", F::kText, C::kGzip));
  EXPECT_TRUE(is("a.jsonl.zst", F::kJsonLines, C::kZstd));
  EXPECT_TRUE(is("a.ndjson", F::kJsonLines, C::kNone));
  EXPECT_TRUE(is("a.tfrecord.gz", F::kTfrecord, C::kGzip));
  const InputFile forced =
      DescribeInput("-", {.format = F::kJsonLines, .compression = C::kGzip});
  EXPECT_EQ(forced.format, F::kJsonLines);
  EXPECT_EQ(forced.compression, C::kGzip);
  EXPECT_EQ(forced.size_bytes, -1);
  EXPECT_EQ((*FindInputs(std::vector<std::string>{"-"}))[0].path, "-");
}

}  // namespace
}  // namespace rowsplit
