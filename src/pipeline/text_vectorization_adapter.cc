#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/token_ids.h"
#include "pipeline/fused_tokenizer.h"
#include "pipeline/text_pieces.h"
#include "pipeline/token_stages.h"
#include "pipeline/vectorize_plan.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "vocab/count_access.h"

namespace rowsplit {

namespace {

using internal::TextGroups;
using internal::TokenRows;
using internal::TokenStages;

// Counts of less text than this are not worth a merge.
constexpr int64_t kLeastBytesAThread = int64_t{1} << 22;

// What a thread uses again for each piece, of the plan that runs.
struct Scratch {
  TokenRows staged;
  internal::FusedTokenizer::Scratch fused;
  internal::RowTokens tokens;
  internal::CountTextScratch counting;
  int64_t num_tokens = 0;
};

}  // namespace

struct TextVectorizationAdapter::State {
  explicit State(TextVectorizationOptions given)
      : options(std::move(given)),
        counts_documents(options.output_mode == OutputMode::kTfIdf),
        stages(TokenStages::Create(options)) {
    if (const absl::Status status = TextVectorization::CheckOptions(options);
        !status.ok()) {
      stages = status;
    }
    fused = internal::FusedTokenizer::Compile(options);
  }

  TextVectorizationOptions options;
  bool counts_documents;
  // Or what is wrong with the options.
  absl::StatusOr<TokenStages> stages;
  // In place of the stages where there is one.
  std::optional<internal::FusedTokenizer> fused;
  VocabularyBuilder counts;
  Scratch scratch;

  // In place of `counts`, if given.
  std::shared_ptr<TokenCounter> counter;

  absl::Status Count(std::string_view bytes, std::span<const TokenSpan> tokens,
                     std::span<const Offset> row_ends, Scratch& rows,
                     VocabularyBuilder& into) const {
    rows.num_tokens += static_cast<int64_t>(tokens.size());
    if (counter != nullptr) {
      return counts_documents ? counter->AddRows(bytes, tokens, row_ends)
                              : counter->AddSpans(bytes, tokens);
    }
    if (counts_documents) {
      into.AddRows(bytes, tokens, row_ends);
    } else {
      into.AddSpans(bytes, tokens);
    }
    return absl::OkStatus();
  }

  absl::Status CountStaged(Scratch& rows, VocabularyBuilder& into) const {
    const TokenRows& staged = rows.staged;
    return Count(staged.bytes(), staged.tokens(), staged.row_ends.span(), rows,
                 into);
  }

  // Without n-grams the tokens are counted as they are found.
  absl::Status CountFused(const kernels::TextRowsView& texts, Scratch& rows,
                          VocabularyBuilder& into) const {
    if (texts.num_rows == 0) return absl::OkStatus();
    if (counter == nullptr) {
      internal::CountAccess::AddText(into, fused->map(), texts,
                                     counts_documents, rows.counting);
    } else {
      ROWSPLIT_RETURN_IF_ERROR(internal::CountAccess::AddText(
          *counter, fused->map(), texts, counts_documents, rows.counting));
    }
    rows.num_tokens += rows.counting.num_tokens;
    return absl::OkStatus();
  }

  // `texts` are the arguments of FusedTokenizer's functions.
  template <typename... Texts>
  absl::Status RunFused(Scratch& rows, VocabularyBuilder& into,
                        const Texts&... texts) const {
    if (fused->ngrams().empty()) {
      ROWSPLIT_ASSIGN_OR_RETURN(const kernels::TextRowsView cleaned,
                                fused->Clean(texts..., rows.fused));
      return CountFused(cleaned, rows, into);
    }
    ROWSPLIT_RETURN_IF_ERROR(
        fused->Tokenize(texts..., rows.fused, rows.tokens));
    return Count(rows.tokens.text(), rows.tokens.tokens.span(),
                 rows.tokens.row_ends.span(), rows, into);
  }

  absl::Status CountPiece(const TextGroups& groups, int64_t begin, int64_t end,
                          Scratch& rows, VocabularyBuilder& into) const {
    const TextGroups piece = groups.Slice(begin, end);
    if (piece.texts.size() > 0 && fused.has_value() && piece.splits.empty()) {
      return RunFused(rows, into, piece.texts);
    }
    ROWSPLIT_RETURN_IF_ERROR(
        stages->Run(piece.texts, piece.splits, rows.staged));
    return CountStaged(rows, into);
  }

