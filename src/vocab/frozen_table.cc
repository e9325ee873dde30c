#include "vocab/frozen_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "kernels/inline_key.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::internal {

namespace {

// Tokens between the request for a place and its use.
constexpr int64_t kAhead = 32;
// Tokens between two looks at the length of searches.
constexpr int64_t kStride = 4096;

// SplitMix64's output.
uint64_t Mix(uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  return bits ^ bits >> 31;
}

constexpr uint64_t kSeeds = 20;

uint64_t Allowed(uint64_t first, uint64_t attempt) {
  return std::min<uint64_t>(first << attempt, kFrozenMaxProbe);
}

enum class Fill { kDone, kTwice, kTooLong };

// Maps all tokens, until one comes twice (`twice` is then set) or a search is
// longer than allowed.
Fill FillTable(kernels::TokenTableWriter& writer, int64_t size,
               uint64_t max_probe, uint64_t max_long_probe,
               std::optional<std::pair<int64_t, int64_t>>& twice) {
  for (int64_t begin = 0; begin < size; begin += kStride) {
    const int64_t end = std::min(size, begin + kStride);
    for (int64_t id = begin; id < end; ++id) {
      if (id + kAhead < size) {
        writer.Prefetch(static_cast<int32_t>(id + kAhead));
      }
      const int32_t kept = writer.Insert(static_cast<int32_t>(id));
      if (kept != id) {
        twice.emplace(kept, id);
        return Fill::kTwice;
      }
    }
    if (writer.view().max_probe > max_probe ||
        writer.view().max_long_probe > max_long_probe) {
      return Fill::kTooLong;
    }
  }
  return Fill::kDone;
}

}  // namespace

// Bits 0 and 63 are set, so that a product with a short key keeps its width.
kernels::HashSeed FrozenSeed(uint64_t digest, uint64_t attempt) {
  constexpr uint64_t kSet = uint64_t{1} << 63 | 1;
  constexpr uint64_t kStep = 0x9E3779B97F4A7C15u;
  const uint64_t first = digest + (2 * attempt + 1) * kStep;
  return {{Mix(first) | kSet, Mix(first + kStep) | kSet}};
}

absl::StatusOr<FrozenTable> MakeFrozenTable(StringTensorView tokens) {
  if (tokens.size() > kernels::kMaxTableTokens) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("vocabulary: at most %d tokens, got %d",
                        kernels::kMaxTableTokens, tokens.size()));
  }
  uint64_t num_long = 0;
  for (int64_t id = 0; id < tokens.size(); ++id) {
    num_long += tokens[id].size() > kernels::kMaxInlineSize;
  }
  kernels::TokenTableView view{};
  view.num_tokens = static_cast<uint64_t>(tokens.size());
  view.num_buckets = kernels::NumBuckets(view.num_tokens - num_long);
  view.num_long_slots = kernels::NumLongSlots(num_long);
  view.bytes = tokens.bytes().data();
  view.num_bytes = tokens.bytes().size();
  view.offsets = tokens.offsets().data();
  BufferBuilder<kernels::TokenBucket> buckets(view.num_buckets);
  BufferBuilder<kernels::LongSlot> long_slots(view.num_long_slots);

  const uint64_t digest = Xxh3_64(tokens.text());
  FrozenTable table;
  Fill fill = Fill::kTooLong;
  for (uint64_t attempt = 0; fill == Fill::kTooLong; ++attempt) {
    if (attempt == kSeeds) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "vocabulary: %d seeds do not spread the %d tokens over the table",
          kSeeds, tokens.size()));
    }
    view.seed = FrozenSeed(digest, attempt);
    kernels::TokenTableWriter writer(buckets.data(), long_slots.data(), view);
    fill = FillTable(writer, tokens.size(), Allowed(kFrozenProbes, attempt),
                     Allowed(kFrozenLongProbes, attempt), table.twice);
    table.view = writer.view();
  }
  if (fill == Fill::kTwice) return table;
  table.buckets = std::move(buckets).Build();
  table.long_slots = std::move(long_slots).Build();
  return table;
}

}  // namespace rowsplit::internal
