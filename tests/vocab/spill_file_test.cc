#include "vocab/spill_file.h"

#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

std::string ReadAll(const SpillFile& file, const SpillRun& run) {
  std::string bytes(static_cast<size_t>(run.size_bytes), '\0');
  EXPECT_TRUE(file.Read(run, 0, bytes.data(), run.size_bytes).ok());
  return bytes;
}

TEST(SpillFile, KeepsRunsApartAndUsesTheirRoomAgain) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const testing::TempFolder folder;
  auto file = SpillFile::Create(folder.path());
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  std::vector<SpillRun> runs(5);
  std::vector<std::string> expected(runs.size());
  for (int i = 0; i < 300; ++i) {
    const size_t run = testing::Below(random, runs.size());
    if (testing::Below(random, 20) == 0) {
      (*file)->Remove(runs[run]);
      expected[run].clear();
      EXPECT_EQ(runs[run].size_bytes, 0);
    }
    const std::string bytes(testing::Below(random, 200'000),
                            static_cast<char>(random()));
    ASSERT_TRUE((*file)->Append(bytes, runs[run]).ok());
    expected[run] += bytes;
  }
  for (size_t run = 0; run < runs.size(); ++run) {
    ASSERT_EQ(ReadAll(**file, runs[run]), expected[run]);
    if (expected[run].size() < 2) continue;
    const size_t begin = testing::Below(random, expected[run].size());
    const size_t size = testing::Below(random, expected[run].size() - begin);
    std::string part(size, '\0');
    ASSERT_TRUE((*file)
                    ->Read(runs[run], static_cast<int64_t>(begin), part.data(),
                           static_cast<int64_t>(size))
                    .ok());
    EXPECT_EQ(part, expected[run].substr(begin, size));
  }
  EXPECT_GT((*file)->written_bytes(), 0);
}

TEST(SpillFile, NamesAFolderThatIsNone) {
  const auto missing = SpillFile::Create("/no/such/folder");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()),
              HasSubstr("in the folder /no/such/folder"));
  const testing::TempFolder folder;
  const auto no_folder = SpillFile::Create(folder.Write("file", "x"));
  EXPECT_FALSE(no_folder.ok());
}

TEST(SpillFile, SaysThatTheDiskIsFull) {
  const testing::TempFolder folder;
  auto file = SpillFile::Create(folder.path());
  ASSERT_TRUE(file.ok());
  // A limit of the process stands in for a full disk.
  struct rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit low = before;
  low.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  SpillRun run;
  const absl::Status status = (*file)->Append(std::string(5000, 'x'), run);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("can't write counts to the temporary folder " + folder.path()));
}

}  // namespace
}  // namespace rowsplit::internal
