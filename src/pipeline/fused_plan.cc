#include "pipeline/fused_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/row_counts.h"
#include "pipeline/entry_rows.h"
#include "pipeline/fused_tokenizer.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/output_mode.h"

namespace rowsplit::internal {

namespace {

// A thread's share of dense rows.
constexpr int64_t kPieceBytes = int64_t{1} << 17;
// CountRowIds takes 31 bits.
constexpr int64_t kMaxColumns = int64_t{1} << 31;

// Drops what rows have beyond `most` ids; returns how many ids are left.
int64_t CutRows(int64_t most, int64_t num_rows, int64_t* ids,
                Offset* row_ends) {
  int64_t begin = 0;
  int64_t written = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    const int64_t size = std::min(row_ends[row] - begin, most);
    if (written != begin) std::copy_n(ids + begin, size, ids + written);
    begin = row_ends[row];
    row_ends[row] = written += size;
  }
  return written;
}

}  // namespace

// Writes the entries of a plan's pieces. Holds what a thread needs.
class FusedMakers {
 public:
  // Ids as they are.
  class Ids : public EntryMaker {
   public:
    Ids(const FusedPlan& plan, int64_t most) : plan_(plan), most_(most) {}

    absl::StatusOr<int64_t> Begin(StringTensorView texts) override {
      ROWSPLIT_RETURN_IF_ERROR(plan_.tokenizer_.Tokenize(texts, block_));
      return static_cast<int64_t>(block_.tokens.size());
    }
    absl::StatusOr<int64_t> Write(const EntrySink& sink) override {
      const auto size = static_cast<int64_t>(block_.tokens.size());
      const auto num_rows = static_cast<int64_t>(block_.row_ends.size());
      ROWSPLIT_RETURN_IF_ERROR(
          plan_.Lookup(block_, {sink.ids, static_cast<size_t>(size)}));
      std::copy_n(block_.row_ends.data(), num_rows, sink.row_ends);
      return most_ == INT64_MAX
                 ? size
                 : CutRows(most_, num_rows, sink.ids, sink.row_ends);
    }
    const Offset* row_ends() const { return block_.row_ends.data(); }

   private:
    const FusedPlan& plan_;
    int64_t most_;
    TokenBlock block_;
  };

  // The distinct ids of each row with their values.
  class Columns : public EntryMaker {
   public:
    explicit Columns(const FusedPlan& plan) : plan_(plan) {}

    absl::StatusOr<int64_t> Begin(StringTensorView texts) override {
      ROWSPLIT_RETURN_IF_ERROR(plan_.tokenizer_.Tokenize(texts, block_));
      ids_.ResizeUninitialized(block_.tokens.size());
      counts_.ResizeUninitialized(block_.tokens.size());
      ROWSPLIT_RETURN_IF_ERROR(plan_.Lookup(block_, ids_.span()));
      return static_cast<int64_t>(ids_.size());
    }
    absl::StatusOr<int64_t> Write(const EntrySink& sink) override {
      const size_t size = kernels::CountRowIds(
          ids_.data(), block_.row_ends.data(), block_.row_ends.size(), sink.ids,
          counts_.data(), sink.row_ends);
      WriteValues(sink, size);
      return static_cast<int64_t>(size);
    }

   private:
    void WriteValues(const EntrySink& sink, size_t size) const {
      const int32_t* counts = counts_.data();
      if (plan_.mode_ == OutputMode::kTfIdf) {
        auto* values = reinterpret_cast<float*>(sink.values);
        const float* weights = plan_.idf_weights_.data();
        for (size_t i = 0; i < size; ++i) {
          values[i] = static_cast<float>(counts[i]) * weights[sink.ids[i]];
        }
        return;
      }
      auto* values = reinterpret_cast<int64_t*>(sink.values);
      if (plan_.mode_ == OutputMode::kMultiHot) {
        std::fill_n(values, size, 1);
      } else {
        std::copy_n(counts, size, values);
      }
    }

    const FusedPlan& plan_;
    TokenBlock block_;
    BufferBuilder<int64_t> ids_;
    BufferBuilder<int32_t> counts_;
  };
};

std::optional<FusedPlan> FusedPlan::Compile(
    const TextVectorizationOptions& options, const TokenLookup& lookup,
    int64_t shift, int64_t num_columns, const Buffer<float>& idf_weights) {
  if (num_columns > kMaxColumns && options.output_mode != OutputMode::kInt) {
    return std::nullopt;
  }
  std::optional<FusedTokenizer> tokenizer = FusedTokenizer::Compile(options);
  if (!tokenizer.has_value()) return std::nullopt;
  FusedPlan plan(*std::move(tokenizer), lookup);
  plan.mode_ = options.output_mode;
  plan.shift_ = shift;
  plan.num_columns_ = num_columns;
  plan.idf_weights_ = idf_weights;
  return plan;
}

