#ifndef ROWSPLIT_SRC_EMBEDDING_BAG_ROWS_H_
#define ROWSPLIT_SRC_EMBEDDING_BAG_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/bag_ids.h"
#include "kernels/bag_fold.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"

// EmbeddingBag over spans, for callers that have blocks of ids rather than
// tensors.
namespace rowsplit::internal {

// A bag of more ids is huge: it is reduced in parts of kPartIds ids, and the
// results of the parts are reduced in their order. So its sum is that of the
// sums of its parts, whatever the number of threads, and its rows need no
// memory but that of the parts on their way.
inline constexpr int64_t kMostIds = int64_t{1} << 18;
inline constexpr int64_t kPartIds = int64_t{1} << 14;

// What a part of a bag leaves beside its row.
struct BagPart {
  int64_t num_rows = 0;
  double divisor = 0;  // of its mode: the weights' sum, or that of squares
  float log_sum = 0;   // of attention: of the exponentials of its products
};

// The reduction of blocks of bags, its options checked once. Keeps the table's
// memory alive. Safe to use from several threads with a scratch each; a bag's
// result does not depend on the block that it is in.
class BagReducer {
 public:
  // Fails with InvalidArgument as EmbeddingBag does for its options.
  static absl::StatusOr<BagReducer> Create(EmbeddingTable table,
                                           const BagOptions& options);
  static absl::StatusOr<BagReducer> Create(EmbeddingTable table,
                                           const AttentionOptions& options);

  // Writes num_bags * width floats. Requires splits that do not decrease and
  // lie within the ids. Fails with OutOfRange as EmbeddingBag.
  absl::Status Reduce(const BagBlock& block, BagScratch& scratch,
                      float* output) const;

  // The same on several threads, piece by piece.
  absl::Status ReduceAll(const BagBlock& block, const ExecOptions& exec,
                         float* output) const;

  int64_t width() const { return table_.width(); }

 private:
  BagReducer(EmbeddingTable table, const BagOptions& options, bool attention,
             float scale);

  bool is_linear() const;
  bool divides() const;
  // Calls reduce(run, is_huge, output) for runs of ordinary bags and for each
  // huge one, in order.
  absl::Status ForRuns(const BagBlock& block, float* output,
                       absl::FunctionRef<absl::Status(
                           const BagBlock& run, bool is_huge, float* output)>
                           reduce) const;
  // The bags of a block, or one part of a bag if `part` is not null.
  absl::Status ReduceRows(const BagBlock& block, BagScratch& scratch,
                          BagPart* part, float* output) const;
  // Ordinary bags on several threads.
  absl::Status ReducePieces(const BagBlock& block, const ExecOptions& exec,
                            float* output) const;
  // A huge bag: on several threads, or with `exec` null on this one.
  absl::Status ReduceHuge(const BagBlock& bag, const ExecOptions* exec,
                          float* output) const;
  // Reduces the rows of the parts that have any. `scratch` is overwritten.
  void FoldParts(std::vector<BagPart> parts, std::vector<float> rows,
                 BagScratch& scratch, float* output) const;
  // The sum that a bag is divided by, or whose root it is.
  double WeightSum(const kernels::RowBags& bags, size_t bag) const;
  void FindDivisors(const kernels::RowBags& bags, BagScratch& scratch) const;
  // Scales the rows down to max_norm, by their weights.
  void LimitNorms(const kernels::TableRows& rows, kernels::RowBags& bags,
                  BagScratch& scratch) const;
  // Makes weights of the rows by their queries. `part` may be null.
  void Attend(const kernels::TableRows& rows, const float* queries,
              kernels::RowBags& bags, BagScratch& scratch, BagPart* part) const;
  void Fold(BagMode mode, const kernels::TableRows& rows,
            const kernels::RowBags& bags, BagScratch& scratch,
            float* output) const;
  // Multiplies short rows of a factorized table out.
  void Project(const float* short_rows, size_t num_rows, float* output) const;
  // Makes the bags' rows of the scratch's long ones.
  kernels::TableRows MakeLongRows(kernels::RowBags& bags,
                                  BagScratch& scratch) const;

  EmbeddingTable table_;
  kernels::TableRows rows_;
  BagOptions options_;
  bool attention_;
  float scale_;
  // A row of zeros in the table's format.
  std::vector<uint8_t> zero_row_;
};

// One block on the calling thread: what EmbeddingBag gives for these bags.
absl::Status BagRows(const EmbeddingTable& table, const IdSpan& ids,
                     std::span<const Offset> splits, const BagOptions& options,
                     float* output);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_BAG_ROWS_H_
