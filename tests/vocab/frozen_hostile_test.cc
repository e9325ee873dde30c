// Frozen files that are damaged, cut off, or made to harm.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/frozen_files.h"
#include "support/seed.h"
#include "vocab/frozen_layout.h"
#include "vocab/vocabulary_access.h"

namespace rowsplit {
namespace {

constexpr ChecksumMode kModes[] = {ChecksumMode::kFull, ChecksumMode::kSampled,
                                   ChecksumMode::kDeferred};

// In a heap block of exactly the file's size, so that the address sanitizer
// sees a read past its end.
absl::StatusOr<Vocabulary> OpenBytes(const std::string& file,
                                     ChecksumMode mode) {
  return Vocabulary::FromBytes(Buffer<char>::Copy(file),
                               {.checksum = mode, .exec = {.num_threads = 1}});
}

class FrozenHostile : public ::testing::Test {
 protected:
  FrozenHostile()
      : tokens_(testing::TokensForAFrozenFile()),
        file_(testing::FrozenFileOf(tokens_)) {
    std::memcpy(&header_, file_.data(), sizeof header_);
    queries_ = tokens_;
    for (const std::string& token : tokens_) queries_.push_back(token + "?");
  }

  // Uses what opens; `damaged` says that a full check must fail.
  void UseInEachMode(const std::string& file, bool damaged) const {
    for (const ChecksumMode mode : kModes) {
      const auto opened = OpenBytes(file, mode);
      if (!opened.ok()) continue;
      EXPECT_TRUE(testing::UseAll(*opened, queries_));
      EXPECT_TRUE(opened->ToBytes().ok());
      if (damaged) {
        EXPECT_EQ(opened->Check().code(), absl::StatusCode::kDataLoss);
        EXPECT_NE(mode, ChecksumMode::kFull);
      } else {
        opened->Check().IgnoreError();
      }
    }
  }

  template <typename T>
  void Put(std::string& file, uint64_t byte, const T& value) const {
    std::memcpy(file.data() + byte, &value, sizeof value);
  }

  const std::vector<std::string> tokens_;
  const std::string file_;
  std::vector<std::string> queries_;
  internal::FrozenHeader header_;
};

TEST_F(FrozenHostile, TheFileHasLongTokensAndOverflows) {
  const auto opened = OpenBytes(file_, ChecksumMode::kFull);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const auto& table = internal::VocabularyAccess::Table(*opened);
  EXPECT_GT(table.max_probe, 1u);
  EXPECT_GT(table.max_long_probe, 1u);
  EXPECT_TRUE(testing::UseAll(*opened, queries_));
}

TEST_F(FrozenHostile, EachFlippedByteIsAnErrorOrHarmless) {
  for (size_t byte = 0; byte < file_.size(); ++byte) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string file = file_;
      file[byte] = static_cast<char>(file[byte] ^ flip);
      SCOPED_TRACE(byte);
      EXPECT_FALSE(OpenBytes(file, ChecksumMode::kFull).ok());
      UseInEachMode(file, /*damaged=*/true);
    }
  }
}

TEST_F(FrozenHostile, EachCutIsAnError) {
  for (size_t size = 0; size < file_.size(); ++size) {
    for (const ChecksumMode mode : kModes) {
      const absl::Status status =
          OpenBytes(file_.substr(0, size), mode).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
    }
  }
  for (const ChecksumMode mode : kModes) {
    EXPECT_FALSE(OpenBytes(file_ + '\0', mode).ok());
  }
}

// Each byte changed, and the checksums made right: what opens in full answers
// as its own tokens say.
TEST_F(FrozenHostile, EachSealedLieIsAnErrorOrHarmless) {
  for (size_t byte = sizeof header_;
       byte < header_.sections[internal::kFrozenChecksums].begin; ++byte) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string file = file_;
      file[byte] = static_cast<char>(file[byte] ^ flip);
      file = testing::Resealed(file);
      SCOPED_TRACE(byte);
      UseInEachMode(file, /*damaged=*/false);
      const auto opened = OpenBytes(file, ChecksumMode::kFull);
      if (!opened.ok()) continue;
      for (int64_t id = 0; id < opened->size(); ++id) {
        EXPECT_EQ(opened->Find(opened->token(id)), id);
        EXPECT_EQ(opened->token(id), opened->tokens()[id]);
      }
      EXPECT_EQ(opened->Find("absent"), -1);
    }
  }
}

