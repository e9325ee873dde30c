#include "rowsplit/vocab/encode_ids.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/output_mode.h"
#include "vocab/id_counter.h"

namespace rowsplit {

namespace {

using internal::IdCounter;

// Ids and items of the result that a thread takes at a time.
constexpr int64_t kGrain = 1 << 16;

absl::Status CheckOptions(const Tensor& ids, const EncodeIdsOptions& options) {
  if (ids.dtype() != DType::kInt64 && ids.dtype() != DType::kInt32) {
    return absl::InvalidArgumentError(
        absl::StrFormat("encode_ids: ids must be of int64 or int32, got %s",
                        DTypeName(ids.dtype())));
  }
  if (options.num_ids < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "encode_ids: num_ids must not be negative, got %d", options.num_ids));
  }
  if (options.dtype != DType::kInt64 && options.dtype != DType::kInt32 &&
      options.dtype != DType::kFloat32) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "encode_ids: dtype must be int64, int32 or float32, got %s",
        DTypeName(options.dtype)));
  }
  const bool weighted = options.mode == OutputMode::kTfIdf;
  if (weighted != options.idf_weights.has_value()) {
    return absl::InvalidArgumentError(
        weighted ? "encode_ids: tf_idf needs idf_weights"
                 : "encode_ids: only tf_idf takes idf_weights");
  }
  if (weighted &&
      static_cast<int64_t>(options.idf_weights->size()) != options.num_ids) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "encode_ids: idf_weights must be one for each of the %d ids, got %d",
        options.num_ids, options.idf_weights->size()));
  }
  return absl::OkStatus();
}

// The ids of int64, copied if they are narrower.
Buffer<int64_t> WideIds(const Tensor& ids) {
  if (ids.dtype() == DType::kInt64) return ids.buffer<int64_t>();
  const std::span<const int32_t> narrow = ids.items<int32_t>();
  BufferBuilder<int64_t> wide(narrow.size());
  std::copy(narrow.begin(), narrow.end(), wide.data());
  return std::move(wide).Build();
}

// The ids by samples, and the shape of the result without its columns.
struct Samples {
  RowPartition rows;
  Buffer<int64_t> ids;
  std::vector<RowPartition> partitions;
  std::vector<int64_t> flat_shape;
};

// The samples that the values of a tensor belong to where the second dimension
// is the one that is encoded: what is at one place after it, of all places
// along it.
struct Places {
  std::vector<RowPartition> partitions;  // of the result
  std::vector<int64_t> of_value;
  int64_t num_places = 0;
  int64_t inner_items = 1;  // samples of one place
  std::vector<int64_t> inner_shape;
};

