#include "core/atomic_file.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AtomicFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/atomic_file_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path(std::string_view name) const {
    return folder_ + "/" + std::string(name);
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
};

absl::Status WriteFileAtomically(const std::string& path,
                                 std::string_view content) {
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(path, {});
  if (!file.ok()) return file.status();
  if (absl::Status status = file->Append(content); !status.ok()) return status;
  return file->Commit();
}

Digest128 DigestOf(std::string_view bytes) {
  Xxh3Hasher hasher;
  hasher.Update(bytes);
  return hasher.Digest();
}

TEST_F(AtomicFileTest, AppearsWholeAtCommitAndReplacesTheOldFile) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "old").ok());
  auto file = AtomicFile::Open(Path("a"), {});
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(file->Append("new ").ok());
  ASSERT_TRUE(file->Append("text").ok());
  EXPECT_EQ(Read(Path("a")), "old");
  ASSERT_TRUE(file->Finish().ok());
  EXPECT_EQ(Read(Path("a")), "old");
  EXPECT_EQ(file->size_bytes(), 8);
  EXPECT_EQ(file->digest(), DigestOf("new text"));
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(Read(Path("a")), "new text");
  EXPECT_THAT(Names(), ElementsAre("a"));
}

TEST_F(AtomicFileTest, ContentAndDigestDoNotDependOnTheBuffer) {
  std::mt19937 random(7);
  for (const size_t buffer_bytes : {1u, 7u, 64u, 4096u}) {
    std::string expected;
    auto file = AtomicFile::Open(Path("a"), {.buffer_bytes = buffer_bytes});
    ASSERT_TRUE(file.ok()) << file.status();
    for (int i = 0; i < 300; ++i) {
      const std::string piece(random() % 150, static_cast<char>('a' + i % 26));
      ASSERT_TRUE(file->Append(piece).ok());
      expected += piece;
      ASSERT_EQ(file->size_bytes(), static_cast<int64_t>(expected.size()));
    }
    ASSERT_TRUE(file->Commit().ok());
    EXPECT_EQ(Read(Path("a")), expected);
    EXPECT_EQ(file->digest(), DigestOf(expected));
  }
}

TEST_F(AtomicFileTest, WriteAtPatchesWrittenAndBufferedBytes) {
  for (int64_t offset = 0; offset <= 16; ++offset) {
    std::string expected = "0123456789abcdefghij";
    auto file =
        AtomicFile::Open(Path("a"), {.buffer_bytes = 8, .patched = true});
    ASSERT_TRUE(file.ok()) << file.status();
    // 12 bytes reach the file, 8 stay in the buffer: some patches straddle.
    ASSERT_TRUE(file->Append(expected.substr(0, 12)).ok());
    ASSERT_TRUE(file->Append(expected.substr(12)).ok());
    ASSERT_TRUE(file->WriteAt(offset, "WXYZ").ok());
    expected.replace(offset, 4, "WXYZ");
    ASSERT_TRUE(file->Commit().ok());
    EXPECT_EQ(Read(Path("a")), expected) << offset;
    EXPECT_EQ(file->digest(), DigestOf(expected)) << offset;
  }
}

TEST_F(AtomicFileTest, LeavesNothingWithoutCommit) {
  {
    auto file = AtomicFile::Open(Path("a"), {});
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Append("x").ok());
    EXPECT_EQ(Names().size(), 1u);
    EXPECT_EQ(Names()[0].rfind(".a.tmp-", 0), 0u) << Names()[0];
  }
  EXPECT_THAT(Names(), IsEmpty());
  {
    auto finished = AtomicFile::Open(Path("a"), {});
    ASSERT_TRUE(finished.ok());
    ASSERT_TRUE(finished->Finish().ok());
    AtomicFile moved = *std::move(finished);
    EXPECT_EQ(Names().size(), 1u);
  }
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(AtomicFileTest, TwoWritersOfOneNameDoNotMix) {
  auto first = AtomicFile::Open(Path("a"), {});
  auto second = AtomicFile::Open(Path("a"), {});
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_TRUE(first->Append("first").ok());
  ASSERT_TRUE(second->Append("second").ok());
  ASSERT_TRUE(first->Commit().ok());
  EXPECT_EQ(Read(Path("a")), "first");
  ASSERT_TRUE(second->Commit().ok());
  EXPECT_EQ(Read(Path("a")), "second");
}

