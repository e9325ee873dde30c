#include "rowsplit/text/wordpiece_learner.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::ToStrings;
using ::testing::ElementsAre;
using Counts = std::vector<std::pair<std::string, int64_t>>;

StringTensor WordsOf(const Counts& counts) {
  StringTensorBuilder builder;
  for (const auto& [word, count] : counts) builder.Append(word);
  return std::move(builder).Build();
}

absl::StatusOr<StringTensor> Learn(const Counts& counts,
                                   const WordpieceLearnerOptions& options) {
  std::vector<int64_t> numbers;
  for (const auto& [word, count] : counts) numbers.push_back(count);
  return LearnWordpiece(WordsOf(counts), numbers, options);
}

// One threshold, counting every subword and lowering the counts of what it
// begins with, longest first. Of ASCII words.
std::vector<std::string> LearnPlainly(const Counts& words, int64_t threshold,
                                      int64_t iterations) {
  std::set<std::string> characters;
  for (const auto& [word, count] : words) {
    for (const char byte : word) characters.insert(std::string(1, byte));
  }
  std::map<std::string, int64_t> tokens;
  const auto add_characters = [&] {
    for (const std::string& one : characters) {
      tokens.try_emplace(one, 1);
      tokens.try_emplace("##" + one, 1);
    }
  };
  add_characters();
  for (int64_t i = 0; i < iterations; ++i) {
    std::map<size_t, std::map<std::string, int64_t>> by_size;
    for (const auto& [word, count] : words) {
      for (size_t begin = 0; begin < word.size();) {
        const std::string prefix = begin > 0 ? "##" : "";
        for (size_t size = 1; begin + size <= word.size(); ++size)
          by_size[size][prefix + word.substr(begin, size)] += count;
        size_t end = begin + 1;
        if (i > 0) {
          end = word.size();
          while (!tokens.contains(prefix + word.substr(begin, end - begin)))
            --end;
        }
        begin = end;
      }
    }
    tokens.clear();
    for (size_t size = 64; size > 0; --size) {
      for (const auto& [token, count] : by_size[size]) {
        if (count >= threshold) tokens[token] = count;
        for (size_t shorter = 1; shorter < size; ++shorter)
          by_size[shorter][token.substr(0, token.size() - size + shorter)] -=
              count;
      }
    }
    add_characters();
  }
  std::vector<std::pair<std::string, int64_t>> sorted(tokens.begin(),
                                                      tokens.end());
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> vocabulary(characters.begin(), characters.end());
  for (const auto& [token, count] : sorted) {
    if (!characters.contains(token)) vocabulary.push_back(token);
  }
  return vocabulary;
}

TEST(LearnWordpiece, GivesReservedTokensCharactersAndSubwords) {
  EXPECT_THAT(
      ToStrings(*Learn(
          {{"aab", 5}, {"ab", 3}, {"b", 9}, {"abc", 2}},
          {.vocab_size = 12, .reserved_tokens = {"<s>"}, .lower_thresh = 1})),
      ElementsAre("<s>", "a", "b", "c", "aab", "ab", "abc", "##a", "##b",
                  "##c"));
}

TEST(LearnWordpiece, EqualsCountingEverySubword) {
  std::mt19937_64 random(Seed());
  for (int round = 0; round < 100; ++round) {
    std::map<std::string, int64_t> words;
    for (int i = 0; i < 30; ++i) {
      std::string word;
      for (size_t n = 1 + random() % 8; n > 0; --n)
        word += static_cast<char>('a' + random() % 3);
      words[word] = static_cast<int64_t>(random() % 20) + 1;
    }
    const Counts counts(words.begin(), words.end());
    const auto threshold = static_cast<int64_t>(random() % 12) + 1;
    const auto iterations = static_cast<int64_t>(random() % 5);
    // One threshold only.
    const auto learned = *Learn(counts, {.vocab_size = 0,
                                         .upper_thresh = threshold,
                                         .lower_thresh = threshold,
                                         .num_iterations = iterations});
    std::vector<std::string> expected;
    const auto [least, greatest] = std::minmax_element(
        counts.begin(), counts.end(),
        [](const auto& a, const auto& b) { return a.second < b.second; });
    const int64_t upper = std::min(threshold, greatest->second);
    const int64_t lower = std::max(threshold, least->second);
    if (upper < lower && (upper + lower) / 2 != threshold) continue;
    ASSERT_EQ(ToStrings(learned), LearnPlainly(counts, threshold, iterations));
  }
}

TEST(LearnWordpiece, LeavesOutWordsByItsOptions) {
  const Counts counts = {{"ab", 5}, {"abcd", 4}, {"x", 1}, {"yy", 1}};
  EXPECT_THAT(ToStrings(*Learn(counts, {.vocab_size = 50,
                                        .reserved_tokens = {"ab"},
                                        .lower_thresh = 1,
                                        .max_token_length = 3})),
              ElementsAre("ab", "x", "y", "##x", "##y", "yy"));
  EXPECT_THAT(ToStrings(*Learn(counts, {.vocab_size = 50,
                                        .lower_thresh = 1,
                                        .max_unique_chars = 2,
                                        .include_joiner_token = false})),
              ElementsAre("a", "b", "ab"));
  EXPECT_THAT(ToStrings(*Learn(counts, {.vocab_size = 50,
                                        .lower_thresh = 1,
                                        .max_input_tokens = 1,
                                        .joiner = "@"})),
              ElementsAre("a", "b", "ab", "@a", "@b"));
}

TEST(LearnWordpiece, RefusesWhatItCanNotLearnFrom) {
  using enum absl::StatusCode;
  EXPECT_THAT(Learn({}, {.vocab_size = 1}),
              FailsWith(kInvalidArgument, "got 0 words"));
  EXPECT_THAT(Learn({{"a", 1}}, {}),
              FailsWith(kInvalidArgument, "vocab_size must be 0 or more"));
  EXPECT_THAT(Learn({{"\xFF", 1}}, {.vocab_size = 1}),
              FailsWith(kInvalidArgument, "a word must be UTF-8"));
  EXPECT_THAT(Learn({{"a", 1}}, {.vocab_size = 1, .joiner = "\xFF"}),
              FailsWith(kInvalidArgument, "the joiner must be UTF-8"));
  EXPECT_THAT(Learn({{"aa", INT64_MAX}}, {.vocab_size = 1}),
              FailsWith(kResourceExhausted, "does not fit 64 bits"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Learn({{"a", 1}}, {.vocab_size = 1, .cancellation = &token}),
              FailsWith(kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
