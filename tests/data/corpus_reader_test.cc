#include "rowsplit/data/corpus_reader.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "core/utf8.h"
#include "data/block_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/data/error_policy.h"
#include "rowsplit/data/inputs.h"
#include "support/files.h"
#include "support/read_inputs.h"
#include "support/seed.h"
#include "support/source_dir.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Gzip;
using ::rowsplit::testing::Hostile;
using ::rowsplit::testing::kBad;
using ::rowsplit::testing::Message;
using ::rowsplit::testing::Random;
using ::rowsplit::testing::ReadFile;
using ::rowsplit::testing::ReadInputs;
using ::rowsplit::testing::ReadResult;
using ::rowsplit::testing::Rows;
using ::rowsplit::testing::TempFolder;
using ::rowsplit::testing::Zstd;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
TEST(CorpusReader, CutsLines) {
  const TempFolder folder;
  const auto rows = [&](std::string_view text) {
    return ReadFile(folder.Write("a.txt", text)).rows;
  };
  EXPECT_EQ(rows(""), Rows());
  EXPECT_EQ(rows("a"), Rows({"a"}));
  EXPECT_EQ(rows("a\n"), Rows({"a"}));
  EXPECT_EQ(rows("\n"), Rows({""}));
  EXPECT_EQ(rows("a\r\nb\r\r\nc\rd\n\n"), Rows({"a", "b\r", "c\rd", ""}));
  EXPECT_EQ(rows("a\r"), Rows({"a\r"}));
  EXPECT_EQ(rows("\xEF\xBB\xBF"
                 "a\n"),
            Rows({"\xEF\xBB\xBF"
                  "a"}));
}

TEST(CorpusReader, ReadsInputsInOrderAndSumsThemUp) {
  const TempFolder folder;
  const std::string gzip = Gzip("c\n") + Gzip("d");
  std::vector<InputFile> inputs = {
      DescribeInput(folder.Write("2.txt", "a\nb")),
      DescribeInput(folder.Write("1.txt.gz", gzip)),
      DescribeInput(folder.Write("0.txt", "")),
      DescribeInput(folder.Write("3.txt.zst", Zstd("e\n") + Zstd("f\ng\n"))),
      DescribeInput(folder.Write("4.jsonl", "{\"text\": \"h\"}"))};
  const ReadResult result = ReadInputs(inputs, {});
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.rows, ElementsAre("a", "b", "c", "d", "e", "f", "g", "h"));
  ASSERT_EQ(result.summaries.size(), 5u);
  EXPECT_EQ(result.summaries[0].lines, 2);
  EXPECT_EQ(result.summaries[0].text_bytes, 3);
  EXPECT_EQ(result.summaries[1].lines, 2);
  EXPECT_EQ(result.summaries[1].stored_bytes,
            static_cast<int64_t>(gzip.size()));
  Xxh3Hasher hasher;
  hasher.Update(gzip);
  EXPECT_EQ(result.summaries[1].stored_digest, hasher.Digest());
  EXPECT_EQ(result.summaries[2].lines, 0);
}

TEST(CorpusReader, TellsItsProgress) {
  const TempFolder folder;
  const std::vector<InputFile> inputs = {
      DescribeInput(folder.Write("a.txt", "0123456789\n"))};
  auto reader = CorpusReader::Open(inputs, {.block_bytes = 4});
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->total_bytes(), 11);
  EXPECT_EQ(reader->bytes_read(), 0);
  RawBlock block;
  while (*reader->ReadBlock(block)) {
  }
  EXPECT_EQ(reader->bytes_read(), 11);
  EXPECT_EQ(CorpusReader::Open({{.path = "-"}})->total_bytes(), -1);
  EXPECT_EQ(reader->inputs().size(), 1u);
}

TEST(CorpusReader, RefusesOptionsThatMakeNoSense) {
  const auto message = [](ReadOptions options) {
    const auto reader = CorpusReader::Open({}, options);
    EXPECT_EQ(reader.status().code(), absl::StatusCode::kInvalidArgument);
    return Message(reader.status());
  };
  EXPECT_THAT(message({.block_bytes = 0}), HasSubstr("block_bytes"));
  EXPECT_THAT(message({.block_bytes = int64_t{1} << 40}),
              HasSubstr("block_bytes"));
  EXPECT_THAT(message({.max_line_bytes = 3}), HasSubstr("max_line_bytes"));
  EXPECT_THAT(message({.max_line_bytes = int64_t{1} << 40}),
              HasSubstr("max_line_bytes"));
  EXPECT_THAT(message({.text_field = ""}), HasSubstr("text_field"));
}

