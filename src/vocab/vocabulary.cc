#include "rowsplit/vocab/vocabulary.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"
#include "kernels/inline_key.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/token_text.h"
#include "vocab/vocabulary_file.h"

namespace rowsplit {

struct Vocabulary::Table {
  StringTensor tokens;
  BufferBuilder<kernels::TokenBucket> buckets;
  BufferBuilder<kernels::LongSlot> long_slots;
  kernels::TokenTableView view{};

  // Maps the tokens to their indices. Returns the two indices of the first
  // token that comes twice.
  absl::StatusOr<std::optional<std::pair<int64_t, int64_t>>> Fill(
      StringTensor all);
};

absl::StatusOr<std::optional<std::pair<int64_t, int64_t>>>
Vocabulary::Table::Fill(StringTensor all) {
  if (all.size() > kernels::kMaxTableTokens) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("vocabulary: at most %d tokens, got %d",
                        kernels::kMaxTableTokens, all.size()));
  }
  tokens = std::move(all);
  const StringTensorView tokens_view = tokens;
  uint64_t num_long = 0;
  for (int64_t id = 0; id < tokens.size(); ++id) {
    num_long += tokens_view[id].size() > kernels::kMaxInlineSize;
  }
  view.num_tokens = static_cast<uint64_t>(tokens.size());
  view.num_buckets = kernels::NumBuckets(view.num_tokens - num_long);
  view.num_long_slots = kernels::NumLongSlots(num_long);
  view.seed = kernels::ProcessHashSeed();
  view.bytes = tokens.bytes().data();
  view.num_bytes = tokens.bytes().size();
  view.offsets = tokens_view.offsets().data();
  buckets.ResizeUninitialized(view.num_buckets);
  long_slots.ResizeUninitialized(view.num_long_slots);
  kernels::TokenTableWriter writer(buckets.data(), long_slots.data(), view);
  for (int64_t id = 0; id < tokens.size(); ++id) {
    const int32_t kept = writer.Insert(static_cast<int32_t>(id));
    if (kept != id) return std::pair<int64_t, int64_t>(kept, id);
  }
  view = writer.view();
  return std::nullopt;
}

Vocabulary::Vocabulary(std::shared_ptr<const Table> table)
    : table_(std::move(table)) {}

Vocabulary::Vocabulary() {
  static const std::shared_ptr<const Table> empty = [] {
    auto table = std::make_shared<Table>();
    (void)table->Fill(StringTensor());
    return table;
  }();
  table_ = empty;
}

absl::StatusOr<Vocabulary> Vocabulary::FromTokens(StringTensor tokens) {
  auto table = std::make_shared<Table>();
  ROWSPLIT_ASSIGN_OR_RETURN(const auto twice, table->Fill(std::move(tokens)));
  if (twice.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary: the tokens must differ: tokens[%d] and tokens[%d] are "
        "both %s",
        twice->first, twice->second,
        internal::TokenText(table->tokens[twice->first])));
  }
  return Vocabulary(std::move(table));
}

absl::StatusOr<Vocabulary> Vocabulary::FromFile(const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(StringTensor tokens,
                            internal::ReadVocabularyFile(path));
  auto table = std::make_shared<Table>();
  ROWSPLIT_ASSIGN_OR_RETURN(const auto twice, table->Fill(std::move(tokens)));
  if (twice.has_value()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the lines of the vocabulary file %s must differ: line %d and line %d "
        "are both %s",
        path, twice->first + 1, twice->second + 1,
        internal::TokenText(table->tokens[twice->first])));
  }
  return Vocabulary(std::move(table));
}

const StringTensor& Vocabulary::tokens() const { return table_->tokens; }

int64_t Vocabulary::Find(std::string_view token) const {
  return kernels::FindId(table_->view, token);
}

void Vocabulary::FindSpans(std::string_view bytes,
                           std::span<const TokenSpan> spans,
                           std::span<int64_t> ids, int64_t first_id,
                           int64_t unknown_id) const {
  ROWSPLIT_DCHECK(ids.size() == spans.size());
  kernels::FindIds(table_->view, bytes.data(), bytes.size(), spans.data(),
                   spans.size(), first_id, unknown_id, ids.data());
}

int64_t Vocabulary::size_bytes() const {
  const Table& table = *table_;
  return static_cast<int64_t>(sizeof(Table) + table.tokens.bytes().size() +
                              table.tokens.offsets().row_splits().size_bytes() +
                              table.buckets.span().size_bytes() +
                              table.long_slots.span().size_bytes());
}

}  // namespace rowsplit
