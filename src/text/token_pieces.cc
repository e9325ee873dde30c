#include "text/token_pieces.h"

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
  std::vector<BufferBuilder<TokenSpan>> pieces(NumPieces(input));
  BufferBuilder<TokenSpan> spans;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      MeasureAndWrite(
          input.offsets(), exec,
          [&](const Piece& piece, Offset* row_ends) {
            return append(input.Slice(piece.begin, piece.end), row_ends,
                          pieces[piece.index]);
          },
          [&](int64_t total) {
            // The tokens of a single piece, perhaps many, stay where they are.
            if (pieces.size() == 1)
              spans = std::move(pieces[0]);
            else
              spans.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const Piece& piece, std::span<const Offset>) {
            CopyTo(pieces[piece.index], spans.data() + piece.output_begin);
            pieces[piece.index] = {};
            return absl::OkStatus();
          }));
  return RaggedTensor<TokenSpan>::FromFlatValuesUnchecked(
      RaggedShape(RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
      std::move(spans).Build());
}

// Puts the tokens of all pieces behind each other.
class TokenListJoiner {
 public:
  explicit TokenListJoiner(size_t num_pieces)
      : pieces_(num_pieces), byte_begins_(num_pieces + 1, 0) {}

  TokenList& piece(int64_t index) { return pieces_[index]; }

  void Allocate(int64_t num_tokens) {
    for (size_t i = 0; i < pieces_.size(); ++i) {
      byte_begins_[i + 1] =
          byte_begins_[i] + static_cast<Offset>(pieces_[i].bytes_.size());
    }
    const auto count = static_cast<size_t>(num_tokens);
    offsets_.ResizeUninitialized(count + 1);
    offsets_[0] = 0;
    if (pieces_.size() == 1) {
      // What may be many tokens of one long string stays where it is.
      bytes_ = std::move(pieces_[0].bytes_);
      starts_ = std::move(pieces_[0].starts_);
      ends_ = std::move(pieces_[0].ends_);
      return;
    }
    bytes_.ResizeUninitialized(static_cast<size_t>(byte_begins_.back()));
    starts_.ResizeUninitialized(count);
    ends_.ResizeUninitialized(count);
  }

  void Write(const Piece& piece) {
    TokenList& list = pieces_[piece.index];
    const Offset begin = byte_begins_[piece.index];
    CopyTo(list.bytes_, bytes_.data() + begin);
    CopyTo(list.starts_, starts_.data() + piece.output_begin);
    CopyTo(list.ends_, ends_.data() + piece.output_begin);
    Offset* out = offsets_.data() + piece.output_begin + 1;
    for (const Offset end : list.byte_ends_.span()) *out++ = begin + end;
    list = TokenList();
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
  std::vector<TokenList> pieces_;
  std::vector<Offset> byte_begins_;
  BufferBuilder<char> bytes_;
  BufferBuilder<Offset> offsets_;
  BufferBuilder<Offset> starts_;
  BufferBuilder<Offset> ends_;
};

absl::StatusOr<TokensWithOffsets> MakeTokens(StringTensorView input,
                                             const ExecOptions& exec,
                                             AppendTokens append) {
  if (input.size() == 0) return TokensWithOffsets();
  TokenListJoiner joiner(NumPieces(input));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      MeasureAndWrite(
          input.offsets(), exec,
          [&](const Piece& piece, Offset* row_ends) -> absl::Status {
            TokenList& tokens = joiner.piece(piece.index);
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              ROWSPLIT_RETURN_IF_ERROR(append(row, input[row], tokens));
              *row_ends++ = tokens.size();
            }
            return absl::OkStatus();
          },
          [&](int64_t total) { joiner.Allocate(total); },
          [&](const Piece& piece, std::span<const Offset>) {
            joiner.Write(piece);
            return absl::OkStatus();
          }));
  return std::move(joiner).Join(std::move(row_splits));
}

}  // namespace rowsplit::internal
