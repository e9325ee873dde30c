#ifndef ROWSPLIT_SRC_VOCAB_TOKEN_COUNTER_STATE_H_
#define ROWSPLIT_SRC_VOCAB_TOKEN_COUNTER_STATE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "rowsplit/vocab/token_counter.h"
#include "vocab/count_blocks.h"
#include "vocab/count_merge.h"
#include "vocab/count_table.h"
#include "vocab/spill_file.h"

// What a TokenCounter holds, and how its tables become runs and these one
// stream.
namespace rowsplit {

namespace internal {

// How a memory limit is shared out.
struct CountLimits {
  int num_tables;
  int64_t table_bytes;   // of each table
  int64_t select_bytes;  // while the most common are looked for
  size_t block_bytes;
  size_t max_readers;

  explicit CountLimits(const TokenCounterOptions& options);
};

}  // namespace internal

struct TokenCounter::State {
  using Visitor = absl::FunctionRef<absl::Status(const TokenCount&)>;

  State(TokenCounterOptions given, std::unique_ptr<internal::SpillFile> file)
      : options(std::move(given)),
        limits(options),
        spill(std::move(file)),
        runs(spill.get(), {options.documents, internal::CountOrder::kToken},
             limits.block_bytes, limits.max_readers) {}

  const TokenCounterOptions options;
  const internal::CountLimits limits;
  const std::unique_ptr<internal::SpillFile> spill;  // null without a limit
  const absl::Status no_memory = absl::ResourceExhaustedError(
      "the token counter lost counts when memory ran out");

  std::mutex mutex;
  std::condition_variable table_is_free;
  // What the mutex guards.
  std::vector<std::unique_ptr<internal::CountTable>> free_tables;
  int num_tables = 0;
  internal::CountRuns runs;
  absl::Status status;
  int64_t num_tokens = 0;
  int64_t num_documents = 0;
  int64_t num_types = -1;  // unknown since the last token

  bool is_limited() const { return spill != nullptr; }

  // Fails if so many more do not fit.
  absl::Status Check(int64_t tokens, int64_t documents);
  absl::Status CheckLocked(int64_t tokens, int64_t documents) const;
  // Adds to the totals, or fails.
  absl::Status Begin(int64_t tokens, int64_t documents);
  // Calls `count` with a table that no other call uses. Where memory runs out
  // its counts are lost, so that every later call fails, and none waits for it.
  absl::Status WithTable(
      absl::FunctionRef<absl::Status(internal::CountTable&)> count);
  // Makes room for `more` short tokens, by a run on the disk if need be.
  absl::Status MakeRoom(internal::CountTable& table, size_t more);
  absl::Status CountText(internal::CountTable& table,
                         const kernels::CompiledByteMap& map,
                         const kernels::TextRowsView& rows, bool by_rows,
                         internal::CountTextScratch& scratch,
                         int64_t& num_tokens);
  // Long tokens are looked at when they are there.
  absl::Status AfterAdding(internal::CountTable& table);
  absl::Status Spill(internal::CountTable& table);

  // All counts in one table, if the limit allows; else null, and all are runs.
  absl::StatusOr<internal::CountTable*> Gather();
  // Leaves no tables, only runs.
  absl::Status SpillAll();
  bool FitsInto(const internal::CountTable& table,
                const internal::CountTable& other) const;
  absl::Status VisitInOrder(Visitor visit);
  absl::Status VisitCommon(int64_t max_tokens, int64_t min_count,
                           Visitor visit);
};

}  // namespace rowsplit

#endif  // ROWSPLIT_SRC_VOCAB_TOKEN_COUNTER_STATE_H_