absl::StatusOr<Places> MakePlaces(const Tensor& ids) {
  Places places;
  places.num_places = ids.num_rows();
  if (!ids.is_ragged()) {
    const std::vector<int64_t>& shape = ids.flat_shape();
    places.of_value.resize(static_cast<size_t>(shape[0] * shape[1]));
    for (size_t i = 0; i < places.of_value.size(); ++i)
      places.of_value[i] = static_cast<int64_t>(i) / shape[1];
    places.inner_shape.assign(shape.begin() + 2, shape.end());
  } else {
    const Buffer<int64_t> rows = ids.partition(0).MakeRowIds();
    places.of_value.assign(rows.begin(), rows.end());
    places.inner_shape = ids.inner_shape();
  }
  for (const int64_t size : places.inner_shape) places.inner_items *= size;
  for (int axis = 1; axis < ids.ragged_rank(); ++axis) {
    const RowPartition& partition = ids.partition(axis);
    const std::span<const Offset> splits = partition.row_splits();
    std::vector<int64_t> lengths(static_cast<size_t>(places.num_places));
    for (int64_t row = 0; row < partition.num_rows(); ++row) {
      int64_t& longest = lengths[places.of_value[row]];
      longest = std::max(longest, partition.row_length(row));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(RowPartition merged,
                              RowPartition::FromRowLengths(lengths));
    std::vector<int64_t> of_value(static_cast<size_t>(partition.num_values()));
    for (int64_t row = 0; row < partition.num_rows(); ++row) {
      int64_t place = merged.row_splits()[places.of_value[row]];
      for (int64_t i = splits[row]; i < splits[row + 1]; ++i)
        of_value[i] = place++;
    }
    places.of_value = std::move(of_value);
    places.num_places = merged.num_values();
    places.partitions.push_back(std::move(merged));
  }
  return places;
}

// Of rank 3 and more: the ids sorted by their samples, by counting.
absl::StatusOr<Samples> SamplesOfPlaces(const Tensor& ids) {
  ROWSPLIT_ASSIGN_OR_RETURN(Places places, MakePlaces(ids));
  Samples samples;
  samples.partitions = std::move(places.partitions);
  samples.flat_shape = {places.num_places};
  samples.flat_shape.insert(samples.flat_shape.end(),
                            places.inner_shape.begin(),
                            places.inner_shape.end());
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t num_samples,
      internal::CheckedMul(places.num_places, places.inner_items));
  const Buffer<int64_t> wide = WideIds(ids);
  std::vector<int64_t> next(static_cast<size_t>(num_samples));
  const auto sample_of = [&](size_t item) {
    const auto index = static_cast<int64_t>(item);
    return places.of_value[index / places.inner_items] * places.inner_items +
           index % places.inner_items;
  };
  for (size_t i = 0; i < wide.size(); ++i) ++next[sample_of(i)];
  ROWSPLIT_ASSIGN_OR_RETURN(samples.rows, RowPartition::FromRowLengths(next));
  const std::span<const Offset> splits = samples.rows.row_splits();
  std::copy(splits.begin(), splits.end() - 1, next.begin());
  BufferBuilder<int64_t> sorted(wide.size());
  for (size_t i = 0; i < wide.size(); ++i)
    sorted[next[sample_of(i)]++] = wide[i];
  samples.ids = std::move(sorted).Build();
  return samples;
}

absl::StatusOr<Samples> MakeSamples(const Tensor& ids, OutputMode mode) {
  Samples samples;
  samples.ids = WideIds(ids);
  const auto uniform = [&](int64_t length, int64_t num_rows) -> absl::Status {
    ROWSPLIT_ASSIGN_OR_RETURN(
        samples.rows, RowPartition::FromUniformRowLength(length, num_rows));
    return absl::OkStatus();
  };
  if (mode == OutputMode::kOneHot) {
    samples.partitions.assign(ids.partitions().begin(), ids.partitions().end());
    samples.flat_shape = ids.flat_shape();
    if (ids.rank() == 0) samples.flat_shape = {1};
    if (samples.flat_shape.size() >= 2 && samples.flat_shape.back() == 1)
      samples.flat_shape.pop_back();
    ROWSPLIT_RETURN_IF_ERROR(uniform(1, ids.num_items()));
  } else if (ids.rank() <= 1) {
    ROWSPLIT_RETURN_IF_ERROR(uniform(ids.num_items(), 1));
  } else if (ids.rank() == 2) {
    samples.flat_shape = {ids.num_rows()};
    if (ids.is_ragged()) {
      samples.rows = ids.partition(0);
    } else {
      ROWSPLIT_RETURN_IF_ERROR(uniform(ids.flat_shape()[1], ids.num_rows()));
    }
  } else {
    return SamplesOfPlaces(ids);
  }
  return samples;
}

// The counters of the threads, one for each.
class Counters {
 public:
  explicit Counters(const EncodeIdsOptions& options)
      : num_ids_(options.num_ids), counters_(options.exec) {}
  IdCounter& local() {
    std::optional<IdCounter>& counter = counters_.local();
    if (!counter.has_value()) counter.emplace(num_ids_);
    return *counter;
  }

