#include "vocab/frozen_layout.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

constexpr FrozenSizes kSizes = {
    .num_tokens = 5, .num_buckets = 3, .num_long_slots = 7, .text_bytes = 33};

FrozenHeader Header() {
  auto header = LayOutFrozen(kSizes);
  EXPECT_TRUE(header.ok()) << header.status();
  header->max_probe = 2;
  header->max_long_probe = 7;
  SealFrozenHeader(*header);
  return *header;
}

// A file with this header and zeros after it.
std::vector<char> FileOf(const FrozenHeader& header, size_t size) {
  std::vector<char> file(size);
  const auto* bytes = reinterpret_cast<const char*>(&header);
  std::copy_n(bytes, std::min(size, sizeof header), file.begin());
  return file;
}

absl::Status Read(const FrozenHeader& header, size_t size) {
  return ReadFrozenHeader(FileOf(header, size), "words").status();
}

// What reading says after `change`, with the header's checksum made anew.
template <typename Change>
absl::Status AfterChange(const Change& change) {
  FrozenHeader header = Header();
  change(header);
  SealFrozenHeader(header);
  return Read(header, Header().file_bytes);
}

TEST(LayOutFrozen, PutsTheSectionsInOrderAtMultiplesOf64) {
  const FrozenHeader header = Header();
  EXPECT_EQ(header.sections[kFrozenBuckets].begin, 256u);
  EXPECT_EQ(header.sections[kFrozenBuckets].bytes, 3u * 64);
  EXPECT_EQ(header.sections[kFrozenLongSlots].begin, 448u);
  EXPECT_EQ(header.sections[kFrozenLongSlots].bytes, 7u * 8);
  EXPECT_EQ(header.sections[kFrozenOffsets].begin, 512u);
  EXPECT_EQ(header.sections[kFrozenOffsets].bytes, 6u * 8);
  EXPECT_EQ(header.sections[kFrozenText].begin, 576u);
  EXPECT_EQ(header.sections[kFrozenText].bytes, 33u);
  EXPECT_EQ(header.sections[kFrozenChecksums].begin, 640u);
  EXPECT_EQ(header.sections[kFrozenChecksums].bytes, 4u * 8);
  EXPECT_EQ(header.file_bytes, 672u);
}

TEST(LayOutFrozen, RefusesSizesThatDoNotFit64Bits) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const FrozenSizes& sizes :
       {FrozenSizes{kMost, 1, 1, 0}, FrozenSizes{0, kMost / 32, 1, 0},
        FrozenSizes{0, 1, kMost / 4, 0}, FrozenSizes{0, 1, 1, kMost},
        FrozenSizes{kMost / 8 - 1, 1, 1, 0}}) {
    EXPECT_EQ(LayOutFrozen(sizes).status().code(),
              absl::StatusCode::kResourceExhausted);
  }
}

TEST(ReadFrozenHeader, GivesWhatWasWritten) {
  const FrozenHeader header = Header();
  const auto read =
      ReadFrozenHeader(FileOf(header, header.file_bytes), "words");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::memcmp(&*read, &header, sizeof header), 0);
}

TEST(ReadFrozenHeader, RefusesAFileOfAnotherSize) {
  const FrozenHeader header = Header();
  for (size_t size = 0; size < header.file_bytes + 70; ++size) {
    if (size == header.file_bytes) continue;
    const absl::Status status = Read(header, size);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("vocabulary words: damaged header"));
  }
}

TEST(ReadFrozenHeader, RefusesEachFlippedByte) {
  const FrozenHeader header = Header();
  for (size_t byte = 0; byte < sizeof header; ++byte) {
    std::vector<char> file = FileOf(header, header.file_bytes);
    file[byte] = static_cast<char>(file[byte] ^ 0x20);
    EXPECT_FALSE(ReadFrozenHeader(file, "words").ok()) << byte;
  }
}

TEST(ReadFrozenHeader, KnowsOtherFilesVersionsAndByteOrders) {
  const absl::Status text =
      ReadFrozenHeader(std::span<const char>("the\ncat\n", 8), "w").status();
  EXPECT_EQ(text.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(text.message()), HasSubstr("no frozen vocabulary"));
  const absl::Status version =
      AfterChange([](FrozenHeader& header) { header.version = 2; });
  EXPECT_EQ(version.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(version.message()), HasSubstr("format version 2"));
  const absl::Status order =
      AfterChange([](FrozenHeader& header) { header.byte_order = 0x04030201; });
  EXPECT_EQ(order.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(order.message()), HasSubstr("byte order"));
  const absl::Status kind =
      AfterChange([](FrozenHeader& header) { ++header.table_kind; });
  EXPECT_EQ(kind.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(kind.message()), HasSubstr("table kind"));
}

// A header whose checksum is right may still be a lie.
TEST(ReadFrozenHeader, RefusesSizesThatMakeNoSense) {
  constexpr uint64_t kHuge = ~uint64_t{0};
  const auto expect_damage = [](auto change, const char* telling) {
    const absl::Status status = AfterChange(change);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << telling;
    EXPECT_THAT(std::string(status.message()), HasSubstr(telling));
  };
  using Header = FrozenHeader;
  expect_damage([](Header& h) { h.num_tokens = kHuge; }, "num_tokens=");
  expect_damage([](Header& h) { h.num_buckets = 0; }, "num_buckets=0");
  expect_damage([](Header& h) { h.num_buckets = kHuge / 64; }, "num_buckets=");
  expect_damage([](Header& h) { h.num_long_slots = 0; }, "num_long_slots=0");
  expect_damage([](Header& h) { h.num_long_slots = kHuge; }, "num_long_slots=");
  expect_damage([](Header& h) { h.max_probe = 65537; }, "max_probe=65537");
  expect_damage([](Header& h) { h.max_probe = 0; }, "max_probe=0");
  expect_damage([](Header& h) { h.max_long_probe = 1 << 30; },
                "max_long_probe=");
  expect_damage([](Header& h) { h.sections[kFrozenText].bytes = kHuge; },
                "text bytes=");
  expect_damage(
      [](Header& h) {
        h.sections[kFrozenText].bytes = uint64_t{1} << 63;
        --h.sections[kFrozenText].bytes;
      },
      "does not fit 64 bits");
  const char* const telling = "do not follow from the sizes";
  expect_damage([](Header& h) { h.num_tokens += 9; }, telling);
  expect_damage([](Header& h) { h.num_buckets = 4; }, telling);
  expect_damage([](Header& h) { ++h.file_bytes; }, telling);
  expect_damage([](Header& h) { h.block_bytes = 0; }, telling);
  for (int section = 0; section < kFrozenSections; ++section) {
    expect_damage([&](Header& h) { h.sections[section].begin += 64; }, telling);
    expect_damage([&](Header& h) { h.sections[section].begin = kHuge; },
                  telling);
  }
}

}  // namespace
}  // namespace rowsplit::internal
