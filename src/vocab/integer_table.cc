#include "vocab/integer_table.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "kernels/inline_key.h"

namespace rowsplit::internal {

namespace {

// Keys whose slots are fetched before the first is compared.
constexpr size_t kGroup = 32;
constexpr size_t kMaxKeys = (size_t{1} << 31) - 3;

}  // namespace

absl::StatusOr<IntegerTable> IntegerTable::Create(
    std::span<const int64_t> keys,
    std::optional<std::pair<int64_t, int64_t>>* repeat) {
  repeat->reset();
  if (keys.size() > kMaxKeys) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "lookup: at most %d keys, got %d", kMaxKeys, keys.size()));
  }
  IntegerTable table;
  if (keys.empty()) return table;
  const size_t num_slots = std::bit_ceil(std::max<size_t>(2 * keys.size(), 4));
  table.mask_ = num_slots - 1;
  table.seed_ = kernels::ProcessHashSeed().words[0];
  BufferBuilder<Slot> slots(num_slots);
  std::fill(slots.span().begin(), slots.span().end(), Slot{0, -1});
  for (size_t i = 0; i < keys.size(); ++i) {
    uint64_t at = table.Home(keys[i]);
    for (; slots[at].place >= 0; at = (at + 1) & table.mask_) {
      if (slots[at].key == keys[i]) {
        *repeat = {slots[at].place, static_cast<int64_t>(i)};
        return table;
      }
    }
    slots[at] = {keys[i], static_cast<int64_t>(i)};
  }
  table.slots_ = std::move(slots).Build();
  return table;
}

void IntegerTable::FindAll(std::span<const int64_t> keys,
                           std::span<int64_t> places) const {
  ROWSPLIT_DCHECK(places.size() == keys.size());
  if (slots_.empty()) {
    std::fill(places.begin(), places.end(), -1);
    return;
  }
  for (size_t begin = 0; begin < keys.size(); begin += kGroup) {
    const size_t end = std::min(begin + kGroup, keys.size());
    for (size_t i = begin; i < end; ++i)
      __builtin_prefetch(slots_.data() + Home(keys[i]));
    for (size_t i = begin; i < end; ++i) places[i] = Find(keys[i]);
  }
}

}  // namespace rowsplit::internal
