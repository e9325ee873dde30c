#include "rowsplit/vocab/lookup.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "support/hostile_tokens.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Ids = std::vector<int64_t>;

StringTensor Strings(const std::vector<std::string>& strings) {
  const std::vector<std::string_view> views(strings.begin(), strings.end());
  return StringTensor::FromStrings(views);
}

TokenLookup Make(const std::vector<std::string>& vocabulary,
                 const TokenLookupOptions& options) {
  auto lookup = TokenLookup::Create(
      *Vocabulary::FromTokens(Strings(vocabulary)), options);
  EXPECT_TRUE(lookup.ok()) << lookup.status();
  return *std::move(lookup);
}

absl::Status CreateError(const std::vector<std::string>& vocabulary,
                         const TokenLookupOptions& options) {
  return TokenLookup::Create(*Vocabulary::FromTokens(Strings(vocabulary)),
                             options)
      .status();
}

// By both interfaces, which must agree.
Ids Lookup(const TokenLookup& lookup, const std::vector<std::string>& tokens) {
  const auto ids = lookup.Lookup(Strings(tokens));
  EXPECT_TRUE(ids.ok()) << ids.status();
  if (!ids.ok()) return {};
  const testing::Text text(tokens);
  Ids by_spans(tokens.size());
  EXPECT_TRUE(lookup.Lookup(text.bytes(), text.spans(), by_spans).ok());
  const Ids by_strings(ids->begin(), ids->end());
  EXPECT_EQ(by_spans, by_strings);
  return by_strings;
}

const std::vector<std::string> kAnimals = {"cat", "dog", "Żółw", "owl"};
const std::vector<std::string> kQuery = {"dog",  "wolf", "",     "[UNK]",
                                         "Żółw", "Cat",  "żaba", "lion"};

TEST(TokenLookup, PutsOovIdsLastAsStaticVocabularyTable) {
  const TokenLookup one = Make(kAnimals, {});
  EXPECT_EQ(one.size(), 5);
  EXPECT_EQ(one.oov_begin(), 4);
  EXPECT_EQ(Lookup(one, kQuery), (Ids{1, 4, 4, 4, 2, 4, 4, 4}));
  // Recorded from tf.lookup.StaticVocabularyTable.
  const TokenLookup five = Make(kAnimals, {.num_oov = 5});
  EXPECT_EQ(five.size(), 9);
  EXPECT_EQ(Lookup(five, kQuery), (Ids{1, 6, 7, 4, 2, 5, 5, 4}));
}

TEST(TokenLookup, PutsOovIdsFirstAsStringLookup) {
  const TokenLookup plain = Make(kAnimals, {.layout = IdLayout::kOovFirst});
  EXPECT_EQ(plain.size(), 5);
  EXPECT_EQ(Lookup(plain, kQuery), (Ids{2, 0, 0, 0, 3, 0, 0, 0}));
  const TokenLookup masked =
      Make(kAnimals, {.layout = IdLayout::kOovFirst, .mask_token = ""});
  EXPECT_EQ(masked.size(), 6);
  EXPECT_EQ(masked.oov_begin(), 1);
  EXPECT_EQ(Lookup(masked, kQuery), (Ids{3, 1, 0, 1, 4, 1, 1, 1}));
  // Recorded from keras.layers.StringLookup.
  const TokenLookup three =
      Make(kAnimals,
           {.layout = IdLayout::kOovFirst, .num_oov = 3, .mask_token = ""});
  EXPECT_EQ(three.size(), 8);
  EXPECT_EQ(Lookup(three, kQuery), (Ids{5, 3, 0, 1, 6, 3, 3, 2}));
  const TokenLookup three_plain =
      Make(kAnimals, {.layout = IdLayout::kOovFirst, .num_oov = 3});
  EXPECT_EQ(Lookup(three_plain, kQuery), (Ids{4, 2, 2, 0, 5, 2, 2, 1}));
}

