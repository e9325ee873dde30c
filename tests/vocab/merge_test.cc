#include "rowsplit/vocab/merge.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/vocab/vocabulary_builder.h"
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

void ExpectFails(const absl::Status& status, absl::StatusCode code,
                 std::string_view says) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(says));
}

void ExpectMapsTokens(const MergedVocabulary& merged,
                      const std::vector<Vocabulary>& inputs) {
  ASSERT_EQ(merged.id_maps.size(), inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const IdMap& map = merged.id_maps[i];
    ASSERT_EQ(map.num_old(), inputs[i].size());
    ASSERT_EQ(map.num_new(), merged.vocabulary.size());
    for (int64_t old = 0; old < inputs[i].size(); ++old) {
      ASSERT_EQ(merged.vocabulary.token(map.old_to_new()[old]),
                inputs[i].token(old));
    }
  }
}

TEST(MergeVocabularies, KeepsTheFirstAndAppendsWhatIsNew) {
  const std::vector<Vocabulary> inputs = {VocabularyOf({"a", "b"}),
                                          VocabularyOf({"c", "b", "d"}),
                                          VocabularyOf({"e", "c", "a"})};
  const auto merged = MergeVocabularies(inputs);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(TokensOf(merged->vocabulary),
              ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(merged->id_maps[0].old_to_new(), ElementsAre(0, 1));
  EXPECT_THAT(merged->id_maps[1].old_to_new(), ElementsAre(2, 1, 3));
  EXPECT_THAT(merged->id_maps[2].old_to_new(), ElementsAre(4, 2, 0));
  EXPECT_TRUE(merged->counts.empty());
}

TEST(MergeVocabularies, EqualsAPlainMerge) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 20; ++round) {
    std::vector<Vocabulary> inputs;
    std::vector<std::string> expected;
    for (uint64_t i = 0; i <= Below(random, 4); ++i) {
      const std::vector<std::string> tokens = DrawTokens(random, 2000);
      for (const std::string& token : tokens) {
        const bool is_old = std::any_of(
            inputs.begin(), inputs.end(),
            [&](const auto& input) { return input.Find(token) >= 0; });
        if (!is_old) expected.push_back(token);
      }
      inputs.push_back(VocabularyOf(tokens));
    }
    const auto merged =
        MergeVocabularies(inputs, {.exec = {.num_threads = 1 + round % 3}});
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(TokensOf(merged->vocabulary), expected);
    EXPECT_TRUE(merged->id_maps[0].num_old() == 0 ||
                merged->id_maps[0].old_to_new()[0] == 0);
    ExpectMapsTokens(*merged, inputs);
  }
}

TEST(MergeVocabularies, OrdersBySummedCountsAsABuilder) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 20; ++round) {
    std::vector<Vocabulary> inputs;
    std::vector<std::vector<int64_t>> counts;
    MergeOptions options;
    VocabularyBuilder builder;
    for (int i = 0; i < 3; ++i) {
      std::vector<std::string> tokens = DrawTokens(random, 500);
      std::erase(tokens, "");
      std::erase(tokens, "[UNK]");
      tokens.insert(tokens.begin(), {"", "[UNK]"});
      counts.emplace_back();
      for (const std::string& token : tokens) {
        counts.back().push_back(1 + static_cast<int64_t>(Below(random, 5)));
        builder.Add(token, counts.back().back());
      }
      inputs.push_back(VocabularyOf(tokens));
    }
    options.counts.assign(counts.begin(), counts.end());
    const auto merged = MergeVocabularies(inputs, options);
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(TokensOf(merged->vocabulary), TokensOf(*builder.Build({})));
    ExpectMapsTokens(*merged, inputs);
    std::map<std::string, int64_t, std::less<>> sums;
    for (const TokenCount& common : builder.MostCommon(-1)) {
      sums[std::string(common.token)] = common.count;
    }
    for (int64_t id = 0; id < merged->vocabulary.size(); ++id) {
      EXPECT_EQ(merged->counts[id],
                sums.find(merged->vocabulary.token(id))->second);
    }
  }
}

TEST(MergeVocabularies, SpecialTokensComeFirst) {
  const std::vector<Vocabulary> inputs = {VocabularyOf({"a", "[UNK]"}),
                                          VocabularyOf({"b", "<s>"})};
  const std::vector<int64_t> first = {1, 0}, second = {2, 0};
  MergeOptions options;
  options.counts = {first, second};
  EXPECT_THAT(TokensOf(MergeVocabularies(inputs, options)->vocabulary),
              ElementsAre("[UNK]", "b", "a", "<s>"));
  options.special_tokens = {"<s>", "none"};
  const auto merged = MergeVocabularies(inputs, options);
  EXPECT_THAT(TokensOf(merged->vocabulary),
              ElementsAre("<s>", "b", "a", "[UNK]"));
  EXPECT_THAT(merged->counts, ElementsAre(0, 2, 1, 0));
  EXPECT_THAT(merged->id_maps[0].old_to_new(), ElementsAre(2, 3));
}

TEST(MergeVocabularies, RefusesCountsThatDoNotFit) {
  const std::vector<Vocabulary> inputs = {VocabularyOf({"a", "b"}),
                                          VocabularyOf({"a"})};
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  ExpectFails(MergeVocabularies({}).status(), kInvalid, "at least one");
  const std::vector<int64_t> two = {1, INT64_MAX}, one = {INT64_MAX},
                             negative = {-1};
  MergeOptions options;
  options.counts = {two};
  ExpectFails(MergeVocabularies(inputs, options).status(), kInvalid,
              "each of 2 vocabularies");
  options.counts = {two, two};
  ExpectFails(MergeVocabularies(inputs, options).status(), kInvalid,
              "counts[1] must have a count for each of 1 tokens, got 2");
  options.counts = {two, negative};
  ExpectFails(MergeVocabularies(inputs, options).status(), kInvalid,
              "counts[1][0]=-1");
  options.counts = {two, one};
  ExpectFails(MergeVocabularies(inputs, options).status(),
              absl::StatusCode::kResourceExhausted,
              "counts of \"a\" does not fit");
}

TEST(MergeVocabularies, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const std::vector<Vocabulary> inputs = {VocabularyOf({"a"}),
                                          VocabularyOf({"b"})};
  EXPECT_TRUE(absl::IsCancelled(
      MergeVocabularies(inputs, {.exec = {.cancellation = &token}}).status()));
}

}  // namespace
}  // namespace rowsplit
