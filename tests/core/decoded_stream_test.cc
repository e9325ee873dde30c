#include "core/decoded_stream.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

Buffer<char> BytesOf(const std::string& text) {
  return Buffer<char>::Copy({text.data(), text.size()});
}

// More than the decoders hand over at once, and no period of 2^n bytes.
std::string LongText() {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += std::to_string(i * 7) + "\n";
  return text;
}

std::string_view TextOf(const Buffer<char>& bytes) {
  return {bytes.data(), bytes.size()};
}

TEST(IsCompressed, LooksAtTheFirstBytes) {
  for (const std::string& file :
       {testing::Gzip("text"), testing::Zstd("text"), testing::Gzip("")}) {
    EXPECT_TRUE(IsCompressed({file.data(), file.size()}));
  }
  for (const std::string_view file : {"", "\x1F", "\x1F\x8B", "text", "\x28"}) {
    EXPECT_FALSE(IsCompressed({file.data(), file.size()})) << file;
  }
}

TEST(DecodedBytes, AreThoseBeforeCompression) {
  const std::string text = LongText();
  for (const std::string& file :
       {testing::Gzip(text), testing::Zstd(text),
        testing::Gzip(text.substr(0, 1000)) + testing::Gzip(text.substr(1000)),
        text}) {
    const absl::StatusOr<Buffer<char>> bytes = DecodedBytes(BytesOf(file), "f");
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    EXPECT_TRUE(TextOf(*bytes) == text);
  }
  EXPECT_EQ(DecodedBytes(BytesOf(testing::Zstd("")), "f")->size(), 0u);
}

TEST(DecodedBytes, EndWhereNoMoreAreWanted) {
  const std::string file = testing::Gzip(std::string(20'000'000, '\0'));
  EXPECT_LT(file.size(), 100'000u);
  size_t seen = 0;
  const auto bytes =
      DecodedBytes(BytesOf(file), "f", {}, [&](std::string_view so_far) {
        EXPECT_GT(so_far.size(), seen);
        seen = so_far.size();
        return seen < 3'000'000;
      });
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(bytes->size(), seen);
  EXPECT_LT(seen, 5'000'000u);
  EXPECT_EQ(DecodedBytes(BytesOf(file), "f", {},
                         [](std::string_view) -> absl::StatusOr<bool> {
                           return absl::DataLossError("no");
                         })
                .status(),
            absl::DataLossError("no"));
}

TEST(DecodedBytes, ShareThePlainFile) {
  const Buffer<char> plain = BytesOf("plain");
  EXPECT_EQ(DecodedBytes(plain, "f")->data(), plain.data());
}

TEST(DecodedBytes, RefuseABrokenStream) {
  const std::string text = LongText();
  for (std::string file : {testing::Gzip(text), testing::Zstd(text)}) {
    const bool is_gzip = file[0] == '\x1F';
    file.resize(file.size() / 2);
    const absl::Status status =
        DecodedBytes(BytesOf(file), "words.gz").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(is_gzip ? "words.gz: broken gzip stream: ends inside"
                                  : "words.gz: broken zstd stream: ends"));
  }
}

TEST(DecodedBytes, AreNotFinishedWhenCancelled) {
  CancellationToken cancellation;
  cancellation.Cancel();
  const ExecOptions exec{.num_threads = 1, .cancellation = &cancellation};
  EXPECT_EQ(
      DecodedBytes(BytesOf(testing::Gzip("a")), "f", exec).status().code(),
      absl::StatusCode::kCancelled);
}

TEST(DecodedStream, ReadsPiecesOfAnySize) {
  const std::string text = LongText();
  for (const std::string& file : {testing::Gzip(text), testing::Zstd(text)}) {
    DecodedStream stream({file.data(), file.size()}, "f");
    std::string read;
    size_t size = 1;
    while (true) {
      std::vector<char> piece(size);
      const absl::StatusOr<size_t> count = stream.Read(piece.data(), size);
      ASSERT_TRUE(count.ok()) << count.status();
      read.append(piece.data(), *count);
      if (*count == 0) break;
      size = size * 3 + 1;
    }
    EXPECT_TRUE(read == text);
    EXPECT_EQ(*stream.Read(read.data(), 1), 0u);
  }
}

TEST(DecodedStream, GivesWhatIsBeforeTheBreak) {
  const std::string text = LongText();
  for (std::string file : {testing::Gzip(text), testing::Zstd(text)}) {
    file.resize(file.size() / 2);
    DecodedStream stream({file.data(), file.size()}, "f");
    std::string read(text.size(), '\0');
    const absl::StatusOr<size_t> count = stream.Read(read.data(), read.size());
    ASSERT_TRUE(count.ok()) << count.status();
    EXPECT_GT(*count, text.size() / 4);
    EXPECT_TRUE(text.starts_with(read.substr(0, *count)));
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(stream.Read(read.data(), 1).status().code(),
                absl::StatusCode::kDataLoss);
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
