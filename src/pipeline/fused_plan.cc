#include "pipeline/fused_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/row_counts.h"
#include "kernels/token_ids.h"
#include "pipeline/entry_rows.h"
#include "pipeline/fused_tokenizer.h"
#include "pipeline/text_pieces.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
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
#include "vocab/oov_bucket.h"
#include "vocab/vocabulary_access.h"

namespace rowsplit::internal {

namespace {

// Of texts whose ids are used at once: they fit the second-level cache.
constexpr int64_t kCachedPieceBytes = int64_t{1} << 17;
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

// Gives tokens that the vocabulary lacks one of several ids.
class FusedPlan::Unknown : public kernels::UnknownTokens {
 public:
  explicit Unknown(const TokenLookup& lookup)
      : first_id_(lookup.oov_begin()),
        buckets_{lookup.options().num_oov, lookup.options().oov_hash} {}

  void Resolve(const kernels::TokenBlock& block, const uint32_t* tokens,
               size_t count, int64_t* ids) override {
    for (size_t i = 0; i < count; ++i) {
      const uint32_t token = tokens[i];
      const uint32_t begin = block.begins[token];
      ids[token] =
          first_id_ +
          buckets_.Of({reinterpret_cast<const char*>(block.bytes + begin),
                       block.ends[token] - begin});
    }
  }

 private:
  int64_t first_id_;
  OovBuckets buckets_;
};

// The ids of a piece: from bytes in one pass of the kernel, or with n-grams
// from the tokens.
class FusedPlan::Worker {
 public:
  explicit Worker(const FusedPlan& plan) : plan_(plan) {}

  // Begins a piece and returns the most ids that it can have.
  absl::StatusOr<int64_t> Begin(StringTensorView texts) {
    num_rows_ = texts.size();
    const FusedTokenizer& tokenizer = plan_.tokenizer_;
    if (!tokenizer.ngrams().empty()) {
      ROWSPLIT_RETURN_IF_ERROR(tokenizer.Tokenize(texts, scratch_, tokens_));
      return static_cast<int64_t>(tokens_.tokens.size());
    }
    if (num_rows_ == 0) return 0;
    ROWSPLIT_ASSIGN_OR_RETURN(rows_, tokenizer.Clean(texts, scratch_));
    return static_cast<int64_t>(
        kernels::MaxTokens(rows_.num_bytes(), rows_.num_rows));
  }

  // Writes the ids and where rows end among them; returns how many.
  absl::StatusOr<int64_t> Write(int64_t* ids, Offset* row_ends) {
    if (num_rows_ == 0) return 0;
    const TokenLookup& lookup = plan_.lookup_;
    if (!plan_.tokenizer_.ngrams().empty()) {
      std::copy_n(tokens_.row_ends.data(), num_rows_, row_ends);
      ROWSPLIT_RETURN_IF_ERROR(LookUpTokens(ids));
      return static_cast<int64_t>(tokens_.tokens.size());
    }
    Unknown unknown(lookup);
    return static_cast<int64_t>(kernels::FindTokenIds(
        plan_.tokenizer_.map(), rows_,
        VocabularyAccess::Table(lookup.vocabulary()), Options(unknown),
        scratch_.kernel, ids, row_ends));
  }

  int64_t num_rows() const { return num_rows_; }

 private:
  // No token is empty, so none is the mask token.
  kernels::TokenIdsOptions Options(Unknown& unknown) const {
    const TokenLookup& lookup = plan_.lookup_;
    return {.first_id = plan_.shift_,
            .unknown_id = lookup.oov_begin(),
            .unknown = lookup.options().num_oov == 1 ? nullptr : &unknown};
  }

  absl::Status LookUpTokens(int64_t* ids) {
    const TokenLookup& lookup = plan_.lookup_;
    const std::span<const TokenSpan> tokens = tokens_.tokens.span();
    if (lookup.options().num_oov != 1) {
      return lookup.Lookup(tokens_.text(), tokens, {ids, tokens.size()});
    }
    constexpr size_t kChunk = 1024;
    uint32_t begins[kChunk + kernels::kTokenSlack] = {};
    uint32_t ends[kChunk + kernels::kTokenSlack] = {};
    const auto* bytes = reinterpret_cast<const uint8_t*>(tokens_.bytes.data());
    for (size_t first = 0; first < tokens.size(); first += kChunk) {
      const size_t count = std::min(kChunk, tokens.size() - first);
      for (size_t i = 0; i < count; ++i) {
        begins[i] = tokens[first + i].begin;
        ends[i] = tokens[first + i].end();
      }
      const kernels::TokenBlock block{.bytes = bytes,
                                      .begins = begins,
                                      .ends = ends,
                                      .num_tokens = count,
                                      .first_token = 0,
                                      .first_row = 0,
                                      .end_row = 0,
                                      .next_text = bytes};
      kernels::FindBlockIds(VocabularyAccess::Table(lookup.vocabulary()),
                            plan_.shift_, lookup.oov_begin(), scratch_.kernel,
                            block, ids + first);
    }
    return absl::OkStatus();
  }

