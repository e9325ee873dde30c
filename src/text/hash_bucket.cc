#include "rowsplit/text/hash_bucket.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/dtype.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

constexpr int64_t kRowsGrain = 1024;
constexpr size_t kHashBytes = 8;

uint64_t Hash(std::string_view text, const HashBucketOptions& options) {
  switch (options.hash) {
    case BucketHash::kFast:
      return Fingerprint64(text);
    case BucketHash::kStrong:
      return SipHash24(text, options.key);
    case BucketHash::kPlain:
      return MurmurHash64(text);
  }
  return 0;
}

// The lowest byte first.
template <typename Byte>
void StoreHash(uint64_t hash, Byte* out) {
  for (size_t i = 0; i < kHashBytes; ++i)
    out[i] = static_cast<Byte>(hash >> 8 * i & 0xFF);
}

// The fingerprint of the strings [begin, end).
uint64_t FingerprintOfStrings(StringTensorView strings, int64_t begin,
                              int64_t end, std::vector<char>& hashes) {
  if (end - begin == 1) return Fingerprint64(strings[begin]);
  hashes.resize(static_cast<size_t>(end - begin) * kHashBytes);
  for (int64_t i = begin; i < end; ++i) {
    StoreHash(Fingerprint64(strings[i]),
              hashes.data() + (i - begin) * static_cast<int64_t>(kHashBytes));
  }
  return Fingerprint64({hashes.data(), hashes.size()});
}

}  // namespace

absl::StatusOr<Buffer<int64_t>> HashBuckets(StringTensorView input,
                                            const HashBucketOptions& options) {
  if (options.num_buckets < 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("HashBuckets: num_buckets must be positive, got %d",
                        options.num_buckets));
  }
  const auto num_buckets = static_cast<uint64_t>(options.num_buckets);
  BufferBuilder<int64_t> buckets(static_cast<size_t>(input.size()));
  const std::vector<int64_t> borders =
      internal::CutRows(input.offsets(), internal::kValuesInPiece);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(borders.size()) - 1, 1,
      [&](int64_t piece, int64_t last) {
        for (int64_t row = borders[piece]; row < borders[last]; ++row) {
          buckets[row] =
              static_cast<int64_t>(Hash(input[row], options) % num_buckets);
        }
        return absl::OkStatus();
      }));
  return std::move(buckets).Build();
}

absl::StatusOr<Tensor> Fingerprints(const Tensor& data,
                                    const FingerprintOptions& options) {
  if (data.is_ragged() || data.rank() == 0) {
    return absl::InvalidArgumentError(
        "Fingerprints: data must be dense, of rank 1 or more");
  }
  const int64_t num_rows = data.num_rows();
  const int64_t items = data.value_items();
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t size,
      internal::CheckedMul(num_rows, static_cast<int64_t>(kHashBytes)));
  BufferBuilder<uint8_t> output(static_cast<size_t>(size));
  const auto row_bytes =
      static_cast<size_t>(items) * static_cast<size_t>(DTypeSize(data.dtype()));
  const auto* bytes = reinterpret_cast<const char*>(data.bytes().data());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_rows, kRowsGrain, [&](int64_t begin, int64_t end) {
        std::vector<char> hashes;
        for (int64_t row = begin; row < end; ++row) {
          const uint64_t hash =
              data.is_string()
                  ? FingerprintOfStrings(data.strings().view(), row * items,
                                         (row + 1) * items, hashes)
                  : Fingerprint64({bytes + static_cast<size_t>(row) * row_bytes,
                                   row_bytes});
          StoreHash(hash, output.data() + row * 8);
        }
        return absl::OkStatus();
      }));
  return Tensor::Dense(std::move(output).Build(), {num_rows, 8});
}

}  // namespace rowsplit
