#include "vocab/token_counter_state.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/large_block.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/offset.h"
#include "vocab/count_selection.h"
#include "vocab/most_common.h"

namespace rowsplit {

namespace {

using internal::CountBlockWriter;
using internal::CountMerger;
using internal::CountTable;
using internal::SpillRun;

// With a limit this many bytes of text are counted between two looks at the
// memory.
constexpr int64_t kChunkBytes = int64_t{32} << 10;
// A table is not worth having below this.
constexpr int64_t kLeastTableBytes = 384 << 10;

}  // namespace

internal::CountLimits::CountLimits(const TokenCounterOptions& options)
    : num_tables(internal::NumThreads(options.exec)),
      table_bytes(CountTable::kNoBudget),
      select_bytes(0),
      block_bytes(size_t{1} << 16),
      max_readers(64) {
  if (options.memory_limit < 0) return;
  // An eighth is for blocks that are being written.
  const int64_t for_tables = options.memory_limit - options.memory_limit / 8;
  num_tables = static_cast<int>(
      std::clamp<int64_t>(for_tables / kLeastTableBytes, 1, num_tables));
  table_bytes = for_tables / num_tables;
  select_bytes = options.memory_limit / 2;
  block_bytes = static_cast<size_t>(std::clamp<int64_t>(
      options.memory_limit / 64, int64_t{4} << 10, int64_t{64} << 10));
  // A quarter of the limit: a reader holds its block, and twice a token.
  max_readers = static_cast<size_t>(std::clamp<int64_t>(
      options.memory_limit / 8 / static_cast<int64_t>(block_bytes), 4, 64));
}

absl::Status TokenCounter::State::Check(int64_t tokens, int64_t documents) {
  const std::lock_guard lock(mutex);
  return CheckLocked(tokens, documents);
}

absl::Status TokenCounter::State::CheckLocked(int64_t tokens,
                                              int64_t documents) const {
  ROWSPLIT_RETURN_IF_ERROR(status);
  int64_t token_sum;
  int64_t document_sum;
  if (__builtin_add_overflow(num_tokens, tokens, &token_sum) ||
      __builtin_add_overflow(num_documents, documents, &document_sum)) {
    return absl::OutOfRangeError(absl::StrFormat(
        "the counts do not fit 64 bits: %d tokens in %d documents, and %d "
        "tokens in %d documents more",
        num_tokens, num_documents, tokens, documents));
  }
  return absl::OkStatus();
}

absl::Status TokenCounter::State::Begin(int64_t tokens, int64_t documents) {
  const std::lock_guard lock(mutex);
  ROWSPLIT_RETURN_IF_ERROR(CheckLocked(tokens, documents));
  num_tokens += tokens;
  num_documents += documents;
  num_types = -1;
  return absl::OkStatus();
}

absl::Status TokenCounter::State::WithTable(
    absl::FunctionRef<absl::Status(CountTable&)> count) {
  std::unique_ptr<CountTable> table;
  {
    std::unique_lock lock(mutex);
    table_is_free.wait(lock, [this] {
      return !free_tables.empty() || num_tables < limits.num_tables;
    });
    ROWSPLIT_RETURN_IF_ERROR(status);
    if (free_tables.empty()) {
      // Giving it back must not fail.
      free_tables.reserve(static_cast<size_t>(num_tables) + 1);
      ++num_tables;
    } else {
      table = std::move(free_tables.back());
      free_tables.pop_back();
    }
  }
  // Also where the allocator throws.
  struct Lease {
    ~Lease() {
      {
        const std::lock_guard lock(state.mutex);
        state.free_tables.push_back(std::move(table));
        if (!counted.ok() && state.status.ok()) state.status = counted;
      }
      // Each that waits may end with the error.
      state.table_is_free.notify_all();
    }
    State& state;
    std::unique_ptr<CountTable> table;
    absl::Status counted;
  };
  Lease lease{*this, std::move(table), no_memory};
  if (lease.table == nullptr) {
    lease.table = std::make_unique<CountTable>();
    if (options.documents) lease.table->EnableDocuments();
  }
  lease.counted = count(*lease.table);
  return lease.counted;
}

absl::Status TokenCounter::State::Spill(CountTable& table) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      SpillRun run, runs.Write([&](CountBlockWriter& writer) {
        return table.Drain(
            [&](const TokenCount& entry) { return writer.Add(entry); });
      }));
  const std::lock_guard lock(mutex);
  if (run.size_bytes > 0) runs.Append(std::move(run));
  return absl::OkStatus();
}

absl::Status TokenCounter::State::MakeRoom(CountTable& table, size_t more) {
  if (!is_limited() || table.Reserve(more, limits.table_bytes)) {
    return absl::OkStatus();
  }
  ROWSPLIT_RETURN_IF_ERROR(Spill(table));
  table.FillBudget(limits.table_bytes);
  return absl::OkStatus();
}

absl::Status TokenCounter::State::AfterAdding(CountTable& table) {
  if (!is_limited() || table.size_bytes() <= limits.table_bytes) {
    return absl::OkStatus();
  }
  ROWSPLIT_RETURN_IF_ERROR(Spill(table));
  table.FillBudget(limits.table_bytes);
  return absl::OkStatus();
}

