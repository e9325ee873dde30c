#ifndef ROWSPLIT_OPS_FIRST_LAST_H_
#define ROWSPLIT_OPS_FIRST_LAST_H_

#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct FirstLastOptions {
  // What an empty row gives: a scalar or a value of the inner shape, of the
  // input's dtype. Absent, an empty row is an error.
  std::optional<Tensor> empty = std::nullopt;
  ExecOptions exec = {};
};

// The first (last) value of each row of the innermost ragged dimension, which
// goes away; of every dtype.
//
//   // t = [["a", "b"], [], ["c"]]
//   Last(t, {.empty = Tensor::Scalar("-")})  // ["b", "-", "c"]
//   First(t)  // InvalidArgument: row 1 is empty
//
// InvalidArgument: a dense input, an empty row (the message names it) unless
// `empty` is given, an `empty` of another dtype or shape. Cancelled.
// O(rows + bytes of the result).
absl::StatusOr<Tensor> First(const Tensor& input,
                             const FirstLastOptions& options = {});
absl::StatusOr<Tensor> Last(const Tensor& input,
                            const FirstLastOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_FIRST_LAST_H_
