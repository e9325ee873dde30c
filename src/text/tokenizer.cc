#include "rowsplit/text/tokenizer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/read_file.h"
#include "core/status_macros.h"
#include "core/try_allocate.h"
#include "core/utf8.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/added_split.h"
#include "text/append_rows.h"
#include "text/row_encoder.h"
#include "text/row_pieces.h"
#include "text/token_text.h"
#include "text/tokenizer_parts.h"
#include "text/worker_lists.h"

namespace rowsplit {

namespace {

using internal::EncodedRows;
using internal::TokenizerParts;

// Ids of a piece of work when they become text.
constexpr int64_t kIdsInPiece = 16384;

// How many of a row's tokens stay, and how many of those before them go.
struct Kept {
  Offset first;
  Offset count;
};

// What is around the tokens of a row.
class Frame {
 public:
  Frame(const TokenizerParts& parts, const EncodeOptions& options)
      : before_(options.add_special_tokens ? parts.before.size() : 0),
        behind_(options.add_special_tokens ? parts.behind.size() : 0),
        max_length_(options.max_length) {
    if (parts.truncation.has_value()) {
      cuts_left_ = parts.truncation->from_left;
      if (!max_length_.has_value()) max_length_ = parts.truncation->max_length;
    }
    if (!options.pad || !parts.padding.has_value()) return;
    padding_ = parts.padding;
    if (options.max_length.has_value()) {
      padding_->length = options.max_length;
      padding_->multiple_of = 0;
    }
  }

  Kept Keep(Offset count) const {
    if (!max_length_.has_value()) return {0, count};
    const Offset most = std::max<Offset>(
        0, *max_length_ - static_cast<Offset>(before_ + behind_));
    if (count <= most) return {0, count};
    return {cuts_left_ ? count - most : 0, most};
  }
  Offset Size(Offset count) const {
    return Keep(count).count + static_cast<Offset>(before_ + behind_);
  }
  // The size of all rows if the longest has this one; 0 without padding.
  Offset PaddedSize(Offset longest) const {
    return padding_.has_value() ? padding_->Length(longest) : 0;
  }
  int64_t padding_id() const { return padding_.has_value() ? padding_->id : 0; }

  // Writes a row's ids, of `size` with the padding.
  template <typename From, typename To>
  void Write(const From* from, Offset count, Offset size,
             std::span<const int32_t> before, std::span<const int32_t> behind,
             To padding, To* to) const {
    const Kept kept = Keep(count);
    const Offset padded = size - Size(count);
    const bool on_left = padded > 0 && padding_->on_left;
    if (on_left) to = std::fill_n(to, padded, padding);
    for (size_t i = 0; i < before_; ++i)
      *to++ = before.empty() ? To{0} : static_cast<To>(before[i]);
    to = std::copy_n(from + kept.first, kept.count, to);
    for (size_t i = 0; i < behind_; ++i)
      *to++ = behind.empty() ? To{0} : static_cast<To>(behind[i]);
    if (!on_left) std::fill_n(to, padded, padding);
  }

