#include "rowsplit/pipeline/text_vectorization.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Strings;

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

using Views = std::vector<std::string_view>;

Vocabulary MakeVocabulary(const Views& tokens) {
  return *Vocabulary::FromTokens(Strings(tokens));
}

TextVectorization Make(TextVectorizationOptions options, const Views& tokens) {
  return *TextVectorization::Create(options, MakeVocabulary(tokens));
}

std::vector<std::vector<int64_t>> Ragged(const TextVectorization& layer,
                                         const Views& texts, int threads = 1) {
  const auto ragged =
      *layer.VectorizeRagged(Strings(texts), {.num_threads = threads});
  std::vector<std::vector<int64_t>> rows;
  for (int64_t row = 0; row < ragged.num_rows(); ++row) {
    const auto ids = ragged.view().row(row);
    rows.emplace_back(ids.begin(), ids.end());
  }
  return rows;
}

TEST(TextVectorization, GivesPaddingUnknownAndTokensTheIdsOfKeras) {
  const TextVectorization layer = Make({}, {"the", "cat"});
  EXPECT_THAT(Ragged(layer, {"The CAT!", "a cat's", "", " ... "}),
              ElementsAre(ElementsAre(2, 3), ElementsAre(1, 1), ElementsAre(),
                          ElementsAre()));
  const Tensor dense = *layer.Vectorize(Strings({"The CAT!", "", "cat"}));
  EXPECT_THAT(dense.flat_shape(), ElementsAre(3, 2));
  EXPECT_THAT(dense.items<int64_t>(), ElementsAre(2, 3, 0, 0, 3, 0));
}

TEST(TextVectorization, CutsAndPadsToTheSequenceLength) {
  const TextVectorization layer =
      Make({.output_sequence_length = 3}, {"a", "b"});
  const Tensor dense = *layer.Vectorize(Strings({"a b a b a", "b"}));
  EXPECT_THAT(dense.flat_shape(), ElementsAre(2, 3));
  EXPECT_THAT(dense.items<int64_t>(), ElementsAre(2, 3, 2, 3, 0, 0));
  EXPECT_THAT(Ragged(layer, {"a b a b a", "b"}),
              ElementsAre(ElementsAre(2, 3, 2), ElementsAre(3)));
  EXPECT_EQ(layer.Vectorize(StringTensor())->num_rows(), 0);
}

TEST(TextVectorization, StandardizesAsAsked) {
  const Views tokens = {"don't", "dont", "Don't", "DONT"};
  const Views text = {"Don't DONT"};
  const auto ids = [&](Standardize standardize) {
    return Ragged(Make({.standardize = standardize}, tokens), text)[0];
  };
  EXPECT_THAT(ids(Standardize::kNone), ElementsAre(4, 5));
  EXPECT_THAT(ids(Standardize::kLower), ElementsAre(2, 3));
  EXPECT_THAT(ids(Standardize::kStripPunctuation), ElementsAre(1, 5));
  EXPECT_THAT(ids(Standardize::kLowerAndStripPunctuation), ElementsAre(3, 3));
}

// Lower case and strip touch ASCII alone; white space is the six ASCII bytes.
TEST(TextVectorization, KeepsNonAsciiBytes) {
  const TextVectorization layer = Make({}, {"\xc3\x89t\xc3\xa9",
                                            "a\xc2\xa0"
                                            "b",
                                            "\xff"});
  EXPECT_THAT(Ragged(layer, {"\xc3\x89T\xc3\xa9 a\xc2\xa0"
                             "b\v\xff"}),
              ElementsAre(ElementsAre(2, 3, 4)));
}

TEST(TextVectorization, WithoutSplittingAWholeTextIsOneToken) {
  const TextVectorization layer = Make({.split = Split::kNone}, {"a b"});
  EXPECT_THAT(Ragged(layer, {"A, b", "a", ""}),
              ElementsAre(ElementsAre(2), ElementsAre(1), ElementsAre(0)));
}

TEST(TextVectorization, TakesAVocabularyWithItsSpecialTokens) {
  const TextVectorization layer = Make({}, {"", "[UNK]", "a"});
  EXPECT_EQ(layer.num_ids(), 3);
  EXPECT_THAT(Ragged(layer, {"a b"}), ElementsAre(ElementsAre(2, 1)));
}

TEST(TextVectorization, RefusesWhatCanNotBe) {
  const auto message = [](TextVectorizationOptions options,
                          const Views& tokens) {
    return std::string(
        TextVectorization::Create(options, MakeVocabulary(tokens))
            .status()
            .message());
  };
  EXPECT_THAT(message({.max_tokens = 3}, {"a", "b"}),
              HasSubstr("max_tokens=3"));
  EXPECT_THAT(message({.max_tokens = 1}, {}), HasSubstr("at least 2"));
  EXPECT_THAT(message({.output_sequence_length = -1}, {"a"}),
              HasSubstr("must not be negative: -1"));
  EXPECT_THAT(message({}, {"a", ""}),
              HasSubstr("the token '' stands for padding"));
}

