#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/index_lookup.h"
#include "rowsplit/vocab/output_mode.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "vocab/integer_values.h"
#include "vocab/token_map.h"

namespace rowsplit {

namespace {

// A token and what was counted.
template <typename Token>
struct Counted {
  Token token;
  int64_t count;
  int64_t documents;
};

// The rows of a batch whose items are documents.
absl::StatusOr<RowPartition> Documents(const Tensor& batch) {
  if (batch.rank() <= 1)
    return RowPartition::FromUniformRowLength(batch.num_items(), 1);
  if (!batch.is_ragged()) {
    return RowPartition::FromUniformRowLength(
        batch.num_rows() == 0 ? 0 : batch.num_items() / batch.num_rows(),
        batch.num_rows());
  }
  // From the outermost rows to the items.
  std::vector<Offset> splits(batch.partition(0).row_splits().begin(),
                             batch.partition(0).row_splits().end());
  for (int axis = 1; axis < batch.ragged_rank(); ++axis) {
    for (Offset& split : splits)
      split = batch.partition(axis).row_splits()[split];
  }
  for (Offset& split : splits) split *= batch.value_items();
  return RowPartition::FromRowSplits(splits);
}

template <typename Token>
class Counts;

template <>
class Counts<std::string> {
 public:
  // Documents cost time, and only weights need them.
  explicit Counts(bool counts_documents)
      : counts_documents_(counts_documents) {}

  absl::Status Add(const Tensor& batch, const RowPartition& documents) {
    if (!batch.is_string()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "string_lookup: expected strings, got %s", DTypeName(batch.dtype())));
    }
    // Pieces of less than 4 GiB, whose last document goes on.
    const StringTensorView tokens = batch.strings();
    const std::span<const Offset> ends = documents.row_splits().subspan(1);
    size_t row = 0;
    for (int64_t begin = 0; begin < tokens.size() || row < ends.size();) {
      int64_t end = begin;
      std::vector<TokenSpan> spans;
      const Offset base = tokens.size() == 0 ? 0 : tokens.offsets()[begin];
      for (; end < tokens.size() &&
             tokens.offsets()[end + 1] - base <= kMaxBatchBytes;
           ++end) {
        spans.push_back({static_cast<uint32_t>(tokens.offsets()[end] - base),
                         static_cast<uint32_t>(tokens[end].size())});
      }
      if (end == begin && end < tokens.size()) {
        return absl::ResourceExhaustedError(
            absl::StrFormat("string_lookup: tokens[%d] is too large: %d bytes",
                            end, tokens[end].size()));
      }
      std::vector<Offset> row_ends;
      for (; row < ends.size() && ends[row] <= end; ++row)
        row_ends.push_back(ends[row] - begin);
      const std::string_view text =
          begin == end ? std::string_view() : tokens.Slice(begin, end).text();
      if (counts_documents_) {
        builder_.AddRows(text, spans, row_ends);
      } else {
        builder_.AddSpans(text, spans);
      }
      begin = end;
    }
    return absl::OkStatus();
  }

  int64_t num_types() const { return builder_.num_types(); }
  int64_t num_documents() const { return builder_.num_documents(); }
  // The most common, at most `most` (-1: all).
  std::vector<Counted<std::string>> Sorted(int64_t most,
                                           int64_t min_count) const {
    std::vector<Counted<std::string>> sorted;
    for (const TokenCount& one : builder_.MostCommon(most, min_count))
      sorted.push_back({std::string(one.token), one.count, one.documents});
    return sorted;
  }

 private:
  bool counts_documents_;
  VocabularyBuilder builder_;
};

template <>
class Counts<int64_t> {
 public:
  explicit Counts(bool /*counts_documents*/) {}

  absl::Status Add(const Tensor& batch, const RowPartition& documents) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int64_t> items,
                              internal::IntegerItems(batch, "integer_lookup"));
    const std::span<const Offset> splits = documents.row_splits();
    for (int64_t row = 0; row < documents.num_rows(); ++row) {
      for (int64_t i = splits[row]; i < splits[row + 1]; ++i) {
        Count& count = counts_[items[i]];
        ++count.count;
        count.documents += count.last_document != num_documents_;
        count.last_document = num_documents_;
      }
      ++num_documents_;
    }
    return absl::OkStatus();
  }

  int64_t num_types() const { return static_cast<int64_t>(counts_.size()); }
  int64_t num_documents() const { return num_documents_; }
  std::vector<Counted<int64_t>> Sorted(int64_t most, int64_t min_count) const {
    std::vector<Counted<int64_t>> sorted;
    for (const auto& [token, count] : counts_) {
      if (count.count >= min_count)
        sorted.push_back({token, count.count, count.documents});
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return a.count != b.count ? a.count > b.count : a.token > b.token;
    });
    if (most >= 0 && most < static_cast<int64_t>(sorted.size()))
      sorted.resize(static_cast<size_t>(most));
    return sorted;
  }

 private:
  struct Count {
    int64_t count = 0;
    int64_t documents = 0;
    int64_t last_document = -1;
  };
  absl::flat_hash_map<int64_t, Count> counts_;
  int64_t num_documents_ = 0;
};

