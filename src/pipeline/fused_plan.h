#ifndef ROWSPLIT_SRC_PIPELINE_FUSED_PLAN_H_
#define ROWSPLIT_SRC_PIPELINE_FUSED_PLAN_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipeline/entry_rows.h"
#include "pipeline/fused_tokenizer.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/lookup.h"

namespace rowsplit::internal {

// The plan of a TextVectorization that goes from bytes to its result in blocks
// which stay in the cache: no token becomes a string, and no stage's result is
// kept for all rows. Gives what the stages give one by one.
class FusedPlan {
 public:
  // Nothing where a stage can't be fused. `shift` is added to the ids of the
  // lookup's vocabulary, `num_columns` and `idf_weights` are those of the
  // layer.
  static std::optional<FusedPlan> Compile(
      const TextVectorizationOptions& options, const TokenLookup& lookup,
      int64_t shift, int64_t num_columns, const Buffer<float>& idf_weights);

  const FusedTokenizer& tokenizer() const { return tokenizer_; }

  // The ids of each text, cut to `most_ids` a row.
  absl::StatusOr<RaggedTensor<int64_t>> Ids(StringTensorView texts,
                                            int64_t most_ids,
                                            const ExecOptions& exec) const;
  // The same ids, a piece of rows at a time: visit(first_row, ids, splits) for
  // rows from first_row on, of which row r has ids[splits[r], splits[r + 1]).
  // They lie in memory that is used again for the next piece, and that stays in
  // the second-level cache unless one row is larger. Pieces do not depend on
  // the number of threads; several may be visited at once.
  absl::Status VisitIds(StringTensorView texts, int64_t most_ids,
                        const ExecOptions& exec,
                        absl::FunctionRef<absl::Status(
                            int64_t first_row, std::span<const int64_t> ids,
                            std::span<const Offset> splits)>
                            visit) const;
  // int64 of shape [texts, length]: cut, and padded with 0. Of the texts of all
  // chunks.
  absl::StatusOr<Tensor> DenseIds(std::span<const StringTensorView> chunks,
                                  int64_t length,
                                  const ExecOptions& exec) const;
  // Whether Csr can be called: for the output modes kMultiHot, kCount and
  // kTfIdf, unless there are more columns than it can sort.
  bool makes_columns() const;
  // A row of columns for each text of all chunks.
  absl::StatusOr<CsrMatrix> Csr(std::span<const StringTensorView> chunks,
                                const ExecOptions& exec) const;

 private:
  class Unknown;
  class Worker;
  class IdMaker;
  class ColumnMaker;
  class PieceMaker;
  class DenseMaker;

  absl::StatusOr<EntryRows> Columns(StringTensorView texts,
                                    const ExecOptions& exec) const;

  FusedPlan(FusedTokenizer tokenizer, TokenLookup lookup)
      : tokenizer_(std::move(tokenizer)), lookup_(std::move(lookup)) {}

  FusedTokenizer tokenizer_;
  TokenLookup lookup_;
  OutputMode mode_ = OutputMode::kInt;
  int64_t shift_ = 0;
  int64_t num_columns_ = 0;
  Buffer<float> idf_weights_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_FUSED_PLAN_H_
