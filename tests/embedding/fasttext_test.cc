#include "embedding/fasttext.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/named_rows.h"
#include "embedding/text_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/named_rows.h"

namespace rowsplit::internal {
namespace {

using absl::StatusCode;
using testing::FailsWith;
using testing::FileOf;
using testing::NamedRowList;
using testing::RowsOf;
using testing::TempFolder;

template <typename... T>
std::string Raw(T... values) {
  std::string bytes;
  (bytes.append(reinterpret_cast<const char*>(&values), sizeof values), ...);
  return bytes;
}

// The parts of a file, each of which a test may break.
struct ModelFile {
  std::string magic = Raw(int32_t{793712314}, int32_t{12});
  std::string args = Raw(int32_t{2}, int32_t{5}, int32_t{6}, int32_t{1},
                         int32_t{7}, int32_t{1}, int32_t{2}, int32_t{2},
                         int32_t{3}, int32_t{2}, int32_t{4}, int32_t{100}, 0.5);
  std::string sizes =
      Raw(int32_t{3}, int32_t{2}, int32_t{1}, int64_t{99}, int64_t{-1});
  std::string entries = std::string("of\0", 3) + Raw(int64_t{60}, '\0') +
                        std::string("</s>\0", 5) + Raw(int64_t{30}, '\0') +
                        std::string("__label__x\0", 11) + Raw(int64_t{9}, '\1');
  std::string matrix = Raw('\0', int64_t{5}, int64_t{2});
  std::string rows = Raw(1.f, 2.f, 3.f, 4.f, 5.f, 6.f, 7.f, 8.f, 9.f, 10.f);
  std::string output = Raw('\0', int64_t{1}, int64_t{2}, 0.f, 0.f);

