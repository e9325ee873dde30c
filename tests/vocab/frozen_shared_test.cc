// Processes that map the same frozen file share its memory.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/files.h"

namespace rowsplit {
namespace {

constexpr int kProcesses = 8;

// The KiB of the mapping of `path` that are this process' share (Pss).
int64_t SharedKib(const std::string& path) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find('-') < line.find(' ')) inside = line.ends_with(path);
    if (inside && line.starts_with("Pss:")) {
      return std::strtoll(line.c_str() + 4, nullptr, 10);
    }
  }
  return -1;
}

// Ends of pipes between the test and its children: a byte for each child.
struct Pipes {
  Pipes() {
    for (int* ends : {touched, measure, measured, leave}) {
      if (::pipe(ends) != 0) std::abort();
    }
  }
  int touched[2];
  int measure[2];
  int measured[2];
  int leave[2];
};

bool Signal(int pipe) { return ::write(pipe, "", 1) == 1; }
bool Await(int pipe) {
  char byte;
  return ::read(pipe, &byte, 1) == 1;
}

// What a child does; its result is its exit code.
int UseAndMeasure(const std::string& path, int64_t size, const Pipes& pipes) {
  const auto opened =
      Vocabulary::Open(path, {.checksum = ChecksumMode::kDeferred});
  if (!opened.ok()) return 1;
  for (int64_t id = 0; id < size; ++id) {
    if (opened->Find(opened->token(id)) != id) return 2;
  }
  // All touch every page, then all measure, then all leave.
  if (!Signal(pipes.touched[1]) || !Await(pipes.measure[0])) return 3;
  const int64_t kib = SharedKib(path);
  if (::write(pipes.measured[1], &kib, sizeof kib) != sizeof kib) return 3;
  return Await(pipes.leave[0]) && kib > 0 ? 0 : 4;
}

TEST(VocabularyFrozen, IsSharedByProcesses) {
  if (!std::filesystem::exists("/proc/self/smaps"))
    GTEST_SKIP() << "no /proc/self/smaps";
  constexpr int64_t kSize = 50'000;
  const testing::TempFolder folder;
  const std::string path = folder / "words.rsv";
  StringTensorBuilder tokens;
  for (int64_t i = 0; i < kSize; ++i) tokens.Append("t" + std::to_string(i));
  ASSERT_TRUE(
      Vocabulary::FromTokens(std::move(tokens).Build())->Save(path).ok());

  const Pipes pipes;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(UseAndMeasure(path, kSize, pipes));
  }
  // After a child's failure the pipes end instead of blocking.
  ::close(pipes.touched[1]);
  ::close(pipes.measured[1]);
  for (int i = 0; i < kProcesses; ++i) EXPECT_TRUE(Await(pipes.touched[0]));
  for (int i = 0; i < kProcesses; ++i) EXPECT_TRUE(Signal(pipes.measure[1]));
  int64_t sum = 0;
  for (int i = 0; i < kProcesses; ++i) {
    int64_t kib = 0;
    EXPECT_GT(::read(pipes.measured[0], &kib, sizeof kib), 0);
    sum += kib;
  }
  for (int i = 0; i < kProcesses; ++i) EXPECT_TRUE(Signal(pipes.leave[1]));
  for (int i = 0; i < kProcesses; ++i) {
    int status = 0;
    ASSERT_GT(::wait(&status), 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  const auto file_kib =
      static_cast<int64_t>(std::filesystem::file_size(path)) / 1024;
  EXPECT_GE(sum, file_kib * 9 / 10);
  EXPECT_LE(sum, file_kib * 11 / 10) << "the processes have copies";
}

}  // namespace
}  // namespace rowsplit