  const FusedPlan& plan_;
  FusedTokenizer::Scratch scratch_;
  RowTokens tokens_;
  kernels::TextRowsView rows_{};
  int64_t num_rows_ = 0;
};

// Ids as they are.
class FusedPlan::IdMaker : public EntryMaker {
 public:
  IdMaker(const FusedPlan& plan, int64_t most) : worker_(plan), most_(most) {}

  absl::StatusOr<int64_t> Begin(StringTensorView texts) override {
    return worker_.Begin(texts);
  }
  absl::StatusOr<int64_t> Write(const EntrySink& sink) override {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                              worker_.Write(sink.ids, sink.row_ends));
    if (most_ == INT64_MAX) return size;
    return CutRows(most_, worker_.num_rows(), sink.ids, sink.row_ends);
  }

 private:
  Worker worker_;
  int64_t most_;
};

// The distinct ids of each row with their values.
class FusedPlan::ColumnMaker : public EntryMaker {
 public:
  explicit ColumnMaker(const FusedPlan& plan) : plan_(plan), worker_(plan) {}

  absl::StatusOr<int64_t> Begin(StringTensorView texts) override {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t most, worker_.Begin(texts));
    ids_.ResizeUninitialized(most);
    row_ends_.ResizeUninitialized(texts.size());
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                              worker_.Write(ids_.data(), row_ends_.data()));
    counts_.ResizeUninitialized(size);
    return size;
  }
  absl::StatusOr<int64_t> Write(const EntrySink& sink) override {
    const size_t size =
        kernels::CountRowIds(ids_.data(), row_ends_.data(), row_ends_.size(),
                             sink.ids, counts_.data(), sink.row_ends);
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
  Worker worker_;
  BufferBuilder<int64_t> ids_;
  BufferBuilder<Offset> row_ends_;
  BufferBuilder<int32_t> counts_;
};

std::optional<FusedPlan> FusedPlan::Compile(
    const TextVectorizationOptions& options, const TokenLookup& lookup,
    int64_t shift, int64_t num_columns, const Buffer<float>& idf_weights) {
  std::optional<FusedTokenizer> tokenizer = FusedTokenizer::Compile(options);
  if (!tokenizer.has_value()) return std::nullopt;
  FusedPlan plan(*std::move(tokenizer), lookup);
  plan.mode_ = options.output_mode;
  plan.shift_ = shift;
  plan.num_columns_ = num_columns;
  plan.idf_weights_ = idf_weights;
  return plan;
}

absl::StatusOr<RaggedTensor<int64_t>> FusedPlan::Ids(
    StringTensorView texts, int64_t most_ids, const ExecOptions& exec) const {
  const bool streams =
      tokenizer_.reads_in_place() && tokenizer_.ngrams().empty();
  ROWSPLIT_ASSIGN_OR_RETURN(EntryRows rows,
                            MakeEntryRows(texts, exec, 0, streams, [&] {
                              return std::make_unique<IdMaker>(*this, most_ids);
                            }));
  return RaggedTensor<int64_t>::FromFlatValuesUnchecked(
      RaggedShape(
          RowPartition::FromRowSplitsUnchecked(std::move(rows.row_splits))),
      std::move(rows.ids));
}

// The ids of one piece after the other, in the same memory.
class FusedPlan::PieceMaker {
 public:
  PieceMaker(const FusedPlan& plan, int64_t most) : maker_(plan, most) {}

  absl::Status Make(StringTensorView texts) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t most, maker_.Begin(texts));
    ids_.ResizeUninitialized(most);
    splits_.ResizeUninitialized(texts.size() + 1);
    splits_[0] = 0;
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int64_t size,
        maker_.Write({ids_.data(), nullptr, splits_.data() + 1}));
    ids_.ResizeUninitialized(size);
    return absl::OkStatus();
  }
  std::span<const int64_t> ids() const { return ids_.span(); }
  std::span<const Offset> splits() const { return splits_.span(); }

 private:
  IdMaker maker_;
  BufferBuilder<int64_t> ids_;
  BufferBuilder<Offset> splits_;
};

