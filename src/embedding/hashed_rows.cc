#include "rowsplit/embedding/hashed_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "embedding/word_vectors.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

namespace {

constexpr int64_t kMostHashes = 16;

// Another hash of what has the hash `hash`: its bits mixed as murmur's finish
// mixes them, after a step that differs for each `index`. The hash itself for
// index 0.
uint64_t HashAt(uint64_t hash, int64_t index) {
  if (index == 0) return hash;
  uint64_t bits = hash + static_cast<uint64_t>(index) * 0x9E3779B97F4A7C15u;
  bits = (bits ^ bits >> 33) * 0xFF51AFD7ED558CCDu;
  bits = (bits ^ bits >> 33) * 0xC4CEB9FE1A85EC53u;
  return bits ^ bits >> 33;
}

}  // namespace

absl::StatusOr<HashedRows> HashedRows::Create(
    EmbeddingTable buckets, const HashedRowsOptions& options) {
  if (buckets.num_rows() < 1) {
    return absl::InvalidArgumentError("hashed rows: expected buckets, got 0");
  }
  if (options.num_hashes < 1 || options.num_hashes > kMostHashes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("hashed rows: num_hashes must be 1 to %d: %d",
                        kMostHashes, options.num_hashes));
  }
  return HashedRows(std::move(buckets), options);
}

void HashedRows::FindBuckets(std::string_view word,
                             std::vector<int64_t>& buckets) const {
  const uint64_t hash =
      options_.hash == RowHash::kFarmHash ? Fingerprint64(word) : Xxh3_64(word);
  const auto num_buckets = static_cast<uint64_t>(buckets_.num_rows());
  for (int64_t i = 0; i < options_.num_hashes; ++i) {
    buckets.push_back(static_cast<int64_t>(HashAt(hash, i) % num_buckets));
  }
}

void HashedRows::ReadVector(std::string_view word,
                            std::span<float> vector) const {
  ROWSPLIT_DCHECK(static_cast<int64_t>(vector.size()) == width());
  std::vector<int64_t> buckets;
  FindBuckets(word, buckets);
  std::ranges::fill(vector, 0.0f);
  internal::AddTableRows(buckets_, buckets, vector.data());
  if (!options_.mean || buckets.size() == 1) return;
  const auto count = static_cast<float>(buckets.size());
  for (float& item : vector) item /= count;
}

absl::StatusOr<Tensor> HashedRows::ReadVectors(const StringTensor& words,
                                               const ExecOptions& exec) const {
  return internal::ReadWordVectors(
      words, buckets_, options_.mean ? BagMode::kMean : BagMode::kSum, exec,
      [&](std::string_view word, std::vector<int64_t>& rows) {
        FindBuckets(word, rows);
      },
      [](size_t, std::span<float>) {});
}

}  // namespace rowsplit
