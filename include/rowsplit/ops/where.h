#ifndef ROWSPLIT_OPS_WHERE_H_
#define ROWSPLIT_OPS_WHERE_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct WhereOptions {
  ExecOptions exec = {};
};

// Takes each value from `x` where the condition (bool) is true and from `y`
// where it is false. The three are broadcast to one shape first, and x and y
// have one dtype, any.
//
//   Where({{true, false}, {true}}, {{1, 2}, {3}}, {{9, 8}, {7}})
//   // {{1, 8}, {3}}
//   Where({{true, false}, {true}}, {{1, 2}, {3}}, 0)  // {{1, 0}, {3}}
//
// Fails with InvalidArgument if the condition is not bool, the dtypes of x and
// y differ or the shapes do not fit, naming the axis; with ResourceExhausted;
// with Cancelled. O(result).
absl::StatusOr<Tensor> Where(const Tensor& condition, const Tensor& x,
                             const Tensor& y, const WhereOptions& options = {});

// Where the condition's values (bool or numbers) are not 0: a dense int64
// matrix with a line for each of them, in order, that holds its place on every
// axis. Ragged axes give the place in the row.
//
//   Where({{true, false}, {}, {false, true}})  // {{0, 0}, {2, 1}}
//
// Fails with InvalidArgument if the condition is a scalar or of strings.
// O(values + result).
absl::StatusOr<Tensor> Where(const Tensor& condition,
                             const WhereOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_WHERE_H_
