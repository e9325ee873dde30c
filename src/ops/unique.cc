#include "rowsplit/ops/unique.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "ops/gather_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

// Values that a thread takes at a time, about.
constexpr int64_t kRowsGrain = 1024;
// Rows up to this length are searched value by value, without a table.
constexpr int64_t kMaxShortRow = 16;

// How values are compared: equal ones have equal hashes.
template <typename T>
class Items {
 public:
  explicit Items(const Tensor& input) : items_(input.items<T>()) {}
  uint64_t Hash(int64_t i) const {
    uint64_t bits = 0;
    if (items_[i] != items_[i]) {
      bits = static_cast<uint64_t>(i);  // a NaN equals nothing: spread them
    } else if (items_[i] != T{}) {      // zeros of both signs are equal
      std::memcpy(&bits, &items_[i], sizeof(T));
    }
    bits *= 0x9E3779B97F4A7C15;
    return bits ^ (bits >> 32);
  }
  bool Equal(int64_t a, int64_t b) const { return items_[a] == items_[b]; }

 private:
  std::span<const T> items_;
};

// 16-bit floats: bits of which NaNs and zeros are told by hand.
template <typename T, uint16_t kInfinity>
class HalfItems {
 public:
  explicit HalfItems(const Tensor& input) : items_(input.items<T>()) {}
  uint64_t Hash(int64_t i) const {
    const uint64_t magnitude = items_[i].bits & 0x7FFF;
    uint64_t bits = magnitude == 0 ? 0 : items_[i].bits;
    if (magnitude > kInfinity) bits = static_cast<uint64_t>(i);
    return bits * 0x9E3779B97F4A7C15 >> 32;
  }
  bool Equal(int64_t a, int64_t b) const {
    const uint16_t x = items_[a].bits;
    const uint16_t y = items_[b].bits;
    if ((x & 0x7FFF) > kInfinity) return false;
    return x == y || ((x | y) & 0x7FFF) == 0;
  }

 private:
  std::span<const T> items_;
};

class Strings {
 public:
  explicit Strings(const Tensor& input) : strings_(input.strings().view()) {}
  uint64_t Hash(int64_t i) const { return Xxh3_64(strings_[i]); }
  bool Equal(int64_t a, int64_t b) const { return strings_[a] == strings_[b]; }

 private:
  StringTensorView strings_;
};

// Numbers the different values of one row after the other.
template <typename Items>
class RowNumbers {
 public:
  explicit RowNumbers(const Items& items) : items_(items) {}

  // Writes the number of each value of [begin, end) to index[begin] and on, and
  // adds the first of each to `firsts`.
  void Number(int64_t begin, int64_t end, int64_t* index,
              std::vector<int64_t>& firsts) {
    const size_t start = firsts.size();
    if (end - begin > kMaxShortRow) {
      NumberLong(begin, end, index, firsts);
      return;
    }
    for (int64_t i = begin; i < end; ++i) {
      size_t found = start;
      while (found < firsts.size() && !items_.Equal(i, firsts[found])) ++found;
      if (found == firsts.size()) firsts.push_back(i);
      index[i] = static_cast<int64_t>(found - start);
    }
  }

 private:
  void NumberLong(int64_t begin, int64_t end, int64_t* index,
                  std::vector<int64_t>& firsts) {
    const size_t start = firsts.size();
    const uint64_t size = std::bit_ceil(static_cast<uint64_t>(end - begin) * 2);
    slots_.assign(size, -1);
    for (int64_t i = begin; i < end; ++i) {
      uint64_t slot = items_.Hash(i) & (size - 1);
      while (slots_[slot] >= 0 &&
             !items_.Equal(i, firsts[start + slots_[slot]]))
        slot = (slot + 1) & (size - 1);
      if (slots_[slot] < 0) {
        slots_[slot] = static_cast<int64_t>(firsts.size() - start);
        firsts.push_back(i);
      }
      index[i] = slots_[slot];
    }
  }

  const Items& items_;
  std::vector<int64_t> slots_;  // numbers of values, or -1
};

// What one call finds: the items that come first in their row, row by row.
struct Found {
  std::vector<int64_t> firsts;
  std::vector<Offset> splits = {0};
};

template <typename Items>
absl::StatusOr<Found> FindFirsts(const Tensor& input,
                                 std::span<const Offset> splits,
                                 const ExecOptions& exec, int64_t* index) {
  const Items items(input);
  const auto num_rows = static_cast<int64_t>(splits.size()) - 1;
  const int64_t num_pieces = (num_rows + kRowsGrain - 1) / kRowsGrain;
  std::vector<Found> pieces(static_cast<size_t>(num_pieces));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows, kRowsGrain, [&](int64_t begin, int64_t end) {
        Found& piece = pieces[begin / kRowsGrain];
        RowNumbers<Items> numbers(items);
        for (int64_t row = begin; row < end; ++row) {
          numbers.Number(splits[row], splits[row + 1], index, piece.firsts);
          piece.splits.push_back(static_cast<Offset>(piece.firsts.size()));
        }
        return absl::OkStatus();
      }));
  Found all;
  for (const Found& piece : pieces) {
    const auto before = static_cast<Offset>(all.firsts.size());
    all.firsts.insert(all.firsts.end(), piece.firsts.begin(),
                      piece.firsts.end());
    for (size_t row = 1; row < piece.splits.size(); ++row)
      all.splits.push_back(before + piece.splits[row]);
  }
  return all;
}

