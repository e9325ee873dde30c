#include "rowsplit/text/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "text/bert_text.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::StringsAre;
using ::testing::ElementsAre;

StringTensor TextsOf(const std::vector<std::string>& texts) {
  StringTensorBuilder builder;
  for (const std::string& text : texts) builder.Append(text);
  return std::move(builder).Build();
}

constexpr std::string_view kBertParts =
    R"("normalizer": {"type": "BertNormalizer", "clean_text": true,
        "handle_chinese_chars": true, "strip_accents": null,
        "lowercase": true},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},)";
constexpr std::string_view kModel =
    R"("model": {"type": "WordPiece", "unk_token": "[UNK]",
        "continuing_subword_prefix": "##", "max_input_chars_per_word": 10,
        "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "un": 3, "##aff": 4,
                  "##able": 5, "a": 6, "##a": 7, ",": 8, "e": 9, "##e": 10,
                  "日": 11, "[PAD]": 12}})";
constexpr std::string_view kSpecialTokens =
    R"("added_tokens": [
        {"id": 1, "content": "[CLS]", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true},
        {"id": 2, "content": "[SEP]", "single_word": false, "lstrip": true,
         "rstrip": true, "normalized": false, "special": true}],)";

std::string Json(std::string_view more = "") {
  std::string json = "{";
  json += more;
  json += kBertParts;
  json += kModel;
  return json + "}";
}

Tokenizer Make(const std::string& json) {
  auto tokenizer = Tokenizer::FromJson(json);
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status();
  return *std::move(tokenizer);
}

RaggedTensor<int64_t> Ids(const Tokenizer& tokenizer,
                          const std::vector<std::string>& texts,
                          const EncodeOptions& options = {}) {
  const auto encoded = tokenizer.Encode(TextsOf(texts), options);
  EXPECT_TRUE(encoded.ok()) << encoded.status();
  return encoded->ids;
}

TEST(Tokenizer, GivesTheIdsOfWordPieces) {
  const Tokenizer tokenizer = Make(Json());
  EXPECT_THAT(
      Ids(tokenizer, {"Unaffable, a", "", "  ", "\xC3\xA9\xC3\x89 x",
                      "\xE6\x97\xA5\xE6\x97\xA5", "aaaaaaaaaa aaaaaaaaaaa"}),
      RaggedIs<int64_t>({{3, 4, 5, 8, 6},
                         {},
                         {},
                         {9, 10, 0},
                         {11, 11},
                         {6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0}}));
  // Ill-formed bytes and control characters go.
  EXPECT_THAT(Ids(tokenizer, {"a\xFF\x01"
                              "a"}),
              RaggedIs<int64_t>({{6, 7}}));
  EXPECT_EQ(tokenizer.vocab_size(), 13);
  EXPECT_EQ(tokenizer.TokenToId("##able"), 5);
  EXPECT_EQ(tokenizer.TokenToId("x"), -1);
  EXPECT_EQ(*tokenizer.IdToToken(4), "##aff");
  EXPECT_THAT(tokenizer.IdToToken(13),
              FailsWith(absl::StatusCode::kOutOfRange, "the id 13"));
}

