#include "rowsplit/vocab/merge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
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
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

using internal::TokenText;

absl::Status CheckCounts(std::span<const Vocabulary> vocabularies,
                         const MergeOptions& options) {
  if (options.counts.empty()) return absl::OkStatus();
  if (options.counts.size() != vocabularies.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "merge: counts must be there for each of %d vocabularies or for none, "
        "got %d",
        vocabularies.size(), options.counts.size()));
  }
  for (size_t v = 0; v < vocabularies.size(); ++v) {
    const std::span<const int64_t> counts = options.counts[v];
    if (static_cast<int64_t>(counts.size()) != vocabularies[v].size()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "merge: counts[%d] must have a count for each of %d tokens, got %d",
          v, vocabularies[v].size(), counts.size()));
    }
    for (size_t id = 0; id < counts.size(); ++id) {
      if (counts[id] < 0) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "merge: counts must not be negative, got counts[%d][%d]=%d", v, id,
            counts[id]));
      }
    }
  }
  return absl::OkStatus();
}

// The tokens of all vocabularies, each once, numbered as they first come.
struct Union {
  std::vector<std::string_view> tokens;
  // For each vocabulary, the number of each of its tokens.
  std::vector<BufferBuilder<int64_t>> numbers;
};

absl::StatusOr<Union> MakeUnion(std::span<const Vocabulary> vocabularies,
                                const ExecOptions& exec) {
  const Vocabulary& first = vocabularies[0];
  Union all;
  all.tokens.reserve(first.size());
  BufferBuilder<int64_t>& own = all.numbers.emplace_back(first.size());
  for (int64_t id = 0; id < first.size(); ++id) {
    own[id] = id;
    all.tokens.push_back(first.token(id));
  }
  absl::flat_hash_map<std::string_view, int64_t> more;  // not in the first
  for (const Vocabulary& next : vocabularies.subspan(1)) {
    ROWSPLIT_ASSIGN_OR_RETURN(const IdMap to_first, MapIds(next, first, exec));
    BufferBuilder<int64_t>& numbers = all.numbers.emplace_back(next.size());
    for (int64_t id = 0; id < next.size(); ++id) {
      numbers[id] = to_first.old_to_new()[id];
      if (numbers[id] >= 0) continue;
      const auto [place, is_new] = more.try_emplace(
          next.token(id), static_cast<int64_t>(all.tokens.size()));
      if (is_new) all.tokens.push_back(next.token(id));
      numbers[id] = place->second;
    }
  }
  return all;
}

absl::StatusOr<BufferBuilder<int64_t>> SumCounts(const Union& all,
                                                 const MergeOptions& options) {
  BufferBuilder<int64_t> sums(all.tokens.size());
  std::fill(sums.span().begin(), sums.span().end(), 0);
  for (size_t v = 0; v < all.numbers.size(); ++v) {
    const std::span<const int64_t> numbers = all.numbers[v].span();
    for (size_t id = 0; id < numbers.size(); ++id) {
      int64_t& sum = sums[numbers[id]];
      if (__builtin_add_overflow(sum, options.counts[v][id], &sum)) {
        return absl::ResourceExhaustedError(absl::StrFormat(
            "merge: the sum of the counts of %s does not fit 64 bits",
            TokenText(all.tokens[numbers[id]])));
      }
    }
  }
  return sums;
}

// The numbers in the order of the merged ids.
std::vector<int64_t> OrderByCount(const Union& all,
                                  std::span<const int64_t> sums,
                                  std::span<const std::string> special) {
  std::vector<int64_t> order(all.tokens.size());
  std::iota(order.begin(), order.end(), 0);
  const auto others =
      std::stable_partition(order.begin(), order.end(), [&](int64_t number) {
        return std::find(special.begin(), special.end(), all.tokens[number]) !=
               special.end();
      });
  std::sort(others, order.end(), [&](int64_t a, int64_t b) {
    if (sums[a] != sums[b]) return sums[a] > sums[b];
    return all.tokens[a] > all.tokens[b];
  });
  return order;
}

// Numbers the tokens anew in the order of their counts.
void Reorder(Union& all, std::span<const int64_t> order) {
  std::vector<int64_t> id_of(order.size());
  std::vector<std::string_view> tokens(order.size());
  for (size_t id = 0; id < order.size(); ++id) {
    id_of[order[id]] = static_cast<int64_t>(id);
    tokens[id] = all.tokens[order[id]];
  }
  all.tokens = std::move(tokens);
  for (BufferBuilder<int64_t>& numbers : all.numbers) {
    for (int64_t& number : numbers.span()) number = id_of[number];
  }
}

}  // namespace

absl::StatusOr<MergedVocabulary> MergeVocabularies(
    std::span<const Vocabulary> vocabularies, const MergeOptions& options) {
  if (vocabularies.empty()) {
    return absl::InvalidArgumentError(
        "merge: expected at least one vocabulary, got none");
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckCounts(vocabularies, options));
  ROWSPLIT_ASSIGN_OR_RETURN(Union all, MakeUnion(vocabularies, options.exec));
  MergedVocabulary merged;
  if (!options.counts.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const BufferBuilder<int64_t> sums,
                              SumCounts(all, options));
    const std::vector<int64_t> order =
        OrderByCount(all, sums.span(), options.special_tokens);
    Reorder(all, order);
    BufferBuilder<int64_t> counts(order.size());
    for (size_t id = 0; id < order.size(); ++id) {
      counts[id] = sums.span()[order[id]];
    }
    merged.counts = std::move(counts).Build();
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      merged.vocabulary,
      Vocabulary::FromTokens(StringTensor::FromStrings(all.tokens)));
  for (BufferBuilder<int64_t>& numbers : all.numbers) {
    merged.id_maps.push_back(IdMap::CreateUnchecked(std::move(numbers).Build(),
                                                    merged.vocabulary.size()));
  }
  return merged;
}

}  // namespace rowsplit
