#include "text/token_pieces.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"
#include "text/worker_lists.h"

namespace rowsplit::internal {
namespace {

absl::Status CheckAddressable(std::string_view op, StringTensorView input) {
  const Offset end = input.offsets().back();
  if (end <= kMaxBatchBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrFormat(
      "%s: a batch must have at most %d bytes for its tokens to be addressed, "
      "cut it into smaller ones: the last string ends at byte %d",
      op, kMaxBatchBytes, end));
}

size_t NumPieces(StringTensorView input) {
  return CutRows(input.offsets(), kValuesInPiece).size() - 1;
}

}  // namespace

absl::StatusOr<RaggedTensor<TokenSpan>> SplitIntoSpans(std::string_view op,
                                                       StringTensorView input,
                                                       const ExecOptions& exec,
                                                       AppendSpans append) {
  if (input.size() == 0) return RaggedTensor<TokenSpan>();
  ROWSPLIT_RETURN_IF_ERROR(CheckAddressable(op, input));
  WorkerLists<BufferBuilder<TokenSpan>> lists(NumPieces(input), exec);
  BufferBuilder<TokenSpan> spans;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      MeasureAndWrite(
          input.offsets(), exec,
          [&](const Piece& piece, Offset* row_ends) -> absl::Status {
            BufferBuilder<TokenSpan>& list = lists.OfWorker();
            const size_t begin = list.size();
            lists.SetBegin(piece.index, begin);
            ROWSPLIT_RETURN_IF_ERROR(
                append(input.Slice(piece.begin, piece.end), row_ends, list));
            for (int64_t row = piece.begin; row < piece.end; ++row)
              *row_ends++ -= static_cast<Offset>(begin);
            return absl::OkStatus();
          },
          [&](int64_t total) {
            if (lists.in_order())
              spans = std::move(lists.OfPiece(0));
            else
              spans.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const Piece& piece, std::span<const Offset> row_splits) {
            if (lists.in_order()) return absl::OkStatus();
            const auto tokens = lists.OfPiece(piece.index)
                                    .span()
                                    .subspan(lists.begin(piece.index));
            std::copy_n(tokens.begin(),
                        row_splits[piece.end] - piece.output_begin,
                        spans.data() + piece.output_begin);
            return absl::OkStatus();
          }));
  return RaggedTensor<TokenSpan>::FromFlatValuesUnchecked(
      RaggedShape(RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
      std::move(spans).Build());
}

// Puts the tokens of all pieces behind each other.
class TokenListJoiner {
 public:
  TokenListJoiner(size_t num_pieces, const ExecOptions& exec)
      : lists_(num_pieces, exec), byte_begins_(num_pieces + 1, 0) {}

  TokenList& Begin(int64_t piece) {
    TokenList& list = lists_.OfWorker();
    lists_.SetBegin(piece, static_cast<size_t>(list.size()));
    return list;
  }
  void End(int64_t piece) {
    const TokenList& list = lists_.OfPiece(piece);
    byte_begins_[piece + 1] =
        list.ByteBegin(list.size()) - list.ByteBegin(FirstOf(piece));
  }

  void Allocate(int64_t num_tokens) {
    for (size_t i = 1; i < byte_begins_.size(); ++i)
      byte_begins_[i] += byte_begins_[i - 1];
    const auto count = static_cast<size_t>(num_tokens);
    offsets_.ResizeUninitialized(count + 1);
    offsets_[0] = 0;
    if (lists_.in_order()) {
      TokenList& list = lists_.OfPiece(0);
      bytes_ = std::move(list.bytes_);
      starts_ = std::move(list.starts_);
      ends_ = std::move(list.ends_);
      return;
    }
    bytes_.ResizeUninitialized(static_cast<size_t>(byte_begins_.back()));
    starts_.ResizeUninitialized(count);
    ends_.ResizeUninitialized(count);
  }

  void Write(const Piece& piece, Offset count) {
    const TokenList& list = lists_.OfPiece(piece.index);
    const Offset first = FirstOf(piece.index);
    const Offset list_byte = list.ByteBegin(first);
    const Offset byte = byte_begins_[piece.index];
    Offset* out = offsets_.data() + piece.output_begin + 1;
    for (Offset token = first; token < first + count; ++token)
      *out++ = list.byte_ends_.data()[token] - list_byte + byte;
    if (lists_.in_order()) return;
    std::copy_n(list.bytes_.data() + list_byte,
                list.ByteBegin(first + count) - list_byte,
                bytes_.data() + byte);
    std::copy_n(list.starts_.data() + first, count,
                starts_.data() + piece.output_begin);
    std::copy_n(list.ends_.data() + first, count,
                ends_.data() + piece.output_begin);
  }

  absl::StatusOr<TokensWithOffsets> Join(Buffer<Offset> row_splits) && {
    ROWSPLIT_ASSIGN_OR_RETURN(
        StringTensor strings,
        StringTensor::FromBytes(
            RowPartition::FromRowSplitsUnchecked(std::move(offsets_).Build()),
            std::move(bytes_).Build()));
    ROWSPLIT_ASSIGN_OR_RETURN(
        RaggedStringTensor tokens,
        RaggedStringTensor::FromFlatValues(
            RaggedShape(
                RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
            std::move(strings)));
    return TokensWithOffsets{std::move(tokens), std::move(starts_).Build(),
                             std::move(ends_).Build()};
  }

 private:
  // The first token of a piece in its list.
  Offset FirstOf(int64_t piece) const {
    return static_cast<Offset>(lists_.begin(piece));
  }

  WorkerLists<TokenList> lists_;
  std::vector<Offset> byte_begins_;  // of the pieces in the result
  BufferBuilder<char> bytes_;
  BufferBuilder<Offset> offsets_;
  BufferBuilder<Offset> starts_;
  BufferBuilder<Offset> ends_;
};

absl::StatusOr<TokensWithOffsets> MakeTokens(StringTensorView input,
                                             const ExecOptions& exec,
                                             AppendTokens append) {
  if (input.size() == 0) return TokensWithOffsets();
  TokenListJoiner joiner(NumPieces(input), exec);
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      MeasureAndWrite(
          input.offsets(), exec,
          [&](const Piece& piece, Offset* row_ends) -> absl::Status {
            TokenList& tokens = joiner.Begin(piece.index);
            const int64_t first = tokens.size();
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              ROWSPLIT_RETURN_IF_ERROR(append(row, input[row], tokens));
              *row_ends++ = tokens.size() - first;
            }
            joiner.End(piece.index);
            return absl::OkStatus();
          },
          [&](int64_t total) { joiner.Allocate(total); },
          [&](const Piece& piece, std::span<const Offset> row_splits) {
            joiner.Write(piece, row_splits[piece.end] - piece.output_begin);
            return absl::OkStatus();
          }));
  return std::move(joiner).Join(std::move(row_splits));
}

}  // namespace rowsplit::internal
