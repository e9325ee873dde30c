#include "rowsplit/text/wordpiece.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::ToStrings;
using ::testing::ElementsAre;

StringTensor Strings(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

// A subword as the plain reference gives it.
struct Subword {
  std::string text;
  Offset start;
  Offset end;
  friend bool operator==(const Subword&, const Subword&) = default;
};

size_t EndOfCharacter(std::string_view word, size_t begin) {
  if (static_cast<uint8_t>(word[begin]) < 0x80) return begin + 1;
  return begin + internal::ReadUtf8Sequence(word, begin).size;
}

// By a table, trying every end.
std::vector<Subword> CutPlainly(
    const std::unordered_map<std::string, int64_t>& tokens,
    const WordpieceOptions& options, const std::string& word) {
  const std::string unknown = options.unknown_token.value_or("");
  const auto whole = [&](size_t end) {
    return std::vector<Subword>{
        {unknown.empty() ? word : unknown, 0, static_cast<Offset>(end)}};
  };
  if (static_cast<int64_t>(word.size()) > options.max_bytes_per_word)
    return whole(unknown.empty() ? word.size() : unknown.size());
  std::vector<Subword> subwords;
  for (size_t begin = 0; begin < word.size();) {
    const std::string prefix = begin == 0 ? "" : options.suffix_indicator;
    std::vector<size_t> ends;
    for (size_t end = begin; end < word.size();) {
      ends.push_back(end = EndOfCharacter(word, end));
      if (static_cast<int64_t>(ends.size()) == options.max_chars_per_token)
        break;
    }
    while (!ends.empty() &&
           !tokens.contains(prefix + word.substr(begin, ends.back() - begin)))
      ends.pop_back();
    std::string text;
    size_t end = EndOfCharacter(word, begin);
    if (!ends.empty()) {
      end = ends.back();
      text = prefix + word.substr(begin, end - begin);
    } else if (options.split_unknown_characters) {
      text = prefix +
             (unknown.empty() ? word.substr(begin, end - begin) : unknown);
    } else {
      return whole(word.size());
    }
    subwords.push_back(
        {text, static_cast<Offset>(begin), static_cast<Offset>(end)});
    begin = end;
  }
  return subwords;
}

std::string RandomOf(std::mt19937_64& random,
                     const std::vector<std::string>& parts, size_t most) {
  std::string text;
  for (size_t n = random() % (most + 1); n > 0; --n)
    text += parts[random() % parts.size()];
  return text;
}

WordpieceOptions RandomOptions(std::mt19937_64& random) {
  WordpieceOptions options;
  const std::vector<std::string> indicators = {"##", "##", "", "#", "a", "é"};
  options.suffix_indicator = indicators[random() % indicators.size()];
  if (random() % 4 == 0)
    options.max_bytes_per_word = static_cast<int64_t>(random() % 8);
  if (random() % 4 == 0)
    options.max_chars_per_token = static_cast<int64_t>(random() % 4);
  if (random() % 4 == 0) options.unknown_token = std::nullopt;
  if (random() % 4 == 0) options.unknown_token = "?";
  options.split_unknown_characters = random() % 3 == 0;
  return options;
}

TEST(WordpieceTokenizer, GivesTheLongestTokensFromLeftToRight) {
  const auto tokenizer = *WordpieceTokenizer::Create(
      Strings({"they", "##'", "##re", "the", "great", "##est", "[UNK]"}));
  const auto ids = *tokenizer.Tokenize(
      Strings({"they're", "", "greatest", "dog"}), SubwordKind::kIds);
  EXPECT_THAT(ids.rows.row_splits(), ElementsAre(0, 3, 3, 5, 6));
  EXPECT_THAT(ids.ids, ElementsAre(0, 1, 2, 4, 5, 6));
  EXPECT_THAT(ids.starts, ElementsAre(0, 4, 5, 0, 5, 0));
  EXPECT_THAT(ids.ends, ElementsAre(4, 5, 7, 5, 8, 3));
  const auto strings =
      *tokenizer.Tokenize(Strings({"they're"}), SubwordKind::kStrings);
  EXPECT_THAT(ToStrings(strings.strings), ElementsAre("they", "##'", "##re"));
}

TEST(WordpieceTokenizer, EqualsAPlainSearchForAnyOptions) {
  std::mt19937_64 random(Seed());
  const std::vector<std::string> parts = {"a",  "b", "c",    "#",   "é",
                                          "日", " ", "\xE6", "\xA9"};
  for (int round = 0; round < 400; ++round) {
    const WordpieceOptions options = RandomOptions(random);
    std::unordered_map<std::string, int64_t> known;
    std::vector<std::string> tokens;
    for (size_t n = random() % 20; n > 0; --n) {
      const std::string token =
          (random() % 2 == 0 ? options.suffix_indicator : "") +
          RandomOf(random, parts, 4);
      if (known.try_emplace(token, tokens.size()).second)
        tokens.push_back(token);
    }
    const auto tokenizer =
        *WordpieceTokenizer::Create(Strings(tokens), options);
    std::vector<std::string> words;
    for (int i = 0; i < 20; ++i) words.push_back(RandomOf(random, parts, 9));
    const auto strings =
        *tokenizer.Tokenize(Strings(words), SubwordKind::kStrings);
    const auto ids = *tokenizer.Tokenize(Strings(words), SubwordKind::kIds);
    ASSERT_EQ(ids.rows, strings.rows);
    for (size_t word = 0; word < words.size(); ++word) {
      SCOPED_TRACE(words[word]);
      std::vector<Subword> got;
      for (Offset i = strings.rows.row_splits()[word];
           i < strings.rows.row_splits()[word + 1]; ++i) {
        const std::string text(strings.strings[i]);
        got.push_back({text, strings.starts[i], strings.ends[i]});
        const auto found = known.find(text);
        ASSERT_EQ(ids.ids[i], found == known.end()
                                  ? static_cast<int64_t>(known.size())
                                  : found->second);
      }
      ASSERT_EQ(got, CutPlainly(known, options, words[word]));
    }
  }
}

TEST(WordpieceTokenizer, IsTheSameForAnyNumberOfThreads) {
  const auto tokenizer =
      *WordpieceTokenizer::Create(Strings({"a", "##b", "##a", "b"}));
  std::vector<std::string> words;
  for (int i = 0; i < 60'000; ++i) {
    words.push_back(i % 7 == 0   ? "abx"
                    : i % 3 == 0 ? "abab"
                                 : std::string(i % 5, 'a'));
  }
  const StringTensor input = Strings(words);
  const auto one =
      *tokenizer.Tokenize(input, SubwordKind::kStrings, {.num_threads = 1});
  for (const int threads : {2, 8}) {
    const auto many = *tokenizer.Tokenize(input, SubwordKind::kStrings,
                                          {.num_threads = threads});
    EXPECT_EQ(many.rows, one.rows);
    EXPECT_EQ(many.strings, one.strings);
    EXPECT_THAT(many.starts, ::testing::ElementsAreArray(one.starts));
    EXPECT_THAT(many.ends, ::testing::ElementsAreArray(one.ends));
  }
}

TEST(WordpieceTokenizer, GivesIdsOfATable) {
  const StringTensor tokens = Strings({"a", "##b", "c"});
  const std::vector<int64_t> ids = {7, 100, -1};
  const auto tokenizer =
      *WordpieceTokenizer::CreateWithIds(tokens, ids, {.num_oov_buckets = 3});
  const auto subwords =
      *tokenizer.Tokenize(Strings({"ab", "c"}), SubwordKind::kIds);
  EXPECT_THAT(
      subwords.ids,
      ElementsAre(7, 100,
                  3 + static_cast<int64_t>(Fingerprint64("[UNK]") % 3)));
  EXPECT_EQ(tokenizer.size(), 6);
  const auto without = *WordpieceTokenizer::CreateWithIds(
      tokens, ids, {.num_oov_buckets = 0, .default_id = -5});
  EXPECT_THAT(without.Tokenize(Strings({"x"}), SubwordKind::kIds)->ids,
              ElementsAre(-5));
}

TEST(WordpieceTokenizer, JoinsIdsToWords) {
  const auto tokenizer = *WordpieceTokenizer::Create(
      Strings({"a", "b", "##c", "x y", "##", " ", "##[UNK]"}));
  const auto rows = *RaggedTensor<int64_t>::FromRowSplits(
      {0, 2, 2, 1, 3, 9, 2, 0, 5, 1, 0, 4, 2}, {0, 4, 6, 6, 7, 10, 13});
  EXPECT_THAT(*tokenizer.Detokenize(rows), RaggedIs({{"acc", "b"},
                                                     {"x", "y", "[UNK]"},
                                                     {""},
                                                     {"##c"},
                                                     {"a", "", "", "b"},
                                                     {"ac"}}));
}

TEST(WordpieceTokenizer, RefusesWhatMakesNoSense) {
  EXPECT_THAT(WordpieceTokenizer::Create(Strings({"a", "b", "a"})),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "\"a\" comes twice, at 0 and at 2"));
  EXPECT_THAT(
      WordpieceTokenizer::Create(Strings({"a"}), {.num_oov_buckets = -1}),
      FailsWith(absl::StatusCode::kInvalidArgument, "num_oov_buckets"));
  EXPECT_THAT(WordpieceTokenizer::Create(
                  Strings({"a"}), {.num_oov_buckets = 0x7FFFFFFFFFFFFFFF}),
              FailsWith(absl::StatusCode::kInvalidArgument, "num_oov_buckets"));
  EXPECT_THAT(
      WordpieceTokenizer::Create(Strings({"a"}), {.max_chars_per_token = -1}),
      FailsWith(absl::StatusCode::kInvalidArgument, "max_chars_per_token"));
  EXPECT_THAT(WordpieceTokenizer::CreateWithIds(Strings({"a"}), {}),
              FailsWith(absl::StatusCode::kInvalidArgument, "got 0 ids"));
  const auto tokenizer = *WordpieceTokenizer::Create(Strings({"a"}));
  EXPECT_THAT(tokenizer.Detokenize(
                  *RaggedTensor<int64_t>::FromRowSplits({0, -1}, {0, 2})),
              FailsWith(absl::StatusCode::kInvalidArgument, "ids[1]=-1"));
  const std::vector<int64_t> ids = {3};
  const auto sparse = *WordpieceTokenizer::CreateWithIds(Strings({"a"}), ids);
  EXPECT_THAT(
      sparse.Detokenize(*RaggedTensor<int64_t>::FromRowSplits({3}, {0, 1})),
      FailsWith(absl::StatusCode::kInvalidArgument, "0 to size - 1"));
}

TEST(WordpieceTokenizer, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const auto tokenizer = *WordpieceTokenizer::Create(Strings({"a"}));
  EXPECT_THAT(tokenizer.Tokenize(Strings({"a"}), SubwordKind::kIds,
                                 {.cancellation = &token}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
