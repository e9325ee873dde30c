#include "rowsplit/vocab/vocabulary.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/check.h"
#include "core/mapped_file.h"
#include "core/status_macros.h"
#include "kernels/inline_key.h"
#include "kernels/span_ids.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/frozen_check.h"
#include "vocab/frozen_file.h"
#include "vocab/frozen_layout.h"
#include "vocab/frozen_table.h"
#include "vocab/token_text.h"
#include "vocab/vocabulary_access.h"
#include "vocab/vocabulary_file.h"

namespace rowsplit {

using internal::FrozenHeader;
using internal::FrozenParts;

// Made from tokens, it owns them and their table; opened, everything is in the
// file.
struct Vocabulary::Table {
  internal::FrozenTable table;
  Buffer<Offset> offsets;
  Buffer<char> text;
  // For an opened one: the whole file, its header and its name.
  Buffer<char> file;
  FrozenHeader header{};
  std::string name = "made from tokens";
  bool is_mapped = false;

  // Offsets that nobody has checked are made into a StringTensor when it is
  // first asked for.
  mutable std::once_flag tokens_made;
  mutable StringTensor tokens;

  bool is_file() const { return !file.empty(); }
  const kernels::TokenTableView& view() const { return table.view; }

  void SetTokens(StringTensor all);
  // Points into the file.
  void SetFile(Buffer<char> bytes, const FrozenHeader& checked);
  StringTensor MakeTokens() const;
  absl::Status Check(ChecksumMode mode, const ExecOptions& exec) const;
  absl::Status Write(absl::FunctionRef<absl::Status(std::string_view)> append,
                     const ExecOptions& exec) const;
};

void Vocabulary::Table::SetTokens(StringTensor all) {
  tokens = std::move(all);
  std::call_once(tokens_made, [] {});
  offsets = tokens.offsets().row_splits_buffer();
  text = tokens.bytes();
}

void Vocabulary::Table::SetFile(Buffer<char> bytes,
                                const FrozenHeader& checked) {
  file = std::move(bytes);
  header = checked;
  const FrozenParts parts = internal::FrozenPartsOf(header, file.span());
  const std::shared_ptr<const void>& owner = file.owner();
  offsets = {
      {reinterpret_cast<const Offset*>(parts[internal::kFrozenOffsets].data()),
       static_cast<size_t>(header.num_tokens) + 1},
      owner};
  text = {parts[internal::kFrozenText], owner};
  kernels::TokenTableView& view = table.view;
  view = {};
  view.buckets = reinterpret_cast<const kernels::TokenBucket*>(
      parts[internal::kFrozenBuckets].data());
  view.long_slots = reinterpret_cast<const kernels::LongSlot*>(
      parts[internal::kFrozenLongSlots].data());
  view.num_buckets = header.num_buckets;
  view.num_long_slots = header.num_long_slots;
  view.max_probe = header.max_probe;
  view.max_long_probe = header.max_long_probe;
  view.seed = {{header.seed[0], header.seed[1]}};
  view.bytes = text.data();
  view.offsets = offsets.data();
  view.num_bytes = text.size();
  view.num_tokens = header.num_tokens;
}

// Where the offsets are wrong, as few of them as possible change: none is less
// than the one before it or past the end of the text.
StringTensor Vocabulary::Table::MakeTokens() const {
  const auto end = static_cast<Offset>(text.size());
  Buffer<Offset> splits = offsets;
  if (!internal::CheckFrozenOffsets(view(), {}, name, {.num_threads = 1})
           .ok()) {
    BufferBuilder<Offset> repaired(offsets.size());
    Offset last = 0;
    for (size_t i = 0; i < offsets.size(); ++i) {
      if (i > 0) last = std::min(std::max(last, offsets[i]), end);
      repaired[i] = last;
    }
    splits = std::move(repaired).Build();
  }
  Buffer<char> bytes = text.Slice(0, static_cast<size_t>(*(splits.end() - 1)));
  auto made = StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(splits)),
      std::move(bytes));
  ROWSPLIT_DCHECK(made.ok());
  return *std::move(made);
}

