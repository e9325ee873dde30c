#include "rowsplit/text/hash_ngrams.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/text/unicode_split.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToRows;

constexpr int64_t kBins = 1'000'003;

int64_t Id(std::string_view ngram) {
  return static_cast<int64_t>(Xxh3_64(ngram) % kBins);
}

// The n-grams of units as strings, each of which is then hashed.
std::vector<int64_t> HashPlainly(const std::vector<std::string>& units,
                                 std::string_view separator, int64_t min_width,
                                 int64_t max_width, bool has_marks) {
  std::vector<int64_t> ids;
  const auto size = static_cast<int64_t>(units.size());
  for (int64_t width = min_width; width <= max_width && width <= size;
       ++width) {
    for (int64_t begin = 0; begin + width <= size; ++begin) {
      const bool is_mark = begin == 0 || begin + 1 == size;
      if (has_marks && width == 1 && is_mark) continue;
      std::string ngram = units[begin];
      for (int64_t i = 1; i < width; ++i) {
        ngram += separator;
        ngram += units[begin + i];
      }
      ids.push_back(Id(ngram));
    }
  }
  return ids;
}

TEST(HashNgrams, HashesEachNgram) {
  EXPECT_THAT(
      *HashNgrams(Strings({"abc", "", "é", "日本"}),
                  {.num_bins = kBins, .min_width = 1, .max_width = 2}),
      RaggedIs<int64_t>({{Id("a"), Id("b"), Id("c"), Id("ab"), Id("bc")},
                         {},
                         {Id("é")},
                         {Id("日"), Id("本"), Id("日本")}}));
}

TEST(HashNgrams, MarksTheEndsOfWords) {
  const HashNgramsOptions options{
      .num_bins = kBins, .min_width = 1, .max_width = 3, .word_marks = true};
  EXPECT_THAT(*HashNgrams(Strings({"ab", ""}), options),
              RaggedIs<int64_t>({{Id("a"), Id("b"), Id("<a"), Id("ab"),
                                  Id("b>"), Id("<ab"), Id("ab>")},
                                 {Id("<>")}}));
}

TEST(HashNgrams, TakesBytesIfAsked) {
  EXPECT_THAT(*HashNgrams(Strings({"é\xFF"}), {.num_bins = kBins,
                                               .min_width = 2,
                                               .max_width = 2,
                                               .unit = NgramUnit::kByte}),
              RaggedIs<int64_t>({{Id("é"), Id("\xA9\xFF")}}));
}

TEST(HashNgrams, TakesAnIllFormedSubpartForTheReplacementCharacter) {
  EXPECT_THAT(*HashNgrams(Strings({"a\xE2\x82z"}),
                          {.num_bins = kBins, .min_width = 2, .max_width = 2}),
              RaggedIs<int64_t>({{Id("a\uFFFD"), Id("\uFFFDz")}}));
}

TEST(HashNgrams, HasTheHashesOfOthers) {
  const StringTensor input = Strings({"ab"});
  EXPECT_THAT(
      *HashNgrams(input, {.num_bins = 1000,
                          .min_width = 2,
                          .max_width = 2,
                          .hash = NgramHash::kFarmHash}),
      RaggedIs<int64_t>({{static_cast<int64_t>(Fingerprint64("ab") % 1000)}}));
  // FNV-1a of "a" and "foobar" is published; fastText's differs for bytes from
  // 80 up only, which it extends by their sign.
  const auto fast_text = [&](std::string_view text, int64_t width) {
    return HashNgrams(Strings({text}), {.num_bins = int64_t{1} << 32,
                                        .min_width = width,
                                        .max_width = width,
                                        .unit = NgramUnit::kByte,
                                        .hash = NgramHash::kFastText})
        ->flat_values()[0];
  };
  EXPECT_EQ(fast_text("a", 1), 0xE40C292C);
  EXPECT_EQ(fast_text("foobar", 6), 0xBF9CF968);
  EXPECT_EQ(fast_text("\xC3", 1),
            (2166136261u ^ 0xFFFFFFC3u) * uint32_t{16777619});
}

