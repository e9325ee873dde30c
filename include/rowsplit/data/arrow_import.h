#ifndef ROWSPLIT_DATA_ARROW_IMPORT_H_
#define ROWSPLIT_DATA_ARROW_IMPORT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/data/arrow_abi.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Takes an array of another library through Arrow's C data interface. The
// outermost dimension is the array's length. list, large_list, list_view and
// large_list_view become partitions; fixed_size_list becomes an inner dimension
// if only such lists are inside it, else a partition of equal rows. The items
// may be bool, the integers, float16, float32, float64, string, binary,
// their large and view forms, or fixed_size_binary.
//
//   // schema and array as another library's export filled them
//   absl::StatusOr<Tensor> tensor = ImportFromArrow(schema, &array);
//
// The array is moved from, whether the import succeeds or not: it is released
// with the last tensor that shares its memory. Numbers and bytes are shared if
// they are aligned; splits, bools and views are copied. The schema stays the
// caller's.
//
// Fails with InvalidArgument if a value is null, naming its level and position;
// if the array contradicts its type (a buffer or child that is missing, offsets
// that decrease or leave the child, a negative length); or if the type is none
// of those above. The sizes of the buffers can't be checked: the interface does
// not tell them. O(rows), and O(values) for bools, views and list views out of
// order.
absl::StatusOr<Tensor> ImportFromArrow(const ArrowSchema& schema,
                                       ArrowArray* array);

// Takes all arrays of a stream, one after the other: one array shares memory as
// above, several are copied into one tensor. Releases the stream. Fails as
// above, and with Internal if the stream does, with its message.
absl::StatusOr<Tensor> ImportFromArrowStream(ArrowArrayStream* stream,
                                             const ExecOptions& exec = {});

// The arrays of a stream, each by itself: all share memory as above. At least
// one; a stream of none gives an empty one. Releases the stream and fails
// likewise.
absl::StatusOr<std::vector<Tensor>> ImportArrowChunks(ArrowArrayStream* stream);

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_ARROW_IMPORT_H_
