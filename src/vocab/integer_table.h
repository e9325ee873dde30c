#ifndef ROWSPLIT_SRC_VOCAB_INTEGER_TABLE_H_
#define ROWSPLIT_SRC_VOCAB_INTEGER_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// A map from integers to their places in a list: open addressing, key and place
// side by side, at most half full. The hash takes a random word of the process,
// so that no input is slow; what it answers does not depend on that. Immutable
// once made.
class IntegerTable {
 public:
  IntegerTable() = default;

  // Of keys that differ. Otherwise `*repeat` is the two places of the first key
  // that comes twice. Fails with ResourceExhausted for 2^31 - 2 keys and more.
  static absl::StatusOr<IntegerTable> Create(
      std::span<const int64_t> keys,
      std::optional<std::pair<int64_t, int64_t>>* repeat);

  // The place of `key`, or -1.
  int64_t Find(int64_t key) const {
    if (slots_.empty()) return -1;
    for (uint64_t at = Home(key);; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.place < 0 || slot.key == key) return slot.place;
    }
  }

  // places[i] becomes the place of keys[i], or -1. Requires as many places as
  // keys.
  void FindAll(std::span<const int64_t> keys, std::span<int64_t> places) const;

  int64_t size_bytes() const {
    return static_cast<int64_t>(slots_.span().size_bytes());
  }

 private:
  struct Slot {
    int64_t key;
    int64_t place;  // -1: empty
  };

  uint64_t Home(int64_t key) const {
    const auto product =
        static_cast<unsigned __int128>(static_cast<uint64_t>(key) ^ seed_) *
        0x9E3779B97F4A7C15u;
    const uint64_t folded =
        static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
    return (folded ^ folded >> 32) & mask_;
  }

  Buffer<Slot> slots_;
  uint64_t mask_ = 0;
  uint64_t seed_ = 0;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_INTEGER_TABLE_H_