TEST(HashNgrams, EqualsTheHashOfEachStringForAnyNumberOfThreads) {
  for (const std::string_view alphabet : {"abc", "a\xC3\xA4\xFF\xE2"}) {
    for (const StringCase& c : StringCases(Seed(), alphabet, 300'000)) {
      SCOPED_TRACE(c.name);
      for (const bool marks : {false, true}) {
        const auto characters = ToRows(*SplitCharacters(c.view()));
        std::vector<std::vector<int64_t>> expected;
        for (std::vector<std::string> units : characters) {
          if (marks) {
            units.insert(units.begin(), "<");
            units.emplace_back(">");
          }
          expected.push_back(HashPlainly(units, "", 1, 3, marks));
        }
        for (const int threads : {1, 4}) {
          const auto ids =
              HashNgrams(c.view(), {.num_bins = kBins,
                                    .min_width = 1,
                                    .max_width = 3,
                                    .word_marks = marks,
                                    .exec = {.num_threads = threads}});
          ASSERT_TRUE(ids.ok());
          ASSERT_EQ(ToRows(*ids), expected);
        }
      }
    }
  }
}

TEST(HashNgrams, OfTokensAddsADimension) {
  const auto tokens = *RaggedStringTensor::FromFlatValues(
      RaggedShape(*RowPartition::FromRowLengths(std::vector<int64_t>{2, 0, 1})),
      Strings({"ab", "c", "de"}));
  const auto ids =
      HashNgrams(tokens, {.num_bins = kBins, .min_width = 2, .max_width = 2});
  ASSERT_TRUE(ids.ok());
  EXPECT_EQ(ids->shape().ragged_rank(), 2);
  EXPECT_EQ(ids->shape().partition(0), tokens.shape().innermost());
  EXPECT_EQ(ToRows(*ids),
            (std::vector<std::vector<int64_t>>{{Id("ab")}, {}, {Id("de")}}));
}

TEST(HashTokenNgrams, HashesJoinedTokens) {
  const auto tokens = *RaggedStringTensor::FromFlatValues(
      RaggedShape(
          *RowPartition::FromRowLengths(std::vector<int64_t>{3, 0, 1, 2})),
      Strings({"a", "bc", "d", "e", "", ""}));
  EXPECT_THAT(
      *HashTokenNgrams(tokens, {.num_bins = kBins}),
      RaggedIs<int64_t>({{Id("a"), Id("bc"), Id("d"), Id("a bc"), Id("bc d")},
                         {},
                         {Id("e")},
                         {Id(""), Id(""), Id(" ")}}));
  EXPECT_THAT(*HashTokenNgrams(tokens, {.num_bins = kBins,
                                        .min_width = 3,
                                        .max_width = 9,
                                        .separator = "--"}),
              RaggedIs<int64_t>({{Id("a--bc--d")}, {}, {}, {}}));
}

TEST(HashTokenNgrams, KeepsOuterDimensions) {
  const RaggedShape shape = *RaggedShape::FromPartitions(
      {*RowPartition::FromRowLengths(std::vector<int64_t>{2, 0}),
       *RowPartition::FromRowLengths(std::vector<int64_t>{1, 2})});
  const auto tokens =
      *RaggedStringTensor::FromFlatValues(shape, Strings({"a", "b", "c"}));
  const auto ids = HashTokenNgrams(
      tokens, {.num_bins = kBins, .min_width = 2, .max_width = 2});
  ASSERT_TRUE(ids.ok());
  EXPECT_EQ(ids->shape().partition(0), shape.partition(0));
  EXPECT_EQ(ToRows(*ids), (std::vector<std::vector<int64_t>>{{}, {Id("b c")}}));
}

TEST(HashTokenNgrams, EqualsTheHashOfEachStringForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 100; ++repeat) {
    StringTensorBuilder strings;
    std::vector<int64_t> lengths;
    std::vector<std::vector<int64_t>> expected;
    for (uint64_t row = testing::Below(random, 40); row > 0; --row) {
      std::vector<std::string> units(testing::Below(random, 7));
      for (std::string& unit : units) {
        unit.assign(testing::Below(random, 5), 'x');
        strings.Append(unit);
      }
      lengths.push_back(static_cast<int64_t>(units.size()));
      expected.push_back(HashPlainly(units, " ", 2, 4, false));
    }
    const auto tokens = *RaggedStringTensor::FromFlatValues(
        RaggedShape(*RowPartition::FromRowLengths(lengths)),
        std::move(strings).Build());
    for (const int threads : {1, 4}) {
      const auto ids =
          HashTokenNgrams(tokens, {.num_bins = kBins,
                                   .min_width = 2,
                                   .max_width = 4,
                                   .exec = {.num_threads = threads}});
      ASSERT_TRUE(ids.ok());
      ASSERT_EQ(ToRows(*ids), expected);
    }
  }
}

TEST(HashNgrams, ChecksItsOptions) {
  const StringTensor input = Strings({"a"});
  EXPECT_THAT(HashNgrams(input, {}),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "HashNgrams: num_bins must be at least 1, got 0"));
  EXPECT_THAT(HashNgrams(input, {.num_bins = 2, .min_width = 0}),
              FailsWith(absl::StatusCode::kInvalidArgument, "min_width=0"));
  EXPECT_THAT(
      HashNgrams(input, {.num_bins = 2, .min_width = 4, .max_width = 3}),
      FailsWith(absl::StatusCode::kInvalidArgument, "max_width=3"));
  EXPECT_THAT(HashTokenNgrams(RaggedStringTensor(), {}),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "HashTokenNgrams: num_bins"));
}

TEST(HashNgrams, TakesWidthsBeyondAnyString) {
  EXPECT_THAT(*HashNgrams(Strings({"abc"}),
                          {.num_bins = kBins,
                           .min_width = 3,
                           .max_width = std::numeric_limits<int64_t>::max()}),
              RaggedIs<int64_t>({{Id("abc")}}));
}

TEST(HashNgrams, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(HashNgrams(Strings({"a"}),
                         {.num_bins = 2, .exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