 private:
  size_t before_;
  size_t behind_;
  std::optional<int64_t> max_length_;
  bool cuts_left_ = false;
  std::optional<TokenPadding> padding_;
};

// From bytes to characters of a row, in place; tokens need not be in order.
void CountCharacters(std::string_view row, std::span<Offset> starts,
                     std::span<Offset> ends) {
  const bool is_ascii = std::all_of(row.begin(), row.end(), [](char byte) {
    return static_cast<uint8_t>(byte) < 0x80;
  });
  if (is_ascii) return;
  std::vector<uint32_t> before(row.size() + 1);
  uint32_t count = 0;
  for (size_t at = 0; at < row.size(); ++count) {
    size_t size = 1;
    if (static_cast<uint8_t>(row[at]) >= 0x80)
      size = internal::ReadUtf8Sequence(row, at).size;
    for (size_t i = 0; i < size; ++i) before[at + i] = count;
    at += size;
  }
  before[row.size()] = count;
  for (Offset& start : starts) start = before[static_cast<size_t>(start)];
  for (Offset& end : ends) end = before[static_cast<size_t>(end)];
}

absl::Status CheckArguments(StringTensorView texts,
                            const EncodeOptions& options) {
  const int64_t max_length = options.max_length.value_or(0);
  if (max_length < 0 || max_length > internal::kMaxPadding) {
    return absl::InvalidArgumentError(
        absl::StrFormat("Encode: max_length must be from 0 to %d, got %d",
                        internal::kMaxPadding, max_length));
  }
  if (options.offsets == OffsetUnit::kNone) return absl::OkStatus();
  for (int64_t row = 0; row < texts.size(); ++row) {
    const auto size = static_cast<int64_t>(texts[row].size());
    if (size > kMaxBatchBytes) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "Encode: a text must have at most %d bytes for offsets, text %d has "
          "%d",
          kMaxBatchBytes, row, size));
    }
  }
  return absl::OkStatus();
}

// Encodes texts piece by piece and puts the pieces together.
class Encoding {
 public:
  Encoding(const TokenizerParts& parts, StringTensorView texts,
           const EncodeOptions& options)
      : parts_(parts),
        texts_(texts),
        options_(options),
        frame_(parts, options),
        borders_(internal::CutRows(texts.offsets(), internal::kValuesInPiece)),
        lists_(borders_.size() - 1, options.exec),
        row_ends_(static_cast<size_t>(texts.size())) {}

  absl::StatusOr<EncodedTexts> Run() {
    const auto num_pieces = static_cast<int64_t>(borders_.size()) - 1;
    ROWSPLIT_RETURN_IF_ERROR(
        internal::ParallelFor(options_.exec, num_pieces, 1,
                              [&](int64_t piece, int64_t end) -> absl::Status {
                                for (; piece < end; ++piece)
                                  ROWSPLIT_RETURN_IF_ERROR(EncodePiece(piece));
                                return absl::OkStatus();
                              }));
    ROWSPLIT_RETURN_IF_ERROR(MakeSplits());
    ROWSPLIT_RETURN_IF_ERROR(Allocate(splits_[splits_.size() - 1]));
    ROWSPLIT_RETURN_IF_ERROR(
        internal::ParallelFor(options_.exec, num_pieces, 1,
                              [&](int64_t piece, int64_t end) -> absl::Status {
                                for (; piece < end; ++piece) WritePiece(piece);
                                return absl::OkStatus();
                              }));
    EncodedTexts encoded;
    encoded.ids = RaggedTensor<int64_t>::FromFlatValuesUnchecked(
        RaggedShape(
            RowPartition::FromRowSplitsUnchecked(std::move(splits_).Build())),
        std::move(ids_).Build());
    encoded.starts = std::move(starts_).Build();
    encoded.ends = std::move(ends_).Build();
    return encoded;
  }

 private:
  bool with_offsets() const { return options_.offsets != OffsetUnit::kNone; }
  Offset RowBegin(int64_t piece, int64_t row) const {
    return row == borders_[piece] ? static_cast<Offset>(lists_.begin(piece))
                                  : row_ends_[row - 1];
  }

  absl::Status EncodePiece(int64_t piece) {
    EncodedRows& out = lists_.OfWorker();
    lists_.SetBegin(piece, out.ids.size());
    out.with_offsets = with_offsets();
    const StringTensorView rows =
        texts_.Slice(borders_[piece], borders_[piece + 1]);
    const absl::Status status = internal::EncodeWithAdded(
        parts_, rows, out, row_ends_.data() + borders_[piece]);
    if (!status.ok()) return NameText(piece, status);
    if (!with_offsets()) return absl::OkStatus();
    for (int64_t row = borders_[piece]; row < borders_[piece + 1]; ++row) {
      const Offset begin = RowBegin(piece, row);
      const auto size = static_cast<size_t>(row_ends_[row] - begin);
      const auto starts = out.starts.span().subspan(begin, size);
      const auto ends = out.ends.span().subspan(begin, size);
      if (options_.offsets == OffsetUnit::kCharacters)
        CountCharacters(texts_[row], starts, ends);
      if (parts_.trim_offsets)
        Trim(out.ids.span().subspan(begin, size), starts, ends);
    }
    return absl::OkStatus();
  }

