#include <cstdint>
#include <string>
#include <vector>

#include "data/example.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/data/error_policy.h"
#include "rowsplit/data/tfrecord.h"
#include "support/files.h"
#include "support/read_inputs.h"
#include "support/seed.h"

// CorpusReader on TFRecord files and JSON Lines.
namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Gzip;
using ::rowsplit::testing::Hostile;
using ::rowsplit::testing::kBad;
using ::rowsplit::testing::Message;
using ::rowsplit::testing::Random;
using ::rowsplit::testing::ReadFile;
using ::rowsplit::testing::ReadResult;
using ::rowsplit::testing::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Records(const std::vector<std::string>& payloads) {
  BufferBuilder<char> out;
  for (const std::string& payload : payloads) AppendTfrecord(payload, out);
  return std::string(out.data(), out.size());
}

TEST(CorpusReaderRecords, ReadsRecords) {
  const TempFolder folder;
  const std::string path =
      folder.Write("a.tfrecord", Records({"one", "", "th\xFFree\n"}));
  for (const int64_t block_bytes : {1, 20, 1000}) {
    ReadOptions options{.block_bytes = block_bytes, .tfrecord_feature = ""};
    const ReadResult strict = ReadFile(path, options);
    EXPECT_EQ(Message(strict.status),
              path + ", record 3, byte 49: ill-formed UTF-8 (FF)");
    options.on_error = ErrorPolicy::kReplace;
    const ReadResult result = ReadFile(path, options);
    EXPECT_TRUE(result.status.ok());
    EXPECT_THAT(result.rows, ElementsAre("one", "", "th" + kBad + "ree\n"));
    EXPECT_EQ(result.summaries[0].lines, 3);
  }
}

TEST(CorpusReaderRecords, ReportsBrokenRecords) {
  const TempFolder folder;
  const std::string whole = Records({"one", "two", "three"});
  const auto read = [&](const std::string& bytes, ErrorPolicy policy,
                        int64_t block_bytes) {
    return ReadFile(folder.Write("a.tfrecord", bytes),
                    {.block_bytes = block_bytes,
                     .max_line_bytes = 1000,
                     .on_error = policy,
                     .tfrecord_feature = ""});
  };
  std::string length = whole;
  length[19] ^= 1;
  std::string data = whole;
  data[19 + 12] ^= 1;
  for (const int64_t block_bytes : {1, 30, 1000}) {
    EXPECT_THAT(Message(read(length, ErrorPolicy::kStrict, block_bytes).status),
                HasSubstr("record 2, byte 19: the checksum of the length"));
    EXPECT_THAT(Message(read(data, ErrorPolicy::kStrict, block_bytes).status),
                HasSubstr("record 2, byte 19: the checksum of the data"));
    EXPECT_THAT(read(length, ErrorPolicy::kSkip, block_bytes).rows,
                ElementsAre("one"));
    EXPECT_THAT(read(data, ErrorPolicy::kSkip, block_bytes).rows,
                ElementsAre("one", "three"));
    for (size_t size = 1; size < whole.size(); ++size) {
      if (size == 19 || size == 38) continue;  // between two records
      const std::string cut = whole.substr(0, size);
      const ReadResult strict = read(cut, ErrorPolicy::kStrict, block_bytes);
      EXPECT_EQ(strict.status.code(), absl::StatusCode::kDataLoss) << size;
      EXPECT_THAT(Message(strict.status), HasSubstr("the file ends inside"));
      const ReadResult replace = read(cut, ErrorPolicy::kReplace, block_bytes);
      EXPECT_EQ(replace.rows.size(), std::min<size_t>(size / 19, 2)) << size;
      EXPECT_EQ(replace.faults.total(), 1);
    }
  }
}

// JSON Lines or records, most of them good, perhaps compressed or cut.
std::string RandomObjects(Random& random, bool records) {
  std::string bytes;
  BufferBuilder<char> framed;
  for (uint64_t left = Below(random, 30); left > 0; --left) {
    std::string text(Below(random, 40), 'x');
    if (Below(random, 8) == 0) text += '\xFF';
    if (Below(random, 8) == 0)
      text += records ? std::string(1, '\0') : "\\u0000";
    if (records) {
      AppendTfrecord(text, framed);
      if (Below(random, 10) == 0)
        framed[framed.size() - 1 - Below(random, 8)] ^= 1;
    } else {
      bytes += "{\"text\": \"" + text + (Below(random, 8) == 0 ? "}" : "\"}");
      bytes += Below(random, 4) == 0 ? "\r\n\n" : "\n";
    }
  }
  if (records) bytes.assign(framed.data(), framed.size());
  if (Below(random, 3) == 0) bytes.resize(Below(random, bytes.size() + 1));
  return bytes;
}

