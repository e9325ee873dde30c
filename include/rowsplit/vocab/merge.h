#ifndef ROWSPLIT_VOCAB_MERGE_H_
#define ROWSPLIT_VOCAB_MERGE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

struct MergeOptions {
  // For each vocabulary how often each of its tokens was counted; empty to
  // merge without counts.
  std::vector<std::span<const int64_t>> counts = {};
  // With counts: the tokens that come first whatever their counts.
  std::vector<std::string> special_tokens = {"", "[UNK]"};
  ExecOptions exec = {};
};

struct MergedVocabulary {
  Vocabulary vocabulary;
  // For each vocabulary, its ids to those of the merged one. No id is lost.
  std::vector<IdMap> id_maps;
  // With counts, the sums, a count for each token.
  Buffer<int64_t> counts;
};

// One vocabulary with the tokens of all of them.
//
// Without counts: the tokens of the first in their order, so that their ids
// stay; then the tokens of the second that are new, in its order; and so on.
//
//   merge of {"a", "b"} and {"c", "b", "d"}  // "a", "b", "c", "d"
//   its id_maps[1].old_to_new()              // {2, 1, 3}
//
// With counts: the special tokens that one of them has, in the order above;
// then by the sum of the counts, the most common first, and of those with equal
// sums the one with greater bytes first, as VocabularyBuilder orders them.
//
// Fails with InvalidArgument if there is no vocabulary, the counts are not one
// for each token, or one is negative; with ResourceExhausted if a sum does not
// fit 64 bits or there are too many tokens; with Cancelled. O(tokens), and with
// counts their sorting.
absl::StatusOr<MergedVocabulary> MergeVocabularies(
    std::span<const Vocabulary> vocabularies, const MergeOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_MERGE_H_
