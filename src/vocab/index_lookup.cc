#include "rowsplit/vocab/index_lookup.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/encode_ids.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/output_mode.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/integer_values.h"
#include "vocab/oov_bucket.h"
#include "vocab/token_map.h"

namespace rowsplit {

using internal::FirstTokenId;
using internal::GivenTokens;
using internal::TokenMap;

template <typename Token>
struct IndexLookup<Token>::State {
  Options options;
  std::optional<TokenMap<Token>> map;
  Buffer<float> idf_weights;
};

namespace {

// The mean of the weights given, in the precision of numpy's.
float Mean(std::span<const float> weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  return static_cast<float>(sum / static_cast<double>(weights.size()));
}

template <typename Token>
absl::Status CheckSalt(const IndexLookupOptions<Token>& options) {
  if constexpr (std::is_same_v<Token, int64_t>) {
    if (options.salt.has_value() && options.oov_method != OovMethod::kHash) {
      return absl::InvalidArgumentError(
          "integer_lookup: a salt needs the oov_method of hashes");
    }
  }
  return absl::OkStatus();
}

// The weights of the columns, from those of the tokens given.
template <typename Token>
absl::StatusOr<Buffer<float>> ColumnWeights(
    const IndexLookupOptions<Token>& options, const TokenMap<Token>& map,
    int64_t num_given, std::optional<Buffer<float>> weights,
    int64_t num_columns) {
  const bool weighted = options.output_mode == OutputMode::kTfIdf;
  if (weights.has_value() != weighted) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s", TokenMap<Token>::kName,
                        weighted ? "tf_idf needs idf_weights with a vocabulary"
                                 : "only tf_idf takes idf_weights"));
  }
  if (!weighted) return Buffer<float>();
  if (static_cast<int64_t>(weights->size()) != num_given) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: idf_weights must be one for each of the %d tokens given, got %d",
        TokenMap<Token>::kName, num_given, weights->size()));
  }
  const int64_t front = map.had_special_tokens() ? 0 : FirstTokenId(options);
  BufferBuilder<float> columns(static_cast<size_t>(num_columns));
  float* const begin = columns.data();
  std::fill_n(begin, front, Mean(weights->span()));
  std::copy(weights->begin(), weights->end(), begin + front);
  std::fill(begin + front + num_given, begin + num_columns, 0.0f);
  return std::move(columns).Build();
}

}  // namespace

template <typename Token>
absl::Status IndexLookup<Token>::CheckOptions(const Options& options) {
  const char* const name = TokenMap<Token>::kName;
  const auto invalid = [&](const char* message, int64_t value) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s, got %d", name, message, value));
  };
  if (options.max_tokens != -1 && options.max_tokens <= 1)
    return invalid("max_tokens must be -1 or above 1", options.max_tokens);
  if (options.num_oov_indices < 0 ||
      options.num_oov_indices > internal::kMaxOovBuckets) {
    return invalid("num_oov_indices must not be negative or above 2^62",
                   options.num_oov_indices);
  }
  if (options.min_count < 1)
    return invalid("min_count must be at least 1", options.min_count);
  if (options.pad_to_max_tokens && options.max_tokens == -1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: pad_to_max_tokens needs max_tokens", name));
  }
  if (options.invert && options.output_mode != OutputMode::kInt) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: invert needs the output mode int", name));
  }
  if (options.invert && !options.oov_token.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: invert needs an oov_token", name));
  }
  return CheckSalt(options);
}

template <typename Token>
absl::StatusOr<IndexLookup<Token>> IndexLookup<Token>::Create(Options options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  auto state = std::make_shared<State>();
  state->options = std::move(options);
  return IndexLookup(std::move(state));
}

