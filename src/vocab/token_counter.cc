#include "rowsplit/vocab/token_counter.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
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
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/count_access.h"
#include "vocab/count_blocks.h"
#include "vocab/count_merge.h"
#include "vocab/count_selection.h"
#include "vocab/count_table.h"
#include "vocab/most_common.h"
#include "vocab/partial_counts.h"
#include "vocab/spill_file.h"

namespace rowsplit {

namespace {

using internal::CountBlockWriter;
using internal::CountMerger;
using internal::CountTable;
using internal::SpillRun;
using Visitor = absl::FunctionRef<absl::Status(const TokenCount&)>;

// With a limit this many tokens are counted between two looks at the memory.
constexpr size_t kChunk = 1024;
constexpr int64_t kChunkBytes = int64_t{32} << 10;
// A table is not worth having below this.
constexpr int64_t kLeastTableBytes = 384 << 10;

// How a memory limit is shared out.
struct Limits {
  int num_tables;
  int64_t table_bytes;   // of each table
  int64_t select_bytes;  // while the most common are looked for
  size_t block_bytes;
  size_t max_readers;

  explicit Limits(const TokenCounterOptions& options)
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
};

}  // namespace

struct TokenCounter::State {
  State(TokenCounterOptions given, std::unique_ptr<internal::SpillFile> file)
      : options(std::move(given)),
        limits(options),
        spill(std::move(file)),
        runs(spill.get(), {options.documents, internal::CountOrder::kToken},
             limits.block_bytes, limits.max_readers) {}

  const TokenCounterOptions options;
  const Limits limits;
  const std::unique_ptr<internal::SpillFile> spill;  // null without a limit

  std::mutex mutex;
  std::condition_variable table_is_free;
  // What the mutex guards.
  std::vector<std::unique_ptr<CountTable>> free_tables;
  int num_tables = 0;
  internal::CountRuns runs;
  absl::Status status;
  int64_t num_tokens = 0;
  int64_t num_documents = 0;
  int64_t num_types = -1;  // unknown since the last token

  bool is_limited() const { return spill != nullptr; }

  // Fails if so many more do not fit.
  absl::Status Check(int64_t tokens, int64_t documents);
  // Adds to the totals, or fails.
  absl::Status Begin(int64_t tokens, int64_t documents);
  // Calls `count` with a table that no other call uses.
  absl::Status WithTable(absl::FunctionRef<absl::Status(CountTable&)> count);
  // Makes room for `more` short tokens, by a run on the disk if need be.
  absl::Status MakeRoom(CountTable& table, size_t more);
  absl::Status CountText(CountTable& table, const kernels::CompiledByteMap& map,
                         const kernels::TextRowsView& rows, bool by_rows,
                         internal::CountTextScratch& scratch,
                         int64_t& num_tokens);
  // Long tokens are looked at when they are there.
  absl::Status AfterAdding(CountTable& table);
  absl::Status Spill(CountTable& table);

  // All counts in one table, if the limit allows; else null, and all are runs.
  absl::StatusOr<CountTable*> Gather();
  // Leaves no tables, only runs.
  absl::Status SpillAll();
  bool FitsInto(const CountTable& table, const CountTable& other) const;
  absl::Status VisitInOrder(Visitor visit);
  absl::Status VisitCommon(int64_t max_tokens, int64_t min_count,
                           Visitor visit);
};

absl::Status TokenCounter::State::Check(int64_t tokens, int64_t documents) {
  const std::lock_guard lock(mutex);
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
  ROWSPLIT_RETURN_IF_ERROR(Check(tokens, documents));
  const std::lock_guard lock(mutex);
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
    if (free_tables.empty()) {
      ++num_tables;
    } else {
      table = std::move(free_tables.back());
      free_tables.pop_back();
    }
  }
  if (table == nullptr) {
    table = std::make_unique<CountTable>();
    if (options.documents) table->EnableDocuments();
  }
  absl::Status counted = count(*table);
  {
    const std::lock_guard lock(mutex);
    free_tables.push_back(std::move(table));
    if (!counted.ok() && status.ok()) status = counted;
  }
  table_is_free.notify_one();
  return counted;
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

TokenCounter::TokenCounter(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
TokenCounter::TokenCounter(TokenCounter&&) noexcept = default;
TokenCounter& TokenCounter::operator=(TokenCounter&&) noexcept = default;
TokenCounter::~TokenCounter() = default;

absl::StatusOr<TokenCounter> TokenCounter::Create(
    const TokenCounterOptions& options) {
  if (options.memory_limit != -1 && options.memory_limit < kMinMemoryLimit) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the memory limit of a token counter must be -1 or at least %d bytes, "
        "got %d",
        kMinMemoryLimit, options.memory_limit));
  }
  std::unique_ptr<internal::SpillFile> spill;
  if (options.memory_limit != -1) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        spill, internal::SpillFile::Create(options.temporary_folder));
  }
  return TokenCounter(std::make_unique<State>(options, std::move(spill)));
}