  // The error of the first text that fails; offsets let it say more.
  absl::Status NameText(int64_t piece, const absl::Status& status) const {
    for (int64_t row = borders_[piece]; row < borders_[piece + 1]; ++row) {
      EncodedRows encoded;
      encoded.with_offsets =
          static_cast<int64_t>(texts_[row].size()) <= kMaxBatchBytes;
      Offset end = 0;
      const absl::Status found = internal::EncodeWithAdded(
          parts_, texts_.Slice(row, row + 1), encoded, &end);
      if (found.ok()) continue;
      return {found.code(),
              absl::StrFormat("Encode: text %d: %s", row, found.message())};
    }
    return status;
  }

  void Trim(std::span<const int32_t> ids, std::span<Offset> starts,
            std::span<Offset> ends) const {
    for (size_t i = 0; i < ids.size(); ++i) {
      const int32_t token = parts_.token_of_id[ids[i]];
      internal::TrimSpaces(parts_.tokens.token(token),
                           parts_.trims_with_prefix_space, i == 0, &starts[i],
                           &ends[i]);
    }
  }

  absl::Status MakeSplits() {
    splits_.ResizeUninitialized(row_ends_.size() + 1);
    splits_[0] = 0;
    Offset longest = 0;
    const auto num_pieces = static_cast<int64_t>(borders_.size()) - 1;
    for (int64_t piece = 0; piece < num_pieces; ++piece) {
      for (int64_t row = borders_[piece]; row < borders_[piece + 1]; ++row) {
        const Offset count = row_ends_[row] - RowBegin(piece, row);
        splits_[row + 1] = frame_.Size(count);
        longest = std::max(longest, splits_[row + 1]);
      }
    }
    const Offset least = frame_.PaddedSize(longest);
    for (size_t row = 0; row < row_ends_.size(); ++row) {
      ROWSPLIT_ASSIGN_OR_RETURN(
          splits_[row + 1],
          internal::CheckedAdd(splits_[row],
                               std::max(splits_[row + 1], least)));
    }
    return absl::OkStatus();
  }

  // Padding asks for more than there is text.
  absl::Status Allocate(Offset total) {
    ROWSPLIT_ASSIGN_OR_RETURN(ids_,
                              internal::TryAllocate<int64_t>(total, "ids"));
    if (!with_offsets()) return absl::OkStatus();
    ROWSPLIT_ASSIGN_OR_RETURN(starts_,
                              internal::TryAllocate<Offset>(total, "starts"));
    ROWSPLIT_ASSIGN_OR_RETURN(ends_,
                              internal::TryAllocate<Offset>(total, "ends"));
    return absl::OkStatus();
  }

  void WritePiece(int64_t piece) {
    const EncodedRows& from = lists_.OfPiece(piece);
    const int64_t pad = frame_.padding_id();
    for (int64_t row = borders_[piece]; row < borders_[piece + 1]; ++row) {
      const Offset begin = RowBegin(piece, row);
      const Offset count = row_ends_[row] - begin;
      const Offset to = splits_[row];
      const Offset size = splits_[row + 1] - to;
      frame_.Write(from.ids.data() + begin, count, size, parts_.before,
                   parts_.behind, pad, ids_.data() + to);
      if (!with_offsets()) continue;
      frame_.Write(from.starts.data() + begin, count, size, {}, {}, Offset{0},
                   starts_.data() + to);
      frame_.Write(from.ends.data() + begin, count, size, {}, {}, Offset{0},
                   ends_.data() + to);
    }
  }