TEST(TokenLookup, TakesAVocabularyThatStartsWithTheSpecialTokens) {
  const TokenLookupOptions masked = {.layout = IdLayout::kOovFirst,
                                     .mask_token = ""};
  const TokenLookup lookup = Make({"", "[UNK]", "a", "b"}, masked);
  EXPECT_EQ(lookup.size(), 4);
  EXPECT_EQ(Lookup(lookup, {"a", "x", "", "[UNK]", "b"}), (Ids{2, 1, 0, 1, 3}));
  const TokenLookup unmasked =
      Make({"[UNK]", "a"}, {.layout = IdLayout::kOovFirst});
  EXPECT_EQ(Lookup(unmasked, {"a", "x", "", "[UNK]"}), (Ids{1, 0, 0, 0}));
  const TokenLookup no_oov =
      Make({"", "a"},
           {.layout = IdLayout::kOovFirst, .num_oov = 0, .mask_token = ""});
  EXPECT_EQ(Lookup(no_oov, {"a", ""}), (Ids{1, 0}));
  // Elsewhere, or where the start is another, "[UNK]" is a token like any.
  const TokenLookup second =
      Make({"a", "[UNK]"}, {.layout = IdLayout::kOovFirst});
  EXPECT_EQ(Lookup(second, {"a", "x", "[UNK]"}), (Ids{1, 0, 2}));
  EXPECT_EQ(second.size(), 3);
  const TokenLookup half = Make({"[UNK]", "a"}, masked);
  EXPECT_EQ(Lookup(half, {"a", "x", "[UNK]", ""}), (Ids{3, 1, 2, 0}));
}

TEST(TokenLookup, GivesUnknownTokensTheDefaultId) {
  const TokenLookup lookup = Make(kAnimals, {.num_oov = 0, .default_id = -99});
  EXPECT_EQ(lookup.size(), 4);
  EXPECT_EQ(Lookup(lookup, {"owl", "", "cat", "x"}), (Ids{3, -99, 0, -99}));
  const TokenLookup masked = Make(kAnimals, {.layout = IdLayout::kOovFirst,
                                             .num_oov = 0,
                                             .default_id = 7,
                                             .mask_token = "#"});
  EXPECT_EQ(Lookup(masked, {"owl", "", "#", "x"}), (Ids{4, 7, 0, 7}));
}

TEST(TokenLookup, NamesTheFirstUnknownToken) {
  const TokenLookup lookup = Make(kAnimals, {.num_oov = 0});
  EXPECT_EQ(Lookup(lookup, {"cat", "dog"}), (Ids{0, 1}));
  std::vector<std::string> tokens(100000, "cat");
  tokens[54321] = "li\non";
  tokens[70000] = "x";
  const absl::Status strings = lookup.Lookup(Strings(tokens)).status();
  EXPECT_EQ(strings.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(strings.message()),
              HasSubstr("tokens[54321]=\"li\\non\""));
  const testing::Text text(tokens);
  Ids ids(tokens.size());
  EXPECT_EQ(lookup.Lookup(text.bytes(), text.spans(), ids), strings);
}

TEST(TokenLookup, SpreadsUnknownTokensByTheChosenHash) {
  for (const OovHash hash : {OovHash::kFarmHash, OovHash::kXxh3}) {
    const TokenLookup lookup =
        Make(kAnimals, {.num_oov = 1000, .oov_hash = hash});
    const auto tokens = testing::HostileTokens(8);
    Ids expected;
    for (const std::string& token : tokens) {
      expected.push_back(4 + static_cast<int64_t>((hash == OovHash::kFarmHash
                                                       ? Fingerprint64(token)
                                                       : Xxh3_64(token)) %
                                                  1000));
    }
    EXPECT_EQ(Lookup(lookup, tokens), expected);
  }
}

TEST(TokenLookup, DoesNotDependOnThreadsOrOnWhereAViewStarts) {
  const auto tokens = testing::Counters(60000);
  const std::vector<std::string> known(tokens.begin(), tokens.begin() + 30000);
  const TokenLookup lookup = Make(known, {.num_oov = 50});
  const StringTensor all = Strings(tokens);
  const auto expected = lookup.Lookup(all, {.num_threads = 1});
  ASSERT_TRUE(expected.ok());
  for (const int num_threads : {2, 8}) {
    const auto ids = lookup.Lookup(all, {.num_threads = num_threads});
    ASSERT_TRUE(ids.ok());
    EXPECT_TRUE(std::ranges::equal(*ids, *expected));
  }
  const auto slice = lookup.Lookup(all.view().Slice(29000, 31001));
  ASSERT_TRUE(slice.ok());
  EXPECT_TRUE(std::ranges::equal(*slice, expected->Slice(29000, 2001)));
  EXPECT_TRUE(lookup.Lookup(StringTensorView())->empty());
}

