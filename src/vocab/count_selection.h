#ifndef ROWSPLIT_SRC_VOCAB_COUNT_SELECTION_H_
#define ROWSPLIT_SRC_VOCAB_COUNT_SELECTION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "vocab/count_merge.h"
#include "vocab/spill_file.h"

namespace rowsplit::internal {

// Finds the most common of a stream of tokens that differ, in a budget of
// memory. It keeps candidates, and drops those that can't be among the first
// max_tokens when there are twice as many; candidates that do not fit are
// written as sorted runs, which are merged at the end.
class CountSelection {
 public:
  // `max_tokens` -1: all. Requires `budget >= 1`.
  CountSelection(SpillFile* file, bool documents, int64_t max_tokens,
                 int64_t budget, size_t block_bytes, size_t max_readers);

  absl::Status Add(const TokenCount& entry);
  // Calls `visit` for each of those selected, the most common first; once.
  absl::Status Visit(absl::FunctionRef<absl::Status(const TokenCount&)> visit);

 private:
  struct Candidate {
    size_t begin;
    size_t size;
    int64_t count;
    int64_t documents;
  };
  TokenCount CountOf(const Candidate& candidate) const;
  bool IsBefore(const Candidate& a, const Candidate& b) const;
  int64_t size_bytes() const;
  // Drops what is not among the first max_tokens.
  void Prune();
  absl::Status Spill();

  int64_t max_tokens_;
  int64_t budget_;
  CountRuns runs_;
  std::vector<Candidate> candidates_;
  BufferBuilder<char> bytes_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_COUNT_SELECTION_H_
