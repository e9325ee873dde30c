#ifndef ROWSPLIT_SRC_EMBEDDING_BAG_IDS_H_
#define ROWSPLIT_SRC_EMBEDDING_BAG_IDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "kernels/bag_fold.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/embedding/bag.h"

// Bags of ids, and the rows that they stand for.
namespace rowsplit::internal {

// Ids of either width.
class IdSpan {
 public:
  IdSpan(std::span<const int64_t> ids)  // NOLINT: either will do
      : wide_(ids.data()), size_(ids.size()) {}
  IdSpan(std::span<const int32_t> ids)  // NOLINT: likewise
      : narrow_(ids.data()), size_(ids.size()) {}

  size_t size() const { return size_; }
  int64_t operator[](size_t index) const {
    return wide_ != nullptr ? wide_[index] : narrow_[index];
  }
  // Calls `visit` with the pointer to the ids.
  template <typename Visit>
  decltype(auto) VisitData(Visit&& visit) const {
    return wide_ != nullptr ? visit(wide_) : visit(narrow_);
  }

 private:
  const int64_t* wide_ = nullptr;
  const int32_t* narrow_ = nullptr;
  size_t size_;
};

// Bags of ids: bag b has the ids [splits[b], splits[b + 1]), and the weights at
// the same places unless `weights` is null.
struct BagBlock {
  IdSpan ids;
  std::span<const Offset> splits;
  const float* weights = nullptr;
  // The number of the first bag, and of its first id within it, for errors.
  int64_t first_bag = 0;
  int64_t first_position = 0;
  // A query a bag, for attention.
  const float* queries = nullptr;

  size_t num_bags() const { return splits.empty() ? 0 : splits.size() - 1; }
};

// Memory that one thread uses for block after block.
struct BagScratch {
  std::vector<const uint8_t*> rows;
  std::vector<float> weights;
  std::vector<Offset> splits;
  std::vector<float> divisors;
  std::vector<float> norms;
  std::vector<float> shares;
  std::vector<float> maxima;
  std::vector<float> short_rows;
  std::vector<float> long_rows;
};

// What becomes of ids: members as those of BagOptions.
struct IdRules {
  kernels::TableRows rows;
  BagMode mode = BagMode::kSum;
  std::optional<int64_t> padding_idx = std::nullopt;
  OutOfRangeIds out_of_range = OutOfRangeIds::kError;
  int64_t out_of_range_row = 0;
  std::optional<int64_t> empty_row = std::nullopt;
  // A row of zeros in the table's format.
  const uint8_t* zero_row = nullptr;
};

// The rows of the block's bags as pointers, in the scratch or the block, with
// splits from 0. Each bag has the rows that count: one for kFirst and kLast.
// Weights are null if all are 1. Fails with OutOfRange, which names bag and
// position.
absl::StatusOr<kernels::RowBags> ResolveIds(const IdRules& rules,
                                            const BagBlock& block,
                                            BagScratch& scratch);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_BAG_IDS_H_
