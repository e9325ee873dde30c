#ifndef ROWSPLIT_SRC_EMBEDDING_WORD_VECTORS_H_
#define ROWSPLIT_SRC_EMBEDDING_WORD_VECTORS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

// Vectors that are made of the rows of some buckets.
namespace rowsplit::internal {

// Adds rows to `output`, in the order of the ids, short rows of a factorized
// table before they are multiplied out. Requires ids that are rows.
void AddTableRows(const EmbeddingTable& table, std::span<const int64_t> ids,
                  float* output);

// The vector of each word, as `read` writes it: [words, width], float32.
absl::StatusOr<Tensor> ReadWordVectors(
    const StringTensor& words, int64_t width, const ExecOptions& exec,
    absl::FunctionRef<void(std::string_view word, std::span<float> vector)>
        read);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_WORD_VECTORS_H_
