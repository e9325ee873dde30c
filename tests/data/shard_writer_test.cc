#include "rowsplit/data/shard_writer.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "data/example.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/data/tfrecord.h"

namespace rowsplit {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Encoded(const RecordLayout& layout, const Example& example) {
  const auto encoder = ExampleEncoder::Create(layout);
  EXPECT_TRUE(encoder.ok()) << encoder.status();
  BufferBuilder<char> out;
  const absl::Status status = encoder->AppendRecord(example, out);
  EXPECT_TRUE(status.ok()) << status;
  return std::string(out.data(), out.size());
}

absl::Status EncodeError(const RecordLayout& layout, const Example& example) {
  BufferBuilder<char> out;
  const absl::Status status =
      ExampleEncoder::Create(layout)->AppendRecord(example, out);
  EXPECT_EQ(out.size(), 0u);
  return status;
}

const std::vector<int64_t> kIds = {1, -2, 300};
const Example kExample = {kIds, 7, true, "a \"b\"", "c\xFF"};

TEST(ExampleEncoder, WritesJsonLines) {
  RecordLayout layout{.format = RecordFormat::kJsonLines};
  EXPECT_EQ(Encoded(layout, kExample),
            "{\"text\":\"a \\\"b\\\"\",\"label_text\":\"c\xEF\xBF\xBD\","
            "\"ids\":[1,-2,300],\"label\":7}\n");
  EXPECT_EQ(Encoded(layout, {.text = "x"}), "{\"text\":\"x\",\"ids\":[]}\n");
  layout.has_text = false;
  EXPECT_EQ(Encoded(layout, kExample), "{\"ids\":[1,-2,300],\"label\":7}\n");
}

TEST(ExampleEncoder, WritesText) {
  const RecordLayout layout{.format = RecordFormat::kText};
  EXPECT_EQ(Encoded(layout, kExample), "1 -2 300\t7\n");
  EXPECT_EQ(Encoded(layout, {.ids = kIds}), "1 -2 300\n");
  EXPECT_EQ(Encoded(layout, {}), "\n");
}

TEST(ExampleEncoder, WritesTfrecordsOfExamples) {
  RecordLayout layout{.format = RecordFormat::kTfrecord};
  const std::string record = Encoded(layout, kExample);
  const TfrecordHeader header = ParseTfrecordHeader(record.data());
  ASSERT_TRUE(header.valid);
  ASSERT_EQ(header.length + 16, record.size());
  ASSERT_TRUE(TfrecordPayloadMatches({record.data() + 12, header.length}));
  example_proto::Example example;
  ASSERT_TRUE(example.ParseFromArray(record.data() + 12, header.length));
  const auto& features = example.features().feature();
  EXPECT_EQ(features.size(), 4u);
  EXPECT_THAT(features.at("ids").int64_list().value(), ElementsAre(1, -2, 300));
  EXPECT_THAT(features.at("label").int64_list().value(), ElementsAre(7));
  EXPECT_THAT(features.at("text").bytes_list().value(), ElementsAre("a \"b\""));
  EXPECT_THAT(features.at("label_text").bytes_list().value(),
              ElementsAre("c\xFF"));
  layout.has_text = false;
  const std::string bare = Encoded(layout, {.ids = kIds});
  ASSERT_TRUE(example.ParseFromArray(bare.data() + 12, bare.size() - 16));
  EXPECT_EQ(example.features().feature().size(), 1u);
}

TEST(ExampleEncoder, WritesNpyRows) {
  const RecordLayout layout{.format = RecordFormat::kNpy, .ids_per_example = 3};
  const std::string record = Encoded(layout, kExample);
  const int32_t expected[] = {1, -2, 300, 7};
  ASSERT_EQ(record.size(), sizeof(expected));
  EXPECT_EQ(std::memcmp(record.data(), expected, sizeof(expected)), 0);
}

TEST(ExampleEncoder, RefusesExamplesThatDoNotSuitTheLayout) {
  RecordLayout layout{.format = RecordFormat::kNpy,
                      .ids_per_example = 3,
                      .dtype = NpyDtype::kUint16};
  EXPECT_THAT(std::string(EncodeError(layout, kExample).message()),
              HasSubstr("value -2 does not fit uint16: it is number 1 of 3"));
  const std::vector<int64_t> ids = {1, 2, 3};
  EXPECT_THAT(std::string(EncodeError(layout, {ids, 65536, true}).message()),
              HasSubstr("value 65536 does not fit uint16"));
  EXPECT_THAT(std::string(EncodeError(layout, {.ids = ids}).message()),
              HasSubstr("expected a label"));
  layout.has_labels = false;
  EXPECT_THAT(std::string(EncodeError(layout, {ids, 1, true}).message()),
              HasSubstr("expected no label"));
  for (const RecordFormat format :
       {RecordFormat::kTfrecord, RecordFormat::kJsonLines, RecordFormat::kNpy,
        RecordFormat::kText}) {
    const absl::Status status =
        EncodeError({.format = format, .ids_per_example = 4}, {ids, 1, true});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("of 4 ids, got 3"));
  }
}

