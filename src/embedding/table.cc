#include "rowsplit/embedding/table.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {

namespace {

// SplitMix64's output for a counter: 64 well mixed bits of (seed, index).
uint64_t MixedBits(uint64_t seed, uint64_t index) {
  uint64_t bits = seed + (index + 1) * 0x9E3779B97F4A7C15u;
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  return bits ^ bits >> 31;
}

absl::StatusOr<int64_t> NumItems(int64_t num_rows, int64_t width) {
  if (num_rows < 0 || width < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: num_rows and width must not be negative: "
        "num_rows=%d, width=%d",
        num_rows, width));
  }
  return internal::CheckedMul(num_rows, width);
}

}  // namespace

absl::StatusOr<EmbeddingTable> EmbeddingTable::FromValues(Buffer<float> values,
                                                          int64_t num_rows,
                                                          int64_t width) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items, NumItems(num_rows, width));
  if (num_items != static_cast<int64_t>(values.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: expected num_rows * width values: %d * %d, got %d",
        num_rows, width, values.size()));
  }
  return EmbeddingTable(std::move(values), num_rows, width);
}

absl::StatusOr<EmbeddingTable> EmbeddingTable::Uniform(
    int64_t num_rows, int64_t width, const UniformInitOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items, NumItems(num_rows, width));
  if (!(options.limit >= 0) || !std::isfinite(options.limit)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding table: limit must be finite and not "
                        "negative: %g",
                        options.limit));
  }
  // An odd number between -2^24 and 2^24, times the limit: one rounding, and no
  // addition that a compiler could fuse on one machine and not on another.
  const double step = static_cast<double>(options.limit) * 0x1.0p-24;
  BufferBuilder<float> values(static_cast<size_t>(num_items));
  for (int64_t item = 0; item < num_items; ++item) {
    const uint64_t bits =
        MixedBits(options.seed, static_cast<uint64_t>(item)) >> 40;
    const int64_t odd = 2 * static_cast<int64_t>(bits) + 1 - (int64_t{1} << 24);
    values[item] = static_cast<float>(static_cast<double>(odd) * step);
  }
  return EmbeddingTable(std::move(values).Build(), num_rows, width);
}

}  // namespace rowsplit
