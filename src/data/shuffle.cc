#include "rowsplit/data/shuffle.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

namespace rowsplit {
namespace {

// Memory below this is not worth tidying.
constexpr size_t kMinCompactBytes = size_t{64} << 10;

// SplitMix64: a counter and a mix of its bits. The order of every shuffle hangs
// on it, so it never changes.
uint64_t NextRandom(uint64_t& state) {
  state += 0x9E3779B97F4A7C15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

absl::StatusOr<ShuffleBuffer> ShuffleBuffer::Create(
    const ShuffleOptions& options) {
  if (options.buffer_size < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("shuffle: expected a buffer size of at least 0, got %d",
                        options.buffer_size));
  }
  return ShuffleBuffer(options);
}

// A number below `bound`, each as likely: the high half of random * bound,
// where the few low halves that would favour some numbers are drawn again.
size_t ShuffleBuffer::Draw(size_t bound) {
  __extension__ using uint128 = unsigned __int128;
  uint128 product = uint128{NextRandom(state_)} * bound;
  if (static_cast<uint64_t>(product) < bound) {
    const uint64_t least = (0 - static_cast<uint64_t>(bound)) % bound;
    while (static_cast<uint64_t>(product) < least) {
      product = uint128{NextRandom(state_)} * bound;
    }
  }
  return static_cast<size_t>(product >> 64);
}

ShuffleBuffer::Slot ShuffleBuffer::Store(std::string_view record) {
  const Slot slot{bytes_.size(), record.size(), record.size()};
  bytes_.Append(std::span<const char>(record.data(), record.size()));
  live_bytes_ += record.size();
  return slot;
}

void ShuffleBuffer::Insert(std::string_view record) {
  slots_.push_back(Store(record));
}

void ShuffleBuffer::Replace(size_t index, std::string_view record) {
  Slot& slot = slots_[index];
  live_bytes_ -= slot.size;
  if (record.size() <= slot.capacity) {
    std::copy(record.begin(), record.end(), bytes_.data() + slot.begin);
    slot.size = record.size();
    live_bytes_ += record.size();
    return;
  }
  slot = {0, 0, 0};
  if (bytes_.size() + record.size() >
      std::max(kMinCompactBytes, 2 * (live_bytes_ + record.size()))) {
    Compact();
  }
  slot = Store(record);
}

void ShuffleBuffer::Remove(size_t index) {
  live_bytes_ -= slots_[index].size;
  slots_[index] = slots_.back();
  slots_.pop_back();
  if (slots_.empty()) bytes_.Clear();
}

// Moves the live records together. More than half of the memory is dead, so it
// costs less than one copy of each byte that was appended since the last time.
void ShuffleBuffer::Compact() {
  spare_.Clear();
  spare_.Reserve(2 * live_bytes_);
  for (Slot& slot : slots_) {
    const size_t begin = spare_.size();
    spare_.Append(std::span<const char>(bytes_.data() + slot.begin, slot.size));
    slot = {begin, slot.size, slot.size};
  }
  std::swap(bytes_, spare_);
}

}  // namespace rowsplit
