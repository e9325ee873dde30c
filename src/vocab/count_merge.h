#ifndef ROWSPLIT_SRC_VOCAB_COUNT_MERGE_H_
#define ROWSPLIT_SRC_VOCAB_COUNT_MERGE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "vocab/count_blocks.h"
#include "vocab/spill_file.h"

namespace rowsplit::internal {

// Merges sorted counts into one sorted stream; counts of the same token are
// added. Holds one block of each reader.
class CountMerger {
 public:
  static absl::StatusOr<CountMerger> Create(
      CountOrder order, std::vector<CountBlockReader> readers);

  // Goes to the next token; false at the end.
  absl::StatusOr<bool> Next();
  // Requires that Next returned true; valid until the next call.
  const TokenCount& entry() const { return entry_; }

 private:
  struct Node {
    uint64_t rank;  // the first bytes or the count: orders most of them
    uint32_t reader;
  };
  CountMerger(CountOrder order, std::vector<CountBlockReader> readers)
      : order_(order), readers_(std::move(readers)) {}

  Node NodeOf(uint32_t reader) const;
  bool IsBefore(const Node& a, const Node& b) const;
  void SiftDown(size_t index);
  // Goes on in the reader of the first node.
  absl::Status Advance();

  CountOrder order_;
  std::vector<CountBlockReader> readers_;
  std::vector<Node> heap_;  // the first in order is at the front
  std::string token_;
  TokenCount entry_{};
};

// Sorted runs in a spill file, merged with a bounded number of readers.
class CountRuns {
 public:
  // Blocks of `block_bytes`; at most `max_readers` of them at once, at least 2.
  CountRuns(SpillFile* file, CountBlockFormat format, size_t block_bytes,
            size_t max_readers)
      : file_(file),
        format_(format),
        block_bytes_(block_bytes),
        max_readers_(max_readers) {}

  // What `fill` adds, in the order of the format, as a run. Safe on several
  // threads at once; Append is not.
  absl::StatusOr<SpillRun> Write(
      absl::FunctionRef<absl::Status(CountBlockWriter&)> fill) const;
  void Append(SpillRun run) { runs_.push_back(std::move(run)); }
  bool empty() const { return runs_.empty(); }

  // Merges runs until one merger can read those that are left, and returns it.
  // The runs stay; nothing may be appended while the merger is in use.
  absl::StatusOr<CountMerger> Merge();
  // Frees the runs.
  void Clear();

 private:
  absl::StatusOr<CountMerger> Open(size_t num_runs) const;
  absl::StatusOr<SpillRun> MergeFirst(size_t num_runs) const;

  SpillFile* file_;
  CountBlockFormat format_;
  size_t block_bytes_;
  size_t max_readers_;
  std::vector<SpillRun> runs_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_COUNT_MERGE_H_
