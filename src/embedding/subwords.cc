#include "rowsplit/embedding/subwords.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "embedding/word_vectors.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

namespace {

constexpr int64_t kMostChars = 256;
constexpr std::string_view kEndOfSentence = "</s>";

// FNV-1a of one more byte, which is extended by its sign.
uint32_t Extend(uint32_t hash, char byte) {
  const auto extended =
      static_cast<uint32_t>(static_cast<int32_t>(static_cast<int8_t>(byte)));
  return (hash ^ extended) * 16777619;
}

// A byte of a UTF-8 character but its first.
bool Continues(char byte) {
  return (static_cast<uint8_t>(byte) & 0xC0) == 0x80;
}

// Of a sum of rows: by their inverse, as fastText does.
void TakeMean(size_t num_rows, std::span<float> sum) {
  if (num_rows == 0) return;
  const auto inverse = static_cast<float>(1.0 / static_cast<double>(num_rows));
  for (float& item : sum) item *= inverse;
}

}  // namespace

absl::StatusOr<SubwordRows> SubwordRows::Create(EmbeddingTable buckets,
                                                const SubwordOptions& options) {
  if (buckets.num_rows() < 1 ||
      buckets.num_rows() > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("subwords: expected 1 to 2^32 - 1 buckets, got %d",
                        buckets.num_rows()));
  }
  if (options.min_chars < 0 || options.max_chars < options.min_chars ||
      options.max_chars > kMostChars) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "subwords: expected 0 <= min_chars <= max_chars <= %d: min_chars=%d, "
        "max_chars=%d",
        kMostChars, options.min_chars, options.max_chars));
  }
  return SubwordRows(std::move(buckets), options);
}

void SubwordRows::FindBuckets(std::string_view word,
                              std::vector<int64_t>& buckets) const {
  if (options_.max_chars == 0 || word == kEndOfSentence) return;
  std::string marked;
  marked.reserve(word.size() + 2);
  marked.append(1, '<').append(word).append(1, '>');
  const auto num_buckets = static_cast<uint32_t>(buckets_.num_rows());
  for (size_t begin = 0; begin < marked.size(); ++begin) {
    if (Continues(marked[begin])) continue;
    uint32_t hash = 2166136261;
    size_t end = begin;
    for (int64_t chars = 1; end < marked.size() && chars <= options_.max_chars;
         ++chars) {
      do {
        hash = Extend(hash, marked[end++]);
      } while (end < marked.size() && Continues(marked[end]));
      const bool is_mark = chars == 1 && (begin == 0 || end == marked.size());
      if (chars >= options_.min_chars && !is_mark) {
        buckets.push_back(hash % num_buckets);
      }
    }
  }
}

bool SubwordRows::ReadVector(std::string_view word,
                             std::span<const float> own_row,
                             std::span<float> vector) const {
  ROWSPLIT_DCHECK(static_cast<int64_t>(vector.size()) == width());
  ROWSPLIT_DCHECK(own_row.empty() || own_row.size() == vector.size());
  std::vector<int64_t> buckets;
  FindBuckets(word, buckets);
  const size_t count = buckets.size() + (own_row.empty() ? 0 : 1);
  if (own_row.empty()) {
    std::ranges::fill(vector, 0.0f);
  } else {
    std::ranges::copy(own_row, vector.begin());
  }
  if (count == 0) return false;
  internal::AddTableRows(buckets_, buckets, vector.data());
  TakeMean(count, vector);
  return true;
}

absl::StatusOr<Tensor> SubwordRows::ReadVectors(const StringTensor& words,
                                                const ExecOptions& exec) const {
  return internal::ReadWordVectors(
      words, buckets_, BagMode::kSum, exec,
      [&](std::string_view word, std::vector<int64_t>& rows) {
        FindBuckets(word, rows);
      },
      TakeMean);
}

}  // namespace rowsplit
