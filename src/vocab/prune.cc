#include "rowsplit/vocab/prune.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

namespace {

constexpr int64_t kGrain = 16384;

absl::Status CheckOptions(const Vocabulary& vocabulary,
                          const PruneOptions& options) {
  if (options.max_tokens < -1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "prune: max_tokens must be -1 or more, got %d", options.max_tokens));
  }
  if (options.min_count.has_value() && options.counts.empty() &&
      vocabulary.size() > 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "prune: min_count %d needs counts", *options.min_count));
  }
  if (!options.counts.empty() &&
      static_cast<int64_t>(options.counts.size()) != vocabulary.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "prune: counts must have a count for each of %d tokens, got %d",
        vocabulary.size(), options.counts.size()));
  }
  return absl::OkStatus();
}

bool Passes(std::string_view token, int64_t id, const PruneOptions& options) {
  if (options.min_count.has_value() &&
      options.counts[id] < *options.min_count) {
    return false;
  }
  if (options.keep.has_value() && options.keep->Find(token) < 0) return false;
  return !options.drop.has_value() || options.drop->Find(token) < 0;
}

// How many of the tokens that pass and are not special may stay.
absl::StatusOr<int64_t> RoomForOthers(int64_t num_special,
                                      const PruneOptions& options) {
  if (options.max_tokens == -1) return INT64_MAX;
  if (options.max_tokens < num_special) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "prune: max_tokens must be -1 or at least the number of special tokens "
        "in the vocabulary, %d, got %d",
        num_special, options.max_tokens));
  }
  return options.max_tokens - num_special;
}

}  // namespace

absl::StatusOr<PrunedVocabulary> PruneVocabulary(const Vocabulary& vocabulary,
                                                 const PruneOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(vocabulary, options));
  BufferBuilder<uint8_t> stays(vocabulary.size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, vocabulary.size(), kGrain, [&](int64_t begin, int64_t end) {
        for (int64_t id = begin; id < end; ++id) {
          stays[id] = Passes(vocabulary.token(id), id, options) ? 1 : 0;
        }
        return absl::OkStatus();
      }));
  constexpr uint8_t kSpecial = 2;
  int64_t num_special = 0;
  for (const std::string& special : options.special_tokens) {
    const int64_t id = vocabulary.Find(special);
    if (id < 0 || stays[id] == kSpecial) continue;
    stays[id] = kSpecial;
    ++num_special;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(int64_t room, RoomForOthers(num_special, options));
  StringTensorBuilder tokens;
  BufferBuilder<int64_t> old_to_new(vocabulary.size());
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    old_to_new[id] = -1;
    if (stays[id] != kSpecial) {
      if (stays[id] == 0 || room == 0) continue;
      --room;
    }
    old_to_new[id] = tokens.size();
    tokens.Append(vocabulary.token(id));
  }
  PrunedVocabulary pruned;
  pruned.id_map =
      IdMap::CreateUnchecked(std::move(old_to_new).Build(), tokens.size());
  ROWSPLIT_ASSIGN_OR_RETURN(pruned.vocabulary,
                            Vocabulary::FromTokens(std::move(tokens).Build()));
  return pruned;
}

}  // namespace rowsplit
