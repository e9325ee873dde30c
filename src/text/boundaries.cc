#include "rowsplit/text/boundaries.h"

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "text/break_iterator.h"
#include "text/break_machine.h"
#include "text/segment_writer.h"
#include "text/token_pieces.h"

namespace rowsplit {
namespace {

absl::StatusOr<RaggedTensor<TokenSpan>> SplitAt(
    std::string_view op, internal::BreakUnit unit, StringTensorView input,
    const BoundaryOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::BreakRules* rules,
                            internal::FindBreakRules(unit, options.locale));
  return internal::SplitIntoSpans(
      op, input, options.exec,
      [&](StringTensorView rows, Offset* row_ends,
          BufferBuilder<TokenSpan>& tokens) {
        internal::SegmentWriter writer(*rules, options.alphanumeric_only);
        return writer.AppendRows(rows, row_ends, tokens);
      });
}

}  // namespace

absl::StatusOr<RaggedTensor<TokenSpan>> SplitWords(
    StringTensorView input, const BoundaryOptions& options) {
  return SplitAt("SplitWords", internal::BreakUnit::kWord, input, options);
}

absl::StatusOr<RaggedTensor<TokenSpan>> SplitSentences(
    StringTensorView input, const BoundaryOptions& options) {
  return SplitAt("SplitSentences", internal::BreakUnit::kSentence, input,
                 options);
}

absl::StatusOr<RaggedTensor<TokenSpan>> SplitGraphemes(
    StringTensorView input, const BoundaryOptions& options) {
  return SplitAt("SplitGraphemes", internal::BreakUnit::kGrapheme, input,
                 options);
}

}  // namespace rowsplit