  std::string Bytes() const {
    return magic + args + sizes + entries + matrix + rows + output;
  }
};

absl::StatusOr<FastTextModel> ReadModel(std::string_view bytes) {
  return ReadFastTextModel(FileOf(bytes), "f.bin");
}

TEST(ReadFastTextModel, ReadsAllThatStandsBeforeTheOutput) {
  const std::string bytes = ModelFile().Bytes();
  for (const std::string& file : {bytes, testing::Gzip(bytes)}) {
    const auto model = ReadModel(file);
    ASSERT_TRUE(model.ok()) << model.status();
    const FastTextArgs args{.dim = 2,
                            .window = 5,
                            .epochs = 6,
                            .min_count = 1,
                            .negatives = 7,
                            .word_ngrams = 1,
                            .loss = 2,
                            .model = 2,
                            .num_buckets = 3,
                            .min_n = 2,
                            .max_n = 4,
                            .lr_update_rate = 100,
                            .sampling_threshold = 0.5};
    EXPECT_EQ(model->args, args);
    EXPECT_EQ(model->entries,
              StringTensor::FromStrings(
                  std::vector<std::string_view>{"of", "</s>", "__label__x"}));
    EXPECT_EQ(model->counts[2], 9);
    EXPECT_EQ(model->num_words, 2);
    EXPECT_EQ(model->num_tokens, 99);
    EXPECT_FALSE(model->is_pruned);
    EXPECT_EQ(model->input.num_rows(), 5);
    std::vector<float> row(2);
    ASSERT_TRUE(model->input.ReadRow(4, row).ok());
    EXPECT_EQ(row, (std::vector<float>{9, 10}));
  }
}

TEST(ReadFastTextModel, BorrowsTheRowsOfAPlainFile) {
  const Buffer<char> file = FileOf(ModelFile().Bytes());
  const auto model = ReadFastTextModel(file, "f.bin");
  ASSERT_TRUE(model.ok()) << model.status();
  const char* const rows =
      reinterpret_cast<const char*>(model->input.bytes().data());
  EXPECT_GT(rows, file.data());
  EXPECT_LT(rows, file.data() + file.size());
  EXPECT_EQ(model->input.bytes().owner(), file.owner());
}

TEST(ReadFastTextModel, RefusesOtherKindsOfFiles) {
  const auto refuses = [](const ModelFile& file, StatusCode code,
                          const std::string& message) {
    EXPECT_THAT(ReadModel(file.Bytes()), FailsWith(code, "f.bin: " + message));
  };
  EXPECT_THAT(ReadModel(""), FailsWith(StatusCode::kInvalidArgument,
                                       "f.bin: no fastText model"));
  ModelFile file;
  file.magic[0] = 'x';
  refuses(file, StatusCode::kInvalidArgument, "no fastText model");
  file.magic = Raw(int32_t{793712314}, int32_t{13});
  refuses(file, StatusCode::kUnimplemented, "a fastText model of version 13");
  file = {};
  file.matrix[0] = 1;
  refuses(file, StatusCode::kUnimplemented,
          "a quantized fastText model (.ftz)");
}

TEST(ReadFastTextModel, RefusesPartsThatDoNotFit) {
  const auto breaks = [](auto change, const std::string& message) {
    ModelFile file;
    change(file);
    EXPECT_THAT(ReadModel(file.Bytes()),
                FailsWith(StatusCode::kDataLoss, message));
  };
  const auto set = [](std::string& part, size_t place, auto value) {
    part.replace(place, sizeof value, Raw(value));
  };
  breaks([&](ModelFile& f) { set(f.args, 0, int32_t{0}); }, "dim=0");
  breaks([&](ModelFile& f) { set(f.args, 0, int32_t{3}); },
         "expected 2 + 3 rows of 3 numbers, got 5 of 2");
  breaks([&](ModelFile& f) { set(f.args, 32, int32_t{-1}); }, "bucket=-1");
  breaks([&](ModelFile& f) { set(f.args, 32, int32_t{4}); },
         "expected 2 + 4 rows");
  breaks([&](ModelFile& f) { set(f.sizes, 0, int32_t{INT32_MAX}); },
         "the dictionary promises 2147483647 items");
  breaks([&](ModelFile& f) { set(f.sizes, 0, int32_t{-3}); },
         "the dictionary promises -3 items");
  breaks([&](ModelFile& f) { set(f.sizes, 4, int32_t{1}); },
         "1 words and 1 labels are not 3 entries");
  breaks([&](ModelFile& f) { set(f.sizes, 20, int64_t{1} << 60); },
         "the index of pruned buckets promises 1152921504606846976 items");
  breaks([&](ModelFile& f) { f.entries.back() = 0; },
         "entry 2 of 2 words, then labels, has the type 0");
  breaks([&](ModelFile& f) { set(f.matrix, 1, int64_t{1} << 60); },
         "got 1152921504606846976 of 2");
  breaks([&](ModelFile& f) { f.matrix[0] = 7; }, "quantized: 7");
  breaks(
      [](ModelFile& f) {
        f.entries = std::string(16 << 10, 'x') + '\0' + f.entries;
      },
      "a token without an end");
}

TEST(ReadFastTextModel, RefusesAFileThatIsCutAnywhere) {
  const ModelFile file;
  const size_t needed = file.Bytes().size() - file.output.size();
  for (size_t size = 4; size < needed; ++size) {
    EXPECT_THAT(ReadModel(file.Bytes().substr(0, size)),
                FailsWith(StatusCode::kDataLoss, "f.bin: "))
        << size;
  }
  EXPECT_TRUE(ReadModel(file.Bytes().substr(0, needed)).ok());
}

TEST(ReadFastTextModel, PromisesAreNotBelieved) {
  ModelFile file;
  file.args.replace(32, 4, Raw(int32_t{INT32_MAX}));
  file.matrix = Raw('\0', int64_t{2} + INT32_MAX, int64_t{2});
  EXPECT_THAT(ReadModel(file.Bytes()),
              FailsWith(StatusCode::kDataLoss,
                        "the input matrix promises 2147483649 items"));
}

// Kilobytes that decode to 64 MB, of which a few are decoded: what stands
// behind the rows is not needed.
TEST(ReadFastTextModel, DecodesNoMoreThanTheRows) {
  const std::string zeros(size_t{64} << 20, '\0');
  const auto model = ReadModel(testing::Gzip(ModelFile().Bytes() + zeros, 1));
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->input.num_rows(), 5);
  // The rows lie in what was decoded.
  const auto* const owner =
      static_cast<const char*>(model->input.bytes().owner().get());
  EXPECT_NE(owner, nullptr);
  ModelFile broken;
  broken.entries = "";
  EXPECT_THAT(
      ReadModel(testing::Gzip(broken.magic + broken.args + broken.sizes +
                                  std::string(size_t{64} << 20, 'x'),
                              1)),
      FailsWith(StatusCode::kDataLoss, "a token without an end"));
}

TEST(ReadFastTextVectors, AreMeansOfTheRowsOfSubwords) {
  const auto vectors =
      ReadFastTextVectors(FileOf(ModelFile().Bytes()), "f.bin");
  ASSERT_TRUE(vectors.ok()) << vectors.status();
  std::vector<int64_t> buckets;
  vectors->subwords.FindBuckets("of", buckets);
  ASSERT_EQ(buckets.size(), 6u);  // <o of f> <of of> <of>
  std::vector<float> expected = {1, 2};
  for (const int64_t bucket : buckets) {
    expected[0] += 5 + 2 * static_cast<float>(bucket);
    expected[1] += 6 + 2 * static_cast<float>(bucket);
  }
  const NamedRowList rows = RowsOf(vectors->words);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].first, "of");
  EXPECT_FLOAT_EQ(rows[0].second[0], expected[0] / 7);
  EXPECT_FLOAT_EQ(rows[0].second[1], expected[1] / 7);
  // The end of a sentence has no subwords.
  EXPECT_EQ(rows[1].second, (std::vector<float>{3, 4}));
  EXPECT_EQ(vectors->subwords.options().min_chars, 2);
  EXPECT_EQ(vectors->subwords.options().max_chars, 4);
  EXPECT_EQ(vectors->subwords.buckets().num_rows(), 3);
}