TEST(ExampleEncoder, RaggedIdsDoNotFitNpyAndTheAdviceIsGiven) {
  const RecordLayout layout{.format = RecordFormat::kNpy};
  const absl::Status status = ExampleEncoder::Create(layout).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("tfrecord, jsonl or text"));
  EXPECT_EQ(ShardWriter::Open("/tmp", "a", 1, layout).status(), status);
  EXPECT_FALSE(ExampleEncoder::Create({.format = RecordFormat::kNpy,
                                       .ids_per_example = 1,
                                       .dtype = NpyDtype::kFloat32})
                   .ok());
}

TEST(RecordFormat, NamesReadBack) {
  for (const RecordFormat format :
       {RecordFormat::kTfrecord, RecordFormat::kJsonLines, RecordFormat::kNpy,
        RecordFormat::kText}) {
    EXPECT_EQ(*ParseRecordFormat(RecordFormatName(format)), format);
  }
  EXPECT_THAT(std::string(ParseRecordFormat("csv").status().message()),
              HasSubstr("tfrecord, jsonl, npy, text, got 'csv'"));
}

class ShardWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/shard_writer_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Read(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static Digest128 DigestOf(std::string_view bytes) {
    Xxh3Hasher hasher;
    hasher.Update(bytes);
    return hasher.Digest();
  }
  std::string folder_;
};

TEST_F(ShardWriterTest, DealsRecordsInTurnAndReportsTheFiles) {
  for (int64_t num_records = 0; num_records < 12; ++num_records) {
    auto writer =
        ShardWriter::Open(folder_, "train", 3, {.format = RecordFormat::kText});
    ASSERT_TRUE(writer.ok()) << writer.status();
    std::vector<std::string> expected(3);
    for (int64_t i = 0; i < num_records; ++i) {
      const std::string record = std::to_string(i * i) + "\n";
      ASSERT_TRUE(writer->Write(record).ok());
      expected[i % 3] += record;
    }
    EXPECT_EQ(writer->num_records(), num_records);
    const auto files = writer->Finish({});
    ASSERT_TRUE(files.ok()) << files.status();
    ASSERT_TRUE(writer->Publish().ok());
    ASSERT_EQ(files->size(), 3u);
    for (int64_t shard = 0; shard < 3; ++shard) {
      const ShardFile& file = (*files)[shard];
      EXPECT_EQ(file.name,
                "train-0000" + std::to_string(shard) + "-of-00003.txt");
      EXPECT_EQ(Read(file.name), expected[shard]);
      EXPECT_EQ(file.shard, shard);
      EXPECT_EQ(file.num_records, (num_records + 2 - shard) / 3);
      EXPECT_EQ(file.size_bytes, static_cast<int64_t>(expected[shard].size()));
      EXPECT_EQ(file.digest, DigestOf(expected[shard]));
    }
  }
}