absl::Status TokenCounter::Add(std::string_view token, int64_t count) {
  ROWSPLIT_DCHECK(count >= 0);
  if (count == 0) return absl::OkStatus();
  State& state = *state_;
  ROWSPLIT_RETURN_IF_ERROR(state.Begin(count, 0));
  return state.WithTable([&](CountTable& table) -> absl::Status {
    ROWSPLIT_RETURN_IF_ERROR(state.MakeRoom(table, 1));
    table.Add(token, count, 0);
    return state.AfterAdding(table);
  });
}

absl::Status TokenCounter::AddSpans(std::string_view bytes,
                                    std::span<const TokenSpan> tokens) {
  State& state = *state_;
  ROWSPLIT_RETURN_IF_ERROR(state.Begin(static_cast<int64_t>(tokens.size()), 0));
  return state.WithTable([&](CountTable& table) -> absl::Status {
    if (!state.is_limited()) {
      table.AddSpans(bytes, tokens);
      return absl::OkStatus();
    }
    for (size_t i = 0; i < tokens.size(); i += kChunk) {
      const auto chunk = tokens.subspan(i, std::min(kChunk, tokens.size() - i));
      ROWSPLIT_RETURN_IF_ERROR(state.MakeRoom(table, chunk.size()));
      table.AddSpans(bytes, chunk);
      ROWSPLIT_RETURN_IF_ERROR(state.AfterAdding(table));
    }
    return absl::OkStatus();
  });
}

absl::Status TokenCounter::AddRows(std::string_view bytes,
                                   std::span<const TokenSpan> tokens,
                                   std::span<const Offset> row_ends) {
  State& state = *state_;
  if (!state.options.documents) {
    return absl::FailedPreconditionError(
        "AddRows needs a token counter that counts documents");
  }
  ROWSPLIT_DCHECK((row_ends.empty() ? 0 : row_ends.back()) ==
                  static_cast<Offset>(tokens.size()));
  ROWSPLIT_RETURN_IF_ERROR(state.Begin(static_cast<int64_t>(tokens.size()),
                                       static_cast<int64_t>(row_ends.size())));
  return state.WithTable([&](CountTable& table) -> absl::Status {
    if (!state.is_limited()) {
      table.AddRows(bytes, tokens, row_ends);
      return absl::OkStatus();
    }
    // A row is never cut: the table knows which of its tokens came before.
    std::vector<Offset> chunk_ends;
    Offset begin = 0;
    for (size_t row = 0; row < row_ends.size();) {
      chunk_ends.clear();
      do {
        chunk_ends.push_back(row_ends[row++] - begin);
      } while (row < row_ends.size() &&
               row_ends[row] - begin <= static_cast<Offset>(kChunk));
      const auto chunk = tokens.subspan(static_cast<size_t>(begin),
                                        static_cast<size_t>(chunk_ends.back()));
      ROWSPLIT_RETURN_IF_ERROR(state.MakeRoom(table, chunk.size()));
      table.AddRows(bytes, chunk, chunk_ends);
      ROWSPLIT_RETURN_IF_ERROR(state.AfterAdding(table));
      begin += chunk_ends.back();
    }
    return absl::OkStatus();
  });
}

absl::Status internal::CountAccess::AddText(TokenCounter& counter,
                                            const kernels::CompiledByteMap& map,
                                            const kernels::TextRowsView& rows,
                                            bool by_rows,
                                            CountTextScratch& scratch) {
  TokenCounter::State& state = *counter.state_;
  const auto num_rows = static_cast<int64_t>(rows.num_rows);
  ROWSPLIT_RETURN_IF_ERROR(state.Check(
      static_cast<int64_t>(kernels::MaxTokens(rows.num_bytes(), rows.num_rows)),
      num_rows));
  int64_t num_tokens = 0;
  ROWSPLIT_RETURN_IF_ERROR(state.WithTable([&](CountTable& table) {
    return state.CountText(table, map, rows, by_rows, scratch, num_tokens);
  }));
  scratch.num_tokens = num_tokens;
  return state.Begin(num_tokens, by_rows ? num_rows : 0);
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

absl::Status TokenCounter::MergePartial(const std::string& path) {
  State& state = *state_;
  ROWSPLIT_ASSIGN_OR_RETURN(auto reader,
                            internal::PartialCountsReader::Open(path));
  const PartialCountsInfo& info = reader.info();
  if (info.documents != state.options.documents) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the file of partial counts %s %s documents, this counter %s", path,
        info.documents ? "counts" : "does not count",
        info.documents ? "does not" : "does"));
  }
  // All of it is good before the first is added.
  ROWSPLIT_RETURN_IF_ERROR(
      reader.Visit([](const TokenCount&) { return absl::OkStatus(); }));
  ROWSPLIT_RETURN_IF_ERROR(state.Begin(info.num_tokens, info.num_documents));
  return state.WithTable([&](CountTable& table) {
    return reader.Visit([&](const TokenCount& entry) -> absl::Status {
      ROWSPLIT_RETURN_IF_ERROR(state.MakeRoom(table, 1));
      table.Add(entry.token, entry.count, entry.documents);
      return state.AfterAdding(table);
    });
  });
}