absl::Status Vocabulary::Table::Check(ChecksumMode mode,
                                      const ExecOptions& exec) const {
  if (mode == ChecksumMode::kDeferred) return absl::OkStatus();
  if (mode == ChecksumMode::kSampled) {
    return internal::CheckSampledBlocks(header, file.span(), name);
  }
  internal::FrozenBegins begins{};
  if (is_file()) {
    // Pages are read ahead for this pass.
    if (is_mapped) {
      internal::AdviseAccess(file.span(), internal::MapAccess::kSequential);
    }
    const absl::Status status =
        internal::CheckAllBlocks(header, file.span(), name, exec);
    if (is_mapped) {
      internal::AdviseAccess(file.span(), internal::MapAccess::kRandom);
    }
    ROWSPLIT_RETURN_IF_ERROR(status);
    for (size_t i = 0; i < begins.size(); ++i) {
      begins[i] = header.sections[i].begin;
    }
  }
  return internal::CheckFrozenTable(view(), begins, name, exec);
}

absl::Status Vocabulary::Table::Write(
    absl::FunctionRef<absl::Status(std::string_view)> append,
    const ExecOptions& exec) const {
  if (is_file()) return append({file.data(), file.size()});
  ROWSPLIT_ASSIGN_OR_RETURN(
      FrozenHeader made,
      internal::LayOutFrozen({static_cast<int64_t>(view().num_tokens),
                              static_cast<int64_t>(view().num_buckets),
                              static_cast<int64_t>(view().num_long_slots),
                              static_cast<int64_t>(text.size())}));
  made.max_probe = view().max_probe;
  made.max_long_probe = view().max_long_probe;
  made.seed[0] = view().seed.words[0];
  made.seed[1] = view().seed.words[1];
  const auto bytes = [](const auto& buffer) {
    return std::span<const char>(reinterpret_cast<const char*>(buffer.data()),
                                 buffer.span().size_bytes());
  };
  const FrozenParts parts = {bytes(table.buckets), bytes(table.long_slots),
                             bytes(offsets), bytes(text)};
  return internal::WriteFrozen(made, parts, exec, append);
}

Vocabulary::Vocabulary(std::shared_ptr<const Table> table)
    : table_(std::move(table)) {}

Vocabulary::Vocabulary() {
  static const std::shared_ptr<const Table> empty = [] {
    auto table = std::make_shared<Table>();
    table->SetTokens(StringTensor());
    table->table = *internal::MakeFrozenTable(table->tokens);
    return table;
  }();
  table_ = empty;
}

absl::StatusOr<Vocabulary> Vocabulary::FromTokens(StringTensor tokens) {
  auto table = std::make_shared<Table>();
  table->SetTokens(std::move(tokens));
  ROWSPLIT_ASSIGN_OR_RETURN(table->table,
                            internal::MakeFrozenTable(table->tokens));
  if (const auto& twice = table->table.twice; twice.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary: the tokens must differ: tokens[%d] and tokens[%d] are "
        "both %s",
        twice->first, twice->second,
        internal::TokenText(table->tokens[twice->first])));
  }
  return Vocabulary(std::move(table));
}

absl::StatusOr<Vocabulary> Vocabulary::FromFile(const std::string& path) {
  auto table = std::make_shared<Table>();
  ROWSPLIT_ASSIGN_OR_RETURN(StringTensor tokens,
                            internal::ReadVocabularyFile(path));
  table->SetTokens(std::move(tokens));
  ROWSPLIT_ASSIGN_OR_RETURN(table->table,
                            internal::MakeFrozenTable(table->tokens));
  if (const auto& twice = table->table.twice; twice.has_value()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the lines of the vocabulary file %s must differ: line %d and line %d "
        "are both %s",
        path, twice->first + 1, twice->second + 1,
        internal::TokenText(table->tokens[twice->first])));
  }
  return Vocabulary(std::move(table));
}

