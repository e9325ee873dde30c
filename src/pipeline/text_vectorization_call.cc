// TextVectorization of texts of any rank: Keras' rules of shapes.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "pipeline/text_pieces.h"
#include "pipeline/text_vectorization_state.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ops/to_dense.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/vocab/encode_ids.h"

namespace rowsplit {

namespace {

absl::Status Invalid(std::string message) {
  return absl::InvalidArgumentError("TextVectorization: " + std::move(message));
}

// The partitions that lie over the flat texts when they have the shape `sizes`:
// one for each dimension but the first.
absl::Status AppendUniform(std::span<const int64_t> sizes,
                           std::vector<RowPartition>& partitions) {
  for (size_t axis = 1; axis < sizes.size(); ++axis) {
    int64_t num_rows = 1;
    for (size_t i = 0; i < axis; ++i) num_rows *= sizes[i];
    ROWSPLIT_ASSIGN_OR_RETURN(
        RowPartition partition,
        RowPartition::FromUniformRowLength(sizes[axis], num_rows));
    partitions.push_back(std::move(partition));
  }
  return absl::OkStatus();
}

// Ids of split texts: a ragged dimension more.
absl::StatusOr<Tensor> IdsOfSplitTexts(const internal::VectorizePlan& plan,
                                       const Tensor& texts,
                                       const ExecOptions& exec) {
  std::vector<int64_t> sizes = texts.flat_shape();
  if (texts.rank() > 1) sizes.pop_back();
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ids,
                            plan.Vectorize(texts.strings(), {}, exec));
  const Tensor ragged = ids;
  if (texts.rank() == 0) return ragged.flat_values();
  std::vector<RowPartition> partitions(texts.partitions().begin(),
                                       texts.partitions().end());
  ROWSPLIT_RETURN_IF_ERROR(AppendUniform(sizes, partitions));
  partitions.push_back(ragged.partition(0));
  return Tensor::FromPartitions(std::move(partitions), ragged.flat_values());
}

// Ids of tokens without n-grams: one each, in the same shape.
absl::StatusOr<Tensor> IdsOfEachToken(const internal::VectorizePlan& plan,
                                      const Tensor& tokens,
                                      const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ids,
                            plan.Vectorize(tokens.strings(), {}, exec));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor flat, Tensor::Dense(ids.flat_values(), tokens.flat_shape()));
  if (!tokens.is_ragged()) return flat;
  return tokens.WithFlatValues(std::move(flat));
}

// Ids of texts that are tokens already.
absl::StatusOr<Tensor> IdsOfTokens(const internal::VectorizePlan& plan,
                                   const TextVectorizationOptions& options,
                                   const Tensor& tokens,
                                   const ExecOptions& exec) {
  // n-grams run along ragged rows past inner dimensions of 1, as in Keras.
  const bool has_ragged_rows =
      tokens.is_ragged() &&
      (tokens.flat_shape().size() == 1 ||
       (!options.ngrams.empty() && tokens.value_items() == 1));
  if (options.ngrams.empty() && !has_ragged_rows &&
      options.output_sequence_length != 0) {
    return IdsOfEachToken(plan, tokens, exec);
  }
  if (tokens.rank() == 0 || (tokens.is_ragged() && !has_ragged_rows)) {
    return Invalid(
        absl::StrFormat("n-grams need texts of rank 1 or more, of which only "
                        "the rows are ragged, got shape %s",
                        internal::ShapeText(tokens)));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<Offset> splits,
                            internal::InnermostSplits(tokens));
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ids,
                            plan.Vectorize(tokens.strings(), splits, exec));
  const Tensor rows = ids;
  if (tokens.is_ragged()) {
    std::vector<RowPartition> partitions(tokens.partitions().begin(),
                                         tokens.partitions().end());
    partitions.back() = rows.partition(0);
    return Tensor::FromPartitions(std::move(partitions), rows.flat_values());
  }
  // All rows are as long as the first.
  std::vector<int64_t> shape = tokens.flat_shape();
  shape.back() = rows.num_rows() == 0 ? 0 : rows.num_values() / rows.num_rows();
  return Tensor::Dense(ids.flat_values(), std::move(shape));
}