TEST_F(FrozenHostile, RandomSealedLiesAreErrorsOrHarmless) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 3000; ++round) {
    std::string file = file_;
    const uint64_t num_words = 1 + testing::Below(random, 20);
    for (uint64_t i = 0; i < num_words; ++i) {
      const uint64_t word =
          sizeof header_ / 8 +
          testing::Below(random, file.size() / 8 - sizeof header_ / 8);
      const uint64_t values[] = {random(), ~uint64_t{0}, 0,
                                 testing::Below(random, 100),
                                 uint64_t{1} << 63};
      Put(file, 8 * word, values[testing::Below(random, 5)]);
    }
    UseInEachMode(testing::Resealed(file), /*damaged=*/false);
  }
}

TEST_F(FrozenHostile, ASearchThatNeverEndsIsEnded) {
  std::string file = file_;
  for (uint64_t i = 0; i < header_.num_buckets; ++i) {
    kernels::TokenBucket bucket;
    std::memset(&bucket, 0xAB, sizeof bucket);
    bucket.ids[kernels::kBucketKeys] = kernels::kGoOn;
    Put(file, header_.sections[internal::kFrozenBuckets].begin + 64 * i,
        bucket);
  }
  for (uint64_t i = 0; i < header_.num_long_slots; ++i) {
    Put(file, header_.sections[internal::kFrozenLongSlots].begin + 8 * i,
        kernels::LongSlot{7, 1});
  }
  internal::FrozenHeader header = header_;
  header.max_probe = header.max_long_probe = internal::kFrozenMaxProbe;
  Put(file, 0, header);
  UseInEachMode(testing::Resealed(file), /*damaged=*/true);
}

// Offsets that would make the tokens together far larger than the text.
TEST_F(FrozenHostile, WrongOffsetsGiveTokensOfTheText) {
  std::string file = file_;
  const uint64_t begin = header_.sections[internal::kFrozenOffsets].begin;
  const auto end =
      static_cast<int64_t>(header_.sections[internal::kFrozenText].bytes);
  for (uint64_t i = 0; i <= header_.num_tokens; ++i) {
    const int64_t values[] = {0, end, -1, end + 1, INT64_MAX, INT64_MIN};
    Put(file, begin + 8 * i, values[i % 6]);
  }
  const auto opened =
      OpenBytes(testing::Resealed(file), ChecksumMode::kDeferred);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->token(0).size(), static_cast<size_t>(end));
  EXPECT_EQ(opened->token(1), "");
  EXPECT_EQ(opened->tokens().size(), opened->size());
  EXPECT_EQ(opened->tokens().offsets().row_splits().back(), end);
  EXPECT_TRUE(testing::UseAll(*opened, queries_));
  EXPECT_EQ(opened->Check().code(), absl::StatusCode::kDataLoss);
}

// Offsets of the right lengths that lead behind the text or in front of it: a
// long token's slot would lead there.
TEST_F(FrozenHostile, OffsetsOutsideOfTheTextAreNotFollowed) {
  const auto end =
      static_cast<int64_t>(header_.sections[internal::kFrozenText].bytes);
  for (const int64_t shift :
       {end, int64_t{1} << 40, -end, -(int64_t{1} << 40)}) {
    std::string file = file_;
    for (uint64_t i = 0; i <= header_.num_tokens; ++i) {
      const uint64_t byte =
          header_.sections[internal::kFrozenOffsets].begin + 8 * i;
      int64_t offset;
      std::memcpy(&offset, file.data() + byte, sizeof offset);
      Put(file, byte, offset + shift);
    }
    const auto opened =
        OpenBytes(testing::Resealed(file), ChecksumMode::kDeferred);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_TRUE(testing::UseAll(*opened, queries_));
    EXPECT_EQ(opened->Find(tokens_.back()), -1);
    EXPECT_EQ(opened->Check().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace rowsplit