absl::Status TokenCounter::State::CountText(CountTable& table,
                                            const kernels::CompiledByteMap& map,
                                            const kernels::TextRowsView& rows,
                                            bool by_rows,
                                            internal::CountTextScratch& scratch,
                                            int64_t& num_tokens) {
  // A row that is a document is not cut by a run, as in AddRows.
  const auto make_room = [&](size_t more) -> absl::Status {
    if (is_limited() && !by_rows) return MakeRoom(table, more);
    table.Reserve(more, CountTable::kNoBudget);
    return absl::OkStatus();
  };
  const Offset chunk_bytes =
      is_limited() ? std::min(kChunkBytes, limits.table_bytes / 1024)
                   : std::numeric_limits<Offset>::max();
  for (size_t begin = 0; begin < rows.num_rows;) {
    size_t end = begin + 1;
    while (end < rows.num_rows &&
           rows.offsets[end + 1] - rows.offsets[begin] <= chunk_bytes) {
      ++end;
    }
    const kernels::TextRowsView chunk{rows.bytes, rows.offsets + begin,
                                      end - begin};
    if (is_limited() && by_rows) {
      ROWSPLIT_RETURN_IF_ERROR(MakeRoom(
          table, kernels::MaxTokens(chunk.num_bytes(), chunk.num_rows)));
    }
    ROWSPLIT_RETURN_IF_ERROR(
        table.AddText(map, chunk, by_rows, scratch, make_room));
    num_tokens += scratch.num_tokens;
    ROWSPLIT_RETURN_IF_ERROR(AfterAdding(table));
    begin = end;
  }
  return absl::OkStatus();
}

bool TokenCounter::State::FitsInto(const CountTable& table,
                                   const CountTable& other) const {
  if (!is_limited()) return true;
  // At the worst they have no token in common.
  const int64_t sum = table.size_bytes() + 2 * other.size_bytes();
  return sum <= options.memory_limit / 2;
}

absl::StatusOr<CountTable*> TokenCounter::State::Gather() {
  ROWSPLIT_RETURN_IF_ERROR(status);
  ROWSPLIT_DCHECK(static_cast<int>(free_tables.size()) == num_tables);
  while (runs.empty() && free_tables.size() > 1 &&
         FitsInto(*free_tables.front(), *free_tables.back())) {
    status = no_memory;  // if the allocator throws
    free_tables.front()->AddTokens(*free_tables.back());
    status = absl::OkStatus();
    free_tables.pop_back();
    --num_tables;
  }
  if (runs.empty() && free_tables.size() <= 1) {
    if (free_tables.empty()) {
      free_tables.push_back(std::make_unique<CountTable>());
      ++num_tables;
      if (options.documents) free_tables.front()->EnableDocuments();
    }
    return free_tables.front().get();
  }
  ROWSPLIT_RETURN_IF_ERROR(SpillAll());
  return nullptr;
}

absl::Status TokenCounter::State::SpillAll() {
  while (!free_tables.empty()) {
    status = no_memory;  // if the allocator throws
    status = Spill(*free_tables.back());
    ROWSPLIT_RETURN_IF_ERROR(status);
    free_tables.pop_back();
    --num_tables;
  }
  internal::ReleaseKeptBlocks();
  return absl::OkStatus();
}

absl::Status TokenCounter::State::VisitInOrder(Visitor visit) {
  ROWSPLIT_ASSIGN_OR_RETURN(const CountTable* const table, Gather());
  if (table != nullptr && !is_limited()) {
    std::vector<TokenCount> sorted;
    sorted.reserve(static_cast<size_t>(table->num_types()));
    table->ForEach([&](const TokenCount& entry) { sorted.push_back(entry); });
    std::sort(sorted.begin(), sorted.end(),
              [](const TokenCount& a, const TokenCount& b) {
                return a.token < b.token;
              });
    for (const TokenCount& entry : sorted)
      ROWSPLIT_RETURN_IF_ERROR(visit(entry));
    return absl::OkStatus();
  }
  // A table is sorted in its own memory, which ends it.
  ROWSPLIT_RETURN_IF_ERROR(SpillAll());
  absl::StatusOr<CountMerger> merger = runs.Merge();
  if (!merger.ok()) return status = merger.status();
  for (int64_t visited = 0;; ++visited) {
    const absl::StatusOr<bool> has_entry = merger->Next();
    if (!has_entry.ok()) return status = has_entry.status();
    if (!*has_entry) {
      num_types = visited;
      return absl::OkStatus();
    }
    ROWSPLIT_RETURN_IF_ERROR(visit(merger->entry()));
  }
}

absl::Status TokenCounter::State::VisitCommon(int64_t max_tokens,
                                              int64_t min_count,
                                              Visitor visit) {
  ROWSPLIT_ASSIGN_OR_RETURN(const CountTable* const table, Gather());
  if (table != nullptr && !is_limited()) {
    num_types = table->num_types();
    for (const TokenCount& entry :
         internal::MostCommonOf(*table, max_tokens, min_count))
      ROWSPLIT_RETURN_IF_ERROR(visit(entry));
    return absl::OkStatus();
  }
  internal::CountSelection selection(spill.get(), options.documents, max_tokens,
                                     limits.select_bytes, limits.block_bytes,
                                     limits.max_readers);
  ROWSPLIT_RETURN_IF_ERROR(
      VisitInOrder([&](const TokenCount& entry) -> absl::Status {
        return entry.count >= min_count ? selection.Add(entry)
                                        : absl::OkStatus();
      }));
  return selection.Visit(visit);
}

}  // namespace rowsplit
