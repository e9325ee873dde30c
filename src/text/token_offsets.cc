#include "rowsplit/text/token_offsets.h"

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/split.h"

namespace rowsplit {
namespace {

constexpr int64_t kRowsInPiece = 4096;

absl::Status SpanOutside(TokenSpan span, int64_t row, Offset begin,
                         Offset end) {
  return absl::InvalidArgumentError(
      absl::StrFormat("WithOffsets: a token must lie in its string, bytes %d "
                      "to %d: row %d has one of begin=%d, size=%d",
                      begin, end, row, span.begin, span.size));
}

}  // namespace

absl::StatusOr<TokensWithOffsets> WithOffsets(
    const RaggedTensor<TokenSpan>& tokens, StringTensorView input,
    const WithOffsetsOptions& options) {
  const RaggedView<TokenSpan> rows = tokens.view();
  if (rows.num_rows() != input.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "WithOffsets: tokens must have a row for each of the %d strings, got "
        "%d rows",
        input.size(), rows.num_rows()));
  }
  BufferBuilder<Offset> starts(rows.values.size());
  BufferBuilder<Offset> ends(rows.values.size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, rows.num_rows(), kRowsInPiece,
      [&](int64_t row, int64_t row_end) {
        for (; row < row_end; ++row) {
          const Offset begin = input.offsets()[row];
          const Offset end = input.offsets()[row + 1];
          for (Offset token = rows.splits[row]; token < rows.splits[row + 1];
               ++token) {
            const TokenSpan span = rows.values[token];
            const Offset span_end = Offset{span.begin} + Offset{span.size};
            if (span.begin < begin || span_end > end)
              return SpanOutside(span, row, begin, end);
            starts[token] = span.begin - begin;
            ends[token] = span_end - begin;
          }
        }
        return absl::OkStatus();
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      RaggedStringTensor strings,
      CopyTokens(tokens, input.bytes(), {.exec = options.exec}));
  return TokensWithOffsets{std::move(strings), std::move(starts).Build(),
                           std::move(ends).Build()};
}

}  // namespace rowsplit
