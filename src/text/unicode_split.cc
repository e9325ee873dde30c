#include "rowsplit/text/unicode_split.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/unicode_codec.h"
#include "text/token_pieces.h"
#include "text/unicode_tokens.h"

namespace rowsplit {
namespace {

bool ContinuesCharacter(StringTensorView rows, Offset at) {
  return at < rows.offsets().back() &&
         static_cast<int8_t>(rows.bytes()[at]) < -64;
}

// The tokens of rows, as spans of the batch; row_ends[r] becomes the size of
// `tokens` behind row r.
void AppendTokens(StringTensorView rows, Offset* row_ends,
                  BufferBuilder<TokenSpan>& tokens) {
  const std::span<const Offset> offsets = rows.offsets();
  // Many rows are few bytes; a single one may be of any size.
  bool is_apart = rows.size() > 1;
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
  const auto first = static_cast<Offset>(tokens.size());
  const auto count = static_cast<size_t>(row_ends[num_rows - 1]);
  TokenSpan* added = tokens.AppendUninitialized(count);
  kernels::FindRowTokenSpans(bytes, from_zero.data(), num_rows, added);
  for (TokenSpan& token : std::span(added, count))
    token.begin += static_cast<uint32_t>(offsets[0]);
  for (Offset& end : std::span(row_ends, num_rows)) end += first;
}

}  // namespace

absl::StatusOr<RaggedStringTensor> SplitCharacters(
    StringTensorView input, const UnicodeSplitOptions& options) {
  return UnicodeSplit(input, "UTF-8", {.exec = options.exec});
}

absl::StatusOr<RaggedTensor<TokenSpan>> SplitUnicodeWhitespace(
    StringTensorView input, const UnicodeSplitOptions& options) {
  return internal::SplitIntoSpans("SplitUnicodeWhitespace", input, options.exec,
                                  [](StringTensorView rows, Offset* row_ends,
                                     BufferBuilder<TokenSpan>& tokens) {
                                    AppendTokens(rows, row_ends, tokens);
                                    return absl::OkStatus();
                                  });
}

}  // namespace rowsplit
