#ifndef ROWSPLIT_SRC_VOCAB_FROZEN_TABLE_H_
#define ROWSPLIT_SRC_VOCAB_FROZEN_TABLE_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "kernels/inline_key.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// The table of some tokens, and a view of it and them.
struct FrozenTable {
  Buffer<kernels::TokenBucket> buckets;
  Buffer<kernels::LongSlot> long_slots;
  kernels::TokenTableView view;
  // The two ids of the first token that comes twice; the table is then empty.
  std::optional<std::pair<int64_t, int64_t>> twice;
};

// The longest search that the first seed may leave; each further seed may leave
// one of twice the length, up to kFrozenMaxProbe.
inline constexpr uint32_t kFrozenProbes = 16;
inline constexpr uint32_t kFrozenLongProbes = 96;

// Makes the table of tokens that stay where they are. Its seed follows from the
// tokens, so their table is always the same, and a seed is given up for the
// next one as soon as a search gets too long: what a look-up of any token costs
// is at most view.max_probe buckets. Fails with ResourceExhausted for more than
// kMaxTableTokens, and for tokens that 20 seeds do not spread (made by somebody
// who computed them from these seeds). O(bytes), on this thread.
absl::StatusOr<FrozenTable> MakeFrozenTable(StringTensorView tokens);

// The seed tried after `attempt` others.
kernels::HashSeed FrozenSeed(uint64_t digest, uint64_t attempt);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_FROZEN_TABLE_H_
