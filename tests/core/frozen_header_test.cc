#include "core/frozen_header.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using absl::StatusCode;
using ::rowsplit::testing::FailsWith;

constexpr FrozenKind kKind = {
    {'\x89', 'T', 'E', 'S', 'T', '1', '\r', '\n'}, 3, "thing", "make it again"};

struct ThingHeader {
  char magic[8];
  uint32_t version;
  uint32_t byte_order;
  uint64_t file_bytes;
  uint64_t size;
  uint64_t block_bytes;
  FrozenRange sections[3];
  uint64_t header_checksum;
};

absl::StatusOr<ThingHeader> LayOut(int64_t size) {
  ThingHeader header{};
  BeginFrozenHeader(kKind, header);
  header.size = static_cast<uint64_t>(size);
  const absl::Status status =
      PlaceFrozenSections(std::array<int64_t, 2>{size, 3}, header);
  if (!status.ok()) return status;
  header.header_checksum = FrozenHeaderChecksum(header);
  return header;
}

std::string FileOf(ThingHeader header, bool seal = true) {
  if (seal) header.header_checksum = FrozenHeaderChecksum(header);
  std::string file(reinterpret_cast<const char*>(&header), sizeof header);
  file.resize(static_cast<size_t>(header.file_bytes));
  return file;
}

absl::StatusOr<ThingHeader> Read(const std::string& file) {
  return ReadFrozenFileHeader<ThingHeader>(
      kKind, {file.data(), file.size()}, "f",
      [](const ThingHeader& header) {
        return header.size == 13 ? absl::OutOfRangeError("thirteen")
                                 : absl::OkStatus();
      },
      [](const ThingHeader& header) {
        return LayOut(static_cast<int64_t>(header.size));
      });
}

TEST(FrozenHeader, PlacesSections) {
  const auto header = LayOut(100);
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->sections[0].begin, 128u);
  EXPECT_EQ(header->sections[0].end(), 228u);
  EXPECT_EQ(header->sections[1].begin, 256u);
  EXPECT_EQ(header->sections[2].begin, 320u);
  EXPECT_EQ(header->sections[2].bytes, 16u);
  EXPECT_EQ(header->file_bytes, 336u);
  EXPECT_THAT(LayOut(std::numeric_limits<int64_t>::max() - 100),
              FailsWith(StatusCode::kResourceExhausted, "64 bits"));
}

TEST(FrozenHeader, IsReadAsItIsWritten) {
  const auto read = Read(FileOf(*LayOut(100)));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->size, 100u);
  EXPECT_EQ(read->file_bytes, 336u);
}

TEST(FrozenHeader, SaysWhatIsWrong) {
  const ThingHeader good = *LayOut(100);
  const std::string file = FileOf(good);
  EXPECT_THAT(Read("other"),
              FailsWith(StatusCode::kInvalidArgument, "f is no frozen thing"));
  EXPECT_THAT(Read(std::string(500, 'x')),
              FailsWith(StatusCode::kInvalidArgument, "other bytes"));
  for (const size_t size : {size_t{0}, size_t{5}, sizeof(ThingHeader) - 1}) {
    EXPECT_THAT(
        Read(file.substr(0, size)),
        FailsWith(StatusCode::kDataLoss,
                  "thing f: damaged header at byte " + std::to_string(size) +
                      " of the file: the file ends, 96 bytes are expected"));
  }
  ThingHeader header = good;
  header.byte_order = 0x04030201;
  EXPECT_THAT(Read(FileOf(header)),
              FailsWith(StatusCode::kUnimplemented, "make it again"));
  header = good;
  header.version = 4;
  EXPECT_THAT(Read(FileOf(header)),
              FailsWith(StatusCode::kUnimplemented,
                        "format version 4, this is a reader of version 3"));
  header = good;
  header.size = 101;
  EXPECT_THAT(Read(FileOf(header, false)),
              FailsWith(StatusCode::kDataLoss, "its checksum differs"));
  EXPECT_THAT(Read(FileOf(header)),
              FailsWith(StatusCode::kDataLoss, "do not follow from the sizes"));
  header.size = uint64_t{1} << 63;
  EXPECT_THAT(Read(FileOf(header)), FailsWith(StatusCode::kDataLoss, "f: "));
  header.size = 13;
  EXPECT_THAT(Read(FileOf(header)),
              FailsWith(StatusCode::kOutOfRange, "thirteen"));
  EXPECT_THAT(Read(file + "x"),
              FailsWith(StatusCode::kDataLoss, "336 bytes and has 337"));
}

}  // namespace
}  // namespace rowsplit::internal
