#include "text/piece_cache.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Seed;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PieceCache, RemembersShortWords) {
  PieceCache cache;
  std::vector<WordPiece> pieces;
  EXPECT_FALSE(cache.Find("ab", pieces));
  cache.Add("ab", std::vector<WordPiece>{{7, 0, 1}, {8, 1, 2}});
  cache.Add("none", {});
  EXPECT_TRUE(cache.Find("ab", pieces));
  EXPECT_THAT(pieces, ElementsAre(WordPiece{7, 0, 1}, WordPiece{8, 1, 2}));
  EXPECT_TRUE(cache.Find("none", pieces));
  EXPECT_THAT(pieces, IsEmpty());
  // Zeros are bytes of a word like others.
  EXPECT_FALSE(cache.Find(std::string("ab\0", 3), pieces));
}

TEST(PieceCache, LeavesLongWordsAndManyPiecesOut) {
  PieceCache cache;
  std::vector<WordPiece> pieces;
  const std::string longest(16, 'a');
  cache.Add(longest, std::vector<WordPiece>{{1, 0, 16}});
  EXPECT_TRUE(cache.Find(longest, pieces));
  cache.Add(longest + "a", std::vector<WordPiece>{{1, 0, 17}});
  EXPECT_FALSE(cache.Find(longest + "a", pieces));
  cache.Add("b", std::vector<WordPiece>(7));
  EXPECT_FALSE(cache.Find("b", pieces));
  cache.Add("", {});
  EXPECT_FALSE(cache.Find("", pieces));
}

// A word that is found has the pieces that it was given last.
TEST(PieceCache, NeverGivesThePiecesOfAnotherWord) {
  std::mt19937_64 random(Seed());
  PieceCache cache;
  std::map<std::string, WordPiece> given;
  int num_found = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string word;
    for (size_t n = 1 + random() % 16; n > 0; --n)
      word += static_cast<char>(random() % 3);
    std::vector<WordPiece> pieces;
    if (cache.Find(word, pieces)) {
      ++num_found;
      ASSERT_THAT(pieces, ElementsAre(given.at(word)));
    }
    const WordPiece piece = {static_cast<int32_t>(i), 0, 1};
    given[word] = piece;
    cache.Add(word, std::vector<WordPiece>{piece});
  }
  EXPECT_GT(num_found, 100);
}

}  // namespace
}  // namespace rowsplit::internal
