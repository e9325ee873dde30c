#include "rowsplit/vocab/token_counter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/count_access.h"
#include "vocab/count_blocks.h"
#include "vocab/count_table.h"
#include "vocab/most_common.h"
#include "vocab/partial_counts.h"
#include "vocab/spill_file.h"
#include "vocab/token_counter_state.h"

namespace rowsplit {

namespace {

using internal::CountBlockWriter;
using internal::CountTable;

// With a limit this many tokens are counted between two looks at the memory.
constexpr size_t kChunk = 1024;

}  // namespace

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
