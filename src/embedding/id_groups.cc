#include "embedding/id_groups.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

namespace {

constexpr int kDigitBits = 11;
constexpr size_t kNumDigits = size_t{1} << kDigitBits;
// Keys of a piece of work.
constexpr int64_t kGrain = int64_t{1} << 15;
// Below this a comparison sort beats the passes over their counts.
constexpr int64_t kMinRadixKeys = 600;

int64_t NumPieces(int64_t size) { return (size + kGrain - 1) / kGrain; }

// Sorts the keys by the digit at `shift`, stably: each piece counts its
// digits, and then knows where each of them goes.
absl::Status SortByDigit(std::span<const uint64_t> from, int shift, int bits,
                         const ExecOptions& exec, std::span<uint64_t> to) {
  const auto size = static_cast<int64_t>(from.size());
  const size_t num_digits = size_t{1} << bits;
  const uint64_t mask = num_digits - 1;
  std::vector<std::array<int64_t, kNumDigits>> places(NumPieces(size));
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
        auto& counts = places[begin / kGrain];
        std::fill_n(counts.begin(), num_digits, 0);
        for (int64_t i = begin; i < end; ++i) ++counts[from[i] >> shift & mask];
        return absl::OkStatus();
      }));
  int64_t place = 0;
  for (size_t digit = 0; digit < num_digits; ++digit) {
    for (auto& counts : places) place += std::exchange(counts[digit], place);
  }
  return ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
    auto& next = places[begin / kGrain];
    for (int64_t i = begin; i < end; ++i)
      to[next[from[i] >> shift & mask]++] = from[i];
    return absl::OkStatus();
  });
}

// The keys sorted, all of them below 2^key_bits. Those that are given ascend in
// their low `sorted_bits`.
absl::StatusOr<BufferBuilder<uint64_t>> SortKeys(BufferBuilder<uint64_t> keys,
                                                 int sorted_bits, int key_bits,
                                                 const ExecOptions& exec) {
  if (static_cast<int64_t>(keys.size()) < kMinRadixKeys) {
    std::sort(keys.span().begin(), keys.span().end());
    return keys;
  }
  const int bits = key_bits - sorted_bits;
  const int num_passes = (bits + kDigitBits - 1) / kDigitBits;
  if (num_passes == 0) return keys;
  BufferBuilder<uint64_t> sorted(keys.size());
  // Digits of about the same number of bits: the fewer, the better they fit
  // the first cache.
  for (int pass = 0, shift = sorted_bits; pass < num_passes; ++pass) {
    const int left = key_bits - shift;
    const int digit_bits = (left + num_passes - pass - 1) / (num_passes - pass);
    ROWSPLIT_RETURN_IF_ERROR(
        SortByDigit(keys.span(), shift, digit_bits, exec, sorted.span()));
    std::swap(keys, sorted);
    shift += digit_bits;
  }
  return keys;
}

// Where the id of the i-th sorted position is found.
template <typename IdAt>
absl::Status FindGroups(int64_t size, IdAt id_at, const ExecOptions& exec,
                        IdGroups& groups) {
  std::vector<int64_t> firsts(NumPieces(size) + 1, 0);
  const auto starts_group = [&](int64_t i) {
    return i == 0 || id_at(i) != id_at(i - 1);
  };
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
        int64_t count = 0;
        for (int64_t i = begin; i < end; ++i) count += starts_group(i) ? 1 : 0;
        firsts[begin / kGrain + 1] = count;
        return absl::OkStatus();
      }));
  for (size_t piece = 1; piece < firsts.size(); ++piece)
    firsts[piece] += firsts[piece - 1];
  const int64_t num_groups = firsts.back();
  BufferBuilder<int64_t> ids(static_cast<size_t>(num_groups));
  BufferBuilder<int64_t> splits(static_cast<size_t>(num_groups) + 1);
  splits[num_groups] = size;
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
        int64_t group = firsts[begin / kGrain];
        for (int64_t i = begin; i < end; ++i) {
          if (!starts_group(i)) continue;
          ids[group] = id_at(i);
          splits[group++] = i;
        }
        return absl::OkStatus();
      }));
  groups.ids = std::move(ids).Build();
  groups.splits = std::move(splits).Build();
  return absl::OkStatus();
}

// For ids so great that with their positions they don't fit 64 bits.
absl::StatusOr<IdGroups> GroupWideIds(std::span<const int64_t> ids,
                                      const ExecOptions& exec) {
  BufferBuilder<uint64_t> positions(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) positions[i] = i;
  std::stable_sort(positions.span().begin(), positions.span().end(),
                   [&](uint64_t a, uint64_t b) { return ids[a] < ids[b]; });
  IdGroups groups;
  groups.position_mask = ~uint64_t{0};
  groups.keys = std::move(positions).Build();
  ROWSPLIT_RETURN_IF_ERROR(FindGroups(
      static_cast<int64_t>(ids.size()),
      [&](int64_t i) { return ids[groups.keys[i]]; }, exec, groups));
  return groups;
}

}  // namespace

absl::StatusOr<IdGroups> GroupIds(std::span<const int64_t> ids,
                                  const ExecOptions& exec) {
  const auto size = static_cast<int64_t>(ids.size());
  std::vector<uint64_t> pieces(NumPieces(size), 0);
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
        uint64_t all = 0;
        for (int64_t i = begin; i < end; ++i)
          all |= static_cast<uint64_t>(ids[i]);
        pieces[begin / kGrain] = all;
        return absl::OkStatus();
      }));
  uint64_t all = 0;
  for (const uint64_t piece : pieces) all |= piece;
  const int position_bits =
      std::bit_width(static_cast<uint64_t>(std::max<int64_t>(size - 1, 0)));
  const int key_bits = position_bits + std::bit_width(all);
  if (key_bits > 63) return GroupWideIds(ids, exec);
  BufferBuilder<uint64_t> keys(ids.size());
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          keys[i] = static_cast<uint64_t>(ids[i]) << position_bits |
                    static_cast<uint64_t>(i);
        }
        return absl::OkStatus();
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      keys, SortKeys(std::move(keys), position_bits, key_bits, exec));
  IdGroups groups;
  groups.position_mask = (uint64_t{1} << position_bits) - 1;
  groups.keys = std::move(keys).Build();
  ROWSPLIT_RETURN_IF_ERROR(FindGroups(
      size,
      [&](int64_t i) {
        return static_cast<int64_t>(groups.keys[i] >> position_bits);
      },
      exec, groups));
  return groups;
}

}  // namespace rowsplit::internal
