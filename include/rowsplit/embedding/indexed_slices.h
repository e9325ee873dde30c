#ifndef ROWSPLIT_EMBEDDING_INDEXED_SLICES_H_
#define ROWSPLIT_EMBEDDING_INDEXED_SLICES_H_

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// The gradient of a table of `num_rows` rows of `width` items of which few rows
// got any, as tf.IndexedSlices: slice i is added to row indices[i], and a row
// may have several slices or none.
struct IndexedSlices {
  Buffer<int64_t> indices;
  Buffer<float> values;  // indices.size() * width
  int64_t num_rows = 0;
  int64_t width = 0;

  int64_t num_slices() const { return static_cast<int64_t>(indices.size()); }
  // Requires `0 <= i < num_slices()`.
  std::span<const float> slice(int64_t i) const {
    return values.span().subspan(i * width, width);
  }
};

// Fails with InvalidArgument if a size is negative or the values are not
// indices.size() * width; with OutOfRange, which names the first index that is
// not a row. O(slices).
absl::Status CheckSlices(const IndexedSlices& slices);

// The gradient of a gather of rows of a table with `num_rows` rows: a slice for
// each id in order, repeats not added up. `ids` is int32 or int64 of any shape,
// `upstream` float32 with the items of the gather's result, which the slices
// share; int64 ids are shared too.
//
//   GatherGradient(ids {{2, 0}, {2}}, {{{1, 2}, {3, 4}}, {{5, 6}}}, 3)
//   // indices {2, 0, 2}, values {1, 2, 3, 4, 5, 6}
//
// The width is the last dimension of `upstream`. Fails with InvalidArgument if
// a dtype is another, `upstream` does not have a row for each id or `num_rows`
// is negative; with OutOfRange, which names the first id that is not a row.
// O(ids).
absl::StatusOr<IndexedSlices> GatherGradient(const Tensor& ids,
                                             const Tensor& upstream,
                                             int64_t num_rows);

enum class SliceOrder : uint8_t {
  kAscending,  // of the indices
  kFirstSeen,  // as tf.unique: each where its first slice stood
};

struct SumPerIdOptions {
  SliceOrder order = SliceOrder::kAscending;
  ExecOptions exec = {};
};

// The slices of each row added up, in their order: a slice for each row that
// had one. The same bits for any number of threads, and on every machine.
//
//   SumPerId({{2, 0, 2}, {1, 2, 3, 4, 5, 6}, 3, 2})
//   // indices {0, 2}, values {3, 4, 6, 8}
//
// Fails as CheckSlices, or with Cancelled. Sorts the indices by radix, then
// reads each slice once.
absl::StatusOr<IndexedSlices> SumPerId(const IndexedSlices& slices,
                                       const SumPerIdOptions& options = {});

// The dense gradient, [num_rows, width]: the slices of each row added up as by
// SumPerId, 0 where there is none. Fails likewise, and with ResourceExhausted
// if the size does not fit 64 bits.
absl::StatusOr<Tensor> ToDense(const IndexedSlices& slices,
                               const ExecOptions& exec = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_INDEXED_SLICES_H_