// Random words, some unknown, in random cases with punctuation.
Views RandomTexts(std::mt19937& random, std::vector<std::string>& storage) {
  const Views pieces = {"cat", "DOG", "the",      "...", "a-b", " ",
                        "\t",  "  ",  "\xc3\xa9", "x'",  "'"};
  storage.assign(random() % 40, "");
  for (std::string& text : storage) {
    for (size_t i = random() % 12; i > 0; --i)
      text += pieces[random() % pieces.size()];
  }
  return Views(storage.begin(), storage.end());
}

TEST(TextVectorization, DoesNotDependOnTheThreads) {
  const TextVectorization layer = Make({}, {"cat", "dog", "the", "ab", "x"});
  std::string large(400000, 'q');
  for (size_t i = 0; i < large.size(); i += 7) large[i] = ' ';
  std::mt19937 random(1);
  std::vector<std::string> storage;
  Views texts = RandomTexts(random, storage);
  for (int i = 0; i < 5; ++i) texts.push_back(large);
  const auto expected = Ragged(layer, texts, 1);
  EXPECT_EQ(Ragged(layer, texts, 2), expected);
  EXPECT_EQ(Ragged(layer, texts, 8), expected);
}

// A token by itself has the ids that it has in the text.
TEST(TextVectorization, VectorizesTokensAsTheJoinedText) {
  std::mt19937 random(7);
  std::vector<std::string> storage;
  for (const Standardize standardize :
       {Standardize::kNone, Standardize::kLower, Standardize::kStripPunctuation,
        Standardize::kLowerAndStripPunctuation}) {
    const TextVectorization layer =
        Make({.standardize = standardize}, {"cat", "dog", "DOG", "ab"});
    for (int repeat = 0; repeat < 50; ++repeat) {
      std::string joined;
      std::vector<TokenSpan> tokens;
      for (const std::string_view word :
           {"cat", "DOG", "--", "a-b", "\xff", "Cat,"}) {
        if (random() % 2 == 0) continue;
        if (!joined.empty()) joined += ' ';
        tokens.push_back({static_cast<uint32_t>(joined.size()),
                          static_cast<uint32_t>(word.size())});
        joined += word;
      }
      std::vector<int64_t> ids(tokens.size());
      TextRows scratch;
      ASSERT_TRUE(layer.VectorizeTokens(joined, tokens, ids, scratch).ok());
      std::erase(ids, -1);
      EXPECT_THAT(ids, ElementsAreArray(Ragged(layer, {joined})[0])) << joined;
    }
  }
}

TEST(TextVectorizationAdapter, OrdersByCountThenBytesDescending) {
  TextVectorizationAdapter adapter({});
  ASSERT_TRUE(
      adapter.Update(Strings({"the cat. The dog", "THE b a [UNK]", ""})).ok());
  const TextVectorization layer = *adapter.Finalize();
  EXPECT_EQ(layer.Tokens(),
            Strings({"", "[UNK]", "the", "unk", "dog", "cat", "b", "a"}));
}

TEST(TextVectorizationAdapter, CountsSpecialTokensInMaxTokens) {
  TextVectorizationAdapter adapter({.max_tokens = 4});
  ASSERT_TRUE(adapter.Update(Strings({"a a a b b c"})).ok());
  EXPECT_EQ(adapter.Finalize()->Tokens(), Strings({"", "[UNK]", "a", "b"}));
  TextVectorizationAdapter once({.min_count = 3});
  ASSERT_TRUE(once.Update(Strings({"a a a b b c"})).ok());
  EXPECT_EQ(once.Finalize()->Tokens(), Strings({"", "[UNK]", "a"}));
}

TEST(TextVectorizationAdapter, DropsTheUnknownTokenOfTheText) {
  TextVectorizationAdapter adapter({.standardize = Standardize::kNone});
  ASSERT_TRUE(adapter.Update(Strings({"[UNK] [UNK] a"})).ok());
  const TextVectorization layer = *adapter.Finalize();
  EXPECT_EQ(layer.Tokens(), Strings({"", "[UNK]", "a"}));
  EXPECT_THAT(Ragged(layer, {"[UNK] a"}), ElementsAre(ElementsAre(1, 2)));
}

TEST(TextVectorizationAdapter, FailsWithoutATokenOrWithAWrongOption) {
  TextVectorizationAdapter empty({});
  ASSERT_TRUE(empty.Update(Strings({"", "...", " "})).ok());
  EXPECT_EQ(empty.Finalize().status().code(),
            absl::StatusCode::kFailedPrecondition);
  TextVectorizationAdapter wrong({.max_tokens = 1});
  EXPECT_EQ(wrong.Update(Strings({"a"})).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(wrong.Finalize().status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(TextVectorizationAdapter, DoesNotDependOnHowTheTextsAreDealtOut) {
  std::mt19937 random(3);
  std::vector<std::string> storage;
  const Views texts = RandomTexts(random, storage);
  TextVectorizationAdapter whole({});
  ASSERT_TRUE(whole.Update(Strings(texts)).ok());
  std::vector<TextVectorizationAdapter> parts;
  for (int i = 0; i < 3; ++i) parts.emplace_back(TextVectorizationOptions{});
  for (const std::string_view text : texts)
    ASSERT_TRUE(parts[random() % 3].Update(Strings({text})).ok());
  parts[2].Merge(parts[0]);
  parts[2].Merge(parts[1]);
  EXPECT_EQ(parts[2].Finalize()->Tokens(), whole.Finalize()->Tokens());
}

}  // namespace
}  // namespace rowsplit
