#ifndef ROWSPLIT_EMBEDDING_TABLE_H_
#define ROWSPLIT_EMBEDDING_TABLE_H_

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/gather.h"

namespace rowsplit {

struct UniformInitOptions {
  // Items lie between -limit and limit; 0.05 is what Keras' Embedding takes.
  float limit = 0.05f;
  uint64_t seed = 0;
};

// A dense table of float vectors: row `id` is the vector of that id. Immutable;
// copies share memory.
//
//   auto table = EmbeddingTable::Uniform(5000, 64, {.seed = 1});
//   Gather(table->view(), ids);
class EmbeddingTable {
 public:
  // No rows.
  EmbeddingTable() = default;

  // Fails with InvalidArgument unless there are num_rows * width values.
  static absl::StatusOr<EmbeddingTable> FromValues(Buffer<float> values,
                                                   int64_t num_rows,
                                                   int64_t width);

  // Random items, evenly spread between the limits. They depend on the seed,
  // the width and their place only: the same on every machine, and a table with
  // more rows starts with the same ones. Fails with InvalidArgument for a
  // negative size or a limit that is negative or not finite, with
  // ResourceExhausted for a size that does not fit 64 bits.
  static absl::StatusOr<EmbeddingTable> Uniform(
      int64_t num_rows, int64_t width, const UniformInitOptions& options = {});

  int64_t num_rows() const { return num_rows_; }
  int64_t width() const { return width_; }
  const Buffer<float>& values() const { return values_; }
  TableView<float> view() const { return {values_.span(), num_rows_, width_}; }

 private:
  EmbeddingTable(Buffer<float> values, int64_t num_rows, int64_t width)
      : values_(std::move(values)), num_rows_(num_rows), width_(width) {}

  Buffer<float> values_;
  int64_t num_rows_ = 0;
  int64_t width_ = 0;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_TABLE_H_
