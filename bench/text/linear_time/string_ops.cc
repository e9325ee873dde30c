#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_normalize.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/case.h"
#include "rowsplit/text/charset.h"
#include "rowsplit/text/controls.h"
#include "rowsplit/text/hash_bucket.h"
#include "rowsplit/text/html.h"
#include "rowsplit/text/language.h"
#include "rowsplit/text/length.h"
#include "rowsplit/text/mask.h"
#include "rowsplit/text/mojibake.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/punctuation.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/repeats.h"
#include "rowsplit/text/strip.h"
#include "rowsplit/text/substr.h"
#include "rowsplit/text/transliterate.h"
#include "rowsplit/text/unicode_case.h"
#include "rowsplit/text/unicode_codec.h"
#include "rowsplit/text/utf8_binarize.h"
#include "rowsplit/text/wordshape.h"
#include "text/linear_time/ops.h"

namespace rowsplit::bench {
namespace {

using View = StringTensorView;

// What any op pays that writes as much as it reads, or that only reads.
LinearOps Bounds() {
  return {{"(copy)", Takes(1.2,
                           [](View t) -> absl::StatusOr<Buffer<char>> {
                             return Buffer<char>::Copy(
                                 {t.text().data(), t.text().size()});
                           })},
          {"(read)", Takes(0, [](View t) -> absl::StatusOr<int> {
             if (t.text().find('\x01') == std::string_view::npos) return 0;
             return absl::InternalError("a byte that no kind of text has");
           })}};
}

struct Replacement {
  Regex regex;
  Rewrite rewrite;
};

LinearOp OfRegex(const char* pattern, const char* rewrite, double memory) {
  return TakesWith(
      memory,
      [=] {
        const Regex regex = *Regex::Compile(pattern);
        return Replacement{regex, *Rewrite::Compile(rewrite, regex)};
      },
      [](const Replacement& made, View t) {
        return RegexReplace(t, made.regex, made.rewrite, {.exec = kOneThread});
      });
}

LinearOps CaseOps() {
  const UnicodeCaseOptions options = {.exec = kOneThread};
  return {{"ToLower",
           Takes(1, [](View t) { return ToLower(t, {.exec = kOneThread}); })},
          {"ToUpper",
           Takes(1, [](View t) { return ToUpper(t, {.exec = kOneThread}); })},
          {"LowerUnicode",
           Takes(10, [=](View t) { return LowerUnicode(t, options); })},
          {"UpperUnicode",
           Takes(10, [=](View t) { return UpperUnicode(t, options); })},
          {"FoldCase", Takes(10, [=](View t) { return FoldCase(t, options); })},
          {"TitleUnicode",
           Takes(14, [=](View t) { return TitleUnicode(t, options); })},
          {"LowerCharacters", Takes(3, [](View t) {
             return LowerCharacters(t, {.exec = kOneThread});
           })}};
}

LinearOp OfForm(NormalForm form, double memory) {
  return Takes(memory, [form](View t) {
    return Normalize(t, {.form = form, .exec = kOneThread});
  });
}

LinearOps NormalOps() {
  return {
      {"Normalize NFC", OfForm(NormalForm::kNfc, 4)},
      {"Normalize NFD", OfForm(NormalForm::kNfd, 4)},
      {"Normalize NFKC", OfForm(NormalForm::kNfkc, 4)},
      {"Normalize NFKD", OfForm(NormalForm::kNfkd, 4)},
      {"Normalize NFKC_Casefold", OfForm(NormalForm::kNfkcCasefold, 4)},
      {"NormalizeWithOffsets NFKC", Takes(30,
                                          [](View t) {
                                            return NormalizeWithOffsets(
                                                t, {.form = NormalForm::kNfkc,
                                                    .exec = kOneThread});
                                          })},
      {"StripAccents",
       Takes(5, [](View t) { return StripAccents(t, {.exec = kOneThread}); })},
      {"Transliterate", Takes(14,
                              [](View t) {
                                return Transliterate(t, "Latin-ASCII",
                                                     {.exec = kOneThread});
                              })},
      {"ConfusableSkeleton", Takes(20,
                                   [](View t) {
                                     return ConfusableSkeleton(
                                         t, {.exec = kOneThread});
                                   })},
      {"BertNormalize",
       Takes(8, [](View t) { return BertNormalize(t, {.exec = kOneThread}); })},
      {"FastBertNormalize", Takes(4,
                                  [](View t) {
                                    return FastBertNormalize(
                                        t,
                                        {.lower_case_nfd_strip_accents = true,
                                         .exec = kOneThread});
                                  })},
      {"BasicNormalize",
       Takes(8,
             [](View t) {
               return BasicNormalize(
                   t, {.lower_case = BertLowerCase::kStripAccents,
                       .exec = kOneThread});
             })},
      {"DeleteMarks",
       Takes(3, [](View t) { return DeleteMarks(t, {.exec = kOneThread}); })},
      {"NormalizeForNmt",
       Takes(3,
             [](View t) { return NormalizeForNmt(t, {.exec = kOneThread}); })},
      {"ShowBytes",
       Takes(4, [](View t) { return ShowBytes(t, {.exec = kOneThread}); })},
      {"StripUnicodeWhitespace", Takes(2, [](View t) {
         return StripUnicodeWhitespace(t, {.exec = kOneThread});
       })}};
}

LinearOps CleaningOps() {
  return {
      {"RemoveControls",
       Takes(2,
             [](View t) { return RemoveControls(t, {.exec = kOneThread}); })},
      {"HtmlToText",
       Takes(2, [](View t) { return HtmlToText(t, {.exec = kOneThread}); })},
      {"Mask", Takes(3,
                     [](View t) {
                       return Mask(t, {.urls = "<url>",
                                       .emails = "<email>",
                                       .numbers = "<n>",
                                       .exec = kOneThread});
                     })},
      {"RepairMojibake",
       Takes(3,
             [](View t) { return RepairMojibake(t, {.exec = kOneThread}); })},
      {"LimitRepeats", Takes(2,
                             [](View t) {
                               return LimitRepeats(t, {.max_characters = 3,
                                                       .max_lines = 2,
                                                       .exec = kOneThread});
                             })},
      {"DetectLanguages",
       Takes(8,
             [](View t) { return DetectLanguages(t, {.exec = kOneThread}); })},
      {"DetectCharset",
       Takes(1, [](View t) { return DetectCharset(t.text()); })},
      {"StripPunctuation", Takes(1, [](View t) {
         return StripPunctuation(t, {.exec = kOneThread});
       })}};
}

LinearOp OfHash(BucketHash hash) {
  return Takes(1, [hash](View t) {
    return HashBuckets(t,
                       {.num_buckets = 1000, .hash = hash, .exec = kOneThread});
  });
}

LinearOps NumberOps() {
  return {
      {"Strip",
       Takes(1, [](View t) { return Strip(t, {.exec = kOneThread}); })},
      {"Length", Takes(0,
                       [](View t) {
                         return Length(t, {.unit = CharUnit::kUtf8Char,
                                           .exec = kOneThread});
                       })},
      {"Substr", Takes(1,
                       [](View t) {
                         // Looks for the end of more characters than there are.
                         const int64_t position = 0;
                         const int64_t length = int64_t{1} << 40;
                         return Substr(
                             t, {&position, 1}, {&length, 1},
                             {.unit = CharUnit::kUtf8Char, .exec = kOneThread});
                       })},
      {"HashBuckets fast", OfHash(BucketHash::kFast)},
      {"HashBuckets strong", OfHash(BucketHash::kStrong)},
      {"HashBuckets plain", OfHash(BucketHash::kPlain)},
      {"RegexReplace class", OfRegex("\\pP", "-", 6)},
      {"RegexReplace bytes", OfRegex("[,.]", "-", 2)},
      {"RegexReplace literal", OfRegex("truth|aaab", "--", 3)},
      {"RegexReplace group", OfRegex("(a|é)+", "-", 3)},
      {"RegexFullMatch", TakesWith(
                             1, [] { return *Regex::Compile("(\\pL|\\pM)+"); },
                             [](const Regex& regex, View t) {
                               return RegexFullMatch(t, regex,
                                                     {.exec = kOneThread});
                             })},
      {"UnicodeTranscode", Takes(14,
                                 [](View t) {
                                   return UnicodeTranscode(
                                       t, "UTF-8", "UTF-16-BE",
                                       {.exec = kOneThread});
                                 })},
      {"UnicodeTranscode UTF-8", Takes(14,
                                       [](View t) {
                                         return UnicodeTranscode(
                                             t, "UTF-8", "UTF-8",
                                             {.exec = kOneThread});
                                       })},
      {"Utf8Binarize",
       Takes(1, [](View t) { return Utf8Binarize(t, {.exec = kOneThread}); })},
      {"MatchWordShape has_mixed_case", Takes(1,
                                              [](View t) {
                                                return MatchWordShape(
                                                    t, WordShape::kHasMixedCase,
                                                    {.exec = kOneThread});
                                              })},
      {"MatchWordShape has_emoji", Takes(1, [](View t) {
         return MatchWordShape(t, WordShape::kHasEmoji, {.exec = kOneThread});
       })}};
}

}  // namespace

LinearOps StringOps() {
  LinearOps ops = Bounds();
  ops.merge(CaseOps());
  ops.merge(NormalOps());
  ops.merge(CleaningOps());
  ops.merge(NumberOps());
  return ops;
}

}  // namespace rowsplit::bench
