#include "core/read_file.h"

#include <sys/stat.h>

#include <string>
#include <thread>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::TempFolder;
using ::testing::HasSubstr;

TEST(ReadFile, ReadsEveryByte) {
  const TempFolder folder;
  std::string bytes("a\0\r\n\xff", 5);
  EXPECT_EQ(*ReadFile(folder.Write("empty", "")), "");
  EXPECT_EQ(*ReadFile(folder.Write("short", bytes)), bytes);
  while (bytes.size() < (1 << 20)) bytes += bytes;
  EXPECT_EQ(*ReadFile(folder.Write("long", bytes)), bytes);
}

TEST(ReadFile, ReadsAPipeToItsEnd) {
  const TempFolder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { folder.Write("pipe", std::string(200000, 'x')); });
  EXPECT_EQ(*ReadFile(pipe), std::string(200000, 'x'));
  writer.join();
}

TEST(ReadFile, SaysWhatItCannotReadAndWhy) {
  const TempFolder folder;
  const absl::Status missing = ReadFile(folder / "none").status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()),
              HasSubstr("can't read " + (folder / "none") +
                        ": No such file or directory"));
  const absl::Status is_folder = ReadFile(folder.path()).status();
  EXPECT_FALSE(is_folder.ok());
  EXPECT_THAT(std::string(is_folder.message()),
              HasSubstr("can't read " + folder.path() + ": Is a directory"));
}

}  // namespace
}  // namespace rowsplit::internal
