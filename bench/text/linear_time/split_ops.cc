#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/boundaries.h"
#include "rowsplit/text/byte_split.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "rowsplit/text/hash_ngrams.h"
#include "rowsplit/text/length.h"
#include "rowsplit/text/pre_tokenizer.h"
#include "rowsplit/text/regex_split.h"
#include "rowsplit/text/script_split.h"
#include "rowsplit/text/sentence_breaker.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/split_fields.h"
#include "rowsplit/text/split_merge.h"
#include "rowsplit/text/tokenizer.h"
#include "rowsplit/text/unicode_codec.h"
#include "rowsplit/text/unicode_split.h"
#include "rowsplit/text/wordpiece.h"
#include "text/linear_time/ops.h"

namespace rowsplit::bench {
namespace {

using View = StringTensorView;

LinearOp OfRegex(const char* pattern) {
  return TakesWith(
      24, [=] { return *Regex::Compile(pattern); },
      [](const Regex& regex, View t) {
        return RegexSplit(t, regex, {.exec = kOneThread});
      });
}

LinearOp OfSeparator(std::string_view separator) {
  return Takes(16, [separator](View t) {
    return SplitFields(t, separator, {.exec = kOneThread});
  });
}

LinearOps ByteOps() {
  return {
      {"SplitFields a", OfSeparator("a")},
      {"SplitFields long", OfSeparator("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")},
      {"SplitBytes",
       Takes(10, [](View t) { return SplitBytes(t, {.exec = kOneThread}); })},
      {"ByteSplit",
       Takes(10, [](View t) { return ByteSplit(t, {.exec = kOneThread}); })},
      {"SplitWhitespace",
       Takes(6,
             [](View t) { return SplitWhitespace(t, {.exec = kOneThread}); })},
      {"SplitWhitespace maxsplit", Takes(6,
                                         [](View t) {
                                           return SplitWhitespace(
                                               t, {.maxsplit = 1 << 30,
                                                   .exec = kOneThread});
                                         })},
      {"SplitUnicodeWhitespace", Takes(13,
                                       [](View t) {
                                         return SplitUnicodeWhitespace(
                                             t, {.exec = kOneThread});
                                       })},
      {"RegexSplit byte", OfRegex("[ ,.]")},
      {"RegexSplit bytes", OfRegex("[ ,.]+")},
      {"RegexSplit literal", OfRegex(", |aaab")},
      {"RegexSplit classes", OfRegex("\\s+|[!-/]|[\\p{P}]")},
      {"RegexSplit group", OfRegex("(a|é)+b")}};
}

LinearOps CharacterOps() {
  return {
      {"SplitCharacters",
       Takes(24,
             [](View t) { return SplitCharacters(t, {.exec = kOneThread}); })},
      {"UnicodeDecode", Takes(13,
                              [](View t) {
                                return UnicodeDecode(t, "UTF-8",
                                                     {.exec = kOneThread});
                              })},
      {"UnicodeDecodeWithOffsets", Takes(30,
                                         [](View t) {
                                           return UnicodeDecodeWithOffsets(
                                               t, "UTF-8",
                                               {.exec = kOneThread});
                                         })},
      {"SplitScripts",
       Takes(30, [](View t) { return SplitScripts(t, {.exec = kOneThread}); })},
      {"SplitWords",
       Takes(24, [](View t) { return SplitWords(t, {.exec = kOneThread}); })},
      {"SplitGraphemes",
       Takes(24,
             [](View t) { return SplitGraphemes(t, {.exec = kOneThread}); })},
      {"SplitSentences",
       Takes(24,
             [](View t) { return SplitSentences(t, {.exec = kOneThread}); })},
      {"BreakSentences",
       Takes(24,
             [](View t) { return BreakSentences(t, {.exec = kOneThread}); })},
      {"HashNgrams words", Takes(26,
                                 [](View t) {
                                   return HashNgrams(t, {.num_bins = 1000,
                                                         .min_width = 3,
                                                         .max_width = 3,
                                                         .exec = kOneThread});
                                 })},
      {"SplitMerge", Takes(60, [](View t) -> absl::StatusOr<TokensWithOffsets> {
         // Every fifth character begins a token; made at the first call.
         static std::vector<int32_t> labels;
         static std::vector<Offset> splits;
         const auto lengths =
             Length(t, {.unit = CharUnit::kUtf8Char, .exec = kOneThread});
         splits.assign(1, 0);
         for (const int32_t length : *lengths)
           splits.push_back(splits.back() + length);
         const auto size = static_cast<size_t>(splits.back());
         for (size_t i = labels.size(); i < size; ++i)
           labels.push_back(i % 5 == 0 ? 0 : 1);
         return SplitMerge(
             t, {splits, std::span<const int32_t>(labels).first(size)},
             {.exec = kOneThread});
       })}};
}

// A piece for each small letter and some more.
StringTensor Pieces() {
  StringTensorBuilder pieces;
  for (const std::string_view piece :
       {"[UNK]", "the", "truth", "univers", "##ally", "aa", "##aa", "e", "é",
        "\u0301", "##\u0301", "日", "ο", "##δ", "##ο", ".", ","})
    pieces.Append(piece);
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    if (letter != 'e') pieces.Append(std::string(1, letter));
    pieces.Append(std::string("##") + letter);
  }
  return std::move(pieces).Build();
}

std::string VocabularyJson() {
  const StringTensor pieces = Pieces();
  std::string json;
  for (int64_t i = 0; i < pieces.size(); ++i) {
    json += i == 0 ? "{\"" : ",\"";
    json += std::string(pieces[i]) + "\":" + std::to_string(i);
  }
  return json + "}";
}

LinearOp OfTokenizer(const std::string& model, const std::string& parts) {
  return TakesWith(
      60,
      [=] {
        return *Tokenizer::FromJson(
            "{\"version\":\"1.0\",\"added_tokens\":[]," + parts +
            ",\"model\":" + model + "}");
      },
      [](const Tokenizer& tokenizer, View t) {
        return tokenizer.Encode(
            t, {.offsets = OffsetUnit::kBytes, .exec = kOneThread});
      });
}

LinearOps HuggingFaceOps() {
  const std::string bert =
      "\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,"
      "\"handle_chinese_chars\":true,\"strip_accents\":null,"
      "\"lowercase\":true},\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"}";
  const std::string byte_level =
      "\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,"
      "\"trim_offsets\":true,\"use_regex\":true}";
  const std::string wordpiece =
      "{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\","
      "\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,"
      "\"vocab\":" +
      VocabularyJson() + "}";
  const std::string bpe =
      "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"t\":2,\"h\":3,\"th\":4,"
      "\"aa\":5,\"aaaa\":6},\"merges\":[\"a a\",\"aa aa\",\"t h\"]}";
  return {{"Tokenizer BERT", OfTokenizer(wordpiece, bert)},
          {"Tokenizer ByteLevel BPE", OfTokenizer(bpe, byte_level)},
          {"PreTokenizer BERT",
           Takes(60,
                 [](View t) {
                   return PreTokenizer::BertPreTokenizer().Split(
                       t, {.exec = kOneThread});
                 })},
          {"PreTokenizer ByteLevel", Takes(60, [](View t) {
             return PreTokenizer::ByteLevel().Split(t, {.exec = kOneThread});
           })}};
}

