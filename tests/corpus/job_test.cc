#include "rowsplit/corpus/job.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"
#include "support/source_dir.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::map<std::string, std::string> Files(const std::string& folder) {
  std::map<std::string, std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    files[entry.path().filename().string()] = content.str();
  }
  return files;
}

CorpusConfig SampleJob(const std::string& output,
                       RecordFormat format = RecordFormat::kText) {
  CorpusConfig config;
  config.input.paths = {std::string(testing::SourceDir()) +
                        "/data_samples/stories"};
  config.clean = {
      DropFullMatch{"_BOOK_TITLE_.*"},
      ReplaceRegex{R"([!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~'])", " "}};
  config.window.emplace();
  config.window->options.size = 11;
  config.window->options.scope = WindowScope::kAcrossRows;
  config.shuffle.buffer_size = 100;
  config.vectorize.max_tokens = 500;
  config.vectorize.output_sequence_length = 10;
  config.output.folder = output;
  config.output.format = format;
  config.output.shards = 3;
  return config;
}

TEST(Prepare, WritesTheSameFilesForAnyThreadsAndBlocks) {
  const testing::TempFolder temporary;
  for (const RecordFormat format :
       {RecordFormat::kTfrecord, RecordFormat::kJsonLines, RecordFormat::kNpy,
        RecordFormat::kText}) {
    std::map<std::string, std::string> expected;
    for (const auto& [threads, block_bytes] :
         std::vector<std::pair<int, int>>{{1, 1 << 20}, {2, 1000}, {8, 333}}) {
      const std::string folder = absl::StrCat(
          temporary.path(), "/", static_cast<int>(format), "-", threads);
      CorpusConfig config = SampleJob(folder, format);
      config.input.read.block_bytes = block_bytes;
      const auto result = Prepare(config, {.num_threads = threads});
      ASSERT_TRUE(result.ok()) << result.status();
      const auto files = Files(folder);
      EXPECT_THAT(files, SizeIs(result->files.size()));
      if (expected.empty()) {
        expected = files;
      } else {
        EXPECT_EQ(files, expected) << threads << " threads";
      }
    }
  }
}

TEST(Prepare, AccountsForTheSample) {
  const testing::TempFolder temporary;
  const auto result = Prepare(SampleJob(temporary.path() + "/out"), {});
  ASSERT_TRUE(result.ok()) << result.status();
  const CorpusReport& report = result->report;
  EXPECT_EQ(report.inputs, 5);
  EXPECT_EQ(report.rows_dropped(), 5);
  EXPECT_EQ(report.num_ids, 500);
  EXPECT_EQ(report.examples, (report.tokens + 10) / 11);
  EXPECT_GT(report.types, 1500);
  EXPECT_GT(report.oov_share(), 0.05);
  EXPECT_LT(report.oov_share(), 0.5);
}

TEST(Prepare, TakesAVocabularyInsteadOfLearningOne) {
  const testing::TempFolder temporary;
  temporary.Write("vocab.txt", "the\nand\n");
  CorpusConfig config = SampleJob(temporary.path() + "/out");
  config.vocabulary.file = temporary.path() + "/vocab.txt";
  const auto result = Prepare(config, {});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->report.num_ids, 4);
  EXPECT_EQ(result->report.types, -1);
  EXPECT_EQ(Files(config.output.folder)["vocab.txt"], "the\nand\n");
}

TEST(Prepare, LeavesTheFolderAsItWasWhenItFails) {
  const testing::TempFolder temporary;
  CorpusConfig config = SampleJob(temporary.path() + "/out");
  ASSERT_TRUE(Prepare(config, {}).ok());
  const auto before = Files(config.output.folder);
  temporary.Write("bad.txt", "fine\nill-formed \xff\n");
  config.input.paths.push_back(temporary.path() + "/bad.txt");
  config.output.force = true;
  const absl::Status status = Prepare(config, {}).status();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("bad.txt, line 2, byte 16"));
  EXPECT_EQ(Files(config.output.folder), before);
}

TEST(Prepare, StopsWhenCancelledAndLeavesNothing) {
  const testing::TempFolder temporary;
  const CorpusConfig config = SampleJob(temporary.path() + "/out");
  for (const std::string_view phase : {"vocabulary", "vectorize"}) {
    CancellationToken token;
    const absl::Status status = Prepare(config, {.cancellation = &token},
                                        [&](const JobProgress& progress) {
                                          if (progress.phase == phase)
                                            token.Cancel();
                                        })
                                    .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
    EXPECT_THAT(Files(config.output.folder), IsEmpty());
  }
}

TEST(Prepare, NoticesAnInputThatChangesBetweenThePasses) {
  const testing::TempFolder temporary;
  temporary.Write("a.txt", "one two three\n");
  CorpusConfig config = SampleJob(temporary.path() + "/out");
  config.input.paths = {temporary.path() + "/a.txt"};
  bool changed = false;
  const absl::Status status = Prepare(config, {}, [&](const JobProgress&) {
                                if (changed) return;
                                changed = true;
                                temporary.Write("a.txt", "one two four!\n");
                              }).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("a.txt changed while it was read"));
}

TEST(Prepare, FailsWithoutATokenToLearn) {
  const testing::TempFolder temporary;
  temporary.Write("a.txt", "...\n");
  CorpusConfig config = SampleJob(temporary.path() + "/out");
  config.input.paths = {temporary.path() + "/a.txt"};
  EXPECT_EQ(Prepare(config, {}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(CheckPrepareConfig, NamesKeyAndFlag) {
  const auto message = [](const CorpusConfig& config) {
    return std::string(CheckPrepareConfig(config).message());
  };
  CorpusConfig config = SampleJob("out");
  EXPECT_TRUE(CheckPrepareConfig(config).ok());
  config.output.folder = "";
  EXPECT_THAT(message(config), HasSubstr("--output"));
  config = SampleJob("out");
  config.input.paths = {};
  EXPECT_THAT(message(config), HasSubstr("--input"));
  config.input.paths = {"-"};
  EXPECT_THAT(message(config), HasSubstr("--vocab"));
  config.vocabulary.file = "vocab.txt";
  EXPECT_TRUE(CheckPrepareConfig(config).ok());
  config = SampleJob("out", RecordFormat::kNpy);
  config.vectorize.output_sequence_length.reset();
  EXPECT_THAT(message(config), HasSubstr("--sequence-length"));
  config = SampleJob("out");
  config.clean = {DropFullMatch{"("}};
  EXPECT_THAT(message(config), HasSubstr("step 1"));
}

TEST(BuildVocabularyFile, WritesTheVocabularyOfPrepare) {
  const testing::TempFolder temporary;
  const CorpusConfig config = SampleJob(temporary.path() + "/out");
  ASSERT_TRUE(Prepare(config, {}).ok());
  const auto result =
      BuildVocabularyFile(config, temporary.path() + "/vocab.txt", {});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->report.num_ids, 500);
  EXPECT_EQ(temporary.Read("vocab.txt"),
            Files(config.output.folder)["vocab.txt"]);
}

}  // namespace
}  // namespace rowsplit
