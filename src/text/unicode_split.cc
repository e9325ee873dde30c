#include "rowsplit/text/unicode_split.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/text/unicode_codec.h"
#include "text/row_pieces.h"
#include "text/unicode_tokens.h"

namespace rowsplit {
namespace {

template <typename T>
void CopyTo(const BufferBuilder<T>& from, T* to) {
  if (!from.empty()) std::memcpy(to, from.data(), from.size() * sizeof(T));
}

absl::Status CheckAddressable(StringTensorView input) {
  const Offset end = input.offsets().back();
  if (end <= kMaxBatchBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrFormat(
      "SplitUnicodeWhitespace: a batch must have at most %d bytes for its "
      "tokens to be addressed, cut it into smaller ones: the last string ends "
      "at byte %d",
      kMaxBatchBytes, end));
}

bool ContinuesCharacter(StringTensorView rows, Offset at) {
  return at < rows.offsets().back() &&
         static_cast<int8_t>(rows.bytes()[at]) < -64;
}

// The tokens of rows, as spans of the batch; row_ends[r] is the number of them
// in rows 0 to r.
void AppendTokens(StringTensorView rows, Offset* row_ends,
                  BufferBuilder<TokenSpan>& tokens) {
  const std::span<const Offset> offsets = rows.offsets();
  bool is_apart = true;  // no white space lies across two rows
  for (size_t row = 0; row + 1 < offsets.size() && is_apart; ++row)
    is_apart = !ContinuesCharacter(rows, offsets[row]);
  if (!is_apart) {
    for (int64_t row = 0; row < rows.size(); ++row) {
      internal::AppendUnicodeWhitespaceTokens(
          rows[row], static_cast<uint32_t>(offsets[row]), tokens);
      row_ends[row] = static_cast<Offset>(tokens.size());
    }
    return;
  }
  std::string text(rows.text());
  internal::BlankUnicodeWhitespace(text);
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  std::vector<Offset> from_zero(offsets.begin(), offsets.end());
  for (Offset& offset : from_zero) offset -= offsets[0];
  const auto num_rows = static_cast<size_t>(rows.size());
  kernels::CountRowTokens(bytes, from_zero.data(), num_rows, row_ends);
  tokens.ResizeUninitialized(static_cast<size_t>(row_ends[num_rows - 1]));
  kernels::FindRowTokenSpans(bytes, from_zero.data(), num_rows, tokens.data());
  for (TokenSpan& token : tokens.span())
    token.begin += static_cast<uint32_t>(offsets[0]);
}

}  // namespace

absl::StatusOr<RaggedStringTensor> SplitCharacters(
    StringTensorView input, const UnicodeSplitOptions& options) {
  return UnicodeSplit(input, "UTF-8", {.exec = options.exec});
}

absl::StatusOr<RaggedTensor<TokenSpan>> SplitUnicodeWhitespace(
    StringTensorView input, const UnicodeSplitOptions& options) {
  if (input.size() == 0) return RaggedTensor<TokenSpan>();
  ROWSPLIT_RETURN_IF_ERROR(CheckAddressable(input));
  std::vector<BufferBuilder<TokenSpan>> pieces(
      internal::CutRows(input.offsets(), internal::kValuesInPiece).size() - 1);
  BufferBuilder<TokenSpan> spans;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      internal::MeasureAndWrite(
          input.offsets(), options.exec,
          [&](const internal::Piece& piece, Offset* row_ends) {
            AppendTokens(input.Slice(piece.begin, piece.end), row_ends,
                         pieces[piece.index]);
            return absl::OkStatus();
          },
          [&](int64_t total) {
            spans.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const internal::Piece& piece, std::span<const Offset>) {
            CopyTo(pieces[piece.index], spans.data() + piece.output_begin);
            pieces[piece.index] = {};
            return absl::OkStatus();
          }));
  return RaggedTensor<TokenSpan>::FromFlatValuesUnchecked(
      RaggedShape(RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
      std::move(spans).Build());
}

}  // namespace rowsplit
