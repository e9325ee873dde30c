#include "rowsplit/pipeline/text_vectorization.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "pipeline/text_vectorization_state.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/to_dense.h"
#include "rowsplit/vocab/encode_ids.h"
#include "vocab/oov_bucket.h"

namespace rowsplit {

namespace {

constexpr std::string_view kOovToken = "[UNK]";

absl::Status Invalid(std::string message) {
  return absl::InvalidArgumentError("TextVectorization: " + std::move(message));
}

bool IsInt(const TextVectorizationOptions& options) {
  return options.output_mode == OutputMode::kInt;
}

int64_t NumMask(const TextVectorizationOptions& options) {
  return IsInt(options) ? 1 : 0;
}

int64_t NumSpecialTokens(const TextVectorizationOptions& options) {
  return NumMask(options) + options.num_oov_indices;
}

bool BeginsWithSpecialTokens(const TextVectorizationOptions& options,
                             const StringTensor& tokens) {
  const int64_t num_mask = NumMask(options);
  const int64_t num_special = NumSpecialTokens(options);
  if (tokens.size() < num_special) return false;
  if (num_mask == 1 && !tokens[0].empty()) return false;
  for (int64_t i = num_mask; i < num_special; ++i) {
    if (tokens[i] != kOovToken) return false;
  }
  return true;
}

// A weight for each column: of special tokens that were not given the mean, of
// columns without a token 0.
absl::StatusOr<Buffer<float>> MakeColumnWeights(
    const TextVectorizationOptions& options,
    const GivenVocabularyOptions& given, int64_t num_given, int64_t num_ids) {
  if (options.output_mode != OutputMode::kTfIdf) {
    if (!given.idf_weights.has_value()) return Buffer<float>();
    return Invalid("idf_weights are for the output mode tf_idf only");
  }
  if (!given.idf_weights.has_value()) {
    return Invalid(
        "with a vocabulary, the output mode tf_idf needs idf_weights");
  }
  const Buffer<float>& weights = *given.idf_weights;
  const int64_t num_columns =
      options.pad_to_max_tokens ? options.max_tokens : num_ids;
  const auto num_weights = static_cast<int64_t>(weights.size());
  const int64_t expected = given.has_column_weights ? num_columns : num_given;
  if (num_weights != expected) {
    return Invalid(absl::StrFormat(
        "idf_weights must be as many as the vocabulary's %s: expected %d, got "
        "%d",
        given.has_column_weights ? "columns" : "tokens", expected,
        num_weights));
  }
  if (given.has_column_weights) return weights;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto mean =
      static_cast<float>(sum / static_cast<double>(weights.size()));
  BufferBuilder<float> columns;
  columns.Reserve(num_columns);
  for (int64_t i = num_given; i < num_ids; ++i) columns.Append(mean);
  columns.Append(weights.span());
  while (static_cast<int64_t>(columns.size()) < num_columns) {
    columns.Append(0.0F);
  }
  return std::move(columns).Build();
}

}  // namespace

absl::Status TextVectorization::CheckOptions(
    const TextVectorizationOptions& options) {
  if (options.max_tokens != -1 && options.max_tokens < 2) {
    return Invalid(absl::StrFormat(
        "max_tokens must be -1 or at least 2, as special tokens count: %d",
        options.max_tokens));
  }
  if (options.pad_to_max_tokens && options.max_tokens == -1) {
    return Invalid("pad_to_max_tokens needs max_tokens");
  }
  if (options.output_sequence_length.has_value()) {
    if (!IsInt(options)) {
      return Invalid("output_sequence_length is for the output mode int only");
    }
    if (*options.output_sequence_length < 0) {
      return Invalid(
          absl::StrFormat("output_sequence_length must not be negative: %d",
                          *options.output_sequence_length));
    }
  }
  for (const int64_t width : options.ngrams) {
    if (width < 1) {
      return Invalid(
          absl::StrFormat("widths of n-grams must be positive: %d", width));
    }
  }
  if (options.num_oov_indices < 1 ||
      options.num_oov_indices > internal::kMaxOovBuckets) {
    return Invalid(
        absl::StrFormat("num_oov_indices must be positive, at most 2^62: %d",
                        options.num_oov_indices));
  }
  if (options.min_count < 1) {
    return Invalid(
        absl::StrFormat("min_count must be positive: %d", options.min_count));
  }
  for (size_t step = 0; step < options.steps.size(); ++step) {
    if (DropsRows(options.steps[step])) {
      return Invalid(absl::StrFormat(
          "step %d: rows of a layer can't be dropped", step + 1));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<TextVectorization> TextVectorization::Create(
    TextVectorizationOptions options, Vocabulary vocabulary,
    const GivenVocabularyOptions& given) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  const int64_t num_given = vocabulary.size();
  const bool has_special =
      given.may_have_special_tokens &&
      BeginsWithSpecialTokens(options, vocabulary.tokens());
  TokenLookupOptions lookup_options{
      .layout = IdLayout::kOovFirst,
      .num_oov = options.num_oov_indices,
      .oov_hash = options.oov_hash,
      .may_have_special_tokens = given.may_have_special_tokens,
      .oov_token = std::string(kOovToken)};
  if (IsInt(options)) lookup_options.mask_token = "";
  if (vocabulary.Find("") >= 0 && !(has_special && IsInt(options))) {
    return Invalid(
        "the token '' stands for padding; a vocabulary may have it only where "
        "it begins with all special tokens");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      TokenLookup lookup,
      TokenLookup::Create(std::move(vocabulary), lookup_options));
  if (options.max_tokens != -1 && given.check_max_tokens &&
      lookup.size() > options.max_tokens) {
    return Invalid(
        absl::StrFormat("the vocabulary must fit max_tokens=%d: with the "
                        "special tokens it has %d tokens",
                        options.max_tokens, lookup.size()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<float> idf_weights,
      MakeColumnWeights(options, given, num_given, lookup.size()));
  const int64_t first_id = has_special ? 0 : NumSpecialTokens(options);
  const int64_t num_columns =
      options.pad_to_max_tokens ? options.max_tokens : lookup.size();
  ROWSPLIT_ASSIGN_OR_RETURN(
      internal::VectorizePlan plan,
      internal::VectorizePlan::Create(options, lookup, first_id, num_columns,
                                      idf_weights));
  return TextVectorization(std::make_shared<const State>(
      State{std::move(options), std::move(idf_weights), std::move(plan)}));
}

absl::StatusOr<TextVectorization> TextVectorization::FromTokens(
    TextVectorizationOptions options, const StringTensor& tokens,
    const GivenVocabularyOptions& given) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  // Several '[UNK]' can't be in a vocabulary.
  const int64_t num_special = NumSpecialTokens(options);
  if (options.num_oov_indices == 1 || !given.may_have_special_tokens ||
      !BeginsWithSpecialTokens(options, tokens)) {
    ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary,
                              Vocabulary::FromTokens(tokens));
    return Create(std::move(options), std::move(vocabulary), given);
  }
  StringTensorBuilder others;
  for (int64_t i = num_special; i < tokens.size(); ++i) {
    others.Append(tokens[i]);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary,
                            Vocabulary::FromTokens(std::move(others).Build()));
  GivenVocabularyOptions without = given;
  without.may_have_special_tokens = false;
  if (given.idf_weights.has_value() && !given.has_column_weights) {
    // With a weight for each special token all columns have one.
    const auto num_weights = static_cast<int64_t>(given.idf_weights->size());
    if (num_weights != tokens.size()) {
      return Invalid(absl::StrFormat(
          "idf_weights must be as many as the vocabulary's tokens: expected "
          "%d, got %d",
          tokens.size(), num_weights));
    }
    BufferBuilder<float> columns;
    columns.Append(given.idf_weights->span());
    while (options.pad_to_max_tokens &&
           static_cast<int64_t>(columns.size()) < options.max_tokens) {
      columns.Append(0.0F);
    }
    without.idf_weights = std::move(columns).Build();
    without.has_column_weights = true;
  }
  return Create(std::move(options), std::move(vocabulary), without);
}

const TextVectorizationOptions& TextVectorization::options() const {
  return state_->options;
}
int64_t TextVectorization::num_ids() const { return lookup().size(); }
int64_t TextVectorization::num_columns() const {
  return state_->options.pad_to_max_tokens ? state_->options.max_tokens
                                           : num_ids();
}
int64_t TextVectorization::first_token_id() const {
  return NumSpecialTokens(state_->options);
}
std::string_view TextVectorization::token(int64_t id) const {
  return lookup().token(id);
}
const TokenLookup& TextVectorization::lookup() const {
  return state_->plan.lookup();
}
const Buffer<float>& TextVectorization::idf_weights() const {
  return state_->idf_weights;
}
std::string TextVectorization::Explain() const {
  return state_->plan.Explain();
}
TextVectorization TextVectorization::StageByStage() const {
  auto state = std::make_shared<State>(*state_);
  state->plan.DropFused();
  return TextVectorization(std::move(state));
}

StringTensor TextVectorization::Tokens(bool include_special_tokens) const {
  StringTensorBuilder tokens;
  for (int64_t id = include_special_tokens ? 0 : first_token_id();
       id < num_ids(); ++id) {
    tokens.Append(token(id));
  }
  return std::move(tokens).Build();
}

EncodeIdsOptions TextVectorization::State::EncodeOptions(
    const ExecOptions& exec) const {
  EncodeIdsOptions encode{.mode = options.output_mode,
                          .num_ids = options.pad_to_max_tokens
                                         ? options.max_tokens
                                         : plan.lookup().size(),
                          .exec = exec};
  if (options.output_mode == OutputMode::kTfIdf) {
    encode.idf_weights = idf_weights;
  }
  return encode;
}

absl::StatusOr<RaggedTensor<int64_t>> TextVectorization::VectorizeRagged(
    StringTensorView texts, const ExecOptions& exec) const {
  if (!IsInt(state_->options)) {
    return Invalid("rows of ids are for the output mode int only");
  }
  return state_->plan.Vectorize(texts, {}, exec);
}

absl::StatusOr<Tensor> TextVectorization::Vectorize(
    StringTensorView texts, const ExecOptions& exec) const {
  const std::optional<int64_t> length = state_->options.output_sequence_length;
  const internal::FusedPlan* const fused = state_->plan.fused();
  if (fused != nullptr && length.has_value()) {
    return fused->DenseIds(std::span(&texts, 1), *length, exec);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ids,
                            state_->plan.Vectorize(texts, {}, exec));
  if (!IsInt(state_->options)) {
    return EncodeIds(ids, state_->EncodeOptions(exec));
  }
  return ToDense(ids,
                 {.shape = PartialShape{std::nullopt, length}, .exec = exec});
}

absl::StatusOr<CsrMatrix> TextVectorization::VectorizeCsr(
    StringTensorView texts, const ExecOptions& exec) const {
  if (IsInt(state_->options)) {
    return Invalid("sparse rows are not for the output mode int");
  }
  const internal::FusedPlan* const fused = state_->plan.fused();
  if (fused != nullptr && fused->makes_columns()) {
    return fused->Csr(std::span(&texts, 1), exec);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ids,
                            state_->plan.Vectorize(texts, {}, exec));
  return EncodeIdsCsr(ids, state_->EncodeOptions(exec));
}

bool TextVectorization::CanVectorizeTokens() const {
  const TextVectorizationOptions& options = state_->options;
  return IsInt(options) && options.steps.empty() && options.ngrams.empty() &&
         (options.split == Split::kNone || options.split == Split::kWhitespace);
}

absl::Status TextVectorization::VectorizeTokens(
    std::string_view bytes, std::span<const TokenSpan> tokens,
    std::span<int64_t> ids, TextRows& scratch) const {
  if (!CanVectorizeTokens()) {
    return Invalid(
        "words have ids by themselves only in the output mode int, without "
        "steps and n-grams, split by ASCII white space or not at all");
  }
  return state_->plan.staged().VectorizeTokens(bytes, tokens, ids, scratch);
}

}  // namespace rowsplit