 private:
  int64_t num_ids_;
  internal::WorkerLocal<std::optional<IdCounter>> counters_;
};

// The value of a column with this count.
template <typename T>
T ValueOf(const EncodeIdsOptions& options, int64_t id, int64_t count) {
  switch (options.mode) {
    case OutputMode::kCount:
      return static_cast<T>(count);
    case OutputMode::kTfIdf:
      return static_cast<T>(static_cast<float>(count) *
                            (*options.idf_weights)[id]);
    default:
      return T{1};
  }
}

int64_t RowsAtATime(int64_t size, int64_t num_rows) {
  return std::max<int64_t>(
      1, kGrain / (size / std::max<int64_t>(num_rows, 1) + 1));
}

template <typename T>
absl::StatusOr<Tensor> EncodeDense(const Samples& samples,
                                   const EncodeIdsOptions& options) {
  const int64_t num_ids = options.num_ids;
  std::vector<int64_t> shape = samples.flat_shape;
  shape.push_back(num_ids);
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  const int64_t num_rows = samples.rows.num_rows();
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckShapeFits(std::vector<int64_t>{num_rows, num_ids}));
  BufferBuilder<T> output(static_cast<size_t>(num_rows * num_ids));
  const std::span<const Offset> splits = samples.rows.row_splits();
  // Counts of integers go right to their places; sums of floats would stop at
  // 2^24.
  const bool in_place = std::is_integral_v<T> ||
                        options.mode == OutputMode::kMultiHot ||
                        options.mode == OutputMode::kOneHot;
  const bool counts = options.mode == OutputMode::kCount;
  Counters counters(options);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_rows, RowsAtATime(num_ids * num_rows, num_rows),
      [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          T* const out = output.data() + row * num_ids;
          std::fill_n(out, num_ids, T{0});
          const std::span<const int64_t> ids = samples.ids.span().subspan(
              splits[row], splits[row + 1] - splits[row]);
          if (!in_place) {
            counters.local().Count(ids, [&](int64_t id, int64_t count) {
              out[id] = ValueOf<T>(options, id, count);
            });
            continue;
          }
          for (const int64_t id : ids) {
            if (static_cast<uint64_t>(id) >= static_cast<uint64_t>(num_ids))
              continue;
            out[id] = counts ? static_cast<T>(out[id] + 1) : T{1};
          }
        }
        return absl::OkStatus();
      }));
  return Tensor::FromPartitionsUnchecked(
      samples.partitions,
      Tensor::DenseBytesUnchecked(
          kDTypeOf<T>,
          [&] {
            const Buffer<T> values = std::move(output).Build();
            return Buffer<std::byte>(std::as_bytes(values.span()),
                                     values.owner());
          }(),
          std::move(shape)));
}

// Moves the pieces of a sparse result, each of which starts where its ids do,
// together.
template <typename T>
absl::StatusOr<Buffer<T>> Pack(const ExecOptions& exec, BufferBuilder<T> loose,
                               std::span<const Offset> from,
                               std::span<const Offset> to, int64_t grain) {
  const auto size = static_cast<size_t>(to.back());
  const auto num_rows = static_cast<int64_t>(to.size()) - 1;
  if (size == loose.size() || num_rows <= grain) {
    loose.ResizeUninitialized(size);
    return std::move(loose).Build();
  }
  BufferBuilder<T> packed(size);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows, grain, [&](int64_t begin, int64_t end) {
        const int64_t count = to[end] - to[begin];
        if (count > 0) {
          std::memcpy(packed.data() + to[begin], loose.data() + from[begin],
                      static_cast<size_t>(count) * sizeof(T));
        }
        return absl::OkStatus();
      }));
  return std::move(packed).Build();
}

