#ifndef ROWSPLIT_TEXT_WORDPIECE_LEARNER_H_
#define ROWSPLIT_TEXT_WORDPIECE_LEARNER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct WordpieceLearnerOptions {
  // The most tokens that are aimed at; required.
  int64_t vocab_size = -1;
  // The first tokens; words that are one of them are not learned from.
  std::vector<std::string> reserved_tokens = {};
  // Where the search for the least count of a token begins; without one, the
  // greatest and the least count of a word.
  std::optional<int64_t> upper_thresh = 10'000'000;
  std::optional<int64_t> lower_thresh = 10;
  int64_t num_iterations = 4;
  // The most words, the most common ones; -1: all.
  int64_t max_input_tokens = 5'000'000;
  // Longer words, in characters, are left out.
  int64_t max_token_length = 50;
  // The most characters, the most common ones; words with others are left out.
  int64_t max_unique_chars = 1000;
  // How much smaller than vocab_size, as a part of it, is good enough.
  double slack_ratio = 0.05;
  // Whether tokens that continue a word begin with `joiner`.
  bool include_joiner_token = true;
  std::string joiner = "##";
  // Null: it can't be cancelled.
  const CancellationToken* cancellation = nullptr;
};

// Learns a vocabulary of subwords from words and their counts: learn() of TF
// Text's wordpiece_tokenizer_learner_lib, the same tokens in the same order.
// They are the reserved tokens, the characters, then the subwords by their
// counts, equal ones by their bytes; single characters behind others are among
// them.
//
//   LearnWordpiece({"aab", "ab", "b", "abc"}, {5, 3, 9, 2},
//                  {.vocab_size = 12, .lower_thresh = 1})
//   // {"a", "b", "c", "aab", "ab", "abc", "##a", "##b", "##c"}
//
// Of words that are equally common, max_input_tokens keeps the first ones.
// Fails with InvalidArgument if there is no word, not a count for each, a word,
// a reserved token or the joiner that is not UTF-8, or no vocab_size; with
// ResourceExhausted if the counts of all characters do not fit 64 bits or there
// are 1 GiB of words that differ; with Cancelled. The words are cut once for
// each iteration of each of some log2(greatest count) thresholds.
absl::StatusOr<StringTensor> LearnWordpiece(
    StringTensorView words, std::span<const int64_t> counts,
    const WordpieceLearnerOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_WORDPIECE_LEARNER_H_
