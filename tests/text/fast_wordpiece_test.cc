#include "rowsplit/text/fast_wordpiece.h"

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/text/wordpiece.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::ToStrings;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

StringTensor Texts(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

FastWordpieceTokenizer Make(const std::vector<std::string>& tokens,
                            const FastWordpieceOptions& options = {}) {
  auto made = FastWordpieceTokenizer::Create(Texts(tokens), options);
  EXPECT_TRUE(made.ok()) << made.status();
  return *std::move(made);
}

std::vector<std::string> Cut(const FastWordpieceTokenizer& tokenizer,
                             const std::string& text) {
  return ToStrings(
      tokenizer.Tokenize(Texts({text}), SubwordKind::kStrings)->strings);
}

TEST(FastWordpieceTokenizer, SplitsTextAtSpacesAndMarks) {
  const auto tokenizer = Make(
      {"they", "##'", "##re", "the", "great", "##est", "[UNK]", "'", "日"});
  const auto ids = *tokenizer.Tokenize(
      Texts({"they're\u3000greatest", "", "a 日月."}), SubwordKind::kIds);
  EXPECT_THAT(ids.rows.row_splits(), ElementsAre(0, 5, 5, 9));
  EXPECT_THAT(ids.ids, ElementsAre(0, 7, 6, 4, 5, 6, 8, 6, 6));
  EXPECT_THAT(ids.starts, ElementsAre(0, 4, 5, 10, 15, 0, 2, 5, 8));
  EXPECT_THAT(ids.ends, ElementsAre(4, 5, 7, 15, 18, 1, 5, 8, 9));
}

TEST(FastWordpieceTokenizer, GoesThroughSpacesThatTokensHave) {
  const auto tokenizer = Make({"a", "a b", "##\u00A0c", "[UNK]"});
  EXPECT_THAT(Cut(tokenizer, "a b a\u00A0c"),
              ElementsAre("a b", "a", "##\u00A0c"));
  // It turns out too late that no token does.
  EXPECT_THAT(Cut(tokenizer, "a c"), ElementsAre("[UNK]"));
}

TEST(FastWordpieceTokenizer, TakesTheSuffixIndicatorAsAWord) {
  const auto words = [](std::vector<std::string> tokens) {
    return Make(tokens, {.no_pretokenization = true});
  };
  EXPECT_THAT(Cut(words({"##", "[UNK]"}), "##"), ElementsAre("##"));
  EXPECT_THAT(Cut(words({"a", "[UNK]"}), "##"), ElementsAre("[UNK]"));
  EXPECT_THAT(Cut(words({"#", "###", "[UNK]"}), "##"), ElementsAre("#", "###"));
  EXPECT_THAT(Cut(words({"##a", "[UNK]"}), "##aa"), ElementsAre("##a", "##a"));
  EXPECT_THAT(Cut(Make({"#", "##a", "[UNK]"}), "##a"),
              ElementsAre("#", "#", "[UNK]"));
  // A suffix indicator that is a mark is no token of text.
  EXPECT_THAT(
      Cut(Make({"#", "#a", "a", "[UNK]"}, {.suffix_indicator = "#"}), "#aa"),
      ElementsAre("[UNK]", "a", "#a"));
}

TEST(FastWordpieceTokenizer, EndsLongWords) {
  const auto tokenizer =
      Make({"a", "##a", "!", "[UNK]"}, {.max_bytes_per_word = 3});
  EXPECT_THAT(Cut(tokenizer, "aaaa aaa! aaaa!"),
              ElementsAre("[UNK]", "a", "##a", "##a", "!", "[UNK]", "!"));
}

// Words without the suffix indicator are cut as WordpieceTokenizer cuts them.
TEST(FastWordpieceTokenizer, EqualsWordpieceTokenizerOnWords) {
  std::mt19937_64 random(Seed());
  const std::vector<std::string> parts = {"a", "b", "ab", "é", "日", " "};
  const auto text = [&](size_t most) {
    std::string made = parts[random() % parts.size()];
    for (size_t n = random() % most; n > 0; --n)
      made += parts[random() % parts.size()];
    return made;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> tokens = {"[UNK]"};
    for (int i = 0; i < 20; ++i) {
      const std::string token = (random() % 2 == 0 ? "##" : "") + text(4);
      if (std::find(tokens.begin(), tokens.end(), token) == tokens.end())
        tokens.push_back(token);
    }
    std::vector<std::string> words;
    for (int i = 0; i < 20; ++i) words.push_back(text(12));
    const auto fast = *Make(tokens, {.no_pretokenization = true})
                           .Tokenize(Texts(words), SubwordKind::kIds);
    const auto plain = *WordpieceTokenizer::Create(Texts(tokens))
                            ->Tokenize(Texts(words), SubwordKind::kIds);
    ASSERT_EQ(fast.rows, plain.rows);
    ASSERT_THAT(fast.ids, ElementsAreArray(plain.ids));
    ASSERT_THAT(fast.starts, ElementsAreArray(plain.starts));
    ASSERT_THAT(fast.ends, ElementsAreArray(plain.ends));
  }
}

TEST(FastWordpieceTokenizer, LongIndicatorsMayBeManyPieces) {
  const std::string indicator(2000, 'a');
  const auto tokenizer =
      Make({"a", indicator + "a", "[UNK]"}, {.suffix_indicator = indicator,
                                             .max_bytes_per_word = 10'000,
                                             .no_pretokenization = true});
  const auto ids =
      *tokenizer.Tokenize(Texts({std::string(1990, 'a')}), SubwordKind::kIds);
  EXPECT_EQ(ids.ids.size(), 1990);
  EXPECT_EQ(ids.ids[0], 0);
  EXPECT_EQ(ids.ids[1989], 1);
}

TEST(FastWordpieceTokenizer, IsLinearOnAnyText) {
  std::string longest(250, 'a');
  const auto tokenizer =
      Make({"a", "##a", longest + "b", "##" + longest + "b", "[UNK]"},
           {.max_bytes_per_word = int64_t{1} << 30});
  for (const std::string& unit :
       std::vector<std::string>{"a", " ", "\u0301", "\xE6", "!"}) {
    std::string text;
    while (text.size() < (size_t{1} << 18)) text += unit;
    const auto before = std::chrono::steady_clock::now();
    ASSERT_TRUE(tokenizer.Tokenize(Texts({text}), SubwordKind::kIds).ok());
    EXPECT_LT(std::chrono::steady_clock::now() - before,
              std::chrono::seconds(5));
  }
}

TEST(FastWordpieceTokenizer, JoinsIdsToText) {
  const auto tokenizer = Make({"they", "##'", "##re", "the", "##est", "[UNK]"});
  EXPECT_THAT(
      ToStrings(*tokenizer.Detokenize(*RaggedTensor<int64_t>::FromRowSplits(
          {0, 1, 2, 3, 4, 5}, {0, 4, 4, 6}))),
      ElementsAre("they're the", "", "##est [UNK]"));
  EXPECT_THAT(tokenizer.Detokenize(
                  *RaggedTensor<int64_t>::FromRowSplits({0, 6}, {0, 2})),
              FailsWith(absl::StatusCode::kOutOfRange, "ids[1]=6"));
}

TEST(FastWordpieceTokenizer, RefusesWhatItCanNotCutBy) {
  const auto create = [](const std::vector<std::string>& tokens,
                         const FastWordpieceOptions& options = {}) {
    return FastWordpieceTokenizer::Create(Texts(tokens), options);
  };
  using enum absl::StatusCode;
  EXPECT_THAT(create({"a", "[UNK]", "a"}),
              FailsWith(kFailedPrecondition, "\"a\" at 0 and at 2"));
  EXPECT_THAT(create({"a"}), FailsWith(kFailedPrecondition, "[UNK]"));
  EXPECT_THAT(create({"[UNK]"}), FailsWith(kFailedPrecondition, "can be used"));
  EXPECT_THAT(create({std::string(257, 'a'), "[UNK]"}),
              FailsWith(kFailedPrecondition, "at most 256 bytes"));
  EXPECT_THAT(create({std::string("a\0", 2), "[UNK]"}),
              FailsWith(kInvalidArgument, "NUL"));
  EXPECT_THAT(create({"\x11", "[UNK]"}), FailsWith(kInvalidArgument, "U+0011"));
  EXPECT_TRUE(create({"\x11", "[UNK]"}, {.no_pretokenization = true}).ok());
}

TEST(FastWordpieceTokenizer, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(
      Make({"a", "[UNK]"})
          .Tokenize(Texts({"a"}), SubwordKind::kIds, {.cancellation = &token}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