TEST(CorpusReader, StopsAtTheFirstFaultWithItsPlace) {
  const TempFolder folder;
  const std::string path = folder.Write("a.txt", "one\ntwo\nx\xE2\x82\n\xFF\n");
  for (const int64_t block_bytes : {1, 6, 1000}) {
    const ReadResult result = ReadFile(path, {.block_bytes = block_bytes});
    EXPECT_EQ(result.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(result.status),
              path + ", line 3, byte 9: ill-formed UTF-8 (E2 82)");
  }
}

TEST(CorpusReader, ReportsFilesThatCannotBeRead) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "folder.txt");
  std::filesystem::create_symlink(folder / "no", folder / "dangling.txt");
  const std::vector<InputFile> inputs = {
      DescribeInput(folder.Write("a.txt", "a\n")),
      DescribeInput(folder / "folder.txt"),
      DescribeInput(folder / "dangling.txt"),
      DescribeInput(folder.Write("b.txt", "b\n"))};
  const ReadResult strict = ReadInputs(inputs, {});
  EXPECT_EQ(strict.status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Message(strict.status), folder / "folder.txt: Is a directory");
  EXPECT_THAT(strict.rows, ElementsAre("a"));
  for (const ErrorPolicy policy : {ErrorPolicy::kReplace, ErrorPolicy::kSkip}) {
    const ReadResult result = ReadInputs(inputs, {.on_error = policy});
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_THAT(result.rows, ElementsAre("a", "b"));
    const auto& entry = result.faults.entry(FaultKind::kUnreadableFile);
    EXPECT_EQ(entry.skipped, 2);
    EXPECT_EQ(entry.first.input, folder / "folder.txt");
    EXPECT_EQ(result.faults.total(), 2);
  }
}

TEST(CorpusReader, ReportsAFaultOfTheLastInput) {
  const TempFolder folder;
  const ReadResult result =
      ReadFile(folder / "missing.txt", {.on_error = ErrorPolicy::kSkip});
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.faults.total(), 1);
  EXPECT_THAT(result.faults.entry(FaultKind::kUnreadableFile).first.ToString(),
              HasSubstr("missing.txt: No such file"));
}

TEST(CorpusReader, StopsWhenCancelled) {
  const TempFolder folder;
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(ReadFile(folder.Write("a.txt", "a"), {.cancellation = &token})
                .status.code(),
            absl::StatusCode::kCancelled);
}

// What text in one piece means, line by line.
struct Reference {
  Rows rows;
  FaultReport faults;

  Reference(std::string_view text, const std::string& path,
            const ReadOptions& options) {
    int64_t line = 0;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      std::string_view row = text.substr(begin, end - begin);
      if (end < text.size() && row.ends_with('\r')) row.remove_suffix(1);
      Add(row,
          {.input = path,
           .line = ++line,
           .byte = static_cast<int64_t>(begin),
           .detail = ""},
          options);
      begin = end + 1;
    }
  }

  void Add(std::string_view row, FaultPlace place, const ReadOptions& options) {
    const size_t limit = static_cast<size_t>(options.max_line_bytes);
    if (row.size() > limit) {
      if (options.on_error == ErrorPolicy::kSkip) {
        return faults.AddSkipped(FaultKind::kOverlongLine, place);
      }
      faults.AddReplaced(FaultKind::kOverlongLine, 1, place);
    }
    while (row.size() > limit) {
      const size_t cut = internal::FindCut(row, limit);
      AddText(row.substr(0, cut), place, options);
      place.byte += static_cast<int64_t>(cut);
      row.remove_prefix(cut);
    }
    AddText(row, place, options);
  }

  void AddText(std::string_view row, const FaultPlace& place,
               const ReadOptions& options) {
    std::string mended;
    for (size_t at = 0;;) {
      const internal::TextFault fault = internal::FindTextFault(row, at);
      mended += row.substr(at, fault.begin - at);
      if (fault.size == 0) break;
      const FaultKind kind =
          fault.nul ? FaultKind::kNulByte : FaultKind::kInvalidUtf8;
      FaultPlace here = place;
      here.byte += static_cast<int64_t>(fault.begin);
      if (options.on_error == ErrorPolicy::kSkip) {
        return faults.AddSkipped(kind, here);
      }
      faults.AddReplaced(kind, 1, here);
      mended += kBad;
      at = fault.begin + fault.size;
    }
    rows.push_back(mended);
  }
};

