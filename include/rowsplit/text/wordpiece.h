#ifndef ROWSPLIT_TEXT_WORDPIECE_H_
#define ROWSPLIT_TEXT_WORDPIECE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// What a tokenizer gives for a subword.
enum class SubwordKind { kIds, kStrings };

// The subwords of each word or text, and where they lie in it.
struct SubwordTokens {
  RowPartition rows;     // a row for each word or text
  Buffer<int64_t> ids;   // for kIds
  StringTensor strings;  // for kStrings
  // Beside the ids or strings: the bytes [starts, ends) of the word or text.
  Buffer<Offset> starts;
  Buffer<Offset> ends;
};

// The same in two levels: the words of each text, the subwords of each word.
struct SubwordGroups {
  RowPartition groups;     // a row for each text, of words
  SubwordTokens subwords;  // a row for each word
};

struct WordpieceOptions {
  // What a token begins with that continues a word.
  std::string suffix_indicator = "##";
  // A longer word is unknown.
  int64_t max_bytes_per_word = 100;
  // The most characters of a token, the suffix indicator not among them; 0: any
  // number.
  int64_t max_chars_per_token = 0;
  // What stands for a word that no tokens make up; without it, the word itself.
  // The empty string counts as none.
  std::optional<std::string> unknown_token = "[UNK]";
  // A character without a token is unknown alone, and the word goes on.
  bool split_unknown_characters = false;
  // Ids of strings that are no tokens (of the unknown token, if it is none):
  // Fingerprint64 mod num_oov_buckets behind the tokens, or with 0 buckets
  // default_id.
  int64_t num_oov_buckets = 1;
  int64_t default_id = -1;
};

// Splits words into the longest tokens of a vocabulary, from left to right:
// tf_text.WordpieceTokenizer. A word that fails anywhere is one unknown token.
// Tokens end between UTF-8 characters; each maximal ill-formed subpart counts
// as a character. Immutable; copies share the vocabulary.
//
//   // tokens: "they", "##'", "##re", "the", "[UNK]"
//   auto tokenizer = *WordpieceTokenizer::Create(tokens);
//   tokenizer.Tokenize({"they're", "dog"}, SubwordKind::kIds)
//   // rows {{0, 1, 2}, {4}}, starts {{0, 4, 5}, {0}}, ends {{4, 5, 7}, {3}}
//
// As in TensorFlow, an unknown token for a word above max_bytes_per_word ends
// at the size of the unknown token, not of the word.
class WordpieceTokenizer {
 public:
  // The token at index i has the id i. Fails with InvalidArgument if a token
  // comes twice, for negative num_oov_buckets or max_chars_per_token, and for
  // 2 GiB of tokens and more.
  static absl::StatusOr<WordpieceTokenizer> Create(
      StringTensorView tokens, const WordpieceOptions& options = {});
  // The same with the ids of a table. An id of -1 counts as absent. Fails with
  // InvalidArgument too unless there are as many ids as tokens.
  static absl::StatusOr<WordpieceTokenizer> CreateWithIds(
      StringTensorView tokens, std::span<const int64_t> ids,
      const WordpieceOptions& options = {});

  // Fails with Cancelled, and with ResourceExhausted where a size does not fit
  // 64 bits. O(bytes · the longest token) at worst.
  absl::StatusOr<SubwordTokens> Tokenize(StringTensorView words,
                                         SubwordKind kind,
                                         const ExecOptions& exec = {}) const;

  // The words that rows of ids make: tokens are joined, those that begin with
  // the suffix indicator without a space before them, and the text is cut at
  // spaces. Ids above the tokens' are the unknown token.
  //
  //   tokenizer.Detokenize({{0, 1, 2, 3}, {}})  // {{"they're", "the"}, {""}}
  //
  // Fails with InvalidArgument for a negative id and unless the tokens' ids are
  // 0 to size - 1; with Cancelled. Linear in the text.
  absl::StatusOr<RaggedStringTensor> Detokenize(
      const RaggedTensor<int64_t>& ids, const ExecOptions& exec = {}) const;

  // Tokens and buckets.
  int64_t size() const;
  const WordpieceOptions& options() const;

 private:
  friend class BertTokenizer;
  struct State;
  explicit WordpieceTokenizer(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_WORDPIECE_H_