absl::StatusOr<Vocabulary> Vocabulary::OpenFile(Buffer<char> file,
                                                const std::string& name,
                                                bool is_mapped,
                                                const OpenOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const FrozenHeader header,
                            internal::ReadFrozenHeader(file.span(), name));
  auto table = std::make_shared<Table>();
  table->name = name;
  table->is_mapped = is_mapped;
  table->SetFile(std::move(file), header);
  ROWSPLIT_RETURN_IF_ERROR(table->Check(options.checksum, options.exec));
  return Vocabulary(std::move(table));
}

absl::StatusOr<Vocabulary> Vocabulary::Open(const std::string& path,
                                            const OpenOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<char> file, internal::MapFile(path, internal::MapAccess::kRandom));
  return OpenFile(std::move(file), path, /*is_mapped=*/true, options);
}

absl::StatusOr<Vocabulary> Vocabulary::FromBytes(Buffer<char> file,
                                                 const OpenOptions& options) {
  const auto address = reinterpret_cast<uintptr_t>(file.data());
  if (address % internal::kFrozenAlignment != 0) {
    file = Buffer<char>::Copy(file.span());
  }
  return OpenFile(std::move(file), "in memory", /*is_mapped=*/false, options);
}

absl::Status Vocabulary::Save(const std::string& path) const {
  ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                            internal::AtomicFile::Open(path, {}));
  ROWSPLIT_RETURN_IF_ERROR(table_->Write(
      [&](std::string_view bytes) { return file.Append(bytes); }, {}));
  return file.Commit();
}

absl::StatusOr<Buffer<char>> Vocabulary::ToBytes() const {
  if (table_->is_file()) return table_->file;
  BufferBuilder<char> file;
  ROWSPLIT_RETURN_IF_ERROR(table_->Write(
      [&](std::string_view bytes) {
        file.Append(std::span<const char>(bytes.data(), bytes.size()));
        return absl::OkStatus();
      },
      {}));
  return std::move(file).Build();
}

absl::Status Vocabulary::Check(const ExecOptions& exec) const {
  return table_->Check(ChecksumMode::kFull, exec);
}

int64_t Vocabulary::size() const {
  return static_cast<int64_t>(table_->view().num_tokens);
}

std::string_view Vocabulary::token(int64_t id) const {
  const kernels::TokenTableView& view = table_->view();
  ROWSPLIT_DCHECK(0 <= id && id < size());
  const Offset begin = view.offsets[id];
  const Offset end = view.offsets[id + 1];
  if (begin < 0 || end < begin || static_cast<uint64_t>(end) > view.num_bytes) {
    return {};
  }
  return {view.bytes + begin, static_cast<size_t>(end - begin)};
}

const StringTensor& Vocabulary::tokens() const {
  const Table& table = *table_;
  std::call_once(table.tokens_made,
                 [&table] { table.tokens = table.MakeTokens(); });
  return table.tokens;
}

int64_t Vocabulary::Find(std::string_view token) const {
  return kernels::FindId(table_->view(), token);
}

void Vocabulary::FindSpans(std::string_view bytes,
                           std::span<const TokenSpan> spans,
                           std::span<int64_t> ids, int64_t first_id,
                           int64_t unknown_id) const {
  ROWSPLIT_DCHECK(ids.size() == spans.size());
  kernels::FindIds(table_->view(), bytes.data(), bytes.size(), spans.data(),
                   spans.size(), first_id, unknown_id, ids.data());
}

int64_t Vocabulary::size_bytes() const {
  const Table& table = *table_;
  if (table.is_file()) return static_cast<int64_t>(table.file.size());
  return static_cast<int64_t>(sizeof(Table) + table.text.size() +
                              table.offsets.span().size_bytes() +
                              table.table.buckets.span().size_bytes() +
                              table.table.long_slots.span().size_bytes());
}

const kernels::TokenTableView& internal::VocabularyAccess::Table(
    const Vocabulary& vocabulary) {
  return vocabulary.table_->view();
}

const FrozenHeader* internal::VocabularyAccess::Header(
    const Vocabulary& vocabulary) {
  const Vocabulary::Table& table = *vocabulary.table_;
  return table.is_file() ? &table.header : nullptr;
}

}  // namespace rowsplit