Tensor VectorOf(const std::vector<Counted<std::string>>& tokens) {
  StringTensorBuilder builder;
  for (const auto& one : tokens) builder.Append(one.token);
  return Tensor::Vector(std::move(builder).Build());
}

Tensor VectorOf(const std::vector<Counted<int64_t>>& tokens) {
  BufferBuilder<int64_t> values(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) values[i] = tokens[i].token;
  return Tensor::Vector(std::move(values).Build());
}

// The weights of the columns of a layer with these tokens.
template <typename Token>
Buffer<float> Weights(const std::vector<Counted<Token>>& tokens,
                      int64_t num_documents, int64_t num_special,
                      int64_t num_columns) {
  const auto size = num_special + static_cast<int64_t>(tokens.size());
  BufferBuilder<float> weights(
      static_cast<size_t>(std::max(num_columns, size)));
  double sum = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto weight = static_cast<float>(
        std::log(1 + static_cast<double>(num_documents) /
                         static_cast<double>(1 + tokens[i].documents)));
    weights[num_special + i] = weight;
    sum += weight;
  }
  std::fill_n(weights.data(), num_special,
              static_cast<float>(sum / static_cast<double>(tokens.size())));
  std::fill(weights.data() + size, weights.data() + weights.size(), 0.0f);
  return std::move(weights).Build();
}

}  // namespace

template <typename Token>
struct IndexLookupAdapter<Token>::State {
  explicit State(IndexLookupOptions<Token> given)
      : options(std::move(given)),
        counts(options.output_mode == OutputMode::kTfIdf) {}

  IndexLookupOptions<Token> options;
  Counts<Token> counts;
};

template <typename Token>
IndexLookupAdapter<Token>::IndexLookupAdapter(IndexLookupOptions<Token> options)
    : state_(std::make_unique<State>(std::move(options))) {}
template <typename Token>
IndexLookupAdapter<Token>::IndexLookupAdapter(IndexLookupAdapter&&) noexcept =
    default;
template <typename Token>
IndexLookupAdapter<Token>& IndexLookupAdapter<Token>::operator=(
    IndexLookupAdapter&&) noexcept = default;
template <typename Token>
IndexLookupAdapter<Token>::~IndexLookupAdapter() = default;

template <typename Token>
absl::Status IndexLookupAdapter<Token>::Update(const Tensor& batch) {
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition documents, Documents(batch));
  return state_->counts.Add(batch, documents);
}

template <typename Token>
absl::StatusOr<IndexLookup<Token>> IndexLookupAdapter<Token>::Finalize() const {
  const IndexLookupOptions<Token>& options = state_->options;
  ROWSPLIT_RETURN_IF_ERROR(IndexLookup<Token>::CheckOptions(options));
  if (state_->counts.num_types() == 0)
    return IndexLookup<Token>::Create(options);
  const int64_t num_special = internal::FirstTokenId(options);
  const int64_t most =
      options.max_tokens == -1 ? -1 : options.max_tokens - num_special;
  // Of the most common, mask and OOV token may be two.
  std::vector<Counted<Token>> tokens =
      state_->counts.Sorted(most < 0 ? -1 : most + 2, options.min_count);
  std::erase_if(tokens, [&](const Counted<Token>& one) {
    return one.token == options.mask_token || one.token == options.oov_token;
  });
  if (options.max_tokens != -1 &&
      static_cast<int64_t>(tokens.size()) > std::max<int64_t>(most, 0)) {
    tokens.resize(static_cast<size_t>(std::max<int64_t>(most, 0)));
  }
  if (tokens.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: adapting leaves no token beside the special tokens, with "
        "max_tokens %d and min_count %d",
        internal::TokenMap<Token>::kName, options.max_tokens,
        options.min_count));
  }
  std::optional<Buffer<float>> weights;
  if (options.output_mode == OutputMode::kTfIdf) {
    weights = Weights(tokens, state_->counts.num_documents(), num_special,
                      options.pad_to_max_tokens ? options.max_tokens : 0);
  }
  return IndexLookup<Token>::Restore(options, VectorOf(tokens),
                                     std::move(weights));
}

template class IndexLookupAdapter<std::string>;
template class IndexLookupAdapter<int64_t>;

}  // namespace rowsplit
