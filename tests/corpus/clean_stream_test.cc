#include "corpus/clean_stream.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

// Reads all batches one after the other.
absl::Status ReadAll(CleanStream& stream, std::vector<std::string>& rows) {
  CleanBatch batch;
  while (true) {
    const absl::StatusOr<bool> more = stream.Read(batch);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    if (absl::Status status = stream.Clean(batch); !status.ok()) return status;
    if (absl::Status status = stream.Account(batch); !status.ok())
      return status;
    for (const TokenSpan row : batch.text.rows.span()) {
      rows.emplace_back(batch.bytes().substr(row.begin, row.size));
    }
  }
}

TEST(CleanStream, ReadsCleansAndAccounts) {
  const testing::TempFolder folder;
  folder.Write("a.txt", "Title: x\nA, b\n");
  folder.Write("b.txt", "c.\nTitle: y\n");
  const TextPlan plan =
      *TextPlan::Compile({DropFullMatch{"Title.*"}, ReplaceRegex{"[,.]", ""}});
  std::vector<JobProgress> seen;
  const ProgressCallback progress = [&](const JobProgress& p) {
    seen.push_back(p);
  };
  InputConfig input;
  input.paths = {folder.path()};
  CleanStream stream = *CleanStream::Open(input, plan, "phase", &progress, {});
  std::vector<std::string> rows;
  ASSERT_TRUE(ReadAll(stream, rows).ok());
  EXPECT_THAT(rows, ElementsAre("A b", "c"));

  CorpusReport report;
  stream.FillReport(report);
  EXPECT_EQ(report.inputs, 2);
  EXPECT_EQ(report.rows, 4);
  EXPECT_EQ(report.input_bytes, 26);
  EXPECT_EQ(report.text_bytes, 22);
  EXPECT_THAT(report.dropped_by_step, ElementsAre(2, 0));
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().phase, "phase");
  EXPECT_EQ(seen.back().bytes_done, 26);
  EXPECT_EQ(seen.back().bytes_total, 26);
}

TEST(CleanStream, CountsInputsByEncoding) {
  const testing::TempFolder folder;
  folder.Write("a.txt", "caf\xE9\n");
  folder.Write("b.txt", "ok\n");
  const TextPlan plan;
  InputConfig input;
  input.paths = {folder.path()};
  for (const std::string encoding : {"latin1", "auto", "utf-8"}) {
    input.read.encoding = encoding;
    input.read.on_error = ErrorPolicy::kReplace;
    CleanStream stream = *CleanStream::Open(input, plan, "phase", nullptr, {});
    std::vector<std::string> rows;
    ASSERT_TRUE(ReadAll(stream, rows).ok());
    CorpusReport report;
    stream.FillReport(report);
    int64_t inputs = 0;
    for (const auto& [name, count] : report.encodings) inputs += count;
    EXPECT_EQ(inputs, encoding == "utf-8" ? 0 : 2) << encoding;
    if (encoding == "latin1") {
      EXPECT_EQ(report.encodings.size(), 1u);
    }
  }
}

TEST(CleanStream, HandsOnTheReadersFaults) {
  const testing::TempFolder folder;
  folder.Write("a.txt", "ok\nbad \xff\nok2\n");
  const TextPlan plan;
  InputConfig input;
  input.paths = {folder.path()};
  input.read.on_error = ErrorPolicy::kSkip;
  CleanStream stream = *CleanStream::Open(input, plan, "phase", nullptr, {});
  std::vector<std::string> rows;
  ASSERT_TRUE(ReadAll(stream, rows).ok());
  EXPECT_THAT(rows, ElementsAre("ok", "ok2"));
  CorpusReport report;
  stream.FillReport(report);
  EXPECT_EQ(report.faults.entry(FaultKind::kInvalidUtf8).skipped, 1);
  EXPECT_EQ(report.faults.entry(FaultKind::kInvalidUtf8).first.line, 2);

  input.read.on_error = ErrorPolicy::kStrict;
  CleanStream strict = *CleanStream::Open(input, plan, "phase", nullptr, {});
  EXPECT_FALSE(ReadAll(strict, rows).ok());
}

TEST(CleanStream, TreatsAFolderThatCannotBeListedByThePolicy) {
  const testing::TempFolder folder;
  folder.Write("a.txt", "ok\n");
  folder.Write("b/x.txt", "lost\n");
  const testing::Unlistable closed(folder.path(), "b");
  const TextPlan plan;
  InputConfig input;
  input.paths = {folder.path()};
  CleanStream strict = *CleanStream::Open(input, plan, "phase", nullptr, {});
  std::vector<std::string> rows;
  const absl::Status status = ReadAll(strict, rows);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), folder / "b" + ": Permission denied");

  for (const ErrorPolicy policy : {ErrorPolicy::kReplace, ErrorPolicy::kSkip}) {
    input.read.on_error = policy;
    CleanStream stream = *CleanStream::Open(input, plan, "phase", nullptr, {});
    rows.clear();
    ASSERT_TRUE(ReadAll(stream, rows).ok());
    EXPECT_THAT(rows, ElementsAre("ok"));
    CorpusReport report;
    stream.FillReport(report);
    const auto& entry = report.faults.entry(FaultKind::kUnreadableFile);
    EXPECT_EQ(entry.skipped, 1);
    EXPECT_EQ(entry.first.ToString(), folder / "b" + ": Permission denied");
  }
}

TEST(CleanStream, CountsTheFilesThatFoldersIgnore) {
  const testing::TempFolder folder;
  for (const char* name : {"a.txt", "c.md", "b.csv"}) folder.Write(name, "x");
  InputConfig input;
  input.paths = {folder.path()};
  const TextPlan plan;
  CleanStream stream = *CleanStream::Open(input, plan, "phase", nullptr, {});
  CorpusReport report;
  stream.FillReport(report);
  EXPECT_EQ(report.inputs, 1);
  EXPECT_EQ(report.ignored_files, 2);
  EXPECT_EQ(report.first_ignored_file, folder / "b.csv");
}

TEST(CleanStream, FailsWithoutAnyInput) {
  InputConfig input;
  input.paths = {"/no/such/folder"};
  EXPECT_EQ(CleanStream::Open(input, TextPlan(), "phase", nullptr, {})
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST(BatchesInFlight, GrowsWithTheThreads) {
  EXPECT_GT(BatchesInFlight({.num_threads = 1}), 1);
  EXPECT_GT(BatchesInFlight({.num_threads = 8}),
            BatchesInFlight({.num_threads = 2}));
}

}  // namespace
}  // namespace rowsplit::internal
