#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_LISTS_H_
#define ROWSPLIT_SRC_KERNELS_TOKEN_LISTS_H_

#include <cstddef>
#include <cstdint>

#include "kernels/inline_key.h"
#include "kernels/token_ids.h"

namespace rowsplit::kernels {

// Look-ups in flight at once: enough to hide the memory's latency, few enough
// for their keys to stay in the first-level cache.
inline constexpr size_t kTokenGroup = 64;

// A group of tokens on its way.
struct TokenGroup {
  alignas(64) InlineKey keys[kTokenGroup];
  // The addresses of the tokens' buckets.
  alignas(64) uint64_t buckets[kTokenGroup];
  alignas(64) uint32_t key_rows[kTokenGroup];
  // Whether tokens may be too long for a key.
  bool has_long;
};

// What the fused kernel knows of a block, in groups of 64 bytes.
struct TokenScratch::Lists {
  static constexpr size_t kGroups = kTokenBlockBytes / 64 + 2;
  // Every byte may be a row and a token; the writers write a little more, and
  // the readers read a group more.
  static constexpr size_t kPositions = kTokenBlockBytes + 2 * kTokenGroup + 64;

  // Of the bytes before they are mapped.
  alignas(64) uint64_t keeps[kGroups];
  alignas(64) uint32_t places[kGroups];
  alignas(64) uint64_t token_bits[kGroups];
  // Of the mapped bytes.
  alignas(64) uint64_t row_bits[kGroups];
  alignas(64) uint64_t begin_bits[kGroups];
  alignas(64) uint32_t ranks[kGroups];
  alignas(64) uint32_t begins[kPositions];
  alignas(64) uint32_t ends[kPositions];
  // Of two groups of tokens: one is looked up while the other's buckets come
  // from memory.
  TokenGroup groups[2];
  alignas(64) int32_t found[2 * kTokenGroup];
  // A group that is not whole, of a caller's block.
  alignas(64) uint32_t rest_begins[kTokenGroup + 16];
  alignas(64) uint32_t rest_ends[kTokenGroup + 16];
  // Of a block.
  uint32_t unknown[kPositions];
  int64_t block_ids[kPositions];
};

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_LISTS_H_
