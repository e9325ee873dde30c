#include "rowsplit/vocab/vocabulary_builder.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/hostile_tokens.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Counts = std::vector<std::pair<std::string, int64_t>>;

Counts Copy(const std::vector<TokenCount>& common) {
  Counts counts;
  for (const TokenCount& c : common) counts.emplace_back(c.token, c.count);
  return counts;
}

Counts MostCommon(const VocabularyBuilder& builder, int64_t max_tokens = -1,
                  int64_t min_count = 1) {
  return Copy(builder.MostCommon(max_tokens, min_count));
}

std::vector<std::string> Tokens(const Vocabulary& vocabulary) {
  std::vector<std::string> tokens;
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    tokens.emplace_back(vocabulary.token(id));
  }
  return tokens;
}

// A text in which the token i comes about `size / (i + 1)` times.
std::vector<std::string> Skewed(std::vector<std::string> types, size_t size,
                                uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::string> text;
  while (text.size() < size) {
    const uint64_t limit = random() % types.size() + 1;
    text.push_back(types[random() % limit]);
  }
  return text;
}

// The meaning of MostCommon, by std::map and a whole sort.
Counts Reference(const std::vector<std::string>& text, int64_t max_tokens,
                 int64_t min_count) {
  std::map<std::string, int64_t> counts;
  for (const std::string& token : text) ++counts[token];
  Counts all;
  for (auto it = counts.rbegin(); it != counts.rend(); ++it) {
    if (it->second >= min_count) all.push_back(*it);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  if (max_tokens >= 0 && all.size() > static_cast<size_t>(max_tokens))
    all.resize(max_tokens);
  return all;
}

VocabularyBuilder Count(const std::vector<std::string>& text) {
  const testing::Text spans(text);
  VocabularyBuilder builder;
  builder.AddSpans(spans.bytes(), spans.spans());
  return builder;
}

TEST(VocabularyBuilder, EqualsAMapOnHostileTokens) {
  for (const uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    auto types = testing::HostileTokens(seed);
    std::erase_if(types, [](const auto& type) { return type.size() > 1000; });
    const auto text = Skewed(types, 30000, seed);
    const VocabularyBuilder builder = Count(text);
    VocabularyBuilder one_by_one;
    for (const std::string& token : text) one_by_one.Add(token);
    for (const int64_t max_tokens : {-1, 0, 1, 7, 500, 1000000}) {
      for (const int64_t min_count : {1, 2, 5, 1000000}) {
        const Counts expected = Reference(text, max_tokens, min_count);
        ASSERT_EQ(MostCommon(builder, max_tokens, min_count), expected);
        ASSERT_EQ(MostCommon(one_by_one, max_tokens, min_count), expected);
      }
    }
    EXPECT_EQ(builder.num_tokens(), 30000);
    EXPECT_EQ(builder.num_types(),
              static_cast<int64_t>(MostCommon(builder).size()));
  }
}

TEST(VocabularyBuilder, CountsManyTypesAndAHugeToken) {
  std::vector<std::string> types = testing::Counters(300000);
  types.push_back(std::string(1 << 20, 'x'));
  types.push_back(types.back());
  const VocabularyBuilder builder = Count(types);
  EXPECT_EQ(builder.num_types(), 300001);
  EXPECT_EQ(MostCommon(builder, 1), (Counts{{types.back(), 2}}));
  EXPECT_EQ(MostCommon(builder), Reference(types, -1, 1));
  EXPECT_GT(builder.size_bytes(), int64_t{300000} * 24);
  EXPECT_LT(builder.size_bytes(), int64_t{300000} * 150);
}

TEST(VocabularyBuilder, AddsCounts) {
  VocabularyBuilder builder;
  builder.Add("b", 3);
  builder.Add("a", 2);
  builder.Add("c", 0);
  builder.Add(std::string(20, 'l'), 0);
  builder.Add("a", 5);
  builder.Add("", 1);
  EXPECT_EQ(builder.num_tokens(), 11);
  EXPECT_EQ(builder.num_types(), 3);
  EXPECT_EQ(MostCommon(builder), (Counts{{"a", 7}, {"b", 3}, {"", 1}}));
}

TEST(VocabularyBuilder, CountsDocumentsOfRowsAndMergesThem) {
  VocabularyBuilder builder;
  const testing::Text text(std::vector<std::string>{"a", "b", "a", "a"});
  const std::vector<Offset> ends = {0, 3, 4};
  builder.AddRows(text.bytes(), text.spans(), ends);
  EXPECT_EQ(builder.num_documents(), 3);
  EXPECT_THAT(builder.MostCommon(-1),
              ElementsAre(TokenCount{"a", 3, 2}, TokenCount{"b", 1, 1}));
  VocabularyBuilder other;
  other.Add("b", 5, 4);
  other.Add("a", 1);
  builder.Merge(other);
  EXPECT_THAT(builder.MostCommon(-1),
              ElementsAre(TokenCount{"b", 6, 5}, TokenCount{"a", 4, 2}));
  // Documents come to a builder that had none, also from its own tokens.
  VocabularyBuilder late;
  late.Add("c");
  late.Merge(builder);
  late.Merge(late);
  EXPECT_EQ(late.num_documents(), 6);
  EXPECT_THAT(late.MostCommon(-1),
              ElementsAre(TokenCount{"b", 12, 10}, TokenCount{"a", 8, 4},
                          TokenCount{"c", 2, 0}));
}

TEST(VocabularyBuilder, OrdersEqualCountsByGreaterBytesFirst) {
  VocabularyBuilder builder;
  for (const std::string_view token :
       {"B", "a", "b", "A", "é", "z", "ab", "", "a_token_over_15_bytes"}) {
    builder.Add(token);
  }
  EXPECT_EQ(MostCommon(builder), (Counts{{"é", 1},
                                         {"z", 1},
                                         {"b", 1},
                                         {"ab", 1},
                                         {"a_token_over_15_bytes", 1},
                                         {"a", 1},
                                         {"B", 1},
                                         {"A", 1},
                                         {"", 1}}));
}

TEST(VocabularyBuilder, MergesInAnyOrderAndGrouping) {
  auto types = testing::HostileTokens(5);
  std::erase_if(types, [](const auto& type) { return type.size() > 1000; });
  const auto text = Skewed(types, 30000, 5);
  const Counts expected = Reference(text, -1, 1);
  const auto part = [&](size_t begin, size_t end) {
    return Count({text.begin() + begin, text.begin() + end});
  };
  VocabularyBuilder left = part(0, 10000);
  left.Merge(part(10000, 10500));
  left.Merge(part(10500, 30000));
  EXPECT_EQ(MostCommon(left), expected);
  EXPECT_EQ(left.num_tokens(), 30000);

  VocabularyBuilder right = part(10500, 30000);
  VocabularyBuilder middle = part(10000, 10500);
  middle.Merge(right);
  middle.Merge(VocabularyBuilder());
  VocabularyBuilder first = part(0, 10000);
  VocabularyBuilder whole;
  whole.Merge(middle);
  whole.Merge(first);
  EXPECT_EQ(MostCommon(whole), expected);
  EXPECT_EQ(whole.num_types(), left.num_types());
}

TEST(VocabularyBuilder, MergedWithItselfDoubles) {
  VocabularyBuilder builder;
  for (int i = 0; i < 600; ++i) builder.Add(std::to_string(i));
  builder.Add(std::string(30, 'x'), 4);
  builder.Merge(builder);
  EXPECT_EQ(builder.num_tokens(), 1208);
  EXPECT_EQ(builder.num_types(), 601);
  EXPECT_EQ(MostCommon(builder, 1), (Counts{{std::string(30, 'x'), 8}}));
  EXPECT_EQ(builder.MostCommon(-1, 2).size(), 601);
}

TEST(VocabularyBuilder, Moves) {
  VocabularyBuilder builder;
  builder.Add("a");
  VocabularyBuilder moved = std::move(builder);
  moved.Add("a");
  builder = VocabularyBuilder();
  builder.Add("b");
  EXPECT_EQ(MostCommon(moved), (Counts{{"a", 2}}));
  EXPECT_EQ(MostCommon(builder), (Counts{{"b", 1}}));
}

TEST(VocabularyBuilder, DoesNotDependOnThreads) {
  const auto text = Skewed(testing::Counters(20000), 100000, 9);
  const testing::Text spans(text);
  const Counts expected = Reference(text, -1, 1);
  for (const int num_threads : {1, 2, 8}) {
    const ExecOptions exec = {.num_threads = num_threads};
    internal::WorkerLocal<VocabularyBuilder> builders(exec);
    const absl::Status status = internal::ParallelFor(
        exec, static_cast<int64_t>(text.size()), 777,
        [&](int64_t begin, int64_t end) {
          builders.local().AddSpans(spans.bytes(),
                                    spans.spans().subspan(begin, end - begin));
          return absl::OkStatus();
        });
    ASSERT_TRUE(status.ok());
    VocabularyBuilder whole;
    for (const VocabularyBuilder& builder : builders.slots()) {
      whole.Merge(builder);
    }
    EXPECT_EQ(MostCommon(whole), expected) << num_threads;
  }
}

TEST(Build, PutsSpecialTokensFirstAndCountsThem) {
  VocabularyBuilder builder;
  for (const std::string_view token : {"x", "y", "x", "[UNK]", "", "é"}) {
    builder.Add(token);
  }
  builder.Add("[UNK]", 50);
  EXPECT_THAT(Tokens(*builder.Build({})),
              ElementsAre("", "[UNK]", "x", "é", "y"));
  EXPECT_THAT(Tokens(*builder.Build({.max_tokens = 4})),
              ElementsAre("", "[UNK]", "x", "é"));
  EXPECT_THAT(Tokens(*builder.Build({.max_tokens = 2})),
              ElementsAre("", "[UNK]"));
  EXPECT_THAT(Tokens(*builder.Build({.max_tokens = 100, .min_count = 2})),
              ElementsAre("", "[UNK]", "x"));
  EXPECT_THAT(Tokens(*builder.Build({.special_tokens = {}})),
              ElementsAre("[UNK]", "x", "é", "y", ""));
  EXPECT_THAT(
      Tokens(*builder.Build({.max_tokens = 3, .special_tokens = {"[UNK]"}})),
      ElementsAre("[UNK]", "x", "é"));
}

TEST(Build, OfNothingIsTheSpecialTokens) {
  EXPECT_THAT(Tokens(*VocabularyBuilder().Build({})), ElementsAre("", "[UNK]"));
}

TEST(Build, RefusesBadOptions) {
  const VocabularyBuilder builder;
  const auto message = [&](const VocabularyOptions& options) {
    const absl::Status status = builder.Build(options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  EXPECT_THAT(message({.max_tokens = 1}),
              HasSubstr("special tokens, 2, got 1"));
  EXPECT_THAT(message({.max_tokens = -2}), HasSubstr("got -2"));
  EXPECT_THAT(message({.min_count = 0}), HasSubstr("at least 1, got 0"));
  EXPECT_THAT(message({.special_tokens = {"a", "b", "a"}}),
              HasSubstr("tokens[0] and tokens[2] are both \"a\""));
}

}  // namespace
}  // namespace rowsplit