absl::Status FusedPlan::Lookup(const TokenBlock& block,
                               std::span<int64_t> ids) const {
  const std::span<const TokenSpan> tokens = block.tokens.span();
  if (lookup_.options().num_oov != 1) {
    return lookup_.Lookup(block.text(), tokens, ids);
  }
  // No token is empty, so none is the mask token.
  lookup_.vocabulary().FindSpans(block.text(), tokens, ids, shift_,
                                 lookup_.oov_begin());
  return absl::OkStatus();
}

absl::StatusOr<RaggedTensor<int64_t>> FusedPlan::Ids(
    StringTensorView texts, int64_t most_ids, const ExecOptions& exec) const {
  ROWSPLIT_ASSIGN_OR_RETURN(EntryRows rows, MakeEntryRows(texts, exec, 0, [&] {
                              return std::make_unique<FusedMakers::Ids>(
                                  *this, most_ids);
                            }));
  return RaggedTensor<int64_t>::FromFlatValuesUnchecked(
      RaggedShape(
          RowPartition::FromRowSplitsUnchecked(std::move(rows.row_splits))),
      std::move(rows.ids));
}

absl::StatusOr<Tensor> FusedPlan::DenseIds(StringTensorView texts,
                                           int64_t length,
                                           const ExecOptions& exec) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> begins,
                            CutIntoPieces(texts, kPieceBytes));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            CheckedMul(texts.size(), length));
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(size, sizeof(int64_t)).status());
  BufferBuilder<int64_t> values(size);
  struct Scratch {
    std::unique_ptr<FusedMakers::Ids> maker;
    BufferBuilder<int64_t> ids;
    BufferBuilder<Offset> row_ends;
  };
  WorkerLocal<Scratch> scratches(exec);
  const auto num_pieces = static_cast<int64_t>(begins.size()) - 1;
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, num_pieces, 1, [&](int64_t piece, int64_t) -> absl::Status {
        Scratch& scratch = scratches.local();
        if (scratch.maker == nullptr) {
          scratch.maker = std::make_unique<FusedMakers::Ids>(*this, INT64_MAX);
        }
        const int64_t first = begins[piece];
        const int64_t num_rows = begins[piece + 1] - first;
        ROWSPLIT_ASSIGN_OR_RETURN(
            const int64_t most,
            scratch.maker->Begin(texts.Slice(first, first + num_rows)));
        scratch.ids.ResizeUninitialized(most);
        scratch.row_ends.ResizeUninitialized(num_rows);
        ROWSPLIT_RETURN_IF_ERROR(
            scratch.maker
                ->Write({scratch.ids.data(), nullptr, scratch.row_ends.data()})
                .status());
        int64_t* out = values.data() + first * length;
        const int64_t* ids = scratch.ids.data();
        for (int64_t row = 0; row < num_rows; ++row, out += length) {
          const int64_t* end = scratch.ids.data() + scratch.row_ends[row];
          const int64_t count = std::min<int64_t>(end - ids, length);
          std::copy_n(ids, count, out);
          std::fill_n(out + count, length - count,
                      TextVectorization::kPaddingId);
          ids = end;
        }
        return absl::OkStatus();
      }));
  return Tensor::Dense(std::move(values).Build(), {texts.size(), length});
}

absl::StatusOr<CsrMatrix> FusedPlan::Csr(StringTensorView texts,
                                         const ExecOptions& exec) const {
  const bool is_float = mode_ == OutputMode::kTfIdf;
  const size_t value_size = is_float ? sizeof(float) : sizeof(int64_t);
  ROWSPLIT_ASSIGN_OR_RETURN(
      EntryRows rows, MakeEntryRows(texts, exec, value_size, [&] {
        return std::make_unique<FusedMakers::Columns>(*this);
      }));
  const auto size = static_cast<int64_t>(rows.ids.size());
  return CsrMatrix{
      RowPartition::FromRowSplitsUnchecked(std::move(rows.row_splits)),
      std::move(rows.ids),
      Tensor::DenseBytesUnchecked(is_float ? DType::kFloat32 : DType::kInt64,
                                  std::move(rows.values), {size}),
      num_columns_};
}

}  // namespace rowsplit::internal
