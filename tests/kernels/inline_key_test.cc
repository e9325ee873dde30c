#include "kernels/inline_key.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace rowsplit::kernels {
namespace {

TEST(InlineKey, GivesTheTokenBack) {
  for (uint32_t size = 0; size <= kMaxInlineSize; ++size) {
    std::string token;
    for (uint32_t i = 0; i < size; ++i) token += static_cast<char>(0xF0 + i);
    const InlineKey key = CopyKey(token);
    EXPECT_EQ(key.token(), token);
    EXPECT_FALSE(key.empty());
  }
  EXPECT_TRUE(InlineKey{}.empty());
}

// Every short string over {"\0", "a", "\xff"}: zero bytes inside and at the end
// make other keys.
TEST(InlineKey, DiffersWhereTokensDiffer) {
  std::vector<std::string> tokens = {""};
  for (size_t i = 0; tokens[i].size() < 6; ++i) {
    for (const char byte : {'\0', 'a', '\xff'}) {
      tokens.push_back(tokens[i] + byte);
    }
  }
  std::set<std::pair<uint64_t, uint64_t>> keys;
  for (const std::string& token : tokens) {
    const InlineKey key = CopyKey(token);
    keys.insert({key.words[0], key.words[1]});
  }
  EXPECT_EQ(keys.size(), tokens.size());
}

// Counters, the hardest common keys: 2^14 of them in 2^14 places leave about
// 1/e of the places free, and no place is crowded.
// Free places and the fullest one, of as many tokens as places.
void ExpectSpread(std::string_view prefix, const HashSeed& seed) {
  std::vector<int> places(1 << 14);
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string token = std::string(prefix) + std::to_string(i);
    ++places[HashKey(CopyKey(token), seed) & (places.size() - 1)];
  }
  const auto free = std::count(places.begin(), places.end(), 0);
  // A random function leaves 1 / e of the places free.
  EXPECT_NEAR(static_cast<double>(free) / places.size(), 0.368, 0.03)
      << prefix << " " << seed.words[0] << " " << seed.words[1];
  EXPECT_LT(*std::max_element(places.begin(), places.end()), 16) << prefix;
}

TEST(HashKey, SpreadsCountersOverTheLowBits) {
  std::mt19937_64 random(17);
  for (int trial = 0; trial < 40; ++trial) {
    const HashSeed seed{{random(), random()}};
    for (const char* prefix : {"", "tok", "a_long_pre"}) {
      ExpectSpread(prefix, seed);
    }
  }
}

// Tokens made to have one place where the seed is known.
TEST(HashLong, SpreadsTokensThatCollideUnderAnotherSeed) {
  constexpr uint64_t kMask = 0xFF;
  std::vector<std::string> tokens;
  for (int i = 0; tokens.size() < 256; ++i) {
    std::string token = "a token that is long " + std::to_string(i);
    if ((Xxh3_64(token) & kMask) == 0) tokens.push_back(std::move(token));
  }
  std::mt19937_64 random(17);
  for (int trial = 0; trial < 20; ++trial) {
    const HashSeed seed{{random(), random()}};
    std::set<uint64_t> places;
    for (const std::string& token : tokens) {
      places.insert(HashLong(token, seed) & kMask);
    }
    EXPECT_GT(places.size(), 128u) << "a random function fills 162";
  }
}

TEST(HashKey, KeepsItsSeed) {
  const HashSeed& seed = ProcessHashSeed();
  EXPECT_EQ(&seed, &ProcessHashSeed());
  EXPECT_NE(seed.words[0], seed.words[1]);
}

TEST(HashKey, TakesAFixedSeed) {
  const HashSeed before = ProcessHashSeed();
  FixProcessHashSeed({{3, 5}});
  EXPECT_EQ(ProcessHashSeed().words[0], 3u);
  EXPECT_EQ(ProcessHashSeed().words[1], 5u);
  FixProcessHashSeed(before);
}

}  // namespace
}  // namespace rowsplit::kernels
