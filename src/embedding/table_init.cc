// Tables of random items.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/try_allocate.h"
#include "embedding/table_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {

namespace {

// SplitMix64's output for a counter: 64 well mixed bits of (seed, index).
uint64_t MixedBits(uint64_t seed, uint64_t index) {
  uint64_t bits = seed + (index + 1) * 0x9E3779B97F4A7C15u;
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  return bits ^ bits >> 31;
}

// A table whose items are `make(their place)`.
template <class MakeItem>
absl::StatusOr<EmbeddingTable> MakeTable(RowFormat format, int64_t num_rows,
                                         int64_t width, const ExecOptions& exec,
                                         const MakeItem& make) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(format, num_rows, width));
  // Places are numbered in 64 bits.
  ROWSPLIT_RETURN_IF_ERROR(
      TableBytes(RowFormat::kFloat32, num_rows, width).status());
  ROWSPLIT_ASSIGN_OR_RETURN(
      BufferBuilder<std::byte> rows,
      internal::TryAllocate<std::byte>(num_bytes, "table items"));
  const int64_t row_bytes = RowBytes(format, width);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows, internal::RowGrain(width),
      [&](int64_t begin, int64_t end) {
        BufferBuilder<float> items(static_cast<size_t>((end - begin) * width));
        for (size_t i = 0; i < items.size(); ++i) {
          items[i] = make(static_cast<uint64_t>(begin * width) + i);
        }
        return internal::EncodeTableRows(format, items.data(), begin,
                                         end - begin, width,
                                         rows.data() + begin * row_bytes);
      }));
  return EmbeddingTable::FromBytes(format, std::move(rows).Build(), num_rows,
                                   width);
}

}  // namespace

absl::StatusOr<EmbeddingTable> EmbeddingTable::Uniform(
    int64_t num_rows, int64_t width, const UniformInitOptions& options) {
  if (!(options.limit >= 0) || !std::isfinite(options.limit)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding table: limit must be finite and not "
                        "negative: %g",
                        options.limit));
  }
  // An odd number between -2^24 and 2^24, times the limit: one rounding, and no
  // addition that a compiler could fuse on one machine and not on another.
  const double step = static_cast<double>(options.limit) * 0x1.0p-24;
  return MakeTable(
      options.format, num_rows, width, options.exec, [&](uint64_t place) {
        const uint64_t bits = MixedBits(options.seed, place) >> 40;
        const int64_t odd =
            2 * static_cast<int64_t>(bits) + 1 - (int64_t{1} << 24);
        return static_cast<float>(static_cast<double>(odd) * step);
      });
}

absl::StatusOr<EmbeddingTable> EmbeddingTable::Normal(
    int64_t num_rows, int64_t width, const NormalInitOptions& options) {
  if (!std::isfinite(options.mean) || !std::isfinite(options.stddev) ||
      options.stddev < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: mean and stddev must be finite and stddev not "
        "negative: mean=%g, stddev=%g",
        options.mean, options.stddev));
  }
  return MakeTable(
      options.format, num_rows, width, options.exec, [&](uint64_t place) {
        // The radius and the angle of a point of the plane (Box and Muller), of
        // which one coordinate is taken. The first is never 0.
        const auto radius_bits =
            static_cast<double>(MixedBits(options.seed, 2 * place) >> 11);
        const auto angle_bits =
            static_cast<double>(MixedBits(options.seed, 2 * place + 1) >> 11);
        const double radius =
            std::sqrt(-2 * std::log((radius_bits + 1) * 0x1p-53));
        const double angle = 2 * std::numbers::pi * angle_bits * 0x1p-53;
        return static_cast<float>(static_cast<double>(options.mean) +
                                  static_cast<double>(options.stddev) *
                                      (radius * std::cos(angle)));
      });
}

}  // namespace rowsplit
