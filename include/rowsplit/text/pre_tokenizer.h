#ifndef ROWSPLIT_TEXT_PRE_TOKENIZER_H_
#define ROWSPLIT_TEXT_PRE_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/token_offsets.h"

namespace rowsplit {

// What becomes of the matches that a text is split at: they are dropped, are
// tokens, join the token before or behind them unless that is a match too, or
// neighbours among them are one token.
enum class SplitBehavior {
  kRemoved,
  kIsolated,
  kMergedWithPrevious,
  kMergedWithNext,
  kContiguous,
};

enum class PrependScheme { kAlways, kFirst, kNever };

struct MetaspaceOptions {
  // One character, which takes the place of ' '.
  std::string replacement = "\u2581";
  // Whether it is put before a token that does not begin with it: always, only
  // at the begin of a string, or never.
  PrependScheme prepend_scheme = PrependScheme::kAlways;
  // Splits before each replacement.
  bool split = true;
};

struct PreTokenizeOptions {
  // Counts the offsets in characters, as Hugging Face does, and not in bytes. A
  // maximal ill-formed subpart is one.
  bool character_offsets = false;
  ExecOptions exec = {};
};

// What Hugging Face's tokenizers split text with before a model cuts the words,
// under their names and with their answers. Immutable; copies share it.
//
//   PreTokenizer::Whitespace().Split({"don't go"})->tokens
//   // {{"don", "'", "t", "go"}}
class PreTokenizer {
 public:
  // Runs of word characters and runs of others that are no white space:
  // `\w+|[^\w\s]+`.
  static PreTokenizer Whitespace();
  // What stands between white space.
  static PreTokenizer WhitespaceSplit();
  // What stands between `delimiter`, one character. Fails with InvalidArgument
  // for another number of characters.
  static absl::StatusOr<PreTokenizer> CharDelimiterSplit(
      std::string_view delimiter);
  // Splits at punctuation: ASCII's, and the categories P of Unicode 8.
  static PreTokenizer Punctuation(
      SplitBehavior behavior = SplitBehavior::kIsolated);
  // Splits numbers (categories N) off, each character or each run.
  static PreTokenizer Digits(bool individual_digits = false);
  // Splits where the script changes; Hiragana and Katakana are Han, and what
  // Unicode 9 has no script for, like ' ', belongs to the script before it, or
  // is dropped if there is none.
  static PreTokenizer UnicodeScripts();
  // Tokens of `length` characters, the last one perhaps of fewer. Fails with
  // InvalidArgument unless it is at least 1.
  static absl::StatusOr<PreTokenizer> FixedLength(int64_t length);
  // Splits at what `pattern` matches, or at what is between, if `invert`.
  static PreTokenizer SplitPattern(Regex pattern, SplitBehavior behavior,
                                   bool invert = false);
  // Fails with InvalidArgument unless the replacement is one character.
  static absl::StatusOr<PreTokenizer> Metaspace(
      const MetaspaceOptions& options = {});
  // White space, then punctuation by itself.
  static PreTokenizer BertPreTokenizer();
  // Words by the expression of GPT-2, unless `use_regex` is false, and each
  // byte as a character that can be seen: ' ' is U+0120.
  static PreTokenizer ByteLevel(bool add_prefix_space = true,
                                bool use_regex = true);
  // Each on the tokens of the one before.
  static PreTokenizer Sequence(const std::vector<PreTokenizer>& steps);

  // The tokens of each string, and what of it they were made of; no token is
  // empty. Fails with ResourceExhausted for a string of 4 GiB or more, and with
  // Cancelled. Linear in the bytes, but for what a pattern costs.
  absl::StatusOr<TokensWithOffsets> Split(
      StringTensorView input, const PreTokenizeOptions& options = {}) const;

 private:
  struct Step;
  friend class PreTokenizedRow;

  explicit PreTokenizer(const Step& step);

  std::shared_ptr<const std::vector<Step>> steps_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_PRE_TOKENIZER_H_
