#include "rowsplit/text/rouge.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

namespace {

// The length of the longest common subsequence of rows, 64 tokens of the
// reference at a time: bit j of `rising` is 0 if the length rises with token j
// of the block, and one addition moves all of them past a hypothesis token.
template <typename Token>
class CommonSubsequence {
 public:
  template <typename Get>
  int64_t Length(const Get& hypothesis, int64_t hypothesis_size,
                 const Get& reference, int64_t reference_size) {
    Number(hypothesis, hypothesis_size, reference, reference_size);
    carries_.assign(hypothesis_.size(), 0);
    int64_t length = 0;
    for (size_t begin = 0; begin < reference_.size(); begin += 64) {
      length += Block({reference_.data() + begin,
                       std::min<size_t>(64, reference_.size() - begin)});
    }
    return length;
  }

 private:
  // Numbers the tokens; the hypothesis' that the reference has not are dropped.
  template <typename Get>
  void Number(const Get& hypothesis, int64_t hypothesis_size,
              const Get& reference, int64_t reference_size) {
    numbers_.clear();
    reference_.clear();
    hypothesis_.clear();
    for (int64_t i = 0; i < reference_size; ++i) {
      const auto number = static_cast<uint32_t>(numbers_.size());
      reference_.push_back(
          numbers_.try_emplace(reference(i), number).first->second);
    }
    for (int64_t i = 0; i < hypothesis_size; ++i) {
      const auto found = numbers_.find(hypothesis(i));
      if (found != numbers_.end()) hypothesis_.push_back(found->second);
    }
    matches_.assign(numbers_.size(), 0);
  }

  int64_t Block(std::span<const uint32_t> tokens) {
    for (size_t j = 0; j < tokens.size(); ++j)
      matches_[tokens[j]] |= uint64_t{1} << j;
    uint64_t rising = ~uint64_t{0};
    for (size_t i = 0; i < hypothesis_.size(); ++i) {
      const uint64_t matched = rising & matches_[hypothesis_[i]];
      const uint64_t sum = rising + matched;
      const uint64_t carried = sum + carries_[i];
      carries_[i] = static_cast<uint8_t>((sum < rising) | (carried < sum));
      rising = carried | (rising & ~matched);
    }
    for (const uint32_t token : tokens) matches_[token] = 0;
    const uint64_t used =
        tokens.size() == 64 ? ~uint64_t{0} : (uint64_t{1} << tokens.size()) - 1;
    return std::popcount(~rising & used);
  }

  absl::flat_hash_map<Token, uint32_t> numbers_;
  std::vector<uint32_t> reference_;
  std::vector<uint32_t> hypothesis_;
  std::vector<uint64_t> matches_;  // by number: its places in the block
  std::vector<uint8_t> carries_;   // into the next block
};

float FMeasure(float precision, float recall, float alpha) {
  float numerator = precision * recall;
  float denominator = alpha * recall + (1 - alpha) * precision;
  if (alpha < 0) {
    const auto beta =
        static_cast<float>(precision / (static_cast<double>(recall) + 1e-12));
    numerator = (1 + beta * beta) * recall * precision;
    denominator = recall + beta * beta * precision;
  }
  return denominator > 0 ? numerator / denominator : 0;
}

float Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<float>(part) / static_cast<float>(whole);
}

absl::Status CheckTokens(const char* name, const Tensor& tokens, DType dtype) {
  if (tokens.ragged_rank() != 1 || tokens.flat_shape().size() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "rouge_l: %s must be of ragged rank 1 and rank 2: ragged rank %d, rank "
        "%d",
        name, tokens.ragged_rank(), tokens.rank()));
  }
  if (tokens.dtype() != dtype ||
      (dtype != DType::kString && dtype != DType::kInt32 &&
       dtype != DType::kInt64)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "rouge_l: hypotheses and references must be strings, int32 or int64, "
        "and the same: %s is %s",
        name, DTypeName(tokens.dtype())));
  }
  return absl::OkStatus();
}

// `get_hypothesis(i)` and `get_reference(i)` give the flat tokens.
template <typename Token, typename Get>
absl::StatusOr<RougeLScores> Score(std::span<const Offset> hypotheses,
                                   const Get& get_hypothesis,
                                   std::span<const Offset> references,
                                   const Get& get_reference,
                                   const RougeLOptions& options) {
  const auto num_rows = static_cast<int64_t>(hypotheses.size()) - 1;
  BufferBuilder<float> f_measure(static_cast<size_t>(num_rows));
  BufferBuilder<float> precision(static_cast<size_t>(num_rows));
  BufferBuilder<float> recall(static_cast<size_t>(num_rows));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_rows, 32, [&](int64_t begin, int64_t end) {
        CommonSubsequence<Token> common;
        for (int64_t row = begin; row < end; ++row) {
          const int64_t n = hypotheses[row + 1] - hypotheses[row];
          const int64_t m = references[row + 1] - references[row];
          const int64_t length =
              common.Length(get_hypothesis.From(hypotheses[row]), n,
                            get_reference.From(references[row]), m);
          precision[row] = Share(length, n);
          recall[row] = Share(length, m);
          f_measure[row] = FMeasure(precision[row], recall[row], options.alpha);
        }
        return absl::OkStatus();
      }));
  return RougeLScores{std::move(f_measure).Build(),
                      std::move(precision).Build(), std::move(recall).Build()};
}

// Tokens from a place on.
struct Strings {
  StringTensorView strings;
  Offset begin = 0;

  Strings From(Offset place) const { return {strings, place}; }
  std::string_view operator()(int64_t i) const { return strings[begin + i]; }
};
template <typename T>
struct Numbers {
  std::span<const T> items;
  Offset begin = 0;

  Numbers From(Offset place) const { return {items, place}; }
  T operator()(int64_t i) const { return items[begin + i]; }
};

}  // namespace

absl::StatusOr<RougeLScores> RougeL(const Tensor& hypotheses,
                                    const Tensor& references,
                                    const RougeLOptions& options) {
  const DType dtype = hypotheses.dtype();
  ROWSPLIT_RETURN_IF_ERROR(CheckTokens("hypotheses", hypotheses, dtype));
  ROWSPLIT_RETURN_IF_ERROR(CheckTokens("references", references, dtype));
  if (hypotheses.num_rows() != references.num_rows()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "rouge_l: hypotheses and references must have as many rows: %d and %d",
        hypotheses.num_rows(), references.num_rows()));
  }
  if (!(options.alpha <= 1)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "rouge_l: alpha must not be greater than 1: %g", options.alpha));
  }
  const auto hypothesis_splits = hypotheses.partition(0).row_splits();
  const auto reference_splits = references.partition(0).row_splits();
  if (dtype == DType::kString) {
    return Score<std::string_view>(
        hypothesis_splits, Strings{hypotheses.strings().view()},
        reference_splits, Strings{references.strings().view()}, options);
  }
  if (dtype == DType::kInt32) {
    return Score<int32_t>(
        hypothesis_splits, Numbers<int32_t>{hypotheses.items<int32_t>()},
        reference_splits, Numbers<int32_t>{references.items<int32_t>()},
        options);
  }
  return Score<int64_t>(
      hypothesis_splits, Numbers<int64_t>{hypotheses.items<int64_t>()},
      reference_splits, Numbers<int64_t>{references.items<int64_t>()}, options);
}

}  // namespace rowsplit
