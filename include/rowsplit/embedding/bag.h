#ifndef ROWSPLIT_EMBEDDING_BAG_H_
#define ROWSPLIT_EMBEDDING_BAG_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// What the rows x of a bag become, with weights w (1 where there are none).
enum class BagMode : uint8_t {
  kSum,        // sum of w * x
  kMean,       // that, divided by the sum of w; 0 if that is 0
  kSqrtN,      // that, divided by the root of the sum of w * w; 0 if that is 0
  kMax,        // column by column, of w * x
  kMin,        // likewise
  kLogSumExp,  // log of the sum of exp(w * x), column by column
  kFirst,      // w * x of the first id
  kLast,       // w * x of the last id
};

// What becomes of an id that is not a row of the table.
enum class OutOfRangeIds : uint8_t {
  kError,  // OutOfRange
  kSkip,   // as if it was not there
  kZero,   // a row of zeros, which counts as a row
  kRow,    // the row `out_of_range_row`
};

// In the order in which they are written, not packed.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct BagOptions {
  BagMode mode = BagMode::kMean;
  // Ids that are skipped, as if they were not there; any number will do.
  std::optional<int64_t> padding_idx = std::nullopt;
  OutOfRangeIds out_of_range = OutOfRangeIds::kError;
  int64_t out_of_range_row = 0;
  // Rows of a greater Euclidean norm are scaled down to it first.
  std::optional<float> max_norm = std::nullopt;
  // The row that a bag without ids has, with weight 1; zeros without it.
  std::optional<int64_t> empty_row = std::nullopt;
  ExecOptions exec = {};
};

// Reduces the rows of `table` that `ids` name, along the innermost axis: a
// vector for each bag of ids, empty bags too, also at the end. `ids` are int32
// or int64, dense or ragged, of rank 1 or more; the result is float32 of their
// shape with that axis replaced by the table's width. Rows are read in their
// stored form and are not copied, but for those of a factorized table where the
// mode is not linear or there is a max_norm: they are multiplied out first.
//
//   // table {{1, 2}, {3, 4}, {5, 6}}, ids {{0, 2}, {}, {1}}
//   EmbeddingBag(table, ids, {.mode = BagMode::kSum})
//   // {{6, 8}, {0, 0}, {3, 4}}
//
// Sums add the rows in their order, starting from 0; a bag of more than 2^18
// ids is reduced in parts of 2^14 ids, and the results of the parts in their
// order. The result does not depend on the number of threads. For int8 and int4
// rows and for a factorized table it may differ by roundings from the sum of
// the rows that ReadRow gives.
//
// Fails with OutOfRange, which names bag and position, for an id that is not a
// row, unless the options say what becomes of it; with InvalidArgument for ids
// of another dtype or of rank 0, a max_norm that is negative or not a number,
// or an `empty_row` or `out_of_range_row` that is not a row; with
// ResourceExhausted; with Cancelled. Time is linear in the rows read.
absl::StatusOr<Tensor> EmbeddingBag(const EmbeddingTable& table,
                                    const Tensor& ids,
                                    const BagOptions& options = {});

// The same with a weight for each id: float32 of the shape of the ids.
// Otherwise InvalidArgument.
absl::StatusOr<Tensor> EmbeddingBag(const EmbeddingTable& table,
                                    const Tensor& ids, const Tensor& weights,
                                    const BagOptions& options = {});

struct AttentionOptions {
  // The factor of the dot products; 1 / sqrt(width) if unset.
  std::optional<float> scale = std::nullopt;
  // As BagOptions has them.
  std::optional<int64_t> padding_idx = std::nullopt;
  OutOfRangeIds out_of_range = OutOfRangeIds::kError;
  int64_t out_of_range_row = 0;
  std::optional<float> max_norm = std::nullopt;
  std::optional<int64_t> empty_row = std::nullopt;
  ExecOptions exec = {};
};

// The rows x of each bag, weighted by softmax(scale * q . x) over the bag,
// where q is the bag's query. `queries` has the shape of the result.
//
//   // table {{0, 1}, {2, 0}}, ids {{0, 1}}, queries {{0, 0}}
//   AttentionBag(table, ids, queries)  // {{1, 0.5}}
//
// Fails as EmbeddingBag, and with InvalidArgument for queries that are not
// float32 or of another shape, or a scale that is not finite.
absl::StatusOr<Tensor> AttentionBag(const EmbeddingTable& table,
                                    const Tensor& ids, const Tensor& queries,
                                    const AttentionOptions& options = {});

// The same with a weight for each id: the rows are w * x.
absl::StatusOr<Tensor> AttentionBag(const EmbeddingTable& table,
                                    const Tensor& ids, const Tensor& queries,
                                    const Tensor& weights,
                                    const AttentionOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_BAG_H_
