#include "text/token_starts.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Seed;
using ::testing::ElementsAre;

std::vector<int32_t> FindFirst(const TokenStarts& starts, std::string_view text,
                               size_t size) {
  std::vector<int32_t> found(size, -2);
  starts.Find(text, found);
  return found;
}

// The same, token by token.
std::vector<int32_t> FindPlainly(const std::vector<std::string>& tokens,
                                 std::string_view text, size_t size) {
  std::vector<int32_t> found(size, -1);
  for (size_t at = 0; at < size; ++at) {
    size_t longest = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].size() > longest &&
          text.substr(at).starts_with(tokens[i])) {
        longest = tokens[i].size();
        found[at] = static_cast<int32_t>(i);
      }
    }
  }
  return found;
}

TEST(TokenStarts, GivesTheLongestTokenOfEachPlace) {
  const TokenStarts starts(
      StringTensor::FromStrings(std::vector<std::string_view>{"a", "aab"}));
  EXPECT_THAT(FindFirst(starts, "aaab", 4), ElementsAre(0, 1, 0, -1));
  EXPECT_THAT(FindFirst(starts, "aaab", 2), ElementsAre(0, 1));
  EXPECT_THAT(FindFirst(starts, "", 0), ElementsAre());
  EXPECT_EQ(starts.longest(), 3u);
}

TEST(TokenStarts, OfNoTokensFindsNothing) {
  EXPECT_THAT(FindFirst(TokenStarts(), "ab", 2), ElementsAre(-1, -1));
  const TokenStarts empty(
      StringTensor::FromStrings(std::vector<std::string_view>{""}));
  EXPECT_THAT(FindFirst(empty, "ab", 2), ElementsAre(-1, -1));
  EXPECT_EQ(empty.longest(), 0u);
}

TEST(TokenStarts, EqualsLookingAtEachToken) {
  std::mt19937_64 random(Seed());
  for (int round = 0; round < 500; ++round) {
    const auto word = [&](size_t most) {
      std::string made;
      for (size_t n = random() % (most + 1); n > 0; --n)
        made += "ab\xFF"[random() % (round % 2 == 0 ? 2 : 3)];
      return made;
    };
    std::vector<std::string> tokens;
    for (size_t n = random() % 6; n > 0; --n) tokens.push_back(word(6));
    StringTensorBuilder builder;
    for (const std::string& token : tokens) builder.Append(token);
    const TokenStarts starts(std::move(builder).Build());
    const std::string text = word(40);
    const size_t size = random() % (text.size() + 1);
    EXPECT_EQ(FindFirst(starts, text, size), FindPlainly(tokens, text, size))
        << text;
  }
}

}  // namespace
}  // namespace rowsplit::internal