LinearOps WordpieceOps() {
  const auto ids = [](const auto& tokenizer, View t) {
    return tokenizer.Tokenize(t, SubwordKind::kIds, kOneThread);
  };
  const auto wordpiece = [] { return *WordpieceTokenizer::Create(Pieces()); };
  const auto fast = [] { return *FastWordpieceTokenizer::Create(Pieces()); };
  return {
      {"WordpieceTokenizer", TakesWith(60, wordpiece, ids)},
      {"FastWordpieceTokenizer", TakesWith(60, fast, ids)},
      {"BertTokenizer", TakesWith(
                            60,
                            [=] {
                              return BertTokenizer(
                                  wordpiece(),
                                  {.lower_case = BertLowerCase::kStripAccents});
                            },
                            ids)},
      {"FastBertTokenizer",
       TakesWith(
           60, [=] { return FastBertTokenizer(fast(), true); }, ids)},
      {"BasicTokenize", Takes(60, [](View t) {
         return BasicTokenize(t, {.lower_case = BertLowerCase::kStripAccents,
                                  .exec = kOneThread});
       })}};
}

}  // namespace

LinearOps SplitOps() {
  LinearOps ops = ByteOps();
  ops.merge(CharacterOps());
  ops.merge(WordpieceOps());
  ops.merge(HuggingFaceOps());
  return ops;
}

}  // namespace rowsplit::bench