TEST(ReadFastTextVectors, AreTheRowsWithoutSubwords) {
  ModelFile file;
  file.args.replace(40, 4, Raw(int32_t{0}));
  for (const int64_t max_rows : {-1, 0, 1, 5}) {
    const auto vectors = ReadFastTextVectors(FileOf(file.Bytes()), "f.bin",
                                             {.max_rows = max_rows});
    ASSERT_TRUE(vectors.ok()) << vectors.status();
    NamedRowList expected = {{"of", {1, 2}}, {"</s>", {3, 4}}};
    if (max_rows == 0 || max_rows == 1) {
      expected.resize(static_cast<size_t>(max_rows));
    }
    EXPECT_EQ(RowsOf(vectors->words), expected);
    EXPECT_EQ(vectors->subwords.buckets().num_rows(), 0);
  }
}

TEST(ReadFastTextVectors, IgnoreSubwordsOfOldSupervisedModels) {
  ModelFile file;
  file.magic = Raw(int32_t{793712314}, int32_t{11});
  file.args.replace(28, 4, Raw(int32_t{3}));
  const auto vectors = ReadFastTextVectors(FileOf(file.Bytes()), "f.bin");
  ASSERT_TRUE(vectors.ok()) << vectors.status();
  EXPECT_EQ(vectors->subwords.buckets().num_rows(), 0);
}

TEST(ReadFastTextVectors, HandleFaultsByThePolicy) {
  ModelFile file;
  file.args.replace(40, 4, Raw(int32_t{0}));
  file.rows.replace(0, 4, Raw(NAN));
  const Buffer<char> bytes = FileOf(file.Bytes());
  EXPECT_THAT(ReadFastTextVectors(bytes, "f.bin"),
              FailsWith(StatusCode::kInvalidArgument,
                        "f.bin, row 0, column 0: the number is not finite"));
  const auto skipped =
      ReadFastTextVectors(bytes, "f.bin", {.policy = ErrorPolicy::kSkip});
  ASSERT_TRUE(skipped.ok()) << skipped.status();
  EXPECT_EQ(RowsOf(skipped->words), (NamedRowList{{"</s>", {3, 4}}}));
}

TEST(ReadFastTextVectors, RefusePrunedModelsWithSubwords) {
  ModelFile file;
  file.sizes.replace(20, 8, Raw(int64_t{1}));
  file.entries += Raw(int32_t{2}, int32_t{0});
  file.matrix = Raw('\0', int64_t{3}, int64_t{2});
  const auto model = ReadModel(file.Bytes());
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_TRUE(model->is_pruned);
  EXPECT_EQ(model->pruned[0], 2);
  EXPECT_EQ(model->input.num_rows(), 3);
  EXPECT_THAT(ReadFastTextVectors(FileOf(file.Bytes()), "f.bin"),
              FailsWith(StatusCode::kUnimplemented, "a pruned fastText model"));
}

TEST(WriteFastTextModel, WritesTheSameFile) {
  const TempFolder folder;
  ModelFile file;
  file.output = Raw('\0', int64_t{0}, int64_t{2});
  const auto model = ReadModel(file.Bytes());
  ASSERT_TRUE(model.ok()) << model.status();
  ASSERT_TRUE(WriteFastTextModel(*model, folder / "f").ok());
  EXPECT_EQ(folder.Read("f"), file.Bytes());
}

TEST(WriteFastTextModel, RefusesPartsThatDoNotFit) {
  const TempFolder folder;
  const FastTextModel good = *ReadModel(ModelFile().Bytes());
  const auto refuses = [&](auto change, const std::string& message) {
    FastTextModel model = good;
    change(model);
    EXPECT_THAT(WriteFastTextModel(model, folder / "f"),
                FailsWith(StatusCode::kInvalidArgument, message));
    EXPECT_EQ(folder.Read("f"), "");
  };
  refuses([](FastTextModel& m) { m.num_words = 3; }, "3 entries, 3 words");
  refuses([](FastTextModel& m) { m.counts = {1}; }, "1 counts");
  refuses([](FastTextModel& m) { m.args.num_buckets = 4; }, "4 buckets");
  refuses([](FastTextModel& m) { m.args.dim = 1; }, "dim 1");
  refuses([](FastTextModel& m) { m.is_pruned = true; }, "not be pruned");
  refuses(
      [](FastTextModel& m) {
        m.entries = StringTensor::FromStrings(std::vector<std::string_view>{
            "a", std::string_view("b\0", 2), "c"});
      },
      "the token of row 1: it has a NUL byte: \"b\\x00\"");
}

// A .vec file: a header line, and a space at the end of each line.
TEST(ReadTextRows, ReadsFastTextsVec) {
  const auto rows =
      ReadTextRows(FileOf("2 3\n</s> 0.1 -0.2 0.3 \nof 1 2 3 \n"), "f.vec");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(RowsOf(*rows),
            (NamedRowList{{"</s>", {0.1f, -0.2f, 0.3f}}, {"of", {1, 2, 3}}}));
}

}  // namespace
}  // namespace rowsplit::internal
