#include "rowsplit/text/split.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"

namespace rowsplit {
namespace {

constexpr int64_t kTokensInPiece = int64_t{16} * 1024;

bool IsWhitespace(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

// Calls `add(span)` for each token of the row [begin, end) of `bytes`.
template <typename Add>
void SplitRow(const char* bytes, Offset begin, Offset end, int64_t maxsplit,
              const Add& add) {
  const auto add_token = [&](Offset from, Offset to) {
    add(TokenSpan{static_cast<uint32_t>(from),
                  static_cast<uint32_t>(to - from)});
  };
  if (maxsplit == 0) return add_token(begin, end);
  const auto skip = [&](Offset from) {
    while (from < end && IsWhitespace(bytes[from])) ++from;
    return from;
  };
  for (Offset from = skip(begin); from < end;) {
    Offset to = from;
    while (to < end && !IsWhitespace(bytes[to])) ++to;
    add_token(from, to);
    from = skip(to);
    // The rest is a token even if there is nothing of it.
    if (--maxsplit == 0) return add_token(from, end);
  }
}

absl::Status CheckAddressable(StringTensorView input) {
  const Offset end = input.offsets().back();
  if (end <= kMaxBatchBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrFormat(
      "SplitWhitespace: a batch must have at most %d bytes for its tokens to "
      "be addressed, cut it into smaller ones: the last string ends at byte %d",
      kMaxBatchBytes, end));
}

// Splits the rows without a limit, with vectors, or with one, row by row.
class RowSplitter {
 public:
  RowSplitter(StringTensorView input, int64_t maxsplit)
      : bytes_(input.bytes().data()),
        offsets_(input.offsets().data()),
        maxsplit_(maxsplit) {}

  void Count(const internal::Piece& piece, Offset* row_ends) const {
    if (maxsplit_ < 0) {
      kernels::CountRowTokens(
          reinterpret_cast<const uint8_t*>(bytes_), offsets_ + piece.begin,
          static_cast<size_t>(piece.end - piece.begin), row_ends);
      return;
    }
    Offset num_tokens = 0;
    for (int64_t row = piece.begin; row < piece.end; ++row) {
      SplitRow(bytes_, offsets_[row], offsets_[row + 1], maxsplit_,
               [&](TokenSpan) { ++num_tokens; });
      *row_ends++ = num_tokens;
    }
  }

  void Write(const internal::Piece& piece, TokenSpan* out) const {
    if (maxsplit_ < 0) {
      kernels::FindRowTokenSpans(
          reinterpret_cast<const uint8_t*>(bytes_), offsets_ + piece.begin,
          static_cast<size_t>(piece.end - piece.begin), out);
      return;
    }
    for (int64_t row = piece.begin; row < piece.end; ++row) {
      SplitRow(bytes_, offsets_[row], offsets_[row + 1], maxsplit_,
               [&](TokenSpan span) { *out++ = span; });
    }
  }

 private:
  const char* bytes_;
  const Offset* offsets_;
  int64_t maxsplit_;
};

absl::Status CheckSpan(TokenSpan span, int64_t token, size_t num_bytes) {
  if (uint64_t{span.begin} + span.size <= num_bytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "CopyTokens: a token must end inside the %d bytes: token %d has "
      "begin=%d, size=%d",
      num_bytes, token, span.begin, span.size));
}

}  // namespace

absl::StatusOr<RaggedTensor<TokenSpan>> SplitWhitespace(
    StringTensorView input, const SplitWhitespaceOptions& options) {
  if (input.size() == 0) return RaggedTensor<TokenSpan>();
  ROWSPLIT_RETURN_IF_ERROR(CheckAddressable(input));
  const RowSplitter splitter(input, options.maxsplit);
  BufferBuilder<TokenSpan> spans;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      internal::MeasureAndWrite(
          input.offsets(), options.exec,
          [&](const internal::Piece& piece, Offset* row_ends) {
            splitter.Count(piece, row_ends);
            return absl::OkStatus();
          },
          [&](int64_t total) {
            spans.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const internal::Piece& piece, std::span<const Offset>) {
            splitter.Write(piece, spans.data() + piece.output_begin);
            return absl::OkStatus();
          }));
  return RaggedTensor<TokenSpan>::FromFlatValuesUnchecked(
      RaggedShape(RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
      std::move(spans).Build());
}

absl::StatusOr<RaggedStringTensor> CopyTokens(
    const RaggedTensor<TokenSpan>& tokens, std::span<const char> bytes,
    const CopyTokensOptions& options) {
  const std::span<const TokenSpan> spans = tokens.flat_values().span();
  BufferBuilder<Offset> offsets(spans.size() + 1);
  offsets[0] = 0;
  for (size_t token = 0; token < spans.size(); ++token) {
    ROWSPLIT_RETURN_IF_ERROR(
        CheckSpan(spans[token], static_cast<int64_t>(token), bytes.size()));
    offsets[token + 1] = offsets[token] + spans[token].size;
  }
  BufferBuilder<char> copied(static_cast<size_t>(offsets[spans.size()]));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(spans.size()), kTokensInPiece,
      [&](int64_t begin, int64_t end) {
        for (int64_t token = begin; token < end; ++token) {
          if (spans[token].size == 0) continue;
          std::memcpy(copied.data() + offsets[token],
                      bytes.data() + spans[token].begin, spans[token].size);
        }
        return absl::OkStatus();
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
          std::move(copied).Build()));
  return RaggedStringTensor::FromFlatValues(tokens.shape(), std::move(strings));
}

}  // namespace rowsplit
