#include "vocab/count_blocks.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "support/counted_tokens.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using testing::CountedToken;
using testing::CountedTokens;
using ::testing::HasSubstr;

std::string Write(const CountedTokens& tokens, CountBlockFormat format,
                  size_t block_bytes) {
  std::string bytes;
  CountBlockWriter writer(format, block_bytes, [&](std::string_view block) {
    bytes += block;
    return absl::OkStatus();
  });
  for (const CountedToken& token : tokens)
    EXPECT_TRUE(writer.Add(token.view()).ok());
  EXPECT_TRUE(writer.Finish().ok());
  EXPECT_EQ(writer.size_bytes(), static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(writer.num_entries(), static_cast<int64_t>(tokens.size()));
  return bytes;
}

CountBlockReader ReaderOf(const std::string& bytes, CountBlockFormat format) {
  return CountBlockReader(
      format, "the text", 0, static_cast<int64_t>(bytes.size()),
      [&bytes](int64_t offset, char* to, int64_t size) {
        EXPECT_LE(offset + size, static_cast<int64_t>(bytes.size()));
        if (size > 0) std::memcpy(to, bytes.data() + offset, size);
        return absl::OkStatus();
      });
}

// The tokens, or what is wrong.
absl::StatusOr<CountedTokens> Read(const std::string& bytes,
                                   CountBlockFormat format) {
  CountBlockReader reader = ReaderOf(bytes, format);
  CountedTokens tokens;
  while (true) {
    const absl::StatusOr<bool> next = reader.Next();
    if (!next.ok()) return next.status();
    if (!*next) return tokens;
    tokens.emplace_back(reader.entry());
  }
}

TEST(CountBlocks, ReadBackWhatWasWritten) {
  ROWSPLIT_SEEDED_RANDOM(random);
  CountedTokens tokens =
      testing::CountByMap(testing::RandomTokenRows(random, 500));
  tokens.front().count = INT64_MAX;
  const CountedTokens ranked = testing::MostCommonBySort(tokens, -1, 1);
  for (const size_t block_bytes : {1, 100, 4096, 1 << 20}) {
    EXPECT_EQ(*Read(Write(tokens, {true}, block_bytes), {true}), tokens);
    EXPECT_EQ(*Read(Write(ranked, {true, CountOrder::kMoreCommon}, block_bytes),
                    {true, CountOrder::kMoreCommon}),
              ranked);
  }
  EXPECT_EQ(Write({}, {}, 100), "");
  EXPECT_EQ(Read("", {})->size(), 0u);
}

TEST(CountBlocks, FindEveryFlippedBitAndEveryCut) {
  const CountedTokens tokens = {{"", 1, 1},   {"a", 300, 2}, {"ab", 4, 4},
                                {"b", 70, 7}, {"bcd", 1, 0}, {"be", 2, 1}};
  const std::string bytes = Write(tokens, {true}, 30);
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      EXPECT_EQ(Read(damaged, {true}).status().code(),
                absl::StatusCode::kDataLoss)
          << i << " " << bit;
    }
    // A cut between two blocks is for the file's header to tell.
    const auto cut = Read(bytes.substr(0, i), {true});
    if (cut.ok()) {
      EXPECT_LT(cut->size(), tokens.size());
    } else {
      EXPECT_EQ(cut.status().code(), absl::StatusCode::kDataLoss);
    }
  }
}

// A block with a good checksum around any entries.
std::string Block(std::string_view entries, uint32_t num_entries) {
  std::string block;
  AppendWord32(static_cast<uint32_t>(entries.size()), block);
  AppendWord32(num_entries, block);
  AppendWord64(Xxh3_64(entries, Xxh3_64(block, 0)), block);
  return block.append(entries);
}

TEST(CountBlocks, RefuseEntriesThatLie) {
  using std::string_view_literals::operator""sv;
  const auto message = [](std::string_view entries, uint32_t num_entries) {
    const auto tokens = Read(Block(entries, num_entries), {true});
    EXPECT_EQ(tokens.status().code(), absl::StatusCode::kDataLoss);
    return std::string(tokens.status().message());
  };
  ASSERT_TRUE(Read(Block("\0\1a\1\1"sv, 1), {true}).ok());
  EXPECT_THAT(message("", 0), HasSubstr("block 0 holds no entry"));
  EXPECT_THAT(message("\0\1a\1\1"sv, 2), HasSubstr("cut off"));
  EXPECT_THAT(message("\0\1a\1\1 "sv, 1), HasSubstr("bytes after its end"));
  EXPECT_THAT(message("\1\1a\1\1"sv, 1), HasSubstr("cut off"));
  EXPECT_THAT(message("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv, 1),
              HasSubstr("cut off"));
  EXPECT_THAT(message("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"sv, 1),
              HasSubstr("cut off"));
  EXPECT_THAT(message("\0\1a\0\0"sv, 1), HasSubstr("out of range"));
  EXPECT_THAT(message("\0\1a\1\2"sv, 1), HasSubstr("out of range"));
  EXPECT_THAT(message("\0\1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\1"sv, 1),
              HasSubstr("out of range"));
  EXPECT_THAT(message("\0\1a\1\1\0\1a\1\1"sv, 2), HasSubstr("not in order"));
  EXPECT_THAT(message("\0\1b\1\1\0\1a\1\1"sv, 2), HasSubstr("not in order"));
  EXPECT_THAT(message("\0\1b\1\1\1\0\1\1"sv, 2), HasSubstr("not in order"));
}

TEST(CountBlocks, HandOnTheErrorOfTheWriter) {
  CountBlockWriter writer({}, 1, [](std::string_view) {
    return absl::ResourceExhaustedError("disk full");
  });
  EXPECT_EQ(writer.Add({"a", 1}).code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace rowsplit::internal
