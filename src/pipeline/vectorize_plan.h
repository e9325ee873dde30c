#ifndef ROWSPLIT_SRC_PIPELINE_VECTORIZE_PLAN_H_
#define ROWSPLIT_SRC_PIPELINE_VECTORIZE_PLAN_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "pipeline/fused_plan.h"
#include "pipeline/staged_plan.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/lookup.h"

namespace rowsplit::internal {

// How a TextVectorization runs: the cheapest plan with the same answer. The
// staged plan is right for every option; the fused one is there where the texts
// are split at white space.
class VectorizePlan {
 public:
  // As StagedPlan::Create. `num_columns` and `idf_weights` are the layer's.
  static absl::StatusOr<VectorizePlan> Create(
      const TextVectorizationOptions& options, const TokenLookup& lookup,
      int64_t first_id, int64_t num_columns, const Buffer<float>& idf_weights);

  const StagedPlan& staged() const { return staged_; }
  const TokenLookup& lookup() const { return staged_.lookup(); }
  // Null where every stage runs by itself.
  const FusedPlan* fused() const { return fused_ ? &*fused_ : nullptr; }
  // Runs stage by stage from now on.
  void DropFused() { fused_.reset(); }

  // As StagedPlan::Vectorize.
  absl::StatusOr<RaggedTensor<int64_t>> Vectorize(
      StringTensorView texts, std::span<const Offset> text_splits,
      const ExecOptions& exec) const;

  // A line for each stage, and why those that are not fused are not.
  std::string Explain() const;
  // The same up to the ids.
  std::string ExplainIds() const;

 private:
  VectorizePlan(const TextVectorizationOptions& options, StagedPlan staged,
                std::optional<FusedPlan> fused);

  StagedPlan staged_;
  std::optional<FusedPlan> fused_;
  Split split_;
  OutputMode mode_;
  int64_t most_ids_;
};

// The lines that adapting and vectorizing share, of a fused tokenizer or, if it
// is null, of the stages.
std::string ExplainTokens(const FusedTokenizer* fused,
                          const TokenStages& stages, Split split);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_VECTORIZE_PLAN_H_