TEST(CorpusReaderRecords, ReadsJsonAndRecordsTheSameForAnyBlockSize) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const TempFolder folder;
  for (int round = 0; round < 120; ++round) {
    const bool records = round % 2 == 0;
    const std::string name = records ? "a.tfrecord" : "a.jsonl";
    const std::string bytes = RandomObjects(random, records);
    const std::string path = round % 3 == 0
                                 ? folder.Write(name + ".gz", Gzip(bytes))
                                 : folder.Write(name, bytes);
    for (const ErrorPolicy policy :
         {ErrorPolicy::kStrict, ErrorPolicy::kReplace, ErrorPolicy::kSkip}) {
      ReadOptions options{
          .max_line_bytes = 45, .on_error = policy, .tfrecord_feature = ""};
      const ReadResult want = ReadFile(path, options);
      for (const int64_t block_bytes :
           {int64_t{1}, static_cast<int64_t>(1 + Below(random, 100))}) {
        options.block_bytes = block_bytes;
        const ReadResult got = ReadFile(path, options);
        ASSERT_EQ(got.status, want.status) << "round " << round;
        ASSERT_EQ(got.faults.total() > 0, want.faults.total() > 0);
        if (!got.status.ok()) continue;  // blocks before the error may differ
        ASSERT_EQ(got.rows, want.rows) << "round " << round;
        ASSERT_EQ(got.faults, want.faults) << "round " << round;
        ASSERT_EQ(got.summaries[0].lines, want.summaries[0].lines);
      }
    }
  }
}

TEST(CorpusReaderRecords, DropsRecordsThatAreTooLong) {
  const TempFolder folder;
  const std::string path =
      folder.Write("a.tfrecord", Records({"one", std::string(5000, 'x'),
                                          "three", std::string(1001, 'y')}));
  for (const int64_t block_bytes : {1, 100, 100000}) {
    ReadOptions options{.block_bytes = block_bytes,
                        .max_line_bytes = 1000,
                        .tfrecord_feature = ""};
    const ReadResult strict = ReadFile(path, options);
    EXPECT_EQ(strict.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(strict.status), HasSubstr("record 2, byte 19: longer"));
    for (const auto policy : {ErrorPolicy::kReplace, ErrorPolicy::kSkip}) {
      options.on_error = policy;
      const ReadResult result = ReadFile(path, options);
      EXPECT_TRUE(result.status.ok());
      EXPECT_THAT(result.rows, ElementsAre("one", "three"));
      EXPECT_EQ(result.faults.entry(FaultKind::kOverlongLine).skipped, 2);
      EXPECT_EQ(result.faults.total(), 2);
      EXPECT_EQ(result.summaries[0].lines, 4);
    }
  }
}

TEST(CorpusReaderRecords, ReadsTheHostileRecords) {
  for (const char* name : {"bad_crc.tfrecord", "truncated.tfrecord"}) {
    const ReadResult result =
        ReadFile(Hostile(name),
                 {.on_error = ErrorPolicy::kSkip, .tfrecord_feature = ""});
    EXPECT_EQ(result.rows.size(), 2u) << name;
    EXPECT_EQ(result.faults.entry(FaultKind::kBrokenTfrecord).skipped, 1);
    EXPECT_EQ(result.faults.total(), 1);
  }
}

// A serialized Example.
std::string Example(const std::vector<std::string>& texts) {
  example_proto::Example example;
  auto& features = *example.mutable_features()->mutable_feature();
  for (const std::string& text : texts) {
    features["text"].mutable_bytes_list()->add_value(text);
  }
  features["id"].mutable_int64_list()->add_value(1);
  return example.SerializeAsString();
}

TEST(CorpusReaderRecords, ReadsTheValuesOfAFeature) {
  const TempFolder folder;
  const std::string path = folder.Write(
      "a.tfrecord", Records({Example({"a", "", "b\xFF"}), Example({}), "\xFF",
                             Example({"c"})}));
  EXPECT_THAT(Message(ReadFile(path).status),
              HasSubstr(path + ", record 1, byte "));
  const ReadResult result = ReadFile(path, {.on_error = ErrorPolicy::kReplace});
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.rows, ElementsAre("a", "", "b" + kBad, "c"));
  const auto& broken = result.faults.entry(FaultKind::kBrokenTfrecord);
  EXPECT_EQ(broken.skipped, 2);
  EXPECT_EQ(broken.first.line, 2);
  EXPECT_EQ(broken.first.detail, "no feature \"text\"");
  EXPECT_EQ(result.faults.entry(FaultKind::kInvalidUtf8).replaced, 1);
  const ReadResult skip = ReadFile(path, {.on_error = ErrorPolicy::kSkip});
  EXPECT_THAT(skip.rows, ElementsAre("a", "", "c"));
  EXPECT_THAT(Message(ReadFile(path, {.tfrecord_feature = "id"}).status),
              HasSubstr("record 1, byte 12: feature \"id\" holds no bytes"));
}

}  // namespace
}  // namespace rowsplit