TEST_F(AtomicFileTest, NamesTheFileWhenItCannotBeCreated) {
  const auto missing = AtomicFile::Open(Path("no/such/folder"), {});
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()),
              HasSubstr("no/such/folder"));
  EXPECT_EQ(AtomicFile::Open(Path(""), {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(AtomicFileTest, ReplacesNothingButRegularFiles) {
  fs::create_directory(Path("folder"));
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  fs::create_symlink("nothing", Path("dangling"));
  fs::create_symlink("pipe", Path("link"));
  const auto refused = [](const std::string& path, const char* reason) {
    const absl::Status status = AtomicFile::Open(path, {}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("'" + path + "'"));
    EXPECT_THAT(std::string(status.message()), HasSubstr(reason));
    EXPECT_EQ(CheckReplaceable(path), status);
  };
  refused(Path("folder"), "a folder");
  refused(Path("pipe"), "a pipe");
  refused(Path("dangling"), "leads to no file");
  refused(Path("link"), "a pipe");
  refused("/dev/null", "a device");
  EXPECT_EQ(Names().size(), 4u);
  EXPECT_TRUE(CheckReplaceable(Path("absent")).ok());
  ASSERT_TRUE(WriteFileAtomically(Path("file"), "x").ok());
  EXPECT_TRUE(CheckReplaceable(Path("file")).ok());
}

TEST_F(AtomicFileTest, ALinkStaysAndItsTargetIsReplaced) {
  fs::create_directory(Path("far"));
  ASSERT_TRUE(WriteFileAtomically(Path("far/target"), "old").ok());
  fs::create_symlink("far/target", Path("near"));
  fs::create_symlink("near", Path("link"));
  auto file = AtomicFile::Open(Path("link"), {});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->path(), Path("link"));
  AtomicFile moved = *std::move(file);
  ASSERT_TRUE(moved.Append("new").ok());
  ASSERT_TRUE(moved.Commit().ok());
  EXPECT_EQ(Read(Path("far/target")), "new");
  EXPECT_TRUE(fs::is_symlink(Path("link")) && fs::is_symlink(Path("near")));
  EXPECT_EQ(Names().size(), 3u);
}

TEST_F(AtomicFileTest, OneHoldsAFolderAtATime) {
  absl::StatusOr<FolderLock> first = FolderLock::Acquire(folder_);
  ASSERT_TRUE(first.ok()) << first.status();
  FolderLock moved = *std::move(first);
  const absl::Status refused = FolderLock::Acquire(folder_).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("another run is writing to " + folder_));
  moved = FolderLock();
  EXPECT_TRUE(FolderLock::Acquire(folder_).ok());
  EXPECT_EQ(FolderLock::Acquire(Path("none")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(AtomicFileTest, AFolderInTheWayIsAnErrorAndLeavesNothing) {
  {
    auto file = AtomicFile::Open(Path("a"), {});
    ASSERT_TRUE(file.ok());
    fs::create_directory(Path("a"));
    const absl::Status status = file->Commit();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), HasSubstr("cannot rename"));
    EXPECT_EQ(file->Publish(), status);
  }
  EXPECT_THAT(Names(), ElementsAre("a"));
}

TEST_F(AtomicFileTest, AFileSizeLimitIsReportedWithBytesAndName) {
  // Stands for a full disk where no small file system can be mounted: the write
  // that crosses the limit fails in a child process.
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto file = AtomicFile::Open(Path("a"), {.buffer_bytes = 1024});
    absl::Status status = file.status();
    for (int i = 0; i < 10 && status.ok(); ++i) {
      status = file->Append(std::string(1000, 'x'));
    }
    const std::string message(status.message());
    const bool named = message.find("cannot write") != std::string::npos &&
                       message.find(Path("a")) != std::string::npos &&
                       message.find("File too large") != std::string::npos;
    const bool kept = file->Finish() == status && file->Publish() == status;
    *file = AtomicFile::Open(Path("b"), {}).value();  // Removes the first.
    ::_exit(!status.ok() && named && kept && !fs::exists(Path("a")) ? 0 : 1);
  }
  int result = 0;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  EXPECT_TRUE(WIFEXITED(result) && WEXITSTATUS(result) == 0) << result;
}

TEST_F(AtomicFileTest, AFullDiskIsResourceExhausted) {
  if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "may not mount a tmpfs";
  }
  absl::Status status;
  {
    auto file = AtomicFile::Open(Path("a"), {.buffer_bytes = 4096});
    status = file.status();
    for (int i = 0; i < 100 && status.ok(); ++i) {
      status = file->Append(std::string(4000, 'x'));
    }
  }
  const bool clean = fs::is_empty(folder_);
  ASSERT_EQ(::umount(folder_.c_str()), 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path("a")));
  EXPECT_THAT(std::string(status.message()), HasSubstr("No space left"));
  EXPECT_TRUE(clean);
}

TEST_F(AtomicFileTest, StaleTemporariesAreThoseOfDeadProcesses) {
  auto live = AtomicFile::Open(Path("live"), {});
  ASSERT_TRUE(live.ok());
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // The child shares the lock of `live` through the fork, so it must end.
    auto dead = AtomicFile::Open(Path("dead"), {});
    ::_exit(dead.ok() && dead->Finish().ok() ? 0 : 1);  // No destructors run.
  }
  int result = 0;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  ASSERT_TRUE(WIFEXITED(result) && WEXITSTATUS(result) == 0);
  for (const char* other : {"notes.tmp-1-2", ".a.tmp-1", ".a.tmp-x-1",
                            ".tmp-1-2", ".a.tmp-1-2.txt"}) {
    std::ofstream(Path(other)) << "mine";
  }
  ASSERT_EQ(Names().size(), 7u);
  const auto removed = RemoveStaleTemporaries(folder_);
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_EQ(*removed, 1);
  EXPECT_EQ(Names().size(), 6u);
  ASSERT_TRUE(live->Commit().ok());
  EXPECT_TRUE(fs::exists(Path("live")));
  EXPECT_FALSE(RemoveStaleTemporaries(Path("none")).ok());
}

}  // namespace
}  // namespace rowsplit::internal