TEST_F(ShardWriterTest, WritesNpyIdsBesideLabels) {
  const RecordLayout layout{.format = RecordFormat::kNpy,
                            .ids_per_example = 2,
                            .dtype = NpyDtype::kUint16};
  const auto encoder = ExampleEncoder::Create(layout);
  auto writer = ShardWriter::Open(folder_, "train", 2, layout);
  ASSERT_TRUE(writer.ok()) << writer.status();
  BufferBuilder<char> record;
  for (int64_t i = 0; i < 5; ++i) {
    record.Clear();
    const std::vector<int64_t> ids = {10 * i, 10 * i + 1};
    ASSERT_TRUE(encoder->AppendRecord({ids, i, true}, record).ok());
    ASSERT_TRUE(writer->Write({record.data(), record.size()}).ok());
  }
  const auto files = writer->Finish({});
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_TRUE(writer->Publish().ok());
  ASSERT_EQ(files->size(), 4u);
  EXPECT_EQ((*files)[0].name, "train-00000-of-00002.ids.npy");
  EXPECT_EQ((*files)[1].name, "train-00000-of-00002.labels.npy");
  EXPECT_EQ((*files)[3].num_records, 2);
  for (const ShardFile& file : *files) {
    EXPECT_EQ(file.digest, DigestOf(Read(file.name))) << file.name;
  }
  const std::string ids = Read("train-00000-of-00002.ids.npy");
  const std::string labels = Read("train-00000-of-00002.labels.npy");
  EXPECT_THAT(ids, HasSubstr("'<u2', 'fortran_order': False, 'shape': (3, 2)"));
  EXPECT_THAT(labels, HasSubstr("'shape': (3,)"));
  const uint16_t expected_ids[] = {0, 1, 20, 21, 40, 41};
  const uint16_t expected_labels[] = {0, 2, 4};
  ASSERT_EQ(ids.size(), 128 + sizeof(expected_ids));
  ASSERT_EQ(labels.size(), 128 + sizeof(expected_labels));
  EXPECT_EQ(std::memcmp(ids.data() + 128, expected_ids, 12), 0);
  EXPECT_EQ(std::memcmp(labels.data() + 128, expected_labels, 6), 0);
}

TEST_F(ShardWriterTest, RefusesARecordOfAnotherLayout) {
  auto writer =
      ShardWriter::Open(folder_, "train", 1,
                        {.format = RecordFormat::kNpy, .ids_per_example = 2});
  ASSERT_TRUE(writer.ok());
  EXPECT_THAT(std::string(writer->Write("short").message()),
              HasSubstr("expected a record of 12 bytes, got 5"));
}

TEST_F(ShardWriterTest, WithoutLabelsThereAreNoLabelFiles) {
  auto writer = ShardWriter::Open(folder_, "train", 1,
                                  {.format = RecordFormat::kNpy,
                                   .ids_per_example = 1,
                                   .has_labels = false});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Write("1234").ok());
  EXPECT_EQ(writer->Finish({})->size(), 1u);
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(ShardWriterTest, NothingAppearsBeforePublishAndNothingStaysWithout) {
  {
    auto writer =
        ShardWriter::Open(folder_, "train", 4, {.format = RecordFormat::kText});
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->Write("1\n").ok());
    EXPECT_EQ(writer->Publish().code(), absl::StatusCode::kFailedPrecondition);
    ASSERT_TRUE(writer->Finish({}).ok());
    for (const auto& entry : fs::directory_iterator(folder_)) {
      EXPECT_EQ(entry.path().filename().string()[0], '.');
    }
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(ShardWriterTest, SmallBuffersOfManyShardsChangeNothing) {
  constexpr int64_t kShards = 300;
  auto writer =
      ShardWriter::Open(folder_, "a", kShards, {.format = RecordFormat::kText});
  ASSERT_TRUE(writer.ok()) << writer.status();
  const std::string record(5000, 'x');
  for (int64_t i = 0; i < kShards * 30; ++i) {
    ASSERT_TRUE(writer->Write(record).ok());
  }
  const auto files = writer->Finish({.num_threads = 2});
  ASSERT_TRUE(files.ok()) << files.status();
  std::string expected;
  for (int i = 0; i < 30; ++i) expected += record;
  for (const ShardFile& file : *files) {
    EXPECT_EQ(file.digest, DigestOf(expected)) << file.name;
  }
}

TEST_F(ShardWriterTest, RefusesBadArgumentsAndFolders) {
  const RecordLayout layout{.format = RecordFormat::kText};
  using absl::StatusCode;
  for (const int64_t num_shards : {-1, 0, 100000}) {
    EXPECT_EQ(
        ShardWriter::Open(folder_, "a", num_shards, layout).status().code(),
        StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(ShardWriter::Open(folder_, "", 1, layout).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(ShardWriter::Open(folder_, "a/b", 1, layout).status().code(),
            StatusCode::kInvalidArgument);
  const auto missing = ShardWriter::Open(folder_ + "/no", "a", 1, layout);
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()),
              HasSubstr("a-00000-of-00001.txt"));
}

}  // namespace
}  // namespace rowsplit
