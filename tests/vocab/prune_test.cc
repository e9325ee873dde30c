#include "rowsplit/vocab/prune.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/seed.h"
#include "support/vocabularies.h"

namespace rowsplit {
namespace {

using testing::Below;
using testing::DrawTokens;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TokensOf;
using testing::VocabularyOf;

std::vector<std::string> Prune(const Vocabulary& vocabulary,
                               const PruneOptions& options) {
  const auto pruned = PruneVocabulary(vocabulary, options);
  EXPECT_TRUE(pruned.ok()) << pruned.status();
  return pruned.ok() ? TokensOf(pruned->vocabulary)
                     : std::vector<std::string>{"error"};
}

void ExpectFails(const absl::StatusOr<PrunedVocabulary>& pruned,
                 std::string_view says) {
  EXPECT_EQ(pruned.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(pruned.status().message()), HasSubstr(says));
}

TEST(PruneVocabulary, KeepsTheFirstTokens) {
  const Vocabulary vocabulary = VocabularyOf({"a", "b", "[UNK]", "c"});
  EXPECT_THAT(Prune(vocabulary, {}), ElementsAre("a", "b", "[UNK]", "c"));
  EXPECT_THAT(Prune(vocabulary, {.max_tokens = 3}),
              ElementsAre("a", "b", "[UNK]"));
  EXPECT_THAT(Prune(vocabulary, {.max_tokens = 2}), ElementsAre("a", "[UNK]"));
  EXPECT_THAT(Prune(vocabulary, {.max_tokens = 1}), ElementsAre("[UNK]"));
  EXPECT_THAT(Prune(vocabulary, {.max_tokens = 0, .special_tokens = {}}),
              ElementsAre());
  EXPECT_THAT(Prune(vocabulary, {.max_tokens = 9}),
              ElementsAre("a", "b", "[UNK]", "c"));
}

TEST(PruneVocabulary, KeepsAndDropsByLists) {
  const Vocabulary vocabulary = VocabularyOf({"[UNK]", "a", "b", "c"});
  EXPECT_THAT(Prune(vocabulary, {.drop = VocabularyOf({"a", "x", "[UNK]"})}),
              ElementsAre("[UNK]", "b", "c"));
  EXPECT_THAT(Prune(vocabulary, {.keep = VocabularyOf({"c", "x", "a"})}),
              ElementsAre("[UNK]", "a", "c"));
  EXPECT_THAT(Prune(vocabulary, {.keep = VocabularyOf({"c", "a"}),
                                 .drop = VocabularyOf({"a"}),
                                 .special_tokens = {}}),
              ElementsAre("c"));
}

TEST(PruneVocabulary, KeepsTokensThatAreFrequentEnough) {
  const Vocabulary vocabulary = VocabularyOf({"", "a", "b", "c"});
  const std::vector<int64_t> counts = {0, 3, 1, 2};
  EXPECT_THAT(Prune(vocabulary, {.min_count = 2, .counts = counts}),
              ElementsAre("", "a", "c"));
  EXPECT_THAT(
      Prune(vocabulary, {.max_tokens = 2, .min_count = 2, .counts = counts}),
      ElementsAre("", "a"));
}

TEST(PruneVocabulary, EqualsAPlainFilterAndMapsTokens) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 30; ++round) {
    const Vocabulary vocabulary = VocabularyOf(DrawTokens(random, 3000));
    std::vector<int64_t> counts;
    for (int64_t id = 0; id < vocabulary.size(); ++id) {
      counts.push_back(static_cast<int64_t>(Below(random, 4)));
    }
    PruneOptions options;
    options.exec.num_threads = 1 + round % 3;
    options.special_tokens = DrawTokens(random, 20);
    options.special_tokens.push_back("not there");
    if (round % 2 == 0) options.drop = VocabularyOf(DrawTokens(random, 500));
    if (round % 3 == 0) options.keep = VocabularyOf(DrawTokens(random, 2500));
    if (round % 5 == 0) {
      options.min_count = 2;
      options.counts = counts;
    }
    const auto& special = options.special_tokens;
    std::vector<std::string> expected;
    for (int64_t id = 0; id < vocabulary.size(); ++id) {
      const std::string_view token = vocabulary.token(id);
      const bool is_special =
          std::find(special.begin(), special.end(), token) != special.end();
      if (is_special ||
          ((!options.min_count.has_value() || counts[id] >= 2) &&
           (!options.keep.has_value() || options.keep->Find(token) >= 0) &&
           (!options.drop.has_value() || options.drop->Find(token) < 0))) {
        expected.emplace_back(token);
      }
    }
    const auto pruned = PruneVocabulary(vocabulary, options);
    ASSERT_TRUE(pruned.ok()) << pruned.status();
    EXPECT_EQ(TokensOf(pruned->vocabulary), expected);
    EXPECT_EQ(pruned->id_map, *MapIds(vocabulary, pruned->vocabulary));
  }
}

TEST(PruneVocabulary, RefusesOptionsThatDoNotFit) {
  const Vocabulary vocabulary = VocabularyOf({"", "[UNK]", "a"});
  ExpectFails(PruneVocabulary(vocabulary, {.max_tokens = -2}), "got -2");
  ExpectFails(PruneVocabulary(vocabulary, {.max_tokens = 1}),
              "special tokens in the vocabulary, 2, got 1");
  ExpectFails(PruneVocabulary(vocabulary, {.min_count = 3}),
              "min_count 3 needs counts");
  const std::vector<int64_t> counts = {1, 2};
  ExpectFails(PruneVocabulary(vocabulary, {.min_count = 1, .counts = counts}),
              "each of 3 tokens, got 2");
}

TEST(PruneVocabulary, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_TRUE(absl::IsCancelled(
      PruneVocabulary(VocabularyOf({"a"}), {.exec = {.cancellation = &token}})
          .status()));
}

}  // namespace
}  // namespace rowsplit