TEST(TokenLookup, TurnsIdsBack) {
  const auto all = [](const TokenLookup& lookup) {
    std::vector<std::string> tokens;
    for (int64_t id = -1; id <= lookup.size(); ++id) {
      tokens.emplace_back(lookup.token(id));
    }
    return tokens;
  };
  EXPECT_THAT(all(Make({"a", "b"}, {.num_oov = 2})),
              ElementsAre("[UNK]", "a", "b", "[UNK]", "[UNK]", "[UNK]"));
  EXPECT_THAT(all(Make({"a", "b"}, {.layout = IdLayout::kOovFirst,
                                    .num_oov = 2,
                                    .mask_token = "#",
                                    .oov_token = "?"})),
              ElementsAre("?", "#", "?", "?", "a", "b", "?"));
  EXPECT_THAT(all(Make({"", "[UNK]", "a"},
                       {.layout = IdLayout::kOovFirst, .mask_token = ""})),
              ElementsAre("[UNK]", "", "[UNK]", "a", "[UNK]"));
  EXPECT_THAT(all(Make({"a"}, {.num_oov = 0, .default_id = 0})),
              ElementsAre("[UNK]", "a", "[UNK]"));
}

TEST(TokenLookup, RefusesBadOptions) {
  const auto message = [](const std::vector<std::string>& vocabulary,
                          const TokenLookupOptions& options) {
    const absl::Status status = CreateError(vocabulary, options);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  const TokenLookupOptions masked = {.layout = IdLayout::kOovFirst,
                                     .mask_token = ""};
  EXPECT_THAT(message({"a"}, {.num_oov = -1}), HasSubstr("got -1"));
  EXPECT_THAT(message({"a"}, {.num_oov = std::numeric_limits<int64_t>::max()}),
              HasSubstr("above 2^62"));
  EXPECT_THAT(message({"a"}, {.num_oov = 2, .default_id = 0}),
              HasSubstr("num_oov 2"));
  EXPECT_THAT(message({"a"}, {.mask_token = "m"}), HasSubstr("\"m\""));
  EXPECT_THAT(message({}, {}), HasSubstr("got 0 tokens"));
  EXPECT_THAT(message({"", "[UNK]"}, masked), HasSubstr("got 2 tokens"));
  EXPECT_THAT(message({"a", "b", ""}, masked), HasSubstr("tokens[2]=\"\""));
  EXPECT_THAT(message({"[UNK]", "", "a"}, masked), HasSubstr("tokens[1]=\"\""));
}

TEST(TokenLookup, DropsAMaskTokenWithoutAnId) {
  const TokenLookup lookup = Make(kAnimals, {.layout = IdLayout::kOovFirst,
                                             .num_oov = 2,
                                             .mask_token = "",
                                             .mask_has_id = false});
  EXPECT_EQ(lookup.size(), 6);
  EXPECT_EQ(lookup.first_token_id(), 2);
  EXPECT_EQ(Lookup(lookup, {"", "cat", "owl"}),
            (Ids{TokenLookup::kNoId, 2, 5}));
  EXPECT_EQ(lookup.token(0), "[UNK]");
  // Special tokens are the OOV tokens only.
  const TokenLookup one = Make(
      {"[UNK]", "cat"},
      {.layout = IdLayout::kOovFirst, .mask_token = "", .mask_has_id = false});
  EXPECT_EQ(Lookup(one, {"", "cat", "x"}), (Ids{TokenLookup::kNoId, 1, 0}));
}

TEST(TokenLookup, MasksAMaskTokenAmongTheOthers) {
  const TokenLookup lookup =
      Make({"a", "", "b"}, {.layout = IdLayout::kOovFirst,
                            .mask_token = "",
                            .may_have_mask_token = true});
  EXPECT_EQ(Lookup(lookup, {"a", "", "b", "c"}), (Ids{2, 0, 4, 1}));
  EXPECT_EQ(lookup.token(0), "");
}

TEST(TokenLookup, SpreadsBySipHashWithASalt) {
  const SipHashKey salt = {7, 9};
  const TokenLookup lookup = Make(kAnimals, {.num_oov = 5, .salt = salt});
  EXPECT_EQ(Lookup(lookup, {"wolf", "lion", "owl"}),
            (Ids{4 + static_cast<int64_t>(SipHash24("wolf", salt) % 5),
                 4 + static_cast<int64_t>(SipHash24("lion", salt) % 5), 3}));
}

}  // namespace
}  // namespace rowsplit
