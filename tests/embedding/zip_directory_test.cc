#include "embedding/zip_directory.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/decoder.h"
#include "core/mapped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/zip_files.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;
using testing::ZipFile;
using testing::ZipPart;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

std::string Member(const std::string& file, size_t index, bool check = true) {
  const auto members = ReadZipDirectory(file, "x");
  EXPECT_TRUE(members.ok()) << members.status();
  if (!members.ok() || index >= members->size()) return "";
  const auto bytes =
      ZipMemberBytes(Buffer<char>::Copy(file), (*members)[index], check, "x");
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.ok() ? std::string(bytes->data(), bytes->size()) : "";
}

TEST(ZipDirectory, ReadsStoredAndDeflatedMembers) {
  const std::string text(5000, 'y');
  const std::string file =
      ZipFile({{"a", "one"}, {"b", text, true}, {"c", "", true}}, "comment");
  EXPECT_TRUE(IsZip(file));
  EXPECT_EQ(Member(file, 0), "one");
  EXPECT_EQ(Member(file, 1), text);
  EXPECT_EQ(Member(file, 2), "");
  const auto members = *ReadZipDirectory(file, "x");
  EXPECT_EQ(*ZipMemberHead(file, members[0], 2, "x"), "on");
  EXPECT_EQ(*ZipMemberHead(file, members[1], 7, "x"), text.substr(0, 7));
  EXPECT_TRUE(ReadZipDirectory(ZipFile({}), "x")->empty());
}

TEST(ZipDirectory, ReadsWhatItFrames) {
  const std::string bytes = "some bytes";
  const ZipFrame frame = FrameZipMember("a.npy", bytes.size(), Crc32(bytes));
  EXPECT_EQ(frame.before.size() % 64, 0u);
  EXPECT_EQ(Member(frame.before + bytes + frame.after, 0), bytes);
}

// A member of 5 GiB of holes, with its sizes in the zip64 fields.
TEST(ZipDirectory, ReadsZip64) {
  const testing::TempFolder folder;
  const uint64_t bytes = uint64_t{5} << 30;
  const ZipFrame frame = FrameZipMember("a.npy", bytes, 0);
  EXPECT_EQ(frame.before.size() % 64, 0u);
  const std::string path = folder.Write("a.npz", frame.before);
  std::filesystem::resize_file(path, frame.before.size() + bytes);
  std::ofstream(path, std::ios::binary | std::ios::app) << frame.after;
  const Buffer<char> file = *MapFile(path, MapAccess::kRandom);
  const auto members = ReadZipDirectory(file.span(), "x");
  ASSERT_TRUE(members.ok()) << members.status();
  ASSERT_EQ(members->size(), 1u);
  EXPECT_EQ(members->front().bytes, bytes);
  EXPECT_EQ(members->front().begin, frame.before.size());
  EXPECT_THAT(ReadZipDirectory(frame.before + frame.after, "x"),
              FailsWith(kDataLoss, "zip64 record is not where it says"));
}

TEST(ZipDirectory, NamesWhatIsBroken) {
  const auto read = [](const std::string& file) {
    return ReadZipDirectory(file, "x.npz");
  };
  EXPECT_THAT(read("PK\x03\x04"), FailsWith(kDataLoss, "no end record"));
  EXPECT_THAT(read(std::string(100, '\0')), FailsWith(kDataLoss, "x.npz: "));
  ZipPart promise = {"a", "one"};
  promise.bytes = promise.stored_bytes = uint64_t{1} << 31;
  EXPECT_THAT(read(ZipFile({promise})),
              FailsWith(kDataLoss, "more than there"));
  ZipPart bomb = {"a", "one", true};
  bomb.bytes = uint64_t{1} << 31;
  EXPECT_THAT(read(ZipFile({bomb})), FailsWith(kDataLoss, "can't have"));
  ZipPart odd = {"a", "one"};
  odd.method = 12;
  EXPECT_THAT(read(ZipFile({odd})),
              FailsWith(absl::StatusCode::kUnimplemented, "method 12"));
  ZipPart renamed = {"a", "one"};
  renamed.local_name = std::string("\0", 1);
  EXPECT_THAT(read(ZipFile({renamed})), FailsWith(kDataLoss, "is called"));
}

TEST(ZipDirectory, ComparesSizeAndCrc) {
  for (const bool deflated : {false, true}) {
    ZipPart part = {"a", "one two", deflated};
    part.crc = 1;
    const std::string file = ZipFile({part});
    const auto member = ReadZipDirectory(file, "x")->front();
    const auto bytes = Buffer<char>::Copy(file);
    EXPECT_THAT(ZipMemberBytes(bytes, member, true, "x"),
                FailsWith(kDataLoss, "the CRC of \"a\""));
    EXPECT_EQ(ZipMemberBytes(bytes, member, false, "x").ok(), !deflated);
  }
  for (const uint64_t size : {3, 12}) {
    ZipPart part = {"a", "one two", true};
    part.bytes = size;
    const std::string file = ZipFile({part});
    EXPECT_THAT(ZipMemberBytes(Buffer<char>::Copy(file),
                               ReadZipDirectory(file, "x")->front(), true, "x"),
                FailsWith(kDataLoss, "should decode to"));
  }
}

// Each byte changed, each length: an error or members inside of the file.
TEST(ZipDirectory, NeverLeavesTheFile) {
  const std::string file = ZipFile({{"a", "one"}, {"bb", "two two", true}});
  const auto use = [](const std::string& bytes) {
    const auto members = ReadZipDirectory(bytes, "x");
    if (!members.ok()) return;
    for (const ZipMember& member : *members) {
      ASSERT_LE(member.begin + member.stored_bytes, bytes.size());
      static_cast<void>(
          ZipMemberBytes(Buffer<char>::Copy(bytes), member, true, "x").ok());
      static_cast<void>(ZipMemberHead(bytes, member, 4, "x").ok());
    }
  };
  for (size_t byte = 0; byte < file.size(); ++byte) {
    for (const int flip : {1, 0x80, 0xFF}) {
      std::string damaged = file;
      damaged[byte] = static_cast<char>(damaged[byte] ^ flip);
      use(damaged);
    }
    use(file.substr(0, byte));
  }
}

}  // namespace
}  // namespace rowsplit::internal
