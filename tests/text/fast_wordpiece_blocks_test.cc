#include "text/fast_wordpiece_blocks.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Seed;

StringTensor Build(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

// Cuts by words, and character by character: one more token, which no text
// here has, has white space in it.
struct Tokenizers {
  Tokenizers(std::vector<std::string> tokens,
             const FastWordpieceOptions& options)
      : by_words(*FastWordpieceTokenizer::Create(Build(tokens), options)),
        slow(([&] {
          tokens.emplace_back("zz zz");
          return *FastWordpieceTokenizer::Create(Build(tokens), options);
        })()) {}

  FastWordpieceTokenizer by_words;
  FastWordpieceTokenizer slow;
};

void ExpectEqual(const absl::StatusOr<SubwordTokens>& a,
                 const absl::StatusOr<SubwordTokens>& b,
                 const std::string& what) {
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->rows, b->rows) << what;
  EXPECT_TRUE(
      std::equal(a->ids.begin(), a->ids.end(), b->ids.begin(), b->ids.end()))
      << what;
  EXPECT_EQ(a->strings, b->strings) << what;
  EXPECT_TRUE(std::equal(a->starts.begin(), a->starts.end(), b->starts.begin(),
                         b->starts.end()))
      << what;
  EXPECT_TRUE(std::equal(a->ends.begin(), a->ends.end(), b->ends.begin(),
                         b->ends.end()))
      << what;
}

void ExpectEqualCuts(const Tokenizers& tokenizers, StringTensorView texts,
                     const std::string& what) {
  for (const auto kind : {SubwordKind::kIds, SubwordKind::kStrings}) {
    ExpectEqual(tokenizers.by_words.Tokenize(texts, kind),
                tokenizers.slow.Tokenize(texts, kind), what);
    for (const bool lower : {false, true}) {
      ExpectEqual(
          FastBertTokenizer(tokenizers.by_words, lower).Tokenize(texts, kind),
          FastBertTokenizer(tokenizers.slow, lower).Tokenize(texts, kind),
          what);
    }
  }
}

const std::vector<std::string>& Tokens() {
  static const auto* const tokens = new std::vector<std::string>(
      {"[UNK]",        "a",          "b",    "ab",  "##a",
       "##b",          "##ab",       "##c",  "e",   "##e",
       "\xC3\xA9",     "##\xC3\xA9", "!",    "...", ".",
       "\xE6\x97\xA5", "abc",        "##ss", "1",   "##\xE2\x81\x84",
       "##2",          "#",          "##!",  "bcab"});
  return *tokens;
}

constexpr std::string_view kPieces[] = {"a",
                                        "b",
                                        "c",
                                        "ab",
                                        "A",
                                        " ",
                                        "  ",
                                        "\n",
                                        "!",
                                        "#",
                                        "##",
                                        "q",
                                        ".",
                                        "\xC3\xA9",
                                        "\xC3\x89",
                                        "e\xCC\x81",
                                        "\xCC\x81",
                                        "\xC3\x9F",
                                        "\xC2\xBD",
                                        "\xE2\x80\xA6",
                                        "\xE6\x97\xA5",
                                        "\xE3\x80\x80",
                                        "\xE2\x80\x8D",
                                        "\xC2\xA0",
                                        "\xFF",
                                        "\xE6\x97",
                                        "\x11",
                                        "[UNK]",
                                        "\xF0\x9F\x98\x80",
                                        "\xEF\xB7\xBA",
                                        "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8",
                                        "\xEA\xB0\x81",
                                        "\xD9\x91\xD9\x8E"};

TEST(CutByWords, EqualsCuttingCharacterByCharacter) {
  std::mt19937_64 random(Seed());
  for (const int64_t most : {0, 1, 3, 9, 100}) {
    const Tokenizers tokenizers(Tokens(), {.max_bytes_per_word = most});
    for (int round = 0; round < 60; ++round) {
      std::vector<std::string> texts;
      for (size_t n = random() % 5; n > 0; --n) {
        std::string text;
        // Often of the first, which have no special ones.
        const size_t kinds = round % 3 == 0   ? std::size(kPieces)
                             : round % 3 == 1 ? 20
                                              : 13;
        for (size_t m = random() % 40; m > 0; --m)
          text += kPieces[random() % kinds];
        texts.push_back(std::move(text));
      }
      std::string all;
      for (const std::string& text : texts) all += text + "|";
      ExpectEqualCuts(tokenizers, Build(texts), all);
    }
  }
}

// Long rows are cut, and a special character takes a part of them only.
TEST(CutByWords, CutsLongRowsWithSpecialCharacters) {
  const Tokenizers tokenizers(Tokens(), {.max_bytes_per_word = 9});
  std::mt19937_64 random(Seed());
  for (const size_t often : {2, 2000}) {
    // The second time more than a piece of work, so that a sink has subwords
    // before.
    const size_t num_pieces = often == 2 ? 20000 : 100000;
    std::vector<std::string> texts = {"ab", "", ""};
    for (size_t i = 0; i < num_pieces; ++i)
      texts[1] +=
          kPieces[random() % (i % often == 0 ? std::size(kPieces) : 13)];
    texts[2] = texts[1].substr(1000, 10000);
    ExpectEqualCuts(tokenizers, Build(texts), "long rows");
  }
}

// A mark that is unknown by itself, at the end of a block of the kernel.
TEST(CutByWords, KnowsTheMarkBeforeABlock) {
  const Tokenizers tokenizers({"[UNK]", "a", "#b", "!"},
                              {.suffix_indicator = "#"});
  for (size_t pad = 8180; pad < 8200; ++pad) {
    for (const std::string_view words : {"#qqa zz", "##qqa zz", "!#qa", "# qa"})
      ExpectEqualCuts(tokenizers,
                      Build({std::string(pad, ' ') + std::string(words)}),
                      std::to_string(pad) + std::string(words));
  }
}

TEST(CutByWords, TakesEveryCharacter) {
  const Tokenizers tokenizers(Tokens(), {});
  std::vector<std::string> texts;
  std::string text;
  for (uint32_t c = 1; c < 0x110000; c += c < 0x3100 ? 1 : 61) {
    if (U_IS_SURROGATE(c)) continue;
    char bytes[U8_MAX_LENGTH];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, c);
    const std::string character(bytes, static_cast<size_t>(size));
    texts.push_back("a" + character + "b !" + character + "e" + character);
  }
  ExpectEqualCuts(tokenizers, Build(texts), "");
}

TEST(CutByWords, CutsLongTextAndLongWords) {
  const Tokenizers tokenizers(Tokens(), {.max_bytes_per_word = 20});
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += i % 3 == 0 ? "ab!abc " : "bcab\xC3\x89 ";
  for (const std::string_view unit : {"a", "\xC3\xA9", "q", "\xE6\x97\xA5"}) {
    text += '!';
    for (int i = 0; i < 30000; ++i) text += unit;
  }
  text += " ab";
  ExpectEqualCuts(tokenizers, Build({text, "", text}), "long");
}

}  // namespace
}  // namespace rowsplit::internal