// Finishes what all ways to make a layer share.
class IndexLookupFactory {
 public:
  template <typename Token>
  static absl::StatusOr<IndexLookup<Token>> Make(
      IndexLookupOptions<Token> options, absl::StatusOr<TokenMap<Token>> map,
      bool check_max_tokens) {
    if (!map.ok()) return map.status();
    if (check_max_tokens && options.max_tokens != -1 &&
        map->size() > options.max_tokens) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the vocabulary must have at most max_tokens = %d ids with the "
          "special tokens, got %d",
          TokenMap<Token>::kName, options.max_tokens, map->size()));
    }
    auto state = std::make_shared<typename IndexLookup<Token>::State>();
    state->options = std::move(options);
    state->map = *std::move(map);
    return IndexLookup<Token>(std::move(state));
  }

  // Sets the weights of a layer just made, from those of `num_given` tokens.
  template <typename Token>
  static absl::StatusOr<IndexLookup<Token>> Weigh(
      const absl::StatusOr<IndexLookup<Token>>& made, int64_t num_given,
      std::optional<Buffer<float>> weights) {
    if (!made.ok()) return made.status();
    auto state =
        std::make_shared<typename IndexLookup<Token>::State>(*made->state_);
    ROWSPLIT_ASSIGN_OR_RETURN(
        state->idf_weights,
        ColumnWeights(state->options, *state->map, num_given,
                      std::move(weights), made->num_columns()));
    return IndexLookup<Token>(std::move(state));
  }

  template <typename Token>
  static absl::StatusOr<IndexLookup<Token>> WithColumnWeights(
      const IndexLookup<Token>& made, Buffer<float> weights) {
    auto state =
        std::make_shared<typename IndexLookup<Token>::State>(*made.state_);
    state->idf_weights = std::move(weights);
    return IndexLookup<Token>(std::move(state));
  }
};

namespace {

template <typename Token>
absl::Status CheckVector(const Tensor& tokens) {
  const DType dtype = TokenMap<Token>::kDType;
  if (tokens.dtype() != dtype || tokens.is_ragged() || tokens.rank() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the vocabulary must be a vector of %s, got %s of rank %d",
        TokenMap<Token>::kName, DTypeName(dtype), DTypeName(tokens.dtype()),
        tokens.rank()));
  }
  if (tokens.num_items() == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the vocabulary must not be empty", TokenMap<Token>::kName));
  }
  return absl::OkStatus();
}

}  // namespace

template <typename Token>
absl::StatusOr<IndexLookup<Token>> IndexLookup<Token>::Create(
    Options options, const Tensor& vocabulary,
    std::optional<Buffer<float>> idf_weights) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  ROWSPLIT_RETURN_IF_ERROR(CheckVector<Token>(vocabulary));
  auto map = TokenMap<Token>::Create(options, vocabulary, GivenTokens{});
  return IndexLookupFactory::Weigh(
      IndexLookupFactory::Make(std::move(options), std::move(map), true),
      vocabulary.num_items(), std::move(idf_weights));
}

template <typename Token>
absl::StatusOr<IndexLookup<Token>> IndexLookup<Token>::FromFile(
    Options options, const std::string& path) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  if (options.output_mode == OutputMode::kTfIdf) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: tf_idf takes no vocabulary from a file, as it has no weights",
        TokenMap<Token>::kName));
  }
  auto map = TokenMap<Token>::FromFile(options, path);
  return IndexLookupFactory::Make(std::move(options), std::move(map), false);
}

template <typename Token>
absl::StatusOr<IndexLookup<Token>> IndexLookup<Token>::Restore(
    Options options, const Tensor& tokens,
    std::optional<Buffer<float>> column_weights) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  ROWSPLIT_RETURN_IF_ERROR(CheckVector<Token>(tokens));
  const bool weighted = options.output_mode == OutputMode::kTfIdf;
  auto map =
      TokenMap<Token>::Create(options, tokens,
                              {.may_have_special_tokens = false,
                               .may_have_special_tokens_anywhere = true});
  ROWSPLIT_ASSIGN_OR_RETURN(
      const IndexLookup made,
      IndexLookupFactory::Make(std::move(options), std::move(map), false));
  const auto num_weights = static_cast<int64_t>(
      column_weights.has_value() ? column_weights->size() : 0);
  if (num_weights != (weighted ? made.num_columns() : 0)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected a weight for each of the %d columns of tf_idf and none "
        "for other modes, got %d",
        TokenMap<Token>::kName, made.num_columns(), num_weights));
  }
  return IndexLookupFactory::WithColumnWeights(
      made, column_weights.value_or(Buffer<float>()));
}

