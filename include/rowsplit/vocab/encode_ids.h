#ifndef ROWSPLIT_VOCAB_ENCODE_IDS_H_
#define ROWSPLIT_VOCAB_ENCODE_IDS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/output_mode.h"

namespace rowsplit {

struct EncodeIdsOptions {
  OutputMode mode = OutputMode::kMultiHot;
  // The number of columns. Ids that are not in [0, num_ids) are dropped.
  int64_t num_ids = 0;
  // kTfIdf only, and needed there: a weight for each column.
  std::optional<Buffer<float>> idf_weights = std::nullopt;
  // Of the result, kInt64, kInt32 or kFloat32; kTfIdf gives kFloat32 always.
  DType dtype = DType::kInt64;
  ExecOptions exec = {};
};

// What Keras' layers make of ids of int32 or int64, by the output mode.
//
//   ids {{1, 2, 1}, {0, 5, 2}}, num_ids 3:
//   kOneHot    // {{{0, 1, 0}, {0, 0, 1}, {0, 1, 0}},
//              //  {{1, 0, 0}, {0, 0, 0}, {0, 0, 1}}}
//   kMultiHot  // {{0, 1, 1}, {1, 0, 1}}
//   kCount     // {{0, 2, 1}, {1, 0, 1}}
//   kTfIdf     // the counts times the columns' weights
//
// kOneHot adds the columns as the last dimension; of a last dimension of size 1
// (of rank 2 and more) they take the place. The other modes have one row for
// each sample: of rank 0 and 1 the whole, of rank 2 a row. Of more dimensions,
// {a, b, c …}, the samples run along the second one, as in Keras: the result is
// {a, c …, columns}, ragged where `ids` are ragged after the second dimension.
// kInt gives the ids themselves, as dtype.
//
// Fails with InvalidArgument if the ids are not of int32 or int64, num_ids is
// negative, dtype is another one, or idf_weights are missing, not as many as
// columns, or there for another mode; with ResourceExhausted if the size does
// not fit 64 bits; with Cancelled. O(ids + result).
absl::StatusOr<Tensor> EncodeIds(const Tensor& ids,
                                 const EncodeIdsOptions& options);

// The same rows of columns in order, as a sparse matrix with a value for each
// id that occurs: no dense stage, and O(ids + rows). For kOneHot each id is a
// row. Fails with InvalidArgument for kInt, too.
absl::StatusOr<CsrMatrix> EncodeIdsCsr(const Tensor& ids,
                                       const EncodeIdsOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_ENCODE_IDS_H_
