#ifndef ROWSPLIT_VOCAB_PRUNE_H_
#define ROWSPLIT_VOCAB_PRUNE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

// A token stays that passes every rule that is set. Special tokens always stay.
struct PruneOptions {
  // The most tokens that stay, special ones among them: the first ones of those
  // that pass the other rules. -1: no limit.
  int64_t max_tokens = -1;
  // With counts, one for each token: the least count that stays.
  std::optional<int64_t> min_count = std::nullopt;
  std::span<const int64_t> counts = {};
  // Only these tokens stay. Tokens that the vocabulary lacks change nothing.
  std::optional<Vocabulary> keep = std::nullopt;
  // These tokens go.
  std::optional<Vocabulary> drop = std::nullopt;
  std::vector<std::string> special_tokens = {"", "[UNK]"};
  ExecOptions exec = {};
};

struct PrunedVocabulary {
  Vocabulary vocabulary;
  IdMap id_map;
};

// The vocabulary without some of its tokens; the others keep their order.
//
//   prune of {"[UNK]", "a", "b", "c"}, .drop = {"a", "x"}  // "[UNK]", "b", "c"
//   its id_map.old_to_new()                                // {0, -1, 1, 2}
//
// Fails with InvalidArgument if max_tokens is below -1 or less than the number
// of special tokens that the vocabulary has, min_count is set without counts or
// the counts are not one for each token; with Cancelled. O(tokens).
absl::StatusOr<PrunedVocabulary> PruneVocabulary(const Vocabulary& vocabulary,
                                                 const PruneOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_PRUNE_H_
