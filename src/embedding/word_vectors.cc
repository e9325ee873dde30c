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
#include "embedding/bag_ids.h"
#include "embedding/bag_rows.h"
#include "embedding/table_rows.h"
#include "kernels/multiply_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/bag.h"
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

// What a thread keeps from piece to piece.
struct Scratch {
  std::vector<int64_t> rows;
  std::vector<Offset> splits;
  BagScratch bags;
};

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
    const StringTensor& words, const EmbeddingTable& table, BagMode mode,
    const ExecOptions& exec,
    absl::FunctionRef<void(std::string_view word, std::vector<int64_t>& rows)>
        find,
    absl::FunctionRef<void(size_t num_rows, std::span<float> vector)> finish) {
  const int64_t num_words = words.size();
  const int64_t width = table.width();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(RowFormat::kFloat32, num_words, width));
  ROWSPLIT_ASSIGN_OR_RETURN(const BagReducer reducer,
                            BagReducer::Create(table, {.mode = mode}));
  BufferBuilder<float> vectors(static_cast<size_t>(num_bytes / 4));
  WorkerLocal<Scratch> scratches(exec);
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, num_words, kWordGrain,
      [&](int64_t begin, int64_t end) -> absl::Status {
        Scratch& scratch = scratches.local();
        scratch.rows.clear();
        scratch.splits.assign(1, 0);
        for (int64_t i = begin; i < end; ++i) {
          find(words[i], scratch.rows);
          scratch.splits.push_back(static_cast<Offset>(scratch.rows.size()));
        }
        float* const output = vectors.data() + begin * width;
        ROWSPLIT_RETURN_IF_ERROR(
            reducer.Reduce({.ids = std::span<const int64_t>(scratch.rows),
                            .splits = scratch.splits},
                           scratch.bags, output));
        for (int64_t i = 0; i < end - begin; ++i) {
          finish(static_cast<size_t>(scratch.splits[i + 1] - scratch.splits[i]),
                 {output + i * width, static_cast<size_t>(width)});
        }
        return absl::OkStatus();
      }));
  return Tensor::Dense(std::move(vectors).Build(), {num_words, width});
}

}  // namespace rowsplit::internal