absl::StatusOr<StringLookup> StringLookupOver(
    StringLookupOptions options, Vocabulary vocabulary,
    std::optional<Buffer<float>> idf_weights) {
  ROWSPLIT_RETURN_IF_ERROR(StringLookup::CheckOptions(options));
  const int64_t num_given = vocabulary.size();
  auto map = TokenMap<std::string>::Create(options, std::move(vocabulary),
                                           GivenTokens{});
  return IndexLookupFactory::Weigh(
      IndexLookupFactory::Make(std::move(options), std::move(map), true),
      num_given, std::move(idf_weights));
}

template <typename Token>
absl::StatusOr<Tensor> IndexLookup<Token>::LookupIds(
    const Tensor& input, const ExecOptions& exec) const {
  if (!has_vocabulary()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: the table is not initialized: give a vocabulary or adapt",
        TokenMap<Token>::kName));
  }
  return state_->map->Ids(input, exec);
}

template <typename Token>
EncodeIdsOptions IndexLookup<Token>::encode_options() const {
  EncodeIdsOptions encode{.mode = options().output_mode,
                          .num_ids = num_columns()};
  if (encode.mode == OutputMode::kTfIdf) encode.idf_weights = idf_weights();
  return encode;
}

template <typename Token>
absl::StatusOr<Tensor> IndexLookup<Token>::Lookup(
    const Tensor& input, const ExecOptions& exec) const {
  if (options().invert && has_vocabulary()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const Buffer<int64_t> ids,
        internal::IntegerItems(input, TokenMap<Token>::kName));
    return state_->map->TokensOf(input, ids, exec);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor ids, LookupIds(input, exec));
  if (options().output_mode == OutputMode::kInt) return ids;
  EncodeIdsOptions encode = encode_options();
  encode.exec = exec;
  return EncodeIds(ids, encode);
}

template <typename Token>
absl::StatusOr<CsrMatrix> IndexLookup<Token>::LookupCsr(
    const Tensor& input, const ExecOptions& exec) const {
  if (options().output_mode == OutputMode::kInt) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the output mode int has no sparse form", TokenMap<Token>::kName));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ids, LookupIds(input, exec));
  EncodeIdsOptions encode = encode_options();
  encode.exec = exec;
  return EncodeIdsCsr(ids, encode);
}

template <typename Token>
const IndexLookupOptions<Token>& IndexLookup<Token>::options() const {
  return state_->options;
}

template <typename Token>
bool IndexLookup<Token>::has_vocabulary() const {
  return state_->map.has_value();
}

template <typename Token>
int64_t IndexLookup<Token>::size() const {
  return has_vocabulary() ? state_->map->size() : first_token_id();
}

template <typename Token>
int64_t IndexLookup<Token>::num_columns() const {
  // A vocabulary of a file may be larger than max_tokens.
  return options().pad_to_max_tokens ? options().max_tokens : size();
}

template <typename Token>
int64_t IndexLookup<Token>::first_token_id() const {
  return FirstTokenId(options());
}

template <typename Token>
Tensor IndexLookup<Token>::Tokens(bool include_special_tokens) const {
  const int64_t begin = include_special_tokens ? 0 : first_token_id();
  BufferBuilder<int64_t> ids(static_cast<size_t>(size() - begin));
  std::iota(ids.span().begin(), ids.span().end(), begin);
  const Buffer<int64_t> all = std::move(ids).Build();
  const Tensor shape = Tensor::Vector(all);
  if (has_vocabulary()) return *state_->map->TokensOf(shape, all, {});
  // Only special tokens.
  const bool has_mask = first_token_id() > options().num_oov_indices;
  if constexpr (std::is_same_v<Token, std::string>) {
    StringTensorBuilder tokens;
    for (const int64_t id : all) {
      tokens.Append(has_mask && id == 0 ? *options().mask_token
                                        : options().oov_token.value_or(""));
    }
    return Tensor::Vector(std::move(tokens).Build());
  } else {
    BufferBuilder<int64_t> tokens(all.size());
    for (const int64_t id : all) {
      tokens[id] = has_mask && id == 0 ? *options().mask_token
                                       : options().oov_token.value_or(0);
    }
    return Tensor::Vector(std::move(tokens).Build());
  }
}

template <typename Token>
const Buffer<float>& IndexLookup<Token>::idf_weights() const {
  return state_->idf_weights;
}

template class IndexLookup<std::string>;
template class IndexLookup<int64_t>;

}  // namespace rowsplit