// A document is cut where its sentences are, and a character that takes the
// slow way takes a part of it.
TEST(Tokenizer, GivesALongTextTheIdsOfItsSentences) {
  const Tokenizer tokenizer = Make(Json());
  static constexpr std::string_view kSentences[] = {
      "unaffable, a ", "e\xCC\x81\xC3\xA9 aa ", "a\xE3\x82\x99\xCC\xB8 a\n",
      "\xE6\x97\xA5 x\xFF ", "aaaaaaaaaaaaaa\n"};
  std::mt19937_64 random(testing::Seed());
  std::vector<std::string> sentences;
  std::string document;
  for (int i = 0; i < 12000; ++i) {
    sentences.emplace_back(kSentences[random() % 5]);
    document += sentences.back();
  }
  const auto whole = tokenizer.Encode(TextsOf({"a", document, "e"}),
                                      {.offsets = OffsetUnit::kBytes});
  const auto parts =
      tokenizer.Encode(TextsOf(sentences), {.offsets = OffsetUnit::kBytes});
  ASSERT_TRUE(whole.ok()) << whole.status();
  ASSERT_TRUE(parts.ok()) << parts.status();
  std::vector<int64_t> ids;
  std::vector<Offset> starts;
  std::vector<Offset> ends;
  Offset begin = 0;
  for (int64_t row = 0; row < parts->ids.num_rows(); ++row) {
    const auto row_begin = parts->ids.row_splits()[row];
    for (Offset i = row_begin; i < parts->ids.row_splits()[row + 1]; ++i) {
      ids.push_back(parts->ids.flat_values()[i]);
      starts.push_back(begin + parts->starts[i]);
      ends.push_back(begin + parts->ends[i]);
    }
    begin += static_cast<Offset>(sentences[row].size());
  }
  const auto size = static_cast<Offset>(ids.size());
  EXPECT_THAT(whole->ids.row_splits(), ElementsAre(0, 1, 1 + size, 2 + size));
  const auto of_document = [&](const auto& values) {
    return std::vector(values.begin() + 1, values.end() - 1);
  };
  EXPECT_EQ(of_document(whole->ids.flat_values().span()), ids);
  EXPECT_EQ(of_document(whole->starts.span()), starts);
  EXPECT_EQ(of_document(whole->ends.span()), ends);
  // Without offsets, and with those of characters.
  const auto plain = tokenizer.Encode(TextsOf({"a", document, "e"}));
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(of_document(plain->ids.flat_values().span()), ids);
  const auto characters = tokenizer.Encode(
      TextsOf({document}), {.offsets = OffsetUnit::kCharacters});
  ASSERT_TRUE(characters.ok());
  const auto characters_before = [&](Offset byte) {
    return std::count_if(document.begin(), document.begin() + byte,
                         [](char c) { return (c & 0xC0) != 0x80; });
  };
  for (size_t i = 0; i < ids.size(); i += ids.size() / 20) {
    EXPECT_EQ(characters->starts[i], characters_before(starts[i]));
    EXPECT_EQ(characters->ends[i], characters_before(ends[i]));
  }
}

TEST(Tokenizer, GivesOffsetsInCharactersOrBytes) {
  const Tokenizer tokenizer = Make(Json());
  // An e with an accent of its own, then one that is composed.
  const StringTensor texts = TextsOf({"e\xCC\x81\xC3\xA9 a"});
  const auto characters =
      tokenizer.Encode(texts, {.offsets = OffsetUnit::kCharacters});
  EXPECT_THAT(characters->ids, RaggedIs<int64_t>({{9, 10, 6}}));
  EXPECT_THAT(characters->starts, ElementsAre(0, 2, 4));
  EXPECT_THAT(characters->ends, ElementsAre(1, 3, 5));
  const auto bytes = tokenizer.Encode(texts, {.offsets = OffsetUnit::kBytes});
  EXPECT_THAT(bytes->starts, ElementsAre(0, 3, 6));
  EXPECT_THAT(bytes->ends, ElementsAre(1, 5, 7));
  EXPECT_TRUE(tokenizer.Encode(texts)->starts.empty());
}

TEST(Tokenizer, TakesAddedTokensOutOfText) {
  const Tokenizer tokenizer = Make(Json(kSpecialTokens));
  const auto encoded = tokenizer.Encode(TextsOf({"a [SEP] a[CLS]a[CLS", "a"}),
                                        {.offsets = OffsetUnit::kBytes});
  EXPECT_THAT(encoded->ids, RaggedIs<int64_t>({{6, 2, 6, 1, 6, 0, 0}, {6}}));
  EXPECT_THAT(encoded->starts, ElementsAre(0, 1, 8, 9, 14, 15, 16, 0));
  EXPECT_THAT(encoded->ends, ElementsAre(1, 8, 9, 14, 15, 16, 19, 1));
}

constexpr std::string_view kNoUnknown =
    R"("pre_tokenizer": {"type": "BertPreTokenizer"},
       "model": {"type": "WordPiece", "vocab": {"a": 0, "##b": 1}})";

TEST(Tokenizer, DoesNotCutTheTextOfAddedTokens) {
  // "[" and "x" are no words of this model, and nothing stands for such.
  const Tokenizer tokenizer = Make(std::string(R"({"added_tokens": [
      {"id": 2, "content": "[x]", "normalized": false, "special": true}],)") +
                                   std::string(kNoUnknown) + "}");
  const auto encoded = tokenizer.Encode(TextsOf({"ab[x]a", "[x]", "", "a"}),
                                        {.offsets = OffsetUnit::kBytes});
  ASSERT_TRUE(encoded.ok()) << encoded.status();
  EXPECT_THAT(encoded->ids, RaggedIs<int64_t>({{0, 1, 2, 0}, {2}, {}, {0}}));
  EXPECT_THAT(encoded->starts, ElementsAre(0, 1, 2, 5, 0, 0));
  EXPECT_THAT(encoded->ends, ElementsAre(1, 2, 5, 6, 3, 1));
}

