#include "rowsplit/ops/sort.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "kernels/sort_rows.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

// Values that a thread sorts at a time.
constexpr int64_t kValuesGrain = int64_t{16} * 1024;
// From this length on the first k are looked for without sorting the rest, if
// they are at most this part of the row.
constexpr int64_t kMinPartialRow = 256;
constexpr int64_t kPartialShare = 8;

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

// What is sorted, and how.
struct Job {
  const Tensor& input;
  std::span<const Offset> splits;  // of the items
  bool descending;
  int64_t limit;  // items wanted of each row
  const ExecOptions& exec;

  int64_t num_rows() const { return static_cast<int64_t>(splits.size()) - 1; }
};

// The innermost rows of items; none if there are no items.
absl::StatusOr<RowPartition> InnermostRows(const char* op,
                                           const Tensor& input) {
  if (input.rank() == 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: input must have a rank of 1 or more", op));
  }
  const std::vector<int64_t>& shape = input.flat_shape();
  RowPartition rows;
  if (input.is_ragged() && shape.size() == 1) {
    rows = input.partition(input.ragged_rank() - 1);
  } else if (input.num_items() > 0) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        rows, RowPartition::FromUniformRowLength(
                  shape.back(), input.num_items() / shape.back()));
  }
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    if (rows.row_length(row) <= std::numeric_limits<int32_t>::max()) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: a row must have less than 2^31 values: row %d has %d", op, row,
        rows.row_length(row)));
  }
  return rows;
}

absl::Status CheckAxis(const char* op, const Tensor& input, int axis) {
  const int rank = input.rank();
  if (rank == 0 || axis == -1 || axis == rank - 1) return absl::OkStatus();
  if (axis < -rank || axis >= rank) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: axis must be in [%d, %d): %d", op, -rank, rank, axis));
  }
  return absl::UnimplementedError(absl::StrFormat(
      "%s: only the innermost axis is sorted: axis=%d of a tensor of rank %d",
      op, axis, rank));
}

// Bits of a float as an integer of the same order: below 0 the magnitudes are
// turned around, which makes -0.0 equal to 0.0. NaN is the greatest of all.
template <typename Int>
Int FloatKey(Int bits, Int infinity, bool descending) {
  constexpr Int kMin = std::numeric_limits<Int>::min();
  constexpr Int kMax = std::numeric_limits<Int>::max();
  const Int magnitude = bits & kMax;
  const Int key = static_cast<Int>(bits < 0 ? kMin - bits : bits);
  if (magnitude > infinity) return kMax;
  return static_cast<Int>(descending ? ~key : key);
}

// Keys whose ascending order is the order wanted.
template <typename T>
auto SortKey(T value, bool descending) {
  if constexpr (std::is_same_v<T, float>) {
    int32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return FloatKey<int32_t>(bits, 0x7F800000, descending);
  } else if constexpr (std::is_same_v<T, double>) {
    int64_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return FloatKey<int64_t>(bits, 0x7FF0000000000000, descending);
  } else if constexpr (std::is_same_v<T, Float16> ||
                       std::is_same_v<T, BFloat16>) {
    // In the upper half of 32 bits.
    constexpr int32_t kInfinity =
        std::is_same_v<T, Float16> ? 0x7C000000 : 0x7F800000;
    return FloatKey<int32_t>(
        static_cast<int32_t>(static_cast<uint32_t>(value.bits) << 16),
        kInfinity, descending);
  } else {
    using Key = std::conditional_t<sizeof(T) == 8, int64_t, int32_t>;
    auto key = static_cast<Key>(value);  // NOLINT: a number, not a character
    // uint32 and uint64: the sign bit is flipped.
    if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(Key))
      key ^= std::numeric_limits<Key>::min();
    return descending ? ~key : key;
  }
}

template <typename T>
using SortKeyOf = decltype(SortKey(T(), false));

// The places of a long row's first `limit` values.
template <typename Key>
void OrderFirst(std::span<const Key> keys, int64_t limit, int32_t* order) {
  std::vector<int32_t> places(keys.size());
  std::iota(places.begin(), places.end(), 0);
  std::partial_sort(places.begin(), places.begin() + limit, places.end(),
                    [&](int32_t a, int32_t b) {
                      return keys[a] < keys[b] || (keys[a] == keys[b] && a < b);
                    });
  std::copy(places.begin(), places.begin() + limit, order);
}

bool TakesPart(const Job& job, int64_t length) {
  return length >= kMinPartialRow && job.limit <= length / kPartialShare;
}