absl::Status FusedPlan::VisitIds(
    StringTensorView texts, int64_t most_ids, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(int64_t, std::span<const int64_t>,
                                   std::span<const Offset>)>
        visit) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> begins,
                            CutIntoPieces({texts, {}}, kCachedPieceBytes));
  WorkerLocal<std::unique_ptr<PieceMaker>> makers(exec);
  return ParallelFor(
      exec, static_cast<int64_t>(begins.size()) - 1, 1,
      [&](int64_t piece, int64_t) -> absl::Status {
        std::unique_ptr<PieceMaker>& maker = makers.local();
        if (maker == nullptr) {
          maker = std::make_unique<PieceMaker>(*this, most_ids);
        }
        ROWSPLIT_RETURN_IF_ERROR(
            maker->Make(texts.Slice(begins[piece], begins[piece + 1])));
        return visit(begins[piece], maker->ids(), maker->splits());
      });
}

// Rows of ids, all of one length, at their place in the result.
class FusedPlan::DenseMaker {
 public:
  explicit DenseMaker(const FusedPlan& plan) : worker_(plan) {}

  absl::Status Write(StringTensorView texts, int64_t length, int64_t* out) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t most, worker_.Begin(texts));
    ids_.ResizeUninitialized(most);
    row_ends_.ResizeUninitialized(texts.size());
    ROWSPLIT_RETURN_IF_ERROR(
        worker_.Write(ids_.data(), row_ends_.data()).status());
    const int64_t* ids = ids_.data();
    for (const Offset row_end : row_ends_.span()) {
      const int64_t* const end = ids_.data() + row_end;
      const int64_t count = std::min<int64_t>(end - ids, length);
      std::copy_n(ids, count, out);
      std::fill_n(out + count, length - count, TextVectorization::kPaddingId);
      out += length;
      ids = end;
    }
    return absl::OkStatus();
  }

 private:
  Worker worker_;
  BufferBuilder<int64_t> ids_;
  BufferBuilder<Offset> row_ends_;
};

absl::StatusOr<Tensor> FusedPlan::DenseIds(
    std::span<const StringTensorView> chunks, int64_t length,
    const ExecOptions& exec) const {
  int64_t num_texts = 0;
  for (const StringTensorView texts : chunks) num_texts += texts.size();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size, CheckedMul(num_texts, length));
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(size, sizeof(int64_t)).status());
  BufferBuilder<int64_t> values(size);
  WorkerLocal<std::optional<DenseMaker>> makers(exec);
  int64_t* out = values.data();
  for (const StringTensorView texts : chunks) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> begins,
                              CutIntoPieces({texts, {}}, kCachedPieceBytes));
    ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
        exec, static_cast<int64_t>(begins.size()) - 1, 1,
        [&](int64_t piece, int64_t) {
          std::optional<DenseMaker>& maker = makers.local();
          if (!maker.has_value()) maker.emplace(*this);
          return maker->Write(texts.Slice(begins[piece], begins[piece + 1]),
                              length, out + begins[piece] * length);
        }));
    out += texts.size() * length;
  }
  return Tensor::Dense(std::move(values).Build(), {num_texts, length});
}

bool FusedPlan::makes_columns() const {
  return (mode_ == OutputMode::kMultiHot || mode_ == OutputMode::kCount ||
          mode_ == OutputMode::kTfIdf) &&
         num_columns_ <= kMaxColumns;
}

absl::StatusOr<EntryRows> FusedPlan::Columns(StringTensorView texts,
                                             const ExecOptions& exec) const {
  const size_t value_size =
      mode_ == OutputMode::kTfIdf ? sizeof(float) : sizeof(int64_t);
  return MakeEntryRows(texts, exec, value_size, false,
                       [&] { return std::make_unique<ColumnMaker>(*this); });
}

absl::StatusOr<CsrMatrix> FusedPlan::Csr(
    std::span<const StringTensorView> chunks, const ExecOptions& exec) const {
  std::vector<EntryRows> parts;
  parts.reserve(chunks.size());
  for (const StringTensorView texts : chunks) {
    ROWSPLIT_ASSIGN_OR_RETURN(EntryRows part, Columns(texts, exec));
    parts.push_back(std::move(part));
  }
  EntryRows rows = JoinEntryRows(std::move(parts));
  const auto size = static_cast<int64_t>(rows.ids.size());
  const DType dtype =
      mode_ == OutputMode::kTfIdf ? DType::kFloat32 : DType::kInt64;
  return CsrMatrix{
      RowPartition::FromRowSplitsUnchecked(std::move(rows.row_splits)),
      std::move(rows.ids),
      Tensor::DenseBytesUnchecked(dtype, std::move(rows.values), {size}),
      num_columns_};
}

}  // namespace rowsplit::internal
