#include "core/block_checksums.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

constexpr auto kBlock = static_cast<size_t>(kChecksumBlockBytes);

std::string SomeBytes(size_t size) {
  std::string bytes(size, '\0');
  uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

std::vector<uint64_t> SumsOf(std::string_view bytes, int num_threads) {
  std::vector<uint64_t> sums;
  EXPECT_TRUE(
      AppendBlockChecksums(bytes, {.num_threads = num_threads}, sums).ok());
  return sums;
}

std::span<const char> AsChars(const std::vector<uint64_t>& sums) {
  return {reinterpret_cast<const char*>(sums.data()), sums.size() * 8};
}

TEST(BlockChecksums, AreThoseOfTheBlocks) {
  const std::string bytes = SomeBytes(2 * kBlock + 5);
  EXPECT_THAT(
      SumsOf(bytes, 1),
      ElementsAre(Xxh3_64(std::string_view(bytes).substr(0, kBlock)),
                  Xxh3_64(std::string_view(bytes).substr(kBlock, kBlock)),
                  Xxh3_64(std::string_view(bytes).substr(2 * kBlock))));
  EXPECT_THAT(SumsOf("", 1), ElementsAre());
}

TEST(BlockChecksums, AreTheSameInPortionsAndForAnyThreads) {
  const std::string bytes = SomeBytes(200 * kBlock + 77);
  const std::vector<uint64_t> sums = SumsOf(bytes, 1);
  EXPECT_EQ(SumsOf(bytes, 4), sums);
  for (const size_t portion : {size_t{60000}, kBlock, 3 * kBlock + 1}) {
    BlockChecksummer checksummer;
    for (size_t begin = 0; begin < bytes.size(); begin += portion) {
      checksummer.Update(std::string_view(bytes).substr(begin, portion));
    }
    EXPECT_EQ(std::move(checksummer).Finish(), sums) << portion;
  }
  EXPECT_THAT(BlockChecksummer().Finish(), ElementsAre());
}

TEST(BlockChecksums, NameTheFirstDamagedBlock) {
  const std::string whole = SomeBytes(150 * kBlock + 3);
  const std::vector<uint64_t> sums = SumsOf(whole, 2);
  EXPECT_EQ(*FirstDamagedBlock(whole, AsChars(sums), {}), -1);
  EXPECT_EQ(FirstDamagedSample(whole, AsChars(sums)), -1);
  std::string damaged = whole;
  damaged[149 * kBlock + 9] ^= 1;
  EXPECT_EQ(*FirstDamagedBlock(damaged, AsChars(sums), {}), 149);
  damaged[70 * kBlock] ^= 1;
  EXPECT_EQ(*FirstDamagedBlock(damaged, AsChars(sums), {.num_threads = 2}), 70);
  EXPECT_EQ(FirstDamagedSample(damaged, AsChars(sums)), 70);
  damaged.back() ^= 1;
  EXPECT_EQ(FirstDamagedSample(damaged, AsChars(sums)), 70);
  EXPECT_EQ(*FirstDamagedBlock({}, {}, {}), -1);
  EXPECT_EQ(FirstDamagedSample({}, {}), -1);
}

TEST(NumChecksumBlocks, RoundsUp) {
  EXPECT_EQ(NumChecksumBlocks(0), 0);
  EXPECT_EQ(NumChecksumBlocks(1), 1);
  EXPECT_EQ(NumChecksumBlocks(kChecksumBlockBytes), 1);
  EXPECT_EQ(NumChecksumBlocks(kChecksumBlockBytes + 1), 2);
  EXPECT_EQ(NumChecksumBlocks(std::numeric_limits<int64_t>::max()),
            int64_t{1} << 47);
}

}  // namespace
}  // namespace rowsplit::internal
