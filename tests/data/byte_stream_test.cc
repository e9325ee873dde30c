#include "data/byte_stream.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Gzip;
using ::rowsplit::testing::TempFolder;

std::string ReadAll(ByteStream& stream, size_t step) {
  std::string text;
  std::string piece(step, '\0');
  while (!stream.ended()) {
    const auto count = stream.Read(piece.data(), step);
    EXPECT_TRUE(count.ok());
    EXPECT_TRUE(*count == step || stream.ended());
    text.append(piece, 0, *count);
  }
  return text;
}

Digest128 DigestOf(std::string_view bytes) {
  Xxh3Hasher hasher;
  hasher.Update(bytes);
  return hasher.Digest();
}

TEST(ByteStream, ReadsPlainAndCompressedFiles) {
  const TempFolder folder;
  const std::string text = "some text\nof two lines";
  for (const bool gzip : {false, true}) {
    const std::string stored = gzip ? Gzip(text) : text;
    const InputFile input{
        .path = folder.Write("file", stored),
        .compression = gzip ? Compression::kGzip : Compression::kNone};
    for (const size_t step : {1u, 5u, 1000u}) {
      std::atomic<int64_t> bytes_read{0};
      ByteStream stream(input, bytes_read, nullptr);
      EXPECT_EQ(ReadAll(stream, step), text);
      EXPECT_FALSE(stream.fault().has_value());
      EXPECT_EQ(stream.stored_bytes(), static_cast<int64_t>(stored.size()));
      EXPECT_EQ(bytes_read, stream.stored_bytes());
      EXPECT_EQ(stream.stored_digest(), DigestOf(stored));
    }
  }
}

TEST(ByteStream, DrainsTheRestOfABrokenStream) {
  const TempFolder folder;
  const std::string stored =
      Gzip("text") + "garbage" + std::string(1 << 20, 'x');
  std::atomic<int64_t> bytes_read{0};
  ByteStream stream(
      {.path = folder.Write("a.gz", stored), .compression = Compression::kGzip},
      bytes_read, nullptr);
  EXPECT_EQ(ReadAll(stream, 100), "text");
  ASSERT_TRUE(stream.fault().has_value());
  EXPECT_EQ(stream.fault()->kind, FaultKind::kBrokenGzip);
  ASSERT_TRUE(stream.Drain().ok());
  EXPECT_EQ(stream.fault()->kind, FaultKind::kBrokenGzip);
  EXPECT_EQ(stream.stored_bytes(), static_cast<int64_t>(stored.size()));
  EXPECT_EQ(stream.stored_digest(), DigestOf(stored));
}

TEST(ByteStream, ReportsWhatCannotBeRead) {
  const TempFolder folder;
  for (const std::string& path : {folder.path(), folder / "missing.txt"}) {
    std::atomic<int64_t> bytes_read{0};
    ByteStream stream({.path = path}, bytes_read, nullptr);
    EXPECT_EQ(ReadAll(stream, 10), "");
    ASSERT_TRUE(stream.fault().has_value());
    EXPECT_EQ(stream.fault()->kind, FaultKind::kUnreadableFile);
    EXPECT_NE(stream.fault()->detail, "");
  }
}

// Standard input for the life of the object.
class StandardInput {
 public:
  explicit StandardInput(int file) : saved_(::dup(STDIN_FILENO)) {
    ::dup2(file, STDIN_FILENO);
  }
  ~StandardInput() {
    ::dup2(saved_, STDIN_FILENO);
    ::close(saved_);
  }

 private:
  int saved_;
};

TEST(ByteStream, ReadsAPipeThatIsSlow) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const StandardInput input(ends[0]);
  std::thread writer([&] {
    for (const std::string_view part : {"one\n", "tw", "o\nthree"}) {
      EXPECT_EQ(::write(ends[1], part.data(), part.size()),
                static_cast<ssize_t>(part.size()));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ::close(ends[1]);
  });
  std::atomic<int64_t> bytes_read{0};
  ByteStream stream({.path = "-"}, bytes_read, nullptr);
  EXPECT_EQ(ReadAll(stream, 1000), "one\ntwo\nthree");
  writer.join();
  ::close(ends[0]);
}

TEST(ByteStream, StopsWaitingWhenCancelled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const StandardInput input(ends[0]);
  CancellationToken token;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    token.Cancel();
  });
  std::atomic<int64_t> bytes_read{0};
  ByteStream stream({.path = "-"}, bytes_read, &token);
  char byte;
  EXPECT_EQ(stream.Read(&byte, 1).status().code(),
            absl::StatusCode::kCancelled);
  canceller.join();
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ByteStream, StopsWaitingForAWriterWhenCancelled) {
  const TempFolder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  CancellationToken token;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    token.Cancel();
  });
  std::atomic<int64_t> bytes_read{0};
  ByteStream stream({.path = pipe}, bytes_read, &token);
  char byte;
  EXPECT_EQ(stream.Read(&byte, 1).status().code(),
            absl::StatusCode::kCancelled);
  canceller.join();
}

TEST(ByteStream, WaitsForTheWriterOfANamedPipe) {
  const TempFolder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    folder.Write("pipe", "one\ntwo");
  });
  std::atomic<int64_t> bytes_read{0};
  ByteStream stream({.path = pipe}, bytes_read, nullptr);
  EXPECT_EQ(ReadAll(stream, 1000), "one\ntwo");
  EXPECT_FALSE(stream.fault().has_value());
  writer.join();
}

TEST(ByteStream, ReportsAFolderThatCouldNotBeListed) {
  std::atomic<int64_t> bytes_read{0};
  ByteStream stream({.path = "books", .unreadable = "why"}, bytes_read,
                    nullptr);
  EXPECT_EQ(ReadAll(stream, 10), "");
  ASSERT_TRUE(stream.fault().has_value());
  EXPECT_EQ(stream.fault()->kind, FaultKind::kUnreadableFile);
  EXPECT_EQ(stream.fault()->detail, "why");
  EXPECT_TRUE(stream.Drain().ok());
}

}  // namespace
}  // namespace rowsplit::internal
