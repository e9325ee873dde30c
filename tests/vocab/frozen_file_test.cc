#include "vocab/frozen_file.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/block_checksums.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

// A file of arbitrary bytes: more than 40 blocks of text, one or two of the
// rest.
class FrozenFile : public ::testing::Test {
 protected:
  FrozenFile() {
    FrozenHeader header =
        *LayOutFrozen({.num_tokens = 9000,
                       .num_buckets = 1000,
                       .num_long_slots = 7,
                       .text_bytes = 41 * kChecksumBlockBytes});
    header.max_probe = header.max_long_probe = 1;
    std::vector<std::string> content;
    FrozenParts parts;
    for (int i = 0; i < kFrozenDataSections; ++i) {
      std::string& bytes = content.emplace_back(header.sections[i].bytes, '\0');
      for (size_t byte = 0; byte < bytes.size(); ++byte) {
        bytes[byte] = static_cast<char>(byte * 37 + byte / 1000);
      }
    }
    for (int i = 0; i < kFrozenDataSections; ++i) parts[i] = content[i];
    const absl::Status written =
        WriteFrozen(header, parts, {}, [&](std::string_view bytes) {
          file_ += bytes;
          return absl::OkStatus();
        });
    EXPECT_TRUE(written.ok()) << written;
    header_ = *ReadFrozenHeader(file_, "words");
  }

  absl::Status CheckAll() const {
    return CheckAllBlocks(header_, file_, "words", {});
  }
  absl::Status CheckSampled() const {
    return CheckSampledBlocks(header_, file_, "words");
  }

  std::string file_;
  FrozenHeader header_;
};

TEST_F(FrozenFile, HasChecksumsThatFit) {
  EXPECT_EQ(file_.size(), header_.file_bytes);
  EXPECT_TRUE(CheckAll().ok()) << CheckAll();
  EXPECT_TRUE(CheckSampled().ok()) << CheckSampled();
}

TEST_F(FrozenFile, NamesTheBlockThatDiffers) {
  for (int section = 0; section < kFrozenDataSections; ++section) {
    const uint64_t begin = header_.sections[section].begin;
    for (const uint64_t byte : {begin, header_.sections[section].end() - 1}) {
      file_[byte] = static_cast<char>(file_[byte] ^ 1);
      const uint64_t block =
          begin + (byte - begin) / kChecksumBlockBytes * kChecksumBlockBytes;
      const std::string expected = std::string("vocabulary words: damaged ") +
                                   FrozenSectionName(section) + " at byte " +
                                   std::to_string(block) + " of the file";
      EXPECT_EQ(CheckAll().code(), absl::StatusCode::kDataLoss);
      EXPECT_THAT(std::string(CheckAll().message()), HasSubstr(expected));
      // The first and the last block are among the samples.
      EXPECT_THAT(std::string(CheckSampled().message()), HasSubstr(expected));
      file_[byte] = static_cast<char>(file_[byte] ^ 1);
    }
  }
}

TEST_F(FrozenFile, SamplesSomeBlocks) {
  const uint64_t begin = header_.sections[kFrozenText].begin;
  int64_t num_seen = 0;
  for (int64_t block = 0; block < 41; ++block) {
    const uint64_t byte = begin + static_cast<uint64_t>(block << 16) + 5;
    file_[byte] = static_cast<char>(file_[byte] ^ 1);
    EXPECT_FALSE(CheckAll().ok());
    num_seen += !CheckSampled().ok();
    file_[byte] = static_cast<char>(file_[byte] ^ 1);
  }
  EXPECT_EQ(num_seen, kSampledBlocks);
}

TEST_F(FrozenFile, LooksAtChecksumsAndFilling) {
  const uint64_t sums = header_.sections[kFrozenChecksums].begin;
  file_[sums + 9] = static_cast<char>(file_[sums + 9] ^ 1);
  for (const absl::Status& status : {CheckAll(), CheckSampled()}) {
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("damaged checksums at byte " + std::to_string(sums)));
  }
  file_[sums + 9] = static_cast<char>(file_[sums + 9] ^ 1);
  const uint64_t filling = header_.sections[kFrozenLongSlots].end();
  ASSERT_LT(filling, header_.sections[kFrozenOffsets].begin);
  file_[filling] = 1;
  for (const absl::Status& status : {CheckAll(), CheckSampled()}) {
    EXPECT_THAT(
        std::string(status.message()),
        HasSubstr("damaged filling at byte " + std::to_string(filling)));
  }
}

TEST_F(FrozenFile, PassesOnAnErrorOfTheWriter) {
  int calls = 0;
  const absl::Status status = WriteFrozen(
      header_, FrozenPartsOf(header_, file_), {}, [&](std::string_view) {
        return ++calls == 3 ? absl::ResourceExhaustedError("disk full")
                            : absl::OkStatus();
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(calls, 3);
}

TEST_F(FrozenFile, IsTheSameForAnyNumberOfThreads) {
  for (const int threads : {1, 3}) {
    std::string again;
    ASSERT_TRUE(WriteFrozen(header_, FrozenPartsOf(header_, file_),
                            {.num_threads = threads},
                            [&](std::string_view bytes) {
                              again += bytes;
                              return absl::OkStatus();
                            })
                    .ok());
    EXPECT_EQ(again, file_);
  }
}

}  // namespace
}  // namespace rowsplit::internal