absl::StatusOr<PartialCountsInfo> TokenCounter::ReadPartial(
    const std::string& path,
    const std::function<absl::Status(const TokenCount&)>& visit) {
  ROWSPLIT_ASSIGN_OR_RETURN(auto reader,
                            internal::PartialCountsReader::Open(path));
  ROWSPLIT_RETURN_IF_ERROR(
      reader.Visit([&](const TokenCount& entry) -> absl::Status {
        return visit != nullptr ? visit(entry) : absl::OkStatus();
      }));
  return reader.info();
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
    free_tables.front()->AddTokens(*free_tables.back());
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

absl::Status TokenCounter::SavePartial(const std::string& path) {
  return internal::WritePartialCounts(
      path,
      {.documents = state_->options.documents,
       .num_tokens = state_->num_tokens,
       .num_documents = state_->num_documents},
      [&](CountBlockWriter& writer) {
        return state_->VisitInOrder(
            [&](const TokenCount& entry) { return writer.Add(entry); });
      });
}

absl::Status TokenCounter::VisitMostCommon(
    int64_t max_tokens, int64_t min_count,
    const std::function<absl::Status(const TokenCount&)>& visit) {
  return state_->VisitCommon(max_tokens, min_count, visit);
}

absl::StatusOr<TokenCounts> TokenCounter::MostCommon(int64_t max_tokens,
                                                     int64_t min_count) {
  TokenCounts result;
  StringTensorBuilder tokens;
  BufferBuilder<int64_t> counts;
  BufferBuilder<int64_t> documents;
  ROWSPLIT_RETURN_IF_ERROR(
      state_->VisitCommon(max_tokens, min_count, [&](const TokenCount& entry) {
        tokens.Append(entry.token);
        counts.Append(entry.count);
        if (state_->options.documents) documents.Append(entry.documents);
        return absl::OkStatus();
      }));
  result.tokens = std::move(tokens).Build();
  result.counts = std::move(counts).Build();
  result.documents = std::move(documents).Build();
  result.num_types = state_->num_types;
  result.num_tokens = state_->num_tokens;
  result.num_documents = state_->num_documents;
  return result;
}

absl::StatusOr<Vocabulary> TokenCounter::Build(
    const VocabularyOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckVocabularyOptions(options));
  internal::VocabularyTokens tokens(options);
  ROWSPLIT_RETURN_IF_ERROR(state_->VisitCommon(
      options.max_tokens, options.min_count, [&](const TokenCount& entry) {
        tokens.Add(entry.token);
        return absl::OkStatus();
      }));
  return std::move(tokens).Build();
}

const TokenCounterOptions& TokenCounter::options() const {
  return state_->options;
}

int64_t TokenCounter::num_tokens() const {
  const std::lock_guard lock(state_->mutex);
  return state_->num_tokens;
}

int64_t TokenCounter::num_documents() const {
  const std::lock_guard lock(state_->mutex);
  return state_->num_documents;
}

absl::StatusOr<int64_t> TokenCounter::CountTypes() {
  State& state = *state_;
  if (state.num_types >= 0) return state.num_types;
  ROWSPLIT_ASSIGN_OR_RETURN(const CountTable* const table, state.Gather());
  if (table != nullptr) return state.num_types = table->num_types();
  ROWSPLIT_RETURN_IF_ERROR(
      state.VisitInOrder([](const TokenCount&) { return absl::OkStatus(); }));
  return state.num_types;
}

int64_t TokenCounter::spilled_bytes() const {
  return state_->spill == nullptr ? 0 : state_->spill->written_bytes();
}

}  // namespace rowsplit