  int64_t num_counted() const {
    return counter != nullptr ? counter->num_tokens() : counts.num_tokens();
  }
  int64_t num_documents() const {
    return counter != nullptr ? counter->num_documents()
                              : counts.num_documents();
  }
  absl::Status VisitMostCommon(
      int64_t max_tokens,
      const std::function<absl::Status(const TokenCount&)>& visit) const {
    if (counter != nullptr) {
      return counter->VisitMostCommon(max_tokens, options.min_count, visit);
    }
    for (const TokenCount& token :
         counts.MostCommon(max_tokens, options.min_count)) {
      ROWSPLIT_RETURN_IF_ERROR(visit(token));
    }
    return absl::OkStatus();
  }

  absl::Status Update(const TextGroups& groups, const ExecOptions& exec) {
    ROWSPLIT_RETURN_IF_ERROR(stages.status());
    ROWSPLIT_ASSIGN_OR_RETURN(
        const std::vector<int64_t> begins,
        internal::CutIntoPieces(groups, internal::kPieceBytes));
    const int64_t num_pieces = static_cast<int64_t>(begins.size()) - 1;
    const auto num_bytes = static_cast<int64_t>(groups.texts.text().size());
    if (internal::NumThreads(exec) == 1 || num_bytes < 2 * kLeastBytesAThread) {
      for (int64_t piece = 0; piece < num_pieces; ++piece) {
        ROWSPLIT_RETURN_IF_ERROR(CountPiece(
            groups, begins[piece], begins[piece + 1], scratch, counts));
      }
      return absl::OkStatus();
    }
    return UpdateInParallel(groups, begins, exec);
  }

  // Each thread counts by itself; nothing is added if one fails.
  absl::Status UpdateInParallel(const TextGroups& groups,
                                std::span<const int64_t> begins,
                                const ExecOptions& exec) {
    struct Worker {
      Scratch rows;
      std::optional<VocabularyBuilder> counts;
    };
    internal::WorkerLocal<Worker> workers(exec);
    ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
        exec, static_cast<int64_t>(begins.size()) - 1, 1,
        [&](int64_t piece, int64_t) {
          Worker& worker = workers.local();
          if (!worker.counts.has_value()) worker.counts.emplace();
          return CountPiece(groups, begins[piece], begins[piece + 1],
                            worker.rows, *worker.counts);
        }));
    for (Worker& worker : workers.slots()) {
      if (!worker.counts.has_value()) continue;
      if (counts.num_tokens() == 0 && counts.num_documents() == 0) {
        counts = *std::move(worker.counts);
      } else {
        counts.Merge(*worker.counts);
      }
      scratch.num_tokens += worker.rows.num_tokens;
      worker.counts.reset();
    }
    return absl::OkStatus();
  }
};

TextVectorizationAdapter::TextVectorizationAdapter(
    TextVectorizationOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
TextVectorizationAdapter::TextVectorizationAdapter(
    TextVectorizationOptions options, std::shared_ptr<TokenCounter> counter)
    : TextVectorizationAdapter(std::move(options)) {
  state_->counter = std::move(counter);
}
TextVectorizationAdapter::TextVectorizationAdapter(
    TextVectorizationAdapter&&) noexcept = default;
TextVectorizationAdapter& TextVectorizationAdapter::operator=(
    TextVectorizationAdapter&&) noexcept = default;
TextVectorizationAdapter::~TextVectorizationAdapter() = default;

absl::Status TextVectorizationAdapter::Update(StringTensorView texts,
                                              const ExecOptions& exec) {
  return state_->Update({texts, {}}, exec);
}

absl::Status TextVectorizationAdapter::UpdateBatch(const Tensor& texts,
                                                   const ExecOptions& exec) {
  const bool split = state_->options.split != Split::kNone;
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckTexts(texts, split));
  if (split) return state_->Update({texts.strings(), {}}, exec);
  if (texts.rank() == 0 && !state_->options.ngrams.empty()) {
    return absl::InvalidArgumentError(
        "TextVectorization: n-grams need texts of rank 1 or more");
  }
  if (texts.rank() > 2 && state_->counts_documents) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "TextVectorization: documents must be the rows of texts of rank 2, or "
        "texts of rank 1, got rank %d",
        texts.rank()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<Offset> splits,
                            internal::InnermostSplits(texts));
  return state_->Update({texts.strings(), splits}, exec);
}