template <typename T>
absl::StatusOr<CsrMatrix> EncodeSparse(const Samples& samples,
                                       const EncodeIdsOptions& options) {
  const std::span<const Offset> splits = samples.rows.row_splits();
  const int64_t num_rows = samples.rows.num_rows();
  const int64_t grain = RowsAtATime(samples.rows.num_values(), num_rows);
  BufferBuilder<Offset> ends(static_cast<size_t>(num_rows) + 1);
  BufferBuilder<int64_t> columns(samples.ids.size());
  BufferBuilder<T> values(samples.ids.size());
  Counters counters(options);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_rows, grain, [&](int64_t begin, int64_t end) {
        IdCounter& counter = counters.local();
        int64_t next = splits[begin];
        for (int64_t row = begin; row < end; ++row) {
          const int64_t first = next;
          counter.Count(samples.ids.span().subspan(
                            splits[row], splits[row + 1] - splits[row]),
                        [&](int64_t id, int64_t count) {
                          columns[next] = id;
                          values[next] = ValueOf<T>(options, id, count);
                          ++next;
                        });
          ends[row + 1] = next - first;
        }
        return absl::OkStatus();
      }));
  ends[0] = 0;
  for (int64_t row = 0; row < num_rows; ++row) ends[row + 1] += ends[row];
  CsrMatrix matrix;
  matrix.num_columns = options.num_ids;
  ROWSPLIT_ASSIGN_OR_RETURN(matrix.columns,
                            Pack(options.exec, std::move(columns), splits,
                                 std::as_const(ends).span(), grain));
  ROWSPLIT_ASSIGN_OR_RETURN(Buffer<T> packed,
                            Pack(options.exec, std::move(values), splits,
                                 std::as_const(ends).span(), grain));
  matrix.values = Tensor::Vector(packed);
  matrix.rows = RowPartition::FromRowSplitsUnchecked(std::move(ends).Build());
  return matrix;
}

template <typename Encode>
auto VisitDType(const EncodeIdsOptions& options, const Encode& encode) {
  if (options.mode == OutputMode::kTfIdf || options.dtype == DType::kFloat32)
    return encode(float{});
  return options.dtype == DType::kInt32 ? encode(int32_t{}) : encode(int64_t{});
}

absl::StatusOr<Tensor> CastIds(const Tensor& ids,
                               const EncodeIdsOptions& options) {
  if (ids.dtype() == options.dtype) return ids;
  const Buffer<int64_t> wide = WideIds(ids);
  return VisitDType(options, [&]<typename T>(T) -> absl::StatusOr<Tensor> {
    BufferBuilder<T> values(wide.size());
    for (size_t i = 0; i < wide.size(); ++i)
      values[i] = static_cast<T>(wide[i]);
    ROWSPLIT_ASSIGN_OR_RETURN(
        Tensor flat,
        Tensor::Dense(std::move(values).Build(), ids.flat_shape()));
    return Tensor::FromPartitionsUnchecked(
        {ids.partitions().begin(), ids.partitions().end()}, std::move(flat));
  });
}

}  // namespace

absl::StatusOr<Tensor> EncodeIds(const Tensor& ids,
                                 const EncodeIdsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(ids, options));
  if (options.mode == OutputMode::kInt) return CastIds(ids, options);
  ROWSPLIT_ASSIGN_OR_RETURN(const Samples samples,
                            MakeSamples(ids, options.mode));
  return VisitDType(
      options, [&]<typename T>(T) { return EncodeDense<T>(samples, options); });
}

absl::StatusOr<CsrMatrix> EncodeIdsCsr(const Tensor& ids,
                                       const EncodeIdsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(ids, options));
  if (options.mode == OutputMode::kInt) {
    return absl::InvalidArgumentError(
        "encode_ids: mode must not be int for a sparse matrix");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Samples samples,
                            MakeSamples(ids, options.mode));
  return VisitDType(options, [&]<typename T>(T) {
    return EncodeSparse<T>(samples, options);
  });
}

}  // namespace rowsplit
