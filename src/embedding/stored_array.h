#ifndef ROWSPLIT_SRC_EMBEDDING_STORED_ARRAY_H_
#define ROWSPLIT_SRC_EMBEDDING_STORED_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

// A two-dimensional array of floats, as some file has it.
struct StoredArray {
  // float16, bfloat16, float32 or float64.
  DType dtype = DType::kFloat32;
  int64_t num_rows = 0;
  int64_t width = 0;
  // Column after column instead of row after row.
  bool fortran_order = false;
  // Not in this machine's byte order.
  bool swapped = false;
  // Exactly the values: num_rows * width of them.
  Buffer<char> bytes;
};

// The bytes that an array takes. Fails with InvalidArgument if it has rows
// without values (so that no size promises more than the file has), and with
// ResourceExhausted if they do not fit 63 bits; `name` is for messages.
// Requires sizes of 0 or more.
absl::StatusOr<int64_t> ArrayBytes(const std::string& name, DType dtype,
                                   int64_t num_rows, int64_t width);

// DataLoss if the bytes of an array end before `needed` of them.
absl::Status CheckArrayBytes(const std::string& name, int64_t needed,
                             size_t available);

// The first `max_rows` rows (-1: all) as a table. Rows of float16, bfloat16 and
// float32 in C order and this machine's byte order are not copied, wherever
// they begin; others become float32.
absl::StatusOr<EmbeddingTable> TableOfArray(const StoredArray& array,
                                            int64_t max_rows,
                                            const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_STORED_ARRAY_H_
