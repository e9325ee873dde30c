#ifndef ROWSPLIT_OPS_CUMULATIVE_H_
#define ROWSPLIT_OPS_CUMULATIVE_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

enum class CumulativeOp { kSum, kProd, kMax, kMin };

// "cumsum", "cumprod", "cummax", "cummin".
std::string_view CumulativeOpName(CumulativeOp op);

struct CumulativeOptions {
  // Leaves each value itself out: the first result is that of no value, 0, 1,
  // -inf or inf (of integers the ends of the type).
  bool exclusive = false;
  // From the last value to the first.
  bool reverse = false;
  // A value before the first one; it must be a value of the dtype.
  std::optional<double> initial = std::nullopt;
  ExecOptions exec = {};
};

// Folds along an axis and gives every result on the way, in the input's shape.
// Along an outer axis of a ragged tensor, rows are aligned by position, and
// what a row lacks is passed over.
//
//   // t = [[1, 2, 3], [], [4, 5]]
//   Cumulative(t, CumulativeOp::kSum, 1)  // [[1, 3, 6], [], [4, 9]]
//   Cumulative(t, CumulativeOp::kSum, 0)  // [[1, 2, 3], [], [5, 7]]
//   Cumulative(t, CumulativeOp::kSum, 1, {.exclusive = true})
//       // [[0, 1, 3], [], [0, 4]]
//
// Values are taken in order, in their own type; integers wrap. Of max and min a
// later value replaces one that is not greater (less): after {1, NaN} stands
// NaN, after {NaN, 1} stands 1.
//
// InvalidArgument: an axis out of range, a dtype without arithmetic, an
// `initial` that does not fit. Cancelled. O(items + rows).
absl::StatusOr<Tensor> Cumulative(const Tensor& input, CumulativeOp op,
                                  int axis,
                                  const CumulativeOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_CUMULATIVE_H_
