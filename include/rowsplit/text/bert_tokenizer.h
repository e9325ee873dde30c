#ifndef ROWSPLIT_TEXT_BERT_TOKENIZER_H_
#define ROWSPLIT_TEXT_BERT_TOKENIZER_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/token_offsets.h"
#include "rowsplit/text/wordpiece.h"

namespace rowsplit {

// How BasicTokenize makes letters small.
enum class BertLowerCase {
  kNone,
  // NFKC_Casefold, then NFD without its nonspacing marks: é and É become e.
  kStripAccents,
  // Lower case alone, as tf.strings.lower with 'utf-8': a text ends at a NUL.
  kKeepAccents,
};

struct BasicTokenizeOptions {
  BertLowerCase lower_case = BertLowerCase::kNone;
  // White space between tokens is a token.
  bool keep_whitespace = false;
  // Without lower case, the form that text is normalized to before.
  std::optional<NormalForm> normalization_form = std::nullopt;
  // "[unused1]" and so on, with any number, is one token.
  bool preserve_unused_token = false;
  ExecOptions exec = {};
};

// Splits text into words for BERT: tf_text's BasicTokenizer. Text is made
// small or normalized, control and format characters become spaces, and words
// end at spaces, at punctuation (ASCII's marks and Unicode's P) and at Chinese
// characters, the latter two being tokens. The offsets are those in the text
// that was so changed. Ill-formed bytes are part of tokens. A no-break or
// another wide space is no end of a word.
//
//   BasicTokenize({"They're 日本"})
//   // {{"They", "'", "re", "日", "本"}}, starts {{0, 4, 5, 8, 11}}
//
// Fails with InvalidArgument for a form other than NFD beside lower case, and
// with Cancelled. Linear in the bytes.
absl::StatusOr<TokensWithOffsets> BasicTokenize(
    StringTensorView input, const BasicTokenizeOptions& options = {});

// The changed text alone, which the offsets count in.
absl::StatusOr<StringTensor> BasicNormalize(
    StringTensorView input, const BasicTokenizeOptions& options = {});

// BasicTokenize, then a WordpieceTokenizer: tf_text.BertTokenizer. The words of
// each text and the subwords of each word, with offsets in the changed text. A
// word that is too long ends, if it is unknown, at the size of the unknown
// token. Immutable; copies share the tokens.
//
//   // tokens: "they", "'", "re", "the", "great", "##est", "[UNK]"
//   const BertTokenizer tokenizer(wordpiece);
//   tokenizer.Tokenize({"they're greatest"}, SubwordKind::kIds)
//   // groups {{0}, {1}, {2}, {4, 5}} of one text
class BertTokenizer {
 public:
  explicit BertTokenizer(WordpieceTokenizer wordpiece,
                         const BasicTokenizeOptions& options = {})
      : wordpiece_(std::move(wordpiece)), options_(options) {}

  // As BasicTokenize and WordpieceTokenizer::Tokenize; the exec options are
  // those given here.
  absl::StatusOr<SubwordGroups> Tokenize(StringTensorView input,
                                         SubwordKind kind,
                                         const ExecOptions& exec = {}) const;

  const WordpieceTokenizer& wordpiece() const { return wordpiece_; }
  const BasicTokenizeOptions& options() const { return options_; }

 private:
  WordpieceTokenizer wordpiece_;
  BasicTokenizeOptions options_;
};

// The text is changed character by character (with lower case to the form that
// BasicTokenize gives it without accents), then a FastWordpieceTokenizer cuts
// it: tf_text.FastBertTokenizer. The offsets are those in the text as given.
// Immutable; copies share the tokens.
//
//   FastBertTokenizer(fast, true).Tokenize({"É a"}, SubwordKind::kStrings)
//   // {{"e", "a"}}, starts {{0, 3}}, ends {{2, 4}}
class FastBertTokenizer {
 public:
  explicit FastBertTokenizer(FastWordpieceTokenizer wordpiece,
                             bool lower_case_nfd_strip_accents = false)
      : wordpiece_(std::move(wordpiece)),
        lower_case_(lower_case_nfd_strip_accents) {}

  // As FastWordpieceTokenizer::Tokenize.
  absl::StatusOr<SubwordTokens> Tokenize(StringTensorView input,
                                         SubwordKind kind,
                                         const ExecOptions& exec = {}) const;

  const FastWordpieceTokenizer& wordpiece() const { return wordpiece_; }
  bool lower_case_nfd_strip_accents() const { return lower_case_; }

 private:
  FastWordpieceTokenizer wordpiece_;
  bool lower_case_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_BERT_TOKENIZER_H_