TEST(Tokenizer, NamesTheTextAndTheWordThatIsUnknown) {
  const Tokenizer tokenizer = Make("{" + std::string(kNoUnknown) + "}");
  std::vector<std::string> texts(3000, "ab a");
  texts[2000] = "ab xyz a";
  texts[2001] = "q";
  for (const int threads : {1, 4}) {
    EXPECT_THAT(
        tokenizer.Encode(TextsOf(texts), {.exec = {.num_threads = threads}}),
        FailsWith(absl::StatusCode::kInvalidArgument,
                  "Encode: text 2000: the word \"xyz\" is unknown, and the "
                  "vocabulary lacks the token for it, [UNK]"));
  }
}

// The word is never kept as a whole.
TEST(Tokenizer, LongWordsAreUnknownAsAWhole) {
  const Tokenizer tokenizer = Make(Json());
  const std::string word(100'000, 'a');
  const auto encoded = tokenizer.Encode(TextsOf({"a " + word + " a", word}),
                                        {.offsets = OffsetUnit::kCharacters});
  EXPECT_THAT(encoded->ids, RaggedIs<int64_t>({{6, 0, 6}, {0}}));
  EXPECT_THAT(encoded->starts, ElementsAre(0, 2, 100'003, 0));
  EXPECT_THAT(encoded->ends, ElementsAre(1, 100'002, 100'004, 100'000));
}

TEST(Tokenizer, FindsAddedTokensBesideOneThatNormalizesToNothing) {
  const Tokenizer tokenizer = Make(
      Json(R"("added_tokens": [{"id": 13, "content": "<x>", "normalized": true},
              {"id": 14, "content": "\u0301", "normalized": true}],)"));
  EXPECT_THAT(Ids(tokenizer, {"a<x>a"}), RaggedIs<int64_t>({{6, 13, 6}}));
}

TEST(Tokenizer, AddedWhiteSpaceThatTakesMoreIsLinear) {
  const Tokenizer tokenizer = Make(
      Json(R"("added_tokens": [{"id": 13, "content": " ", "normalized": false,
              "lstrip": true, "rstrip": true}],)"));
  EXPECT_THAT(Ids(tokenizer, {"a   a a"}),
              RaggedIs<int64_t>({{6, 13, 6, 13, 6}}));
  const std::string spaces(300'000, ' ');
  const auto begin = std::chrono::steady_clock::now();
  Ids(tokenizer, {spaces});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Tokenizer, AddsSpecialTokensTruncatesAndPads) {
  const std::string json = Json(
      R"("truncation": {"direction": "Left", "max_length": 4,
          "strategy": "LongestFirst", "stride": 0},
         "padding": {"strategy": "BatchLongest", "direction": "Right",
          "pad_to_multiple_of": 3, "pad_id": 12, "pad_type_id": 0,
          "pad_token": "[PAD]"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2],
          "cls": ["[CLS]", 1]},)");
  const Tokenizer tokenizer = Make(json);
  EXPECT_THAT(Ids(tokenizer, {"unaffable", "a"}),
              RaggedIs<int64_t>({{1, 4, 5, 2, 12, 12}, {1, 6, 2, 12, 12, 12}}));
  EXPECT_THAT(Ids(tokenizer, {"unaffable", ""}, {.add_special_tokens = false}),
              RaggedIs<int64_t>({{3, 4, 5}, {12, 12, 12}}));
}

TEST(Tokenizer, TakesALengthInsteadOfItsOwn) {
  const Tokenizer tokenizer = Make(Json(
      R"("truncation": {"max_length": 2, "strategy": "LongestFirst",
                         "direction": "Left", "stride": 0},
         "padding": {"strategy": "BatchLongest", "direction": "Left",
                     "pad_to_multiple_of": 4, "pad_id": 12},)"));
  const std::vector<std::string> texts = {"a e a", "e"};
  EXPECT_THAT(Ids(tokenizer, texts),
              RaggedIs<int64_t>({{12, 12, 9, 6}, {12, 12, 12, 9}}));
  EXPECT_THAT(Ids(tokenizer, texts, {.max_length = 3}),
              RaggedIs<int64_t>({{6, 9, 6}, {12, 12, 9}}));
  EXPECT_THAT(Ids(tokenizer, texts, {.max_length = 0}),
              RaggedIs<int64_t>({{}, {}}));
  EXPECT_THAT(Ids(tokenizer, texts, {.pad = false}),
              RaggedIs<int64_t>({{9, 6}, {9}}));
  for (const int64_t length : {int64_t{-1}, int64_t{1} << 25}) {
    EXPECT_THAT(tokenizer.Encode(TextsOf(texts), {.max_length = length}),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "max_length must be from 0 to"));
  }
  const TokenPadding padding = *tokenizer.padding();
  EXPECT_EQ(padding.Length(5), 8);
  EXPECT_EQ(padding.id, 12);
  EXPECT_TRUE(padding.on_left);
  EXPECT_FALSE(Make(Json()).padding().has_value());
}

TEST(Tokenizer, DecodesInParallel) {
  const Tokenizer tokenizer = Make(Json());
  std::vector<int64_t> ids;
  std::vector<Offset> splits = {0};
  for (int64_t row = 0; row < 3000; ++row) {
    for (int64_t i = 0; i < row % 40; ++i) ids.push_back((row + i) % 14);
    splits.push_back(static_cast<Offset>(ids.size()));
  }
  const RaggedView<int64_t> view = {splits, ids};
  const auto one = tokenizer.Decode(view, {.exec = {.num_threads = 1}});
  const auto four = tokenizer.Decode(view, {.exec = {.num_threads = 4}});
  ASSERT_TRUE(one.ok() && four.ok());
  EXPECT_EQ(*one, *four);
  EXPECT_EQ((*one)[3], "unaffable");
  CancellationToken cancelled;
  cancelled.Cancel();
  EXPECT_THAT(tokenizer.Decode(view, {.exec = {.cancellation = &cancelled}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(Tokenizer, DecodesIds) {
  const Tokenizer tokenizer = Make(Json(kSpecialTokens));
  const std::vector<Offset> splits = {0, 5, 6, 6};
  const std::vector<int64_t> ids = {1, 3, 4, 8, 99, 2};
  EXPECT_THAT(*tokenizer.Decode(RaggedView<int64_t>{splits, ids}),
              StringsAre({"unaff,", "", ""}));
  EXPECT_THAT(*tokenizer.Decode(RaggedView<int64_t>{splits, ids},
                                {.skip_special_tokens = false}),
              StringsAre({"[CLS] unaff,", "[SEP]", ""}));
}

TEST(Tokenizer, MergesPairsOfByteLevel) {
  const Tokenizer tokenizer = Make(
      R"({"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true,
           "trim_offsets": true, "use_regex": true},
          "decoder": {"type": "ByteLevel"},
          "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "Ġ": 2, "ab": 3,
            "Ġab": 4, "'": 5, "s": 6, "'s": 7},
            "merges": ["a b", ["Ġ", "ab"], "' s"]}})");
  const RaggedTensor<int64_t> ids = Ids(tokenizer, {"ab ab's  b", "ba"});
  EXPECT_THAT(ids, RaggedIs<int64_t>({{4, 4, 7, 2, 2, 1}, {2, 1, 0}}));
  EXPECT_THAT(*tokenizer.Decode(ids.view()),
              StringsAre({" ab ab's  b", " ba"}));
}

TEST(Tokenizer, ThreadsAndPiecesDoNotChangeTheResult) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tokenizer tokenizer = Make(Json(kSpecialTokens));
  std::vector<std::string> texts;
  for (int row = 0; row < 3000; ++row) {
    std::string text;
    for (uint64_t i = testing::Below(random, 200); i > 0; --i) {
      text += std::vector<std::string>{
          "un",       "aff",   "able ",        "a", ", ",
          "\xC3\x89", "[SEP]", "\xE6\x97\xA5", "q "}[testing::Below(random, 9)];
    }
    texts.push_back(text);
  }
  const StringTensor all = TextsOf(texts);
  const auto one = tokenizer.Encode(
      all, {.offsets = OffsetUnit::kCharacters, .exec = {.num_threads = 1}});
  const auto several = tokenizer.Encode(
      all, {.offsets = OffsetUnit::kCharacters, .exec = {.num_threads = 3}});
  EXPECT_EQ(one->ids, several->ids);
  for (size_t row = 0; row < texts.size(); row += 97) {
    const auto alone = Ids(tokenizer, {texts[row]});
    const auto among = one->ids.view().row(static_cast<int64_t>(row));
    EXPECT_EQ(std::vector<int64_t>(among.begin(), among.end()),
              std::vector<int64_t>(alone.flat_values().begin(),
                                   alone.flat_values().end()));
  }
}

TEST(Tokenizer, RowsWithMarksThatMoveAreThoseOfThePlainNormalizer) {
  const Tokenizer tokenizer = Make(Json());
  // Marks that are kept and must change places, before and behind others.
  const std::string text = "a \xF0\x9D\x85\xAD\xF0\x9D\x85\xA5 a";
  EXPECT_THAT(Ids(tokenizer, {"a", text, "un a"}),
              RaggedIs<int64_t>({{6}, {6, 0, 6}, {3, 6}}));
  const auto made = internal::BertNormalize(internal::AlignText(text), {});
  EXPECT_EQ(made.bytes, "a \xF0\x9D\x85\xA5\xF0\x9D\x85\xAD a");
}

TEST(Tokenizer, IsLinearInLongWords) {
  const Tokenizer tokenizer = Make(Json());
  for (const std::string_view unit : {"a", " ", "\xCC\x81", "\xFF", ","}) {
    std::string text;
    while (text.size() < 500'000) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    Ids(tokenizer, {text});
    const std::chrono::duration<double> taken =
        std::chrono::steady_clock::now() - begin;
    EXPECT_LT(taken.count(), 5) << unit;
  }
}

TEST(Tokenizer, LongWordsOfBpeAreNotQuadratic) {
  const Tokenizer tokenizer = Make(
      R"({"pre_tokenizer": {"type": "WhitespaceSplit"}, "model": {"type": "BPE",
          "vocab": {"a": 0, "aa": 1, "aaaa": 2},
          "merges": ["a a", "aa aa"]}})");
  const RaggedTensor<int64_t> ids = Ids(tokenizer, {std::string(100'001, 'a')});
  EXPECT_EQ(ids.flat_values().size(), 25'001);
}

TEST(Tokenizer, NamesWhatItCanNotDo) {
  const auto refuses = [](std::string json, std::string_view part) {
    EXPECT_THAT(Tokenizer::FromJson(json),
                FailsWith(absl::StatusCode::kUnimplemented, part));
  };
  const std::string model(kModel);
  refuses(R"({"normalizer": {"type": "NFC"}, )" + model + "}",
          "the normalizer NFC");
  refuses(R"({"pre_tokenizer": {"type": "Metaspace"}, )" + model + "}",
          "the pre_tokenizer Metaspace");
  refuses(Json(R"("post_processor": {"type": "Sequence"},)"),
          "the post_processor Sequence");
  refuses(R"({"model": {"type": "Unigram", "vocab": {}}})",
          "the model Unigram");
  refuses(R"({"decoder": {"type": "CTC"}, "pre_tokenizer":
             {"type": "WhitespaceSplit"}, )" +
              model + "}",
          "the decoder CTC");
}

TEST(Tokenizer, SaysWhatMakesNoSense) {
  EXPECT_THAT(Tokenizer::FromJson("{}"),
              FailsWith(absl::StatusCode::kNotFound, "model"));
  EXPECT_THAT(Tokenizer::FromFile("/nothing/tokenizer.json"),
              FailsWith(absl::StatusCode::kNotFound, "/nothing"));
  EXPECT_THAT(
      Tokenizer::FromJson(R"({"model": {"type": "BPE", "vocab": {"a": 0},
                              "merges": ["a b"]}})"),
      FailsWith(absl::StatusCode::kInvalidArgument, "the token \"b\""));
  EXPECT_THAT(Tokenizer::FromJson(R"({"model": {"type": "BPE", "vocab":
                              {"a": 999999999}, "merges": []}})"),
              FailsWith(absl::StatusCode::kInvalidArgument, "large gaps"));
  for (const std::string_view padding :
       {R"({"strategy": {"Fixed": 1099511627776}, "pad_id": 0})",
        R"({"strategy": {"Fixed": -1}, "pad_id": 0})",
        R"({"strategy": "BatchLongest", "pad_to_multiple_of":
            9223372036854775807, "pad_id": 0})"}) {
    EXPECT_THAT(
        Tokenizer::FromJson(Json("\"padding\": " + std::string(padding) + ",")),
        FailsWith(absl::StatusCode::kInvalidArgument, "can be padded"));
  }
  const Tokenizer no_unknown = Make(
      R"({"pre_tokenizer": {"type": "WhitespaceSplit"},
          "model": {"type": "WordPiece", "vocab": {"a": 0}}})");
  EXPECT_THAT(no_unknown.Encode(TextsOf({"a b"})),
              FailsWith(absl::StatusCode::kInvalidArgument, "[UNK]"));
}

}  // namespace
}  // namespace rowsplit
