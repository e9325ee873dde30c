#include "embedding/embedding_layout.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;

EmbeddingHeader SomeHeader() {
  return *LayOutEmbedding({.num_rows = 10,
                           .width = 6,
                           .row_format = RowFormat::kInt8,
                           .is_factorized = true,
                           .stored_width = 3,
                           .vocabulary_bytes = 100,
                           .num_subword_rows = 4,
                           .subword_format = RowFormat::kFloat16,
                           .min_n = 3,
                           .max_n = 6});
}

std::string FileOf(EmbeddingHeader header, size_t size) {
  SealEmbeddingHeader(header);
  std::string file(size, '\0');
  std::memcpy(file.data(), &header, std::min(size, sizeof header));
  return file;
}

TEST(LayOutEmbedding, AlignsEachSection) {
  const EmbeddingHeader header = SomeHeader();
  const uint64_t expected[][2] = {
      {256, 110}, {384, 72}, {512, 100}, {640, 48}, {704, 32}};
  for (int section = 0; section < kEmbeddingSections; ++section) {
    EXPECT_EQ(header.sections[section].begin, expected[section][0]) << section;
    EXPECT_EQ(header.sections[section].bytes, expected[section][1]) << section;
  }
  EXPECT_EQ(header.file_bytes, 736u);
}

TEST(LayOutEmbedding, RefusesSizesThatDoNotFit) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const EmbeddingSizes& sizes :
       {EmbeddingSizes{.num_rows = kMost, .width = 300, .stored_width = 300},
        EmbeddingSizes{.num_rows = kMost / 4, .width = 1, .stored_width = 1},
        EmbeddingSizes{.vocabulary_bytes = kMost}}) {
    EXPECT_EQ(LayOutEmbedding(sizes).status().code(),
              absl::StatusCode::kResourceExhausted);
  }
  EXPECT_THAT(
      LayOutEmbedding({.num_rows = int64_t{1} << 60}),
      FailsWith(absl::StatusCode::kInvalidArgument, "rows without values"));
}

TEST(ReadEmbeddingHeader, GivesWhatWasWritten) {
  const EmbeddingHeader header = SomeHeader();
  const std::string file = FileOf(header, header.file_bytes);
  const auto read = ReadEmbeddingHeader(file, "words");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(
      std::memcmp(read->sections, header.sections, sizeof header.sections), 0);
  EXPECT_EQ(read->min_n, 3u);
  EXPECT_TRUE(IsFrozenEmbedding(file));
  EXPECT_FALSE(IsFrozenEmbedding("\x89RSVOC\r\n"));
}

TEST(ReadEmbeddingHeader, TellsOtherFilesFromDamage) {
  EmbeddingHeader header = SomeHeader();
  const std::string file = FileOf(header, header.file_bytes);
  const auto read = [&](const std::string& bytes) {
    return ReadEmbeddingHeader(bytes, "x");
  };
  EXPECT_THAT(read("words"), FailsWith(absl::StatusCode::kInvalidArgument,
                                       "x is no frozen embedding"));
  EXPECT_THAT(read(file.substr(0, 100)),
              FailsWith(absl::StatusCode::kDataLoss, "the file ends"));
  EXPECT_THAT(read(file.substr(0, file.size() - 1)),
              FailsWith(absl::StatusCode::kDataLoss,
                        "should have 736 bytes and has 735"));
  EXPECT_THAT(read(file + "x"), FailsWith(absl::StatusCode::kDataLoss, "737"));
  header.version = 2;
  EXPECT_THAT(read(FileOf(header, 736)),
              FailsWith(absl::StatusCode::kUnimplemented, "version 2"));
  header.byte_order = 0x04030201;
  EXPECT_THAT(read(FileOf(header, 736)),
              FailsWith(absl::StatusCode::kUnimplemented, "byte order"));
}

// Any one byte of the header, with and without a fitting checksum.
TEST(ReadEmbeddingHeader, RefusesEveryChange) {
  const EmbeddingHeader header = SomeHeader();
  const std::string file = FileOf(header, header.file_bytes);
  for (size_t byte = 0; byte < sizeof header; ++byte) {
    for (const int flip : {1, 0x80, 0xFF}) {
      std::string damaged = file;
      damaged[byte] = static_cast<char>(damaged[byte] ^ flip);
      EXPECT_FALSE(ReadEmbeddingHeader(damaged, "x").ok()) << byte;
      EmbeddingHeader changed;
      std::memcpy(&changed, damaged.data(), sizeof changed);
      const auto sealed =
          ReadEmbeddingHeader(FileOf(changed, header.file_bytes), "x");
      // What is not refused still lies inside the file.
      if (!sealed.ok()) continue;
      for (const FrozenRange& range : sealed->sections) {
        EXPECT_LE(range.end(), header.file_bytes) << byte;
      }
    }
  }
}

TEST(ReadEmbeddingHeader, RefusesPromisesAtOnce) {
  const auto with = [](auto change) {
    EmbeddingHeader header = SomeHeader();
    change(header);
    return ReadEmbeddingHeader(FileOf(header, header.file_bytes), "x");
  };
  constexpr auto kDataLoss = absl::StatusCode::kDataLoss;
  using Header = EmbeddingHeader;
  EXPECT_THAT(with([](Header& h) { h.num_rows = uint64_t{1} << 60; }),
              FailsWith(kDataLoss, "header"));
  EXPECT_THAT(with([](Header& h) { h.num_rows = UINT64_MAX; }),
              FailsWith(kDataLoss, "num_rows="));
  EXPECT_THAT(with([](Header& h) { h.width = UINT64_MAX; }),
              FailsWith(kDataLoss, "width="));
  EXPECT_THAT(with([](Header& h) { h.row_format = 5; }),
              FailsWith(kDataLoss, "row_format=5"));
  EXPECT_THAT(with([](Header& h) { h.subword_format = 9; }),
              FailsWith(kDataLoss, "subword_format=9"));
  EXPECT_THAT(with([](Header& h) { h.is_factorized = 0; }),
              FailsWith(kDataLoss, "stored_width=3"));
  EXPECT_THAT(with([](Header& h) { h.min_n = 7; }),
              FailsWith(kDataLoss, "min_n=7"));
  EXPECT_THAT(with([](Header& h) { h.max_n = 1 << 20; }),
              FailsWith(kDataLoss, "max_n="));
  EXPECT_THAT(with([](Header& h) { h.stored_width = 0; }),
              FailsWith(kDataLoss, "rows without values"));
  EXPECT_THAT(with([](Header& h) { h.sections[1].begin += 64; }),
              FailsWith(kDataLoss, "do not follow"));
}

}  // namespace
}  // namespace rowsplit::internal
