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
