#ifndef ROWSPLIT_SRC_PIPELINE_STAGED_PLAN_H_
#define ROWSPLIT_SRC_PIPELINE_STAGED_PLAN_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipeline/token_stages.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/lookup.h"

namespace rowsplit::internal {

// What becomes of rows of texts: ids, and where each row ends among them.
struct IdRows {
  BufferBuilder<int64_t> ids;
  BufferBuilder<Offset> row_ends;
};

// The ids of a TextVectorization by stages over whole batches, right for every
// option. Immutable.
class StagedPlan {
 public:
  // Of the empty token outside int mode: it has no column.
  static constexpr int64_t kNoColumn = -1;

  // `first_id` is the id of the first token of the lookup's vocabulary.
  static absl::StatusOr<StagedPlan> Create(
      const TextVectorizationOptions& options, TokenLookup lookup,
      int64_t first_id);

  const TokenStages& stages() const { return stages_; }
  const TokenLookup& lookup() const { return lookup_; }

  // The ids of each text, or of each row of texts (as TokenStages::Run): cut to
  // output_sequence_length. On all threads that `exec` allows.
  absl::StatusOr<RaggedTensor<int64_t>> Vectorize(
      StringTensorView texts, std::span<const Offset> text_splits,
      const ExecOptions& exec) const;

  // The same of one batch, on this thread.
  absl::Status Run(StringTensorView texts, std::span<const Offset> text_splits,
                   TokenRows& scratch, IdRows& out) const;

  // The ids of tokens of `bytes`; `empty_id` for a token of no bytes.
  absl::Status Lookup(std::string_view bytes, std::span<const TokenSpan> tokens,
                      int64_t empty_id, std::span<int64_t> ids) const;

  // TextVectorization::VectorizeTokens. Requires options that allow it.
  absl::Status VectorizeTokens(std::string_view bytes,
                               std::span<const TokenSpan> tokens,
                               std::span<int64_t> ids, TextRows& scratch) const;

 private:
  StagedPlan(const TextVectorizationOptions& options, TokenStages stages,
             TokenLookup lookup, int64_t first_id);

  // Leaves the first row_length_ tokens of each row.
  void CutRows(TokenRows& rows) const;

  TokenStages stages_;
  TokenLookup lookup_;
  int64_t first_id_;
  int64_t empty_id_;
  int64_t row_length_;
  // The id of every unknown token, or -1 if several share them.
  int64_t unknown_id_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_STAGED_PLAN_H_