  const TokenizerParts& parts_;
  StringTensorView texts_;
  EncodeOptions options_;
  Frame frame_;
  std::vector<int64_t> borders_;
  internal::WorkerLists<EncodedRows> lists_;
  std::vector<Offset> row_ends_;  // in the list of their piece
  BufferBuilder<Offset> splits_;
  BufferBuilder<int64_t> ids_;
  BufferBuilder<Offset> starts_;
  BufferBuilder<Offset> ends_;
};

// The tokens of a row of ids, but those that are left out.
void FindTokens(const TokenizerParts& parts, std::span<const int64_t> ids,
                bool skip_special, std::vector<std::string_view>& tokens) {
  const auto size = static_cast<int64_t>(parts.token_of_id.size());
  tokens.clear();
  for (const int64_t id : ids) {
    if (id < 0 || id >= size) continue;
    const int32_t token = parts.token_of_id[id];
    if (token < 0 || (skip_special && parts.is_special[id])) continue;
    const auto written = parts.written_as.find(static_cast<int32_t>(id));
    tokens.push_back(written == parts.written_as.end()
                         ? parts.tokens.token(token)
                         : std::string_view(written->second));
  }
}

}  // namespace

int64_t TokenPadding::Length(int64_t longest) const {
  const int64_t size = length.value_or(longest);
  if (multiple_of <= 0 || size % multiple_of == 0) return size;
  return size + multiple_of - size % multiple_of;
}

Tokenizer::Tokenizer(std::shared_ptr<const TokenizerParts> parts)
    : parts_(std::move(parts)) {}

absl::StatusOr<Tokenizer> Tokenizer::FromFile(const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string json, internal::ReadFile(path));
  return FromJson(json, path);
}

absl::StatusOr<Tokenizer> Tokenizer::FromJson(std::string_view json,
                                              std::string_view name) {
  ROWSPLIT_ASSIGN_OR_RETURN(TokenizerParts parts,
                            internal::ReadTokenizerParts(json, name));
  return Tokenizer(std::make_shared<const TokenizerParts>(std::move(parts)));
}

absl::StatusOr<EncodedTexts> Tokenizer::Encode(
    StringTensorView texts, const EncodeOptions& options) const {
  ROWSPLIT_RETURN_IF_ERROR(CheckArguments(texts, options));
  if (texts.size() == 0) return EncodedTexts();
  return Encoding(*parts_, texts, options).Run();
}

absl::StatusOr<StringTensor> Tokenizer::Decode(
    RaggedView<int64_t> ids, const DecodeOptions& options) const {
  const std::vector<int64_t> borders =
      internal::CutRows(ids.splits, kIdsInPiece);
  return internal::AppendPieces(
      borders, 0, options.exec,
      [&](int64_t begin, int64_t end, Offset* row_ends,
          BufferBuilder<char>& bytes) {
        std::vector<std::string_view> tokens;
        std::string text;
        for (int64_t row = begin; row < end; ++row) {
          FindTokens(*parts_, ids.row(row), options.skip_special_tokens,
                     tokens);
          text.clear();
          internal::AppendText(*parts_, tokens, text);
          internal::AppendText(text, bytes);
          *row_ends++ = static_cast<Offset>(bytes.size());
        }
        return absl::OkStatus();
      });
}

std::optional<TokenPadding> Tokenizer::padding() const {
  return parts_->padding;
}

int64_t Tokenizer::vocab_size() const {
  return static_cast<int64_t>(parts_->token_of_id.size());
}

int64_t Tokenizer::TokenToId(std::string_view token) const {
  const int64_t index = parts_->tokens.Find(token);
  return index < 0 ? -1 : parts_->ids[index];
}

absl::StatusOr<std::string_view> Tokenizer::IdToToken(int64_t id) const {
  if (id < 0 || id >= vocab_size() || parts_->token_of_id[id] < 0) {
    return absl::OutOfRangeError(
        absl::StrFormat("IdToToken: no token has the id %d", id));
  }
  return parts_->tokens.token(parts_->token_of_id[id]);
}

}  // namespace rowsplit