// The last dimension cut to `length` and, unless only cut, padded with 0.
absl::StatusOr<Tensor> CutAndPad(const Tensor& ids, int64_t length,
                                 bool only_cut) {
  if (ids.rank() == 0) {
    return Invalid("output_sequence_length needs texts of rank 1 or more");
  }
  std::vector<int64_t> shape = ids.flat_shape();
  const int64_t row_length = shape.back();
  const int64_t kept = std::min(row_length, length);
  shape.back() = only_cut ? kept : length;
  if (shape.back() == row_length) return ids;
  int64_t num_rows = 1;
  for (size_t axis = 0; axis + 1 < shape.size(); ++axis) {
    num_rows *= shape[axis];
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(num_rows, shape.back()));
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(size, sizeof(int64_t)).status());
  BufferBuilder<int64_t> values(size);
  std::ranges::fill(values.span(), TextVectorization::kPaddingId);
  const std::span<const int64_t> given = ids.items<int64_t>();
  for (int64_t row = 0; row < num_rows; ++row) {
    std::copy_n(given.data() + row * row_length, kept,
                values.data() + row * shape.back());
  }
  return Tensor::Dense(std::move(values).Build(), std::move(shape));
}

// The texts of chunks in which each text is a row of the result, and the result
// is of rank 2; else none.
std::vector<StringTensorView> OneTextARow(std::span<const Tensor> chunks) {
  std::vector<StringTensorView> texts;
  texts.reserve(chunks.size());
  for (const Tensor& chunk : chunks) {
    const bool is_one_a_row =
        chunk.is_string() && !chunk.is_ragged() &&
        chunk.rank() == chunks[0].rank() &&
        (chunk.rank() == 1 ||
         (chunk.rank() == 2 && chunk.flat_shape()[1] == 1));
    if (!is_one_a_row) return {};
    texts.push_back(chunk.strings());
  }
  return texts;
}

absl::StatusOr<Tensor> Ids(const internal::VectorizePlan& plan,
                           const TextVectorizationOptions& options,
                           const Tensor& texts, const ExecOptions& exec) {
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckTexts(texts, options.split != Split::kNone));
  return options.split == Split::kNone ? IdsOfTokens(plan, options, texts, exec)
                                       : IdsOfSplitTexts(plan, texts, exec);
}

absl::StatusOr<Tensor> Ids(const internal::VectorizePlan& plan,
                           const TextVectorizationOptions& options,
                           std::span<const Tensor> chunks,
                           const ExecOptions& exec) {
  if (chunks.size() == 1) return Ids(plan, options, chunks[0], exec);
  std::vector<Tensor> ids;
  ids.reserve(chunks.size());
  for (const Tensor& chunk : chunks) {
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor part, Ids(plan, options, chunk, exec));
    ids.push_back(std::move(part));
  }
  return Concat(ids, 0, {.exec = exec});
}

}  // namespace

absl::StatusOr<Tensor> TextVectorization::Call(const Tensor& texts, bool ragged,
                                               const ExecOptions& exec) const {
  return Call(std::span(&texts, 1), ragged, exec);
}

absl::StatusOr<Tensor> TextVectorization::Call(std::span<const Tensor> chunks,
                                               bool ragged,
                                               const ExecOptions& exec) const {
  const TextVectorizationOptions& options = state_->options;
  const internal::FusedPlan* const fused = state_->plan.fused();
  if (fused != nullptr && options.output_sequence_length.has_value() &&
      !ragged) {
    const std::vector<StringTensorView> texts = OneTextARow(chunks);
    if (!texts.empty()) {
      return fused->DenseIds(texts, *options.output_sequence_length, exec);
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor ids,
                            Ids(state_->plan, options, chunks, exec));
  if (options.output_mode != OutputMode::kInt) {
    return EncodeIds(ids, state_->EncodeOptions(exec));
  }
  const std::optional<int64_t> length = options.output_sequence_length;
  if (!ids.is_ragged()) {
    return length.has_value() ? CutAndPad(ids, *length, ragged) : ids;
  }
  if (ragged) return ids;
  ToDenseOptions to_dense{.exec = exec};
  if (length.has_value()) {
    PartialShape shape(ids.rank());
    const std::vector<int64_t> inner = ids.inner_shape();
    std::copy(inner.begin(), inner.end(), shape.end() - inner.size());
    shape.back() = length;
    to_dense.shape = std::move(shape);
  }
  return ToDense(ids, to_dense);
}

absl::StatusOr<CsrMatrix> TextVectorization::CallCsr(
    std::span<const Tensor> chunks, const ExecOptions& exec) const {
  if (state_->options.output_mode == OutputMode::kInt) {
    return Invalid("sparse rows are not for the output mode int");
  }
  const internal::FusedPlan* const fused = state_->plan.fused();
  if (fused != nullptr && fused->makes_columns()) {
    const std::vector<StringTensorView> texts = OneTextARow(chunks);
    if (!texts.empty()) return fused->Csr(texts, exec);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ids,
                            Ids(state_->plan, state_->options, chunks, exec));
  return EncodeIdsCsr(ids, state_->EncodeOptions(exec));
}

}  // namespace rowsplit
