#ifndef ROWSPLIT_SRC_EMBEDDING_WORD_VECTORS_H_
#define ROWSPLIT_SRC_EMBEDDING_WORD_VECTORS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

// Vectors that are made of the rows of some buckets.
namespace rowsplit::internal {

// Adds rows to `output`, in the order of the ids, short rows of a factorized
// table before they are multiplied out. Requires ids that are rows.
void AddTableRows(const EmbeddingTable& table, std::span<const int64_t> ids,
                  float* output);

// The vector of each word from the rows that `find` appends for it: [words,
// width], float32. They are reduced as EmbeddingBag does in `mode`, many words
// at a time, and `finish` sees each sum with the number of its rows. For int8
// and int4 rows the sums may differ by roundings from those of AddTableRows.
absl::StatusOr<Tensor> ReadWordVectors(
    const StringTensor& words, const EmbeddingTable& table, BagMode mode,
    const ExecOptions& exec,
    absl::FunctionRef<void(std::string_view word, std::vector<int64_t>& rows)>
        find,
    absl::FunctionRef<void(size_t num_rows, std::span<float> vector)> finish);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_WORD_VECTORS_H_
