#include "text/added_tokens.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Seed;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Place = std::tuple<int32_t, size_t, size_t>;

AddedToken Token(std::string content, int32_t id) {
  AddedToken token;
  token.content = std::move(content);
  token.id = id;
  return token;
}

AddedTokenFinder FinderOf(std::vector<AddedToken> tokens) {
  std::vector<std::string> texts;
  for (const AddedToken& token : tokens) texts.push_back(token.content);
  auto finder = AddedTokenFinder::Make(std::move(tokens), texts);
  EXPECT_TRUE(finder.ok()) << finder.status();
  return *std::move(finder);
}

std::vector<Place> Find(const AddedTokenFinder& finder, std::string_view text) {
  std::vector<AddedTokenFinder::Match> matches = {{9, 9, 9}};
  finder.Find(text, matches);
  std::vector<Place> places;
  for (const auto& match : matches)
    places.emplace_back(match.id, match.begin, match.end);
  return places;
}

TEST(AddedTokenFinder, TakesTheLeftmostAndOfThoseTheLongest) {
  const AddedTokenFinder finder =
      FinderOf({Token("<a>", 5), Token("<a>b", 6), Token(">bc", 7)});
  EXPECT_THAT(Find(finder, "x<a>bc<a>"),
              ElementsAre(Place(6, 1, 5), Place(5, 6, 9)));
  EXPECT_THAT(Find(finder, "<a"), IsEmpty());
  EXPECT_TRUE(finder.MayMatch("x<"));
  EXPECT_FALSE(finder.MayMatch("xa"));
  EXPECT_THAT(Find(AddedTokenFinder(), "x"), IsEmpty());
}

TEST(AddedTokenFinder, TakesWholeWordsAndWhiteSpace) {
  AddedToken word = Token("ab", 1);
  word.single_word = true;
  AddedToken wide = Token("#", 2);
  wide.lstrip = wide.rstrip = true;
  const AddedTokenFinder finder = FinderOf({word, wide});
  EXPECT_THAT(Find(finder, "ab xab ab\xC3\xA9 #\xE3\x80\x80\x20# ab"),
              ElementsAre(Place(1, 0, 2), Place(2, 11, 17), Place(2, 17, 19),
                          Place(1, 19, 21)));
}

// Leftmost and longest, token by token.
std::vector<Place> FindPlainly(const std::vector<AddedToken>& tokens,
                               std::string_view text) {
  std::vector<Place> places;
  for (size_t at = 0; at < text.size();) {
    const AddedToken* longest = nullptr;
    for (const AddedToken& token : tokens) {
      if (text.substr(at).starts_with(token.content) &&
          (longest == nullptr ||
           token.content.size() > longest->content.size()))
        longest = &token;
    }
    if (longest == nullptr) {
      ++at;
      continue;
    }
    places.emplace_back(longest->id, at, at + longest->content.size());
    at += longest->content.size();
  }
  return places;
}

// Long texts of two letters, so that places are looked at together too.
TEST(AddedTokenFinder, EqualsLookingAtEachToken) {
  std::mt19937_64 random(Seed());
  for (int round = 0; round < 40; ++round) {
    std::vector<AddedToken> tokens;
    for (int id = 0; id < 4; ++id) {
      // Mostly one letter, so that most places begin a token that fails late.
      std::string content = "a";
      for (size_t n = random() % 60; n > 0; --n)
        content += random() % 50 == 0 ? 'b' : 'a';
      content += 'b';
      tokens.push_back(Token(std::move(content), id));
    }
    std::string text;
    for (size_t n = 4000; n > 0; --n) text += random() % 40 == 0 ? 'b' : 'a';
    EXPECT_EQ(Find(FinderOf(tokens), text), FindPlainly(tokens, text));
  }
}

// A million places that begin a token of 100,000 bytes: by looks alone that
// would be 10^11 of them.
TEST(AddedTokenFinder, IsLinear) {
  const AddedTokenFinder finder =
      FinderOf({Token(std::string(100000, 'a') + "b", 0)});
  const std::string text(1000000, 'a');
  EXPECT_THAT(Find(finder, text), IsEmpty());
  EXPECT_THAT(Find(finder, text + "b"), ElementsAre(Place(0, 900000, 1000001)));
}

}  // namespace
}  // namespace rowsplit::internal
