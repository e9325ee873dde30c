#ifndef ROWSPLIT_VOCAB_DIFF_H_
#define ROWSPLIT_VOCAB_DIFF_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

// What is different between an old and a new vocabulary.
struct VocabularyDiff {
  // The ids, in the new vocabulary, of tokens that the old one lacks.
  Buffer<int64_t> added;
  // The ids, in the old vocabulary, of tokens that the new one lacks.
  Buffer<int64_t> removed;
  // The old ids of tokens that both have under different ids; the new ones are
  // in id_map.
  Buffer<int64_t> moved;
  IdMap id_map;

  // Whether the two have the same tokens with the same ids.
  bool is_same() const {
    return added.empty() && removed.empty() && moved.empty();
  }
};

// Compares two vocabularies; each list is in ascending order.
//
//   diff of {"a", "b", "c"} and {"c", "a", "d"}
//   // added {2} ("d"), removed {1} ("b"), moved {0, 2} ("a" to 1, "c" to 0)
//
// Fails with Cancelled. O(tokens).
absl::StatusOr<VocabularyDiff> DiffVocabularies(const Vocabulary& from,
                                                const Vocabulary& to,
                                                const ExecOptions& exec = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_DIFF_H_
