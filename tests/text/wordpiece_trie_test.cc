#include "text/wordpiece_trie.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

StringTensor Strings(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

WordpieceTrie MakeTrie(const std::vector<std::string>& tokens,
                       std::string_view prefix = "##") {
  auto trie = WordpieceTrie::Make(Strings(tokens), prefix);
  EXPECT_TRUE(trie.ok()) << trie.status();
  return *std::move(trie);
}

std::vector<int32_t> Split(const WordpieceTrie& trie, std::string_view word) {
  std::vector<int32_t> ids(word.size());
  ids.resize(trie.Split(word, ids.data()));
  return ids;
}

// The longest piece first, by looking all of them up.
class Reference {
 public:
  Reference(const std::vector<std::string>& tokens, std::string prefix)
      : prefix_(std::move(prefix)) {
    for (size_t id = 0; id < tokens.size(); ++id)
      ids_.try_emplace(tokens[id], static_cast<int32_t>(id));
  }

  WordpieceTrie::Piece Longest(std::string_view text, bool is_first) const {
    for (size_t size = text.size(); size > 0; --size) {
      const auto found = ids_.find((is_first ? "" : prefix_) +
                                   std::string(text.substr(0, size)));
      if (found != ids_.end())
        return {found->second, static_cast<uint32_t>(size)};
    }
    return {-1, 0};
  }

  std::vector<int32_t> Split(std::string_view word) const {
    std::vector<int32_t> ids;
    for (size_t at = 0; at < word.size();) {
      const WordpieceTrie::Piece piece = Longest(word.substr(at), at == 0);
      if (piece.id < 0) return {};
      ids.push_back(piece.id);
      at += piece.size;
    }
    return ids;
  }

 private:
  std::string prefix_;
  std::map<std::string, int32_t> ids_;
};

TEST(WordpieceTrie, CutsTheLongestPieceFirst) {
  const WordpieceTrie trie =
      MakeTrie({"un", "##aff", "##able", "a", "##a", "##abcd", "##b", "##c"});
  EXPECT_THAT(Split(trie, "unaffable"), ElementsAre(0, 1, 2));
  EXPECT_THAT(Split(trie, "un"), ElementsAre(0));
  EXPECT_THAT(Split(trie, "aabcab"), ElementsAre(3, 4, 6, 7, 4, 6));
  EXPECT_THAT(Split(trie, "aabcd"), ElementsAre(3, 5));
  EXPECT_THAT(Split(trie, "unx"), IsEmpty());
  EXPECT_THAT(Split(trie, "xun"), IsEmpty());
  EXPECT_THAT(Split(trie, ""), IsEmpty());
  // What is left over at the end is no piece.
  EXPECT_THAT(Split(trie, "unaf"), IsEmpty());
}

TEST(WordpieceTrie, TakesThePrefixForTextAtTheBeginOfAWord) {
  const WordpieceTrie trie = MakeTrie({"##", "##s", "a", "#", "###"});
  EXPECT_THAT(Split(trie, "##"), ElementsAre(0));
  EXPECT_THAT(Split(trie, "##s"), ElementsAre(1));
  EXPECT_THAT(Split(trie, "as"), ElementsAre(2, 1));
  EXPECT_THAT(Split(trie, "a##"), ElementsAre(2, 4, 4));
  EXPECT_THAT(Split(trie, "####"), ElementsAre(4, 4));
  EXPECT_EQ(trie.PieceSize(1, true), 3);
  EXPECT_EQ(trie.PieceSize(1, false), 1);
}

TEST(WordpieceTrie, HasNoPrefixIfToldSo) {
  const WordpieceTrie trie = MakeTrie({"a", "ab", "b"}, "");
  EXPECT_THAT(Split(trie, "ababa"), ElementsAre(1, 1, 0));
  EXPECT_EQ(trie.PieceSize(1, false), 2);
}

TEST(WordpieceTrie, NothingIsAPieceOfNoTokens) {
  EXPECT_THAT(Split(WordpieceTrie(), "a"), IsEmpty());
  EXPECT_THAT(Split(MakeTrie({}), "a"), IsEmpty());
  EXPECT_THAT(Split(MakeTrie({""}), "a"), IsEmpty());
  EXPECT_EQ(WordpieceTrie().LongestPiece("a", true).id, -1);
}

TEST(WordpieceTrie, OfEqualTokensTheFirstCounts) {
  EXPECT_THAT(Split(MakeTrie({"b", "a", "a"}), "a"), ElementsAre(1));
}

TEST(WordpieceTrie, GivesThePiecesOfTheReference) {
  std::mt19937_64 random(testing::Seed());
  for (int round = 0; round < 300; ++round) {
    const int num_letters = 1 + static_cast<int>(random() % 4);
    const auto word = [&](size_t most) {
      std::string text;
      for (size_t size = random() % (most + 1); size > 0; --size) {
        text += round % 3 == 0
                    ? static_cast<char>(random())
                    : static_cast<char>('a' + random() % num_letters);
      }
      return text;
    };
    const std::string prefix = round % 5 == 0   ? ""
                               : round % 5 == 1 ? "a"
                                                : "##";
    std::vector<std::string> tokens;
    for (size_t i = random() % 60; i > 0; --i)
      tokens.push_back((random() % 3 == 0 ? "" : prefix) + word(8));
    if (round % 2 == 0) {
      for (int letter = 0; letter < num_letters; ++letter) {
        tokens.emplace_back(1, static_cast<char>('a' + letter));
        tokens.push_back(prefix + static_cast<char>('a' + letter));
      }
    }
    const WordpieceTrie trie = MakeTrie(tokens, prefix);
    const Reference reference(tokens, prefix);
    for (int i = 0; i < 100; ++i) {
      const std::string text = word(24);
      const std::vector<int32_t> expected = reference.Split(text);
      ASSERT_EQ(Split(trie, text), expected) << text;
      size_t size = 0;
      for (size_t piece = 0; piece < expected.size(); ++piece)
        size += trie.PieceSize(expected[piece], piece == 0);
      if (!expected.empty()) {
        ASSERT_EQ(size, text.size());
      }
      for (const bool is_first : {true, false}) {
        const WordpieceTrie::Piece piece = trie.LongestPiece(text, is_first);
        const WordpieceTrie::Piece longest = reference.Longest(text, is_first);
        ASSERT_EQ(piece.id, longest.id) << text;
        ASSERT_EQ(piece.size, longest.size) << text;
      }
    }
  }
}

double SecondsOfSplit(const WordpieceTrie& trie, const std::string& word) {
  std::vector<int32_t> ids(word.size());
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    trie.Split(word, ids.data());
    const std::chrono::duration<double> taken =
        std::chrono::steady_clock::now() - begin;
    least = std::min(least, taken.count());
  }
  return least;
}

TEST(WordpieceTrie, IsLinearWherePrefixesAreLong) {
  // At each place some hundred letters of a long piece match, and then not.
  const std::string many(300, 'a');
  const WordpieceTrie trie =
      MakeTrie({"a", "##a", many + "b", "##" + many + "b"});
  const std::string small(20'000, 'a');
  const std::string large(400'000, 'a');
  EXPECT_EQ(Split(trie, large).size(), large.size());
  EXPECT_LT(SecondsOfSplit(trie, large),
            20 * 8 * SecondsOfSplit(trie, small) + 0.02);
}

TEST(WordpieceTrie, SaysWhatTakesTooMuchMemory) {
  const std::string token(20'000, 'a');
  EXPECT_THAT(WordpieceTrie::Make(Strings({"a", "##a", token + "b"}), "##"),
              FailsWith(absl::StatusCode::kResourceExhausted,
                        "a token of 20001 bytes"));
}

}  // namespace
}  // namespace rowsplit::internal