// The order of rows [begin, end), at order[splits[begin]] and on.
template <typename T>
void OrderNumbers(const Job& job, int64_t begin, int64_t end, int32_t* order) {
  using Key = SortKeyOf<T>;
  const Offset first = job.splits[begin];
  const auto size = static_cast<size_t>(job.splits[end] - first);
  BufferBuilder<Key> keys(size + kernels::kSortPadding);
  const T* values = job.input.items<T>().data() + first;
  if (job.descending) {
    for (size_t i = 0; i < size; ++i) keys[i] = SortKey(values[i], true);
  } else {
    for (size_t i = 0; i < size; ++i) keys[i] = SortKey(values[i], false);
  }
  std::fill_n(keys.data() + size, kernels::kSortPadding, Key{0});
  const Key* all = keys.data();
  // Whole rows go to the kernel in runs between those that are not sorted.
  int64_t run = begin;
  const auto order_run = [&](int64_t run_end) {
    const Offset from = job.splits[run] - first;
    kernels::OrderRows(job.splits.data() + run,
                       static_cast<size_t>(run_end - run), all + from,
                       order + first + from);
  };
  for (int64_t row = begin; job.limit != kAll && row < end; ++row) {
    const Offset from = job.splits[row] - first;
    const int64_t length = job.splits[row + 1] - job.splits[row];
    if (!TakesPart(job, length)) continue;
    order_run(row);
    OrderFirst(std::span(all + from, static_cast<size_t>(length)), job.limit,
               order + first + from);
    run = row + 1;
  }
  order_run(end);
}

// Strings are told apart by their first 8 bytes where that is enough.
struct StringKey {
  uint64_t prefix;
  int32_t place;
};

uint64_t Prefix(std::string_view string) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < 8; ++i) {
    const auto byte = i < string.size() ? static_cast<uint8_t>(string[i]) : 0;
    prefix = prefix << 8 | byte;
  }
  return prefix;
}

void OrderStrings(const Job& job, int64_t begin, int64_t end, int32_t* order) {
  const StringTensorView strings = job.input.strings();
  std::vector<StringKey> keys;
  for (int64_t row = begin; row < end; ++row) {
    const Offset first = job.splits[row];
    keys.clear();
    for (Offset i = first; i < job.splits[row + 1]; ++i)
      keys.push_back({Prefix(strings[i]), static_cast<int32_t>(i - first)});
    const auto less = [&](const StringKey& a, const StringKey& b) {
      if (a.prefix != b.prefix) return a.prefix < b.prefix;
      return strings[first + a.place] < strings[first + b.place];
    };
    if (job.descending) {
      std::stable_sort(
          keys.begin(), keys.end(),
          [&](const StringKey& a, const StringKey& b) { return less(b, a); });
    } else {
      std::stable_sort(keys.begin(), keys.end(), less);
    }
    for (size_t i = 0; i < keys.size(); ++i) order[first + i] = keys[i].place;
  }
}

// Calls `body(begin, end)` for pieces of the rows.
absl::Status ForRows(const Job& job,
                     absl::FunctionRef<void(int64_t, int64_t)> body) {
  const int64_t num_rows = job.num_rows();
  const int64_t mean = job.splits.back() / std::max<int64_t>(1, num_rows) + 1;
  return internal::ParallelFor(job.exec, num_rows,
                               std::max<int64_t>(1, kValuesGrain / mean),
                               [&](int64_t begin, int64_t end) {
                                 body(begin, end);
                                 return absl::OkStatus();
                               });
}

// Of each row the places of its values in order; of the values past the limit
// they may be anything.
absl::StatusOr<Buffer<int32_t>> Order(const Job& job) {
  BufferBuilder<int32_t> order(static_cast<size_t>(job.splits.back()));
  ROWSPLIT_RETURN_IF_ERROR(ForRows(job, [&](int64_t begin, int64_t end) {
    if (job.input.is_string())
      return OrderStrings(job, begin, end, order.data());
    internal::VisitItem(job.input.dtype(),
                        [&]<typename T>(internal::TypeTag<T>) {
                          OrderNumbers<T>(job, begin, end, order.data());
                        });
  }));
  return std::move(order).Build();
}

// Moves items of `kSize` bytes: those of row r to its place in `out_splits`.
template <size_t kSize>
void TakeItems(const Job& job, std::span<const Offset> out_splits,
               const int32_t* order, int64_t begin, int64_t end,
               std::byte* out) {
  for (int64_t row = begin; row < end; ++row) {
    const std::byte* from = job.input.bytes().data() + job.splits[row] * kSize;
    const int32_t* places = order + job.splits[row];
    std::byte* to = out + out_splits[row] * kSize;
    const int64_t count = out_splits[row + 1] - out_splits[row];
    for (int64_t i = 0; i < count; ++i) {
      std::memcpy(to + i * kSize, from + places[i] * int64_t{kSize}, kSize);
    }
  }
}

absl::StatusOr<Tensor> TakeStrings(const Job& job,
                                   std::span<const Offset> out_splits,
                                   const int32_t* order) {
  std::vector<internal::RowRange> ranges;
  ranges.reserve(static_cast<size_t>(out_splits.back()));
  for (int64_t row = 0; row < job.num_rows(); ++row) {
    const int32_t* places = order + job.splits[row];
    for (Offset i = 0; i < out_splits[row + 1] - out_splits[row]; ++i)
      ranges.push_back({job.splits[row] + places[i], 1});
  }
  return internal::SelectRows(Tensor::Vector(job.input.strings()),
                              std::move(ranges), job.exec);
}

