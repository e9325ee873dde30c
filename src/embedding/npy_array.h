#ifndef ROWSPLIT_SRC_EMBEDDING_NPY_ARRAY_H_
#define ROWSPLIT_SRC_EMBEDDING_NPY_ARRAY_H_

#include <string>

#include "absl/status/statusor.h"
#include "embedding/stored_array.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// The array of a whole .npy file, without a copy. DataLoss for a file that is
// damaged or cut short, InvalidArgument for an array of other than two
// dimensions or of other values than float16, float32 and float64; `name` is
// for messages. Bytes after the array are not looked at, as in NumPy.
absl::StatusOr<StoredArray> NpyArray(const Buffer<char>& file,
                                     const std::string& name);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_NPY_ARRAY_H_
