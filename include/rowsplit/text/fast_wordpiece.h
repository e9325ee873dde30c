#ifndef ROWSPLIT_TEXT_FAST_WORDPIECE_H_
#define ROWSPLIT_TEXT_FAST_WORDPIECE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/wordpiece.h"

namespace rowsplit {

struct FastWordpieceOptions {
  std::string suffix_indicator = "##";
  // A longer word is unknown.
  int64_t max_bytes_per_word = 100;
  // One of the tokens.
  std::string unknown_token = "[UNK]";
  // The input is words already. Otherwise it is text, and white space,
  // punctuation and Chinese characters end words.
  bool no_pretokenization = false;
};

// Splits words or text into the longest tokens, in time linear in the bytes
// whatever the tokens: tf_text.FastWordpieceTokenizer. In text, white space
// (Unicode's White_Space) separates words unless tokens go on through it;
// punctuation (Unicode's P, and ! to /, : to @, [ to `, { to ~) and Chinese
// characters are words of one character. Immutable; copies share the tokens.
//
//   // tokens: "they", "##'", "##re", "the", "great", "##est", "[UNK]", "'"
//   auto tokenizer = *FastWordpieceTokenizer::Create(tokens);
//   tokenizer.Tokenize({"they're great"}, SubwordKind::kIds)
//   // {{0, 7, 6, 4}}, starts {{0, 4, 5, 8}}, ends {{4, 5, 7, 13}}
//
// A text that begins like the suffix indicator goes on with tokens that do, as
// in TensorFlow.
class FastWordpieceTokenizer {
 public:
  // The token at index i has the id i. As in TensorFlow fails with
  // FailedPrecondition if a token comes twice, if the unknown token is none of
  // them, for more than 2^22 tokens, for a token of more than 256 bytes behind
  // the suffix indicator, and if no token can be used; with InvalidArgument for
  // a token with a NUL, or for text with one that begins with U+0011.
  static absl::StatusOr<FastWordpieceTokenizer> Create(
      StringTensorView tokens, const FastWordpieceOptions& options = {});

  // Fails with Cancelled, and with ResourceExhausted where a size does not fit
  // 64 bits. Linear in the bytes.
  absl::StatusOr<SubwordTokens> Tokenize(StringTensorView input,
                                         SubwordKind kind,
                                         const ExecOptions& exec = {}) const;

  // The text of each row of ids: tokens joined by spaces, those that continue a
  // word without one; at the begin of a text these keep the suffix indicator.
  //
  //   tokenizer.Detokenize({{0, 1, 2, 3}, {5}})  // {"they're the", "##est"}
  //
  // Fails with OutOfRange for an id that no token has, and with Cancelled.
  absl::StatusOr<StringTensor> Detokenize(const RaggedTensor<int64_t>& ids,
                                          const ExecOptions& exec = {}) const;

  int64_t size() const;
  const FastWordpieceOptions& options() const;

  struct State;  // of the source

 private:
  friend class FastBertTokenizer;
  explicit FastWordpieceTokenizer(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_FAST_WORDPIECE_H_