// The same counts and the same first places, whatever their words.
void ExpectSameFaults(const FaultReport& got, const FaultReport& want) {
  for (const FaultReport::Entry& entry : got) {
    const FaultReport::Entry& other = want.entry(entry.kind);
    SCOPED_TRACE(FaultKindName(entry.kind));
    EXPECT_EQ(entry.replaced, other.replaced);
    EXPECT_EQ(entry.skipped, other.skipped);
    EXPECT_EQ(entry.first.input, other.first.input);
    EXPECT_EQ(entry.first.line, other.first.line);
    EXPECT_EQ(entry.first.byte, other.first.byte);
  }
}

std::string RandomText(Random& random) {
  const std::string_view parts[] = {
      "a",        "word ", "\n",           "\n",           "\r\n",
      "\r",       "\t",    "\xC3\xA9",     "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
      "\xE2\x82", "\xFF",  "\xED\xA0\x80", "longerword"};
  std::string text;
  const uint64_t count = Below(random, 200);
  const bool faults = Below(random, 2) == 0;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t draw = Below(random, faults ? std::size(parts) + 1 : 10);
    if (draw == std::size(parts))
      text += '\0';
    else
      text += parts[draw];
  }
  return text;
}

TEST(CorpusReader, GivesTheSameRowsForAnyBlockSize) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const TempFolder folder;
  for (int round = 0; round < 120; ++round) {
    const std::string text = RandomText(random);
    const std::string paths[] = {folder.Write("a.txt", text),
                                 folder.Write("a.txt.gz", Gzip(text)),
                                 folder.Write("a.txt.zst", Zstd(text))};
    const std::string& path = paths[round % 3];
    ReadOptions options{
        .max_line_bytes = 4 + static_cast<int64_t>(Below(random, 60)),
        .on_error =
            round % 2 == 0 ? ErrorPolicy::kReplace : ErrorPolicy::kSkip};
    const Reference want(text, path, options);
    for (const int64_t block_bytes :
         {int64_t{1}, static_cast<int64_t>(1 + Below(random, 100)),
          int64_t{1} << 20}) {
      options.block_bytes = block_bytes;
      const ReadResult got = ReadFile(path, options);
      ASSERT_TRUE(got.status.ok()) << got.status;
      ASSERT_EQ(got.rows, want.rows)
          << "round " << round << " block_bytes " << block_bytes;
      ExpectSameFaults(got.faults, want.faults);
      EXPECT_EQ(got.summaries[0].lines,
                std::count(text.begin(), text.end(), '\n') +
                    (text.empty() || text.ends_with('\n') ? 0 : 1));
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// The same by a pipeline of several threads.
ReadResult ReadByThreads(const std::vector<InputFile>& inputs,
                         const ReadOptions& options, int threads) {
  struct Item {
    RawBlock block;
    RowBatch batch;
  };
  ReadResult result;
  auto reader = CorpusReader::Open(inputs, options);
  internal::OrderedPipeline<Item> pipeline(
      [&](Item& item) { return reader->ReadBlock(item.block); });
  pipeline
      .Parallel([&](Item& item) {
        return reader->ParseBlock(item.block, item.batch);
      })
      .InOrder([&](Item& item) {
        for (const TokenSpan& row : item.batch.rows.span()) {
          result.rows.emplace_back(item.batch.bytes.data() + row.begin,
                                   row.size);
        }
        result.faults.Merge(item.batch.faults);
        return absl::OkStatus();
      });
  result.status = pipeline.Run({.num_threads = threads}, 6);
  return result;
}

TEST(CorpusReader, DoesNotDependOnThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const TempFolder folder;
  std::vector<InputFile> inputs;
  for (int i = 0; i < 6; ++i) {
    const std::string name = std::to_string(i);
    std::string text;
    for (int part = 0; part < 20; ++part) text += RandomText(random);
    std::string gzip = Gzip(text);
    if (i == 3) gzip.resize(gzip.size() - 5);
    inputs.push_back(DescribeInput(folder.Write(name + ".txt", text)));
    inputs.push_back(DescribeInput(folder.Write(name + ".txt.gz", gzip)));
    inputs.push_back(DescribeInput(folder / (name + "-missing.txt")));
  }
  for (const ErrorPolicy policy :
       {ErrorPolicy::kStrict, ErrorPolicy::kReplace, ErrorPolicy::kSkip}) {
    const ReadOptions options{
        .block_bytes = 500, .max_line_bytes = 60, .on_error = policy};
    const ReadResult want = ReadInputs(inputs, options);
    EXPECT_EQ(want.status.ok(), policy != ErrorPolicy::kStrict);
    for (const int threads : {1, 2, 8}) {
      const ReadResult got = ReadByThreads(inputs, options, threads);
      EXPECT_EQ(got.rows, want.rows);
      EXPECT_EQ(got.faults, want.faults);
      EXPECT_EQ(got.status, want.status);
    }
  }
}

TEST(CorpusReader, KeepsEveryByteOfALineThatIsCut) {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 20000; ++i) text += i % 7 == 0 ? "\xC3\xA9 " : "word";
  const std::string path = folder.Write("a.txt", text + "\nlast\n");
  const ReadResult result = ReadFile(path, {.block_bytes = 100,
                                            .max_line_bytes = 1000,
                                            .on_error = ErrorPolicy::kReplace});
  ASSERT_TRUE(result.status.ok());
  std::string joined;
  for (const std::string& row : result.rows) {
    EXPECT_LE(row.size(), 1000u);
    joined += row;
  }
  EXPECT_EQ(joined, text + "last");
  EXPECT_EQ(result.faults.entry(FaultKind::kOverlongLine).replaced, 1);
  const ReadResult strict = ReadFile(path, {.max_line_bytes = 1000});
  EXPECT_EQ(strict.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Message(strict.status),
            path + ", line 1, byte 0: longer than the limit of 1000 bytes");
  const ReadResult strict_small =
      ReadFile(path, {.block_bytes = 10, .max_line_bytes = 1000});
  EXPECT_EQ(strict_small.status, strict.status);
  const ReadResult skip =
      ReadFile(path, {.max_line_bytes = 1000, .on_error = ErrorPolicy::kSkip});
  EXPECT_THAT(skip.rows, ElementsAre("last"));
}

TEST(CorpusReader, KeepsWhatComesBeforeABreak) {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 3000; ++i) text += std::to_string(i * i) + "\n";
  const std::string gzip = Gzip(text);
  const std::string zstd = Zstd(text);
  const std::pair<std::string, FaultKind> paths[] = {
      {folder.Write("cut.txt.gz", gzip.substr(0, gzip.size() / 2)),
       FaultKind::kBrokenGzip},
      {folder.Write("junk.txt.gz", gzip + "junk"), FaultKind::kBrokenGzip},
      {folder.Write("plain.txt.gz", "plain"), FaultKind::kBrokenGzip},
      {folder.Write("empty.txt.gz", ""), FaultKind::kBrokenGzip},
      {folder.Write("cut.txt.zst", zstd.substr(0, zstd.size() / 2)),
       FaultKind::kBrokenZstd},
      {folder.Write("plain.txt.zst", "plain"), FaultKind::kBrokenZstd},
      {folder.Write("gzip.txt", gzip), FaultKind::kBrokenGzip},
      {folder.Write("zstd.txt", zstd), FaultKind::kBrokenZstd}};
  const InputFile next = DescribeInput(folder.Write("next.txt", "next\n"));
  for (const auto& [path, kind] : paths) {
    SCOPED_TRACE(path);
    const InputFile input = DescribeInput(path);
    const ReadResult strict = ReadInputs({input, next}, {});
    EXPECT_EQ(strict.status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(Message(strict.status), HasSubstr(path + ", line "));
    EXPECT_THAT(Message(strict.status),
                HasSubstr(kind == FaultKind::kBrokenGzip ? "gzip" : "zstd"));
    std::string joined;
    for (const std::string& row : strict.rows) joined += row + "\n";
    EXPECT_TRUE(text.starts_with(joined)) << "whole lines only";
    const ReadResult skip =
        ReadInputs({input, next}, {.on_error = ErrorPolicy::kSkip});
    EXPECT_TRUE(skip.status.ok());
    EXPECT_EQ(skip.faults.entry(kind).skipped, 1);
    EXPECT_EQ(skip.rows.size(), strict.rows.size() + 1);
    EXPECT_EQ(skip.rows.back(), "next");
    const ReadResult replace =
        ReadInputs({input, next}, {.on_error = ErrorPolicy::kReplace});
    EXPECT_TRUE(replace.status.ok());
    EXPECT_EQ(replace.faults.total(), 1);
    EXPECT_GE(replace.rows.size(), skip.rows.size());
    EXPECT_EQ(replace.rows.back(), "next");
    EXPECT_EQ(replace.summaries[0].stored_bytes,
              static_cast<int64_t>(std::filesystem::file_size(path)));
  }
}

TEST(CorpusReader, StreamsAGzipBomb) {
  const TempFolder folder;
  const std::string path =
      folder.Write("bomb.txt.gz", Gzip(std::string(8 << 20, '\0'), 9));
  const ReadResult skip = ReadFile(path, {.block_bytes = 4096,
                                          .max_line_bytes = 1 << 16,
                                          .on_error = ErrorPolicy::kSkip});
  EXPECT_TRUE(skip.status.ok());
  EXPECT_TRUE(skip.rows.empty());
  EXPECT_EQ(skip.faults.entry(FaultKind::kOverlongLine).skipped, 1);
}

// The hostile sample files.

TEST(CorpusReader, ReadsTheHostileSamples) {
  const ReadOptions replace{.on_error = ErrorPolicy::kReplace};
  const ReadOptions skip{.on_error = ErrorPolicy::kSkip};
  EXPECT_EQ(ReadFile(Hostile("empty.txt")).rows.size(), 0u);
  EXPECT_EQ(ReadFile(Hostile("no_final_newline.txt")).rows.size(), 3u);
  EXPECT_EQ(ReadFile(Hostile("lone_cr.txt")).rows.size(), 1u);
  EXPECT_EQ(ReadFile(Hostile("invalid_utf8.txt"), replace).rows.size(), 15u);
  EXPECT_EQ(ReadFile(Hostile("invalid_utf8.txt"), skip).rows.size(), 4u);
  EXPECT_THAT(Message(ReadFile(Hostile("invalid_utf8.txt")).status),
              HasSubstr("invalid_utf8.txt, line 2, byte "));
  EXPECT_THAT(Message(ReadFile(Hostile("nul_bytes.txt")).status),
              HasSubstr(": NUL byte"));
  EXPECT_TRUE(ReadFile(Hostile("multi_member.txt.gz")).status.ok());
  EXPECT_EQ(ReadFile(Hostile("multi_member.txt.gz")).summaries[0].text_bytes,
            889);
  EXPECT_EQ(ReadFile(Hostile("multi_frame.txt.zst")).summaries[0].text_bytes,
            889);
  const ReadResult garbage =
      ReadFile(Hostile("trailing_garbage.txt.gz"), replace);
  EXPECT_EQ(garbage.summaries[0].text_bytes, 229);
  EXPECT_EQ(garbage.faults.entry(FaultKind::kBrokenGzip).total(), 1);
  for (const char* name :
       {"truncated.txt.gz", "bad_crc.txt.gz", "truncated.txt.zst",
        "trailing_garbage.txt.gz", "truncated.tfrecord", "bad_crc.tfrecord"}) {
    EXPECT_EQ(ReadFile(Hostile(name)).status.code(),
              absl::StatusCode::kDataLoss)
        << name;
  }
}

TEST(CorpusReader, ReadsTheHostileJsonLines) {
  const std::string path = Hostile("broken.jsonl");
  EXPECT_THAT(Message(ReadFile(path).status),
              HasSubstr("broken.jsonl, line 2, byte 66: broken JSON"));
  const ReadResult result = ReadFile(path, {.on_error = ErrorPolicy::kReplace});
  ASSERT_EQ(result.rows.size(), 4u);
  EXPECT_EQ(result.rows[1], "The third record is whole, \"quotes\" and all.");
  EXPECT_EQ(result.faults.entry(FaultKind::kBrokenJson).skipped, 3);
  EXPECT_EQ(result.faults.entry(FaultKind::kBrokenJson).first.line, 2);
  const ReadResult articles = ReadFile(
      testing::SourceDir() + std::string("/data_samples/articles.jsonl"));
  EXPECT_TRUE(articles.status.ok()) << articles.status;
  EXPECT_EQ(articles.rows.size(), 36u);
}
}  // namespace
}  // namespace rowsplit
