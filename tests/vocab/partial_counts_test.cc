#include "vocab/partial_counts.h"

#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/vocab/token_counter.h"
#include "support/counted_tokens.h"
#include "support/files.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using testing::CountedToken;
using testing::CountedTokens;
using ::testing::HasSubstr;

CountedTokens SmallTokens() {
  return {{"", 1, 1}, {"a", 300, 3}, {"ab", 4, 2}, {"b", 70, 3}, {"é", 2, 0}};
}

void WriteTokens(const std::string& path, const CountedTokens& tokens,
                 PartialCountsInfo info) {
  for (const CountedToken& token : tokens) info.num_tokens += token.count;
  ASSERT_TRUE(WritePartialCounts(path, info, [&](CountBlockWriter& writer) {
                for (const CountedToken& token : tokens)
                  EXPECT_TRUE(writer.Add(token.view()).ok());
                return absl::OkStatus();
              }).ok());
}

// All that a counter has, from a file; or why it could not be read. Merging and
// reading must agree.
absl::StatusOr<CountedTokens> ReadTokens(const std::string& path) {
  CountedTokens tokens;
  const auto info = TokenCounter::ReadPartial(path, [&](const TokenCount& t) {
    tokens.emplace_back(t);
    return absl::OkStatus();
  });
  TokenCounter counter = *TokenCounter::Create({.documents = true});
  const absl::Status merged = counter.MergePartial(path);
  if (!info.ok()) {
    EXPECT_EQ(merged, info.status());
    EXPECT_EQ(counter.num_tokens(), 0);
    EXPECT_EQ(*counter.CountTypes(), 0);
    return info.status();
  }
  EXPECT_TRUE(merged.ok()) << merged;
  EXPECT_EQ(*counter.CountTypes(), info->num_types);
  EXPECT_EQ(counter.num_tokens(), info->num_tokens);
  return tokens;
}

TEST(PartialCounts, ReadBackWhatWasWritten) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const testing::TempFolder folder;
  for (const size_t num_rows : {0, 1, 3000}) {
    const CountedTokens tokens =
        testing::CountByMap(testing::RandomTokenRows(random, num_rows));
    const std::string path = folder / "counts";
    WriteTokens(
        path, tokens,
        {.documents = true, .num_documents = static_cast<int64_t>(num_rows)});
    const auto read = ReadTokens(path);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, tokens);
  }
}

TEST(PartialCounts, FindEveryFlippedBitAndEveryCut) {
  const testing::TempFolder folder;
  WriteTokens(folder / "counts", SmallTokens(),
              {.documents = true, .num_documents = 3});
  const std::string bytes = folder.Read("counts");
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      const auto read = ReadTokens(folder.Write("damaged", damaged));
      ASSERT_EQ(read.status().code(), absl::StatusCode::kDataLoss)
          << i << " " << bit << read.status();
    }
    const auto cut = ReadTokens(folder.Write("cut", bytes.substr(0, i)));
    ASSERT_EQ(cut.status().code(), absl::StatusCode::kDataLoss) << i;
  }
  const auto longer = ReadTokens(folder.Write("longer", bytes + "x"));
  EXPECT_EQ(longer.status().code(), absl::StatusCode::kDataLoss);
}

// A header that fits its checksum, before the blocks of `bytes`.
std::string WithHeader(std::string_view bytes, uint32_t version, uint32_t flags,
                       int64_t num_types, int64_t num_tokens,
                       int64_t num_documents) {
  std::string header = "rscounts";
  AppendWord32(version, header);
  AppendWord32(flags, header);
  for (const int64_t number : {static_cast<int64_t>(bytes.size()), num_types,
                               num_tokens, num_documents, int64_t{0}}) {
    AppendWord64(static_cast<uint64_t>(number), header);
  }
  AppendWord64(Xxh3_64(header), header);
  return header.append(bytes.substr(64));
}

TEST(PartialCounts, RefuseAHeaderThatLies) {
  const testing::TempFolder folder;
  WriteTokens(folder / "counts", SmallTokens(),
              {.documents = true, .num_documents = 3});
  const std::string bytes = folder.Read("counts");
  const auto code = [&](uint32_t version, uint32_t flags, int64_t num_types,
                        int64_t num_tokens, int64_t num_documents) {
    return ReadTokens(
               folder.Write("lie", WithHeader(bytes, version, flags, num_types,
                                              num_tokens, num_documents)))
        .status()
        .code();
  };
  using Code = absl::StatusCode;
  EXPECT_EQ(code(1, 1, 5, 377, 3), Code::kOk);
  EXPECT_EQ(code(2, 1, 5, 377, 3), Code::kUnimplemented);
  EXPECT_EQ(code(1, 3, 5, 377, 3), Code::kUnimplemented);
  for (const int64_t lie :
       {int64_t{-1}, INT64_MIN, int64_t{4}, int64_t{6}, INT64_MAX}) {
    EXPECT_EQ(code(1, 1, lie, 377, 3), Code::kDataLoss) << lie;
    EXPECT_EQ(code(1, 1, 5, lie, 3), Code::kDataLoss) << lie;
  }
  EXPECT_EQ(code(1, 1, 5, 377, 2), Code::kDataLoss);
  EXPECT_EQ(code(1, 1, 5, 377, -1), Code::kDataLoss);
}

TEST(PartialCounts, NameWhatIsNoFileOfThem) {
  const testing::TempFolder folder;
  const auto missing = TokenCounter::ReadPartial(folder / "missing");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("missing"));
  const auto text =
      TokenCounter::ReadPartial(folder.Write("a.txt", std::string(99, 'x')));
  EXPECT_EQ(text.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(text.status().message()),
              HasSubstr("a.txt is no file of partial counts"));
  EXPECT_EQ(TokenCounter::ReadPartial(folder.path()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace rowsplit::internal