absl::Status TextVectorizationAdapter::Update(std::string_view bytes,
                                              std::span<const TokenSpan> rows) {
  ROWSPLIT_RETURN_IF_ERROR(state_->stages.status());
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin;
    int64_t num_bytes = 0;
    while (end < rows.size() && (end == begin || num_bytes + rows[end].size <=
                                                     internal::kPieceBytes)) {
      num_bytes += rows[end++].size;
    }
    const std::span<const TokenSpan> piece = rows.subspan(begin, end - begin);
    Scratch& scratch = state_->scratch;
    if (state_->fused.has_value()) {
      ROWSPLIT_RETURN_IF_ERROR(
          state_->RunFused(scratch, state_->counts, bytes, piece));
    } else {
      ROWSPLIT_RETURN_IF_ERROR(
          state_->stages->Run(bytes, piece, scratch.staged));
      ROWSPLIT_RETURN_IF_ERROR(state_->CountStaged(scratch, state_->counts));
    }
    begin = end;
  }
  return absl::OkStatus();
}

void TextVectorizationAdapter::Merge(const TextVectorizationAdapter& other) {
  state_->counts.Merge(other.state_->counts);
  state_->scratch.num_tokens += other.num_tokens();
}

const TextVectorizationOptions& TextVectorizationAdapter::options() const {
  return state_->options;
}
const VocabularyBuilder& TextVectorizationAdapter::counts() const {
  return state_->counts;
}

int64_t TextVectorizationAdapter::num_tokens() const {
  return state_->scratch.num_tokens;
}

absl::StatusOr<int64_t> TextVectorizationAdapter::CountTypes() const {
  if (state_->counter != nullptr) return state_->counter->CountTypes();
  return state_->counts.num_types();
}

std::string TextVectorizationAdapter::Explain() const {
  if (!state_->stages.ok()) return "";
  return internal::ExplainTokens(
             state_->fused.has_value() ? &*state_->fused : nullptr,
             *state_->stages, state_->options.split) +
         (state_->counts_documents
              ? "  count: tokens, and documents with each\n"
              : "  count: tokens\n");
}

absl::StatusOr<TextVectorization> TextVectorizationAdapter::Finalize() const {
  ROWSPLIT_RETURN_IF_ERROR(state_->stages.status());
  const TextVectorizationOptions& options = state_->options;
  if (state_->num_counted() == 0) {
    return absl::FailedPreconditionError(
        "TextVectorization: the texts hold no token to learn");
  }
  const int64_t num_special =
      options.num_oov_indices + (options.output_mode == OutputMode::kInt);
  const int64_t most =
      options.max_tokens == -1
          ? -1
          : std::max<int64_t>(options.max_tokens - num_special, 0);
  StringTensorBuilder tokens;
  BufferBuilder<float> weights;
  const auto num_documents = static_cast<double>(state_->num_documents());
  // Two more, as special tokens in the text are left out.
  ROWSPLIT_RETURN_IF_ERROR(state_->VisitMostCommon(
      most == -1 ? -1 : most + 2, [&](const TokenCount& token) {
        if (token.token.empty() || token.token == "[UNK]" ||
            tokens.size() == most) {
          return absl::OkStatus();
        }
        tokens.Append(token.token);
        if (state_->counts_documents) {
          weights.Append(static_cast<float>(std::log(
              1 + num_documents / static_cast<double>(1 + token.documents))));
        }
        return absl::OkStatus();
      }));
  if (tokens.size() == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "TextVectorization: no token to learn: max_tokens=%d leaves room for "
        "%d beside the special tokens, and min_count is %d",
        options.max_tokens, most, options.min_count));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary,
                            Vocabulary::FromTokens(std::move(tokens).Build()));
  GivenVocabularyOptions given{.may_have_special_tokens = false};
  if (state_->counts_documents) given.idf_weights = std::move(weights).Build();
  return TextVectorization::Create(options, std::move(vocabulary), given);
}

}  // namespace rowsplit
