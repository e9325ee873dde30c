#include "core/mapped_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

std::string_view Text(const Buffer<char>& buffer) {
  return {buffer.data(), buffer.size()};
}

TEST(MapFile, GivesTheBytesOfTheFile) {
  const testing::TempFolder folder;
  const std::string content = std::string(100'000, 'x') + "end";
  const std::string path = folder.Write("file", content);
  for (const MapAccess access : {MapAccess::kSequential, MapAccess::kRandom}) {
    const auto mapped = MapFile(path, access);
    ASSERT_TRUE(mapped.ok()) << mapped.status();
    EXPECT_EQ(Text(*mapped), content);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(mapped->data()) % 4096, 0u);
    EXPECT_FALSE(mapped->is_borrowed());
  }
}

TEST(MapFile, OfAnEmptyFileIsEmpty) {
  const testing::TempFolder folder;
  const auto mapped = MapFile(folder.Write("file", ""), MapAccess::kRandom);
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  EXPECT_TRUE(mapped->empty());
}

TEST(MapFile, KeepsTheMappingWithItsLastCopy) {
  const testing::TempFolder folder;
  const std::string path = folder.Write("file", "0123456789");
  Buffer<char> part;
  {
    const auto mapped = MapFile(path, MapAccess::kRandom);
    ASSERT_TRUE(mapped.ok()) << mapped.status();
    part = mapped->Slice(3, 4);
  }
  EXPECT_EQ(Text(part), "3456");
}

TEST(MapFile, KeepsTheOldFileWhenItIsReplaced) {
  const testing::TempFolder folder;
  const std::string path = folder.Write("file", "old");
  const auto mapped = MapFile(path, MapAccess::kRandom);
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  auto file = AtomicFile::Open(path, {});
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(file->Append("n").ok());
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(Text(*mapped), "old");
  EXPECT_EQ(folder.Read("file"), "n");
}

TEST(MapFile, NamesWhatItCannotMap) {
  const testing::TempFolder folder;
  const absl::Status missing =
      MapFile(folder / "missing", MapAccess::kRandom).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()),
              HasSubstr("cannot map '" + (folder / "missing") + "'"));
  const absl::Status is_folder =
      MapFile(folder.path(), MapAccess::kRandom).status();
  EXPECT_EQ(is_folder.code(), absl::StatusCode::kFailedPrecondition);
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const absl::Status is_pipe = MapFile(pipe, MapAccess::kRandom).status();
  EXPECT_EQ(is_pipe.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(is_pipe.message()), HasSubstr("no regular file"));
}

TEST(AdviseAccess, LeavesMemoryAsItIs) {
  const std::string text(10'000, 'x');
  AdviseAccess({text.data() + 1, text.size() - 1}, MapAccess::kRandom);
  AdviseAccess({}, MapAccess::kSequential);
  ReadAhead({text.data() + 1, text.size() - 1});
  ReadAhead({});
  EXPECT_EQ(text, std::string(10'000, 'x'));
}

}  // namespace
}  // namespace rowsplit::internal