// The first values of each row's order, as a vector.
absl::StatusOr<Tensor> Take(const Job& job, std::span<const Offset> out_splits,
                            const int32_t* order) {
  const DType dtype = job.input.dtype();
  if (dtype == DType::kString) return TakeStrings(job, out_splits, order);
  const int item_size = DTypeSize(dtype);
  BufferBuilder<std::byte> out(
      static_cast<size_t>(out_splits.back() * item_size));
  ROWSPLIT_RETURN_IF_ERROR(ForRows(job, [&](int64_t begin, int64_t end) {
    const auto take = [&]<size_t kSize>() {
      TakeItems<kSize>(job, out_splits, order, begin, end, out.data());
    };
    switch (item_size) {
      case 1:
        return take.template operator()<1>();
      case 2:
        return take.template operator()<2>();
      case 4:
        return take.template operator()<4>();
      default:
        return take.template operator()<8>();
    }
  }));
  return Tensor::DenseBytesUnchecked(dtype, std::move(out).Build(),
                                     {out_splits.back()});
}

// The vector of items in the input's partitions, in `flat_shape`.
Tensor Reshape(std::vector<RowPartition> partitions, const Tensor& items,
               std::vector<int64_t> flat_shape) {
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      items.is_string()
          ? Tensor::DenseUnchecked(items.strings(), std::move(flat_shape))
          : Tensor::DenseBytesUnchecked(items.dtype(), items.bytes(),
                                        std::move(flat_shape)));
}

std::vector<RowPartition> PartitionsOf(const Tensor& input) {
  return {input.partitions().begin(), input.partitions().end()};
}

RowPartition ShortenRows(const RowPartition& rows, int64_t limit) {
  BufferBuilder<Offset> splits(rows.row_splits().size());
  splits[0] = 0;
  for (int64_t row = 0; row < rows.num_rows(); ++row)
    splits[row + 1] = splits[row] + std::min(rows.row_length(row), limit);
  return RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
}

// The places that the result keeps of each row.
absl::StatusOr<Tensor> TakePlaces(const Job& job,
                                  std::span<const Offset> out_splits,
                                  const Buffer<int32_t>& order) {
  if (out_splits.back() == job.splits.back()) return Tensor::Vector(order);
  BufferBuilder<int32_t> places(static_cast<size_t>(out_splits.back()));
  for (int64_t row = 0; row < job.num_rows(); ++row) {
    std::copy_n(order.data() + job.splits[row],
                out_splits[row + 1] - out_splits[row],
                places.data() + out_splits[row]);
  }
  return Tensor::Vector(std::move(places).Build());
}

}  // namespace

absl::StatusOr<Tensor> Sort(const Tensor& input, const SortOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckAxis("sort", input, options.axis));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition rows,
                            InnermostRows("sort", input));
  const Job job{input, rows.row_splits(),
                options.direction == SortDirection::kDescending, kAll,
                options.exec};
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int32_t> order, Order(job));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor items,
                            Take(job, job.splits, order.data()));
  return Reshape(PartitionsOf(input), items, input.flat_shape());
}

absl::StatusOr<Tensor> ArgSort(const Tensor& input,
                               const SortOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckAxis("argsort", input, options.axis));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition rows,
                            InnermostRows("argsort", input));
  const Job job{input, rows.row_splits(),
                options.direction == SortDirection::kDescending, kAll,
                options.exec};
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int32_t> order, Order(job));
  return Reshape(PartitionsOf(input), Tensor::Vector(order),
                 input.flat_shape());
}

absl::StatusOr<TopKResult> TopK(const Tensor& input, int64_t k,
                                const TopKOptions& options) {
  if (k < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("top_k: k must not be negative: %d", k));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition rows,
                            InnermostRows("top_k", input));
  const bool uniform = !input.is_ragged() || input.flat_shape().size() > 1;
  if (uniform && k > input.flat_shape().back()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "top_k: k must be at most the size of the innermost dimension: k=%d, "
        "size %d",
        k, input.flat_shape().back()));
  }
  const Job job{input, rows.row_splits(), true, k, options.exec};
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int32_t> order, Order(job));
  const RowPartition kept = ShortenRows(rows, k);
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor values,
                            Take(job, kept.row_splits(), order.data()));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor places,
                            TakePlaces(job, kept.row_splits(), order));
  std::vector<RowPartition> partitions = PartitionsOf(input);
  std::vector<int64_t> flat_shape = input.flat_shape();
  if (uniform) {
    flat_shape.back() = k;
  } else {
    partitions.back() = kept;
    flat_shape[0] = kept.num_values();
  }
  return TopKResult{Reshape(partitions, values, flat_shape),
                    Reshape(partitions, places, flat_shape)};
}

}  // namespace rowsplit
