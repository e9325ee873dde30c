#ifndef ROWSPLIT_DATA_ARROW_EXPORT_H_
#define ROWSPLIT_DATA_ARROW_EXPORT_H_

#include "absl/status/status.h"
#include "rowsplit/data/arrow_abi.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Gives a tensor to another library through Arrow's C data interface, as an
// array of its outermost rows. A partition becomes a large_list, a uniform
// inner dimension a fixed_size_list; strings become large_string if all are
// valid UTF-8 and large_binary otherwise. Splits, values and bytes are shared,
// not copied, and live until the array is released; bools are packed into bits.
//
//   ArrowSchema schema;
//   ArrowArray array;
//   absl::Status status = ExportToArrow(tensor, &schema, &array);
//
// The caller must release both structs. Fails with InvalidArgument, and leaves
// the structs released, if the tensor is a scalar or a bfloat16, which Arrow
// does not have. O(ragged rank), and O(bytes) for strings and bools.
absl::Status ExportToArrow(const Tensor& tensor, ArrowSchema* schema,
                           ArrowArray* array);
// The type alone.
absl::Status ExportArrowSchema(const Tensor& tensor, ArrowSchema* schema);

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_ARROW_EXPORT_H_
