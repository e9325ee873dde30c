#ifndef ROWSPLIT_SRC_DATA_ARROW_TYPE_H_
#define ROWSPLIT_SRC_DATA_ARROW_TYPE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/data/arrow_abi.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// One level of the type of an Arrow array.
struct ArrowLevel {
  enum class Kind {
    kItems,        // numbers and bools
    kStrings,      // offsets into bytes
    kFixedBytes,   // strings of one size
    kStringViews,  // views into any number of buffers
    kList,
    kListView,
    kFixedList,
  };

  Kind kind;
  DType dtype = DType::kInt8;  // of items
  bool is_large = false;       // offsets of 64 bits
  int64_t size = 0;            // of a fixed list or of fixed bytes
};

// The levels of a type, outermost first; only the last one is not a list.
using ArrowType = std::vector<ArrowLevel>;

// InvalidArgument that names the level.
absl::Status ArrowError(size_t level, const std::string& what);

// The levels of a schema. Fails with InvalidArgument if a tensor has no such
// type, naming it, or if the schema is released or nested without end.
absl::StatusOr<ArrowType> ParseArrowType(const ArrowSchema& schema);

// How many buffers an array of this level has; of string views, the least.
int64_t NumBuffers(const ArrowLevel& level);

// The rows in groups of `size`: one more inner dimension or partition.
absl::StatusOr<Tensor> GroupRows(Tensor values, int64_t num_groups,
                                 int64_t size);

// A tensor of the type without rows.
absl::StatusOr<Tensor> EmptyTensor(const ArrowType& type);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_DATA_ARROW_TYPE_H_
