#include "embedding/word_vectors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "kernels/multiply_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

namespace {

// Rows that are decoded at a time, so that the memory of the later ones is
// asked for before its use.
constexpr size_t kBlockRows = 16;

// Words of one piece of a threaded loop: each takes some microseconds.
constexpr int64_t kWordGrain = 64;

void Add(const float* items, size_t size, float* output) {
  for (size_t i = 0; i < size; ++i) output[i] += items[i];
}

}  // namespace

void AddTableRows(const EmbeddingTable& table, std::span<const int64_t> ids,
                  float* output) {
  const auto width = static_cast<size_t>(table.width());
  if (table.is_factorized()) {
    std::vector<float> sum(static_cast<size_t>(table.factor().width()));
    AddTableRows(table.factor(), ids, sum.data());
    std::vector<float> product(width);
    kernels::MultiplyRows(sum.data(), 1, sum.size(), table.projection().data(),
                          width, product.data());
    Add(product.data(), width, output);
    return;
  }
  std::vector<float> rows(std::min(ids.size(), kBlockRows) * width);
  for (size_t begin = 0; begin < ids.size(); begin += kBlockRows) {
    const size_t count = std::min(kBlockRows, ids.size() - begin);
    ReadTableRows(table, ids.data() + begin, static_cast<int64_t>(count),
                  rows.data());
    for (size_t row = 0; row < count; ++row) {
      Add(rows.data() + row * width, width, output);
    }
  }
}

absl::StatusOr<Tensor> ReadWordVectors(
    const StringTensor& words, int64_t width, const ExecOptions& exec,
    absl::FunctionRef<void(std::string_view word, std::span<float> vector)>
        read) {
  const int64_t num_words = words.size();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(RowFormat::kFloat32, num_words, width));
  BufferBuilder<float> vectors(static_cast<size_t>(num_bytes / 4));
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_words, kWordGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          read(words[i],
               {vectors.data() + i * width, static_cast<size_t>(width)});
        }
        return absl::OkStatus();
      }));
  return Tensor::Dense(std::move(vectors).Build(), {num_words, width});
}

}  // namespace rowsplit::internal
