#include "rowsplit/pipeline/text_embedding.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/bag_rows.h"
#include "pipeline/fused_plan.h"
#include "pipeline/option_words.h"
#include "pipeline/options_json.h"
#include "pipeline/text_pieces.h"
#include "pipeline/text_vectorization_state.h"
#include "pipeline/vectorize_plan.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/vocab/output_mode.h"

namespace rowsplit {

namespace {

absl::Status Invalid(std::string message) {
  return absl::InvalidArgumentError("TextEmbedding: " + std::move(message));
}

const internal::VectorizePlan& PlanOf(const TextVectorization& layer) {
  return internal::TextVectorizationAccess::Plan(layer);
}

// The vectors of all texts in the place of the texts.
absl::StatusOr<Tensor> InPlaceOf(const Tensor& texts, const Tensor& vectors) {
  std::vector<int64_t> shape = texts.flat_shape();
  if (texts.rank() > 1) shape.pop_back();
  shape.push_back(vectors.flat_shape().back());
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor flat, Tensor::Dense(vectors.buffer<float>(), std::move(shape)));
  if (!texts.is_ragged()) return flat;
  return texts.WithFlatValues(std::move(flat));
}

}  // namespace

struct TextEmbedding::State {
  TextVectorization layer;
  EmbeddingTable table;
  BagOptions bag;
  internal::BagReducer reducer;
};

absl::StatusOr<TextEmbedding> TextEmbedding::Create(TextVectorization layer,
                                                    EmbeddingTable table,
                                                    BagOptions bag) {
  if (layer.options().output_mode != OutputMode::kInt) {
    return Invalid("the layer must give ids: its output mode must be int");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(internal::BagReducer reducer,
                            internal::BagReducer::Create(table, bag));
  if (bag.out_of_range == OutOfRangeIds::kError &&
      table.num_rows() < layer.num_ids()) {
    return Invalid(absl::StrFormat(
        "the table must have a row for each of the layer's %d ids, it has %d",
        layer.num_ids(), table.num_rows()));
  }
  return TextEmbedding(std::make_shared<const State>(
      State{std::move(layer), std::move(table), bag, std::move(reducer)}));
}

const TextVectorization& TextEmbedding::layer() const { return state_->layer; }
const EmbeddingTable& TextEmbedding::table() const { return state_->table; }
const BagOptions& TextEmbedding::bag() const { return state_->bag; }

absl::StatusOr<Tensor> TextEmbedding::Embed(StringTensorView texts,
                                            const ExecOptions& exec) const {
  const internal::FusedPlan* const fused = PlanOf(layer()).fused();
  if (fused == nullptr) {
    ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ids,
                              layer().VectorizeRagged(texts, exec));
    BagOptions options = bag();
    options.exec = exec;
    return EmbeddingBag(table(), ids, options);
  }
  const int64_t width = table().width();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(texts.size(), width));
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckedMul(size, sizeof(float)).status());
  BufferBuilder<float> vectors(size);
  internal::WorkerLocal<internal::BagScratch> scratch(exec);
  ROWSPLIT_RETURN_IF_ERROR(fused->VisitIds(
      texts, layer().options().output_sequence_length.value_or(INT64_MAX), exec,
      [&](int64_t first_row, std::span<const int64_t> ids,
          std::span<const Offset> splits) {
        return state_->reducer.Reduce(
            {.ids = ids, .splits = splits, .first_bag = first_row},
            scratch.local(), vectors.data() + first_row * width);
      }));
  return Tensor::Dense(std::move(vectors).Build(), {texts.size(), width});
}

absl::StatusOr<Tensor> TextEmbedding::Call(const Tensor& texts,
                                           const ExecOptions& exec) const {
  const Split split = layer().options().split;
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckTexts(texts, split != Split::kNone));
  if (split == Split::kNone) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ids,
                              layer().Call(texts, true, exec));
    BagOptions options = bag();
    options.exec = exec;
    return EmbeddingBag(table(), ids, options);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor vectors, Embed(texts.strings(), exec));
  return InPlaceOf(texts, vectors);
}

std::string TextEmbedding::Explain() const {
  const internal::VectorizePlan& plan = PlanOf(layer());
  std::string text = plan.ExplainIds();
  const bool fused = plan.fused() != nullptr;
  absl::StrAppendFormat(
      &text, "%spool: %s of %s%s rows of %d items, from %s\n",
      fused ? "  " : "  output: ids\n",
      internal::WordOf(internal::kBagModeWords, bag().mode),
      table().is_factorized() ? "factorized " : "",
      RowFormatName(table().format()), table().width(),
      fused ? "the ids of a piece; no others are kept" : "all ids");
  return text;
}

TextEmbedding TextEmbedding::StageByStage() const {
  State state = *state_;
  state.layer = state.layer.StageByStage();
  return TextEmbedding(std::make_shared<const State>(std::move(state)));
}

}  // namespace rowsplit