absl::StatusOr<Found> Find(const Tensor& input, std::span<const Offset> splits,
                           const ExecOptions& exec, int64_t* index) {
  switch (input.dtype()) {
    case DType::kString:
      return FindFirsts<Strings>(input, splits, exec, index);
    case DType::kFloat16:
      return FindFirsts<HalfItems<Float16, 0x7C00>>(input, splits, exec, index);
    case DType::kBFloat16:
      return FindFirsts<HalfItems<BFloat16, 0x7F80>>(input, splits, exec,
                                                     index);
    case DType::kBool:
      return FindFirsts<Items<bool>>(input, splits, exec, index);
    default:
      return internal::VisitNumber(
          input.dtype(), [&]<typename T>(internal::TypeTag<T>) {
            return FindFirsts<Items<T>>(input, splits, exec, index);
          });
  }
}

Buffer<int64_t> Count(const Found& found, std::span<const Offset> splits,
                      std::span<const int64_t> index) {
  BufferBuilder<int64_t> counts(found.firsts.size());
  if (!found.firsts.empty())
    std::memset(counts.data(), 0, counts.size() * sizeof(int64_t));
  for (size_t row = 0; row + 1 < splits.size(); ++row) {
    for (Offset i = splits[row]; i < splits[row + 1]; ++i)
      ++counts[found.splits[row] + index[i]];
  }
  return std::move(counts).Build();
}

absl::Status CheckIndexDType(DType dtype, std::span<const Offset> splits) {
  if (dtype == DType::kInt64) return absl::OkStatus();
  if (dtype != DType::kInt32) {
    return absl::InvalidArgumentError(
        absl::StrFormat("unique: index_dtype must be int32 or int64, got %s",
                        DTypeName(dtype)));
  }
  for (size_t row = 0; row + 1 < splits.size(); ++row) {
    const int64_t length = splits[row + 1] - splits[row];
    if (length <= std::numeric_limits<int32_t>::max()) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "unique: a row must have less than 2^31 values for int32 indices: row "
        "%d has %d",
        row, length));
  }
  return absl::OkStatus();
}

// A vector of the dtype, which holds the numbers.
Tensor OfDType(DType dtype, const Buffer<int64_t>& numbers) {
  if (dtype == DType::kInt64) return Tensor::Vector(numbers);
  BufferBuilder<int32_t> narrow(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    narrow[i] = static_cast<int32_t>(numbers[i]);
  return Tensor::Vector(std::move(narrow).Build());
}

}  // namespace

absl::StatusOr<UniqueResult> Unique(const Tensor& input,
                                    const UniqueOptions& options) {
  if (input.rank() == 0) {
    return absl::InvalidArgumentError(
        "unique: input must have a rank of 1 or more");
  }
  // Partitions for all axes but the first, so that the rows are those of the
  // last partition.
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows,
                            internal::WithRaggedRank(input, input.rank() - 1));
  const bool is_vector = !rows.is_ragged();
  const Offset vector_splits[] = {0, rows.num_values()};
  const std::span<const Offset> splits =
      is_vector ? std::span<const Offset>(vector_splits)
                : rows.partition(rows.ragged_rank() - 1).row_splits();
  ROWSPLIT_RETURN_IF_ERROR(CheckIndexDType(options.index_dtype, splits));
  BufferBuilder<int64_t> index(static_cast<size_t>(input.num_items()));
  ROWSPLIT_ASSIGN_OR_RETURN(const Found found,
                            Find(rows, splits, options.exec, index.data()));
  UniqueResult result;
  ROWSPLIT_ASSIGN_OR_RETURN(
      result.values,
      internal::GatherRows(rows.flat_values(), found.firsts, options.exec));
  result.counts =
      OfDType(options.index_dtype, Count(found, splits, index.span()));
  const Tensor flat_index =
      OfDType(options.index_dtype, std::move(index).Build());
  result.index = Tensor::FromPartitionsUnchecked(
      {input.partitions().begin(), input.partitions().end()},
      internal::Reshaped(flat_index, input.flat_shape()));
  if (is_vector) return result;
  std::vector<RowPartition> partitions(rows.partitions().begin(),
                                       rows.partitions().end());
  partitions.back() =
      RowPartition::FromRowSplitsUnchecked(Buffer<Offset>::Copy(found.splits));
  result.values =
      Tensor::FromPartitionsUnchecked(partitions, std::move(result.values));
  result.counts = Tensor::FromPartitionsUnchecked(std::move(partitions),
                                                  std::move(result.counts));
  return result;
}

}  // namespace rowsplit
