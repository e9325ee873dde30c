#ifndef ROWSPLIT_SRC_VOCAB_COUNT_ACCESS_H_
#define ROWSPLIT_SRC_VOCAB_COUNT_ACCESS_H_

#include "absl/status/status.h"
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "rowsplit/vocab/token_counter.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "vocab/count_table.h"

namespace rowsplit::internal {

// Counting fused with finding the tokens: those of rows that go through a byte
// map and are split at ASCII white space. With `by_rows` each row is a
// document. Gives what AddRows or AddSpans of the same tokens gives.
struct CountAccess {
  static void AddText(VocabularyBuilder& builder,
                      const kernels::CompiledByteMap& map,
                      const kernels::TextRowsView& rows, bool by_rows,
                      CountTextScratch& scratch);
  static absl::Status AddText(TokenCounter& counter,
                              const kernels::CompiledByteMap& map,
                              const kernels::TextRowsView& rows, bool by_rows,
                              CountTextScratch& scratch);
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_COUNT_ACCESS_H_
