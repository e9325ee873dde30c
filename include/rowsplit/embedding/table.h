#ifndef ROWSPLIT_EMBEDDING_TABLE_H_
#define ROWSPLIT_EMBEDDING_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/ops/gather.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct UniformInitOptions {
  // Items lie between -limit and limit; 0.05 is what Keras' Embedding takes.
  float limit = 0.05f;
  uint64_t seed = 0;
  // How the rows are stored; the items are those of float32, rounded.
  RowFormat format = RowFormat::kFloat32;
  ExecOptions exec = {};
};

struct NormalInitOptions {
  float mean = 0;
  float stddev = 0.05f;
  uint64_t seed = 0;
  RowFormat format = RowFormat::kFloat32;
  ExecOptions exec = {};
};

// A table of vectors: row `id` is the vector of that id. Its rows are stored in
// one of the RowFormats, in memory of its own, of the caller or of a mapped
// file. A factorized table stores short rows and one matrix that makes them
// long. Immutable; copies share memory.
//
//   auto table = EmbeddingTable::Uniform(5000, 64, {.seed = 1});
//   Gather(table->view(), ids);
//   auto small = table->ConvertTo(RowFormat::kInt8);  // 72 bytes a row, not
//   256
class EmbeddingTable {
 public:
  // No rows.
  EmbeddingTable() = default;

  // Float32 rows. Fails with InvalidArgument unless there are num_rows * width
  // values.
  static absl::StatusOr<EmbeddingTable> FromValues(Buffer<float> values,
                                                   int64_t num_rows,
                                                   int64_t width);

  // Rows as they are stored, not copied: the bytes may be borrowed or mapped,
  // and need no alignment. Fails with InvalidArgument unless there are
  // num_rows * RowBytes(format, width) bytes; nothing of them is read.
  static absl::StatusOr<EmbeddingTable> FromBytes(RowFormat format,
                                                  Buffer<std::byte> bytes,
                                                  int64_t num_rows,
                                                  int64_t width);

  // The product of `rows` [V, r], in any format, and `projection` [r, width],
  // row-major: V rows of `width` items, each made when it is asked for. Fails
  // with InvalidArgument if `rows` is factorized itself or the projection's
  // size is not rows.width() * width.
  static absl::StatusOr<EmbeddingTable> Factorized(EmbeddingTable rows,
                                                   Buffer<float> projection,
                                                   int64_t width);

  // Random items, evenly spread between the limits. They depend on the seed,
  // the width and their place only: the same on every machine, and a table with
  // more rows starts with the same ones. Fails with InvalidArgument for a
  // negative size or a limit that is negative or not finite, with
  // ResourceExhausted for a size that does not fit 64 bits.
  static absl::StatusOr<EmbeddingTable> Uniform(
      int64_t num_rows, int64_t width, const UniformInitOptions& options = {});
  // Normally distributed items. They depend on the same, but come from the
  // machine's logarithm and cosine, so that the last bit of a few may differ
  // from one machine to another. Fails likewise.
  static absl::StatusOr<EmbeddingTable> Normal(
      int64_t num_rows, int64_t width, const NormalInitOptions& options = {});

  int64_t num_rows() const { return num_rows_; }
  int64_t width() const { return width_; }
  // How rows are stored; those of the factor, of a factorized table.
  RowFormat format() const { return format_; }
  // The bytes of all that is stored.
  int64_t size_bytes() const;
  // The stored rows; empty for a factorized table, whose rows are factor()'s.
  const Buffer<std::byte>& bytes() const { return bytes_; }

  bool is_factorized() const { return factors_ != nullptr; }
  // The short rows and the matrix [factor().width(), width()], row-major.
  // Require a factorized table.
  const EmbeddingTable& factor() const;
  const Buffer<float>& projection() const;

  // True if the rows lie in memory as float32, aligned: values() and view()
  // have them. Otherwise those have no items, and Gather of the view fails.
  bool has_values() const;
  Buffer<float> values() const;
  TableView<float> view() const;

  // Writes a row as float32. Fails with OutOfRange if `id` is not a row, with
  // InvalidArgument if `output` has not the table's width.
  absl::Status ReadRow(int64_t id, std::span<float> output) const;
  // The rows of `ids` as float32, of shape [ids, width]. Fails with OutOfRange,
  // which names the first id that is not a row; with ResourceExhausted; with
  // Cancelled.
  absl::StatusOr<Tensor> ReadRows(std::span<const int64_t> ids,
                                  const ExecOptions& exec = {}) const;

  // The same table in another format, items rounded to the nearest one that
  // the format has (of two, the even one). A factorized table stays one: its
  // short rows are converted. Fails with InvalidArgument, which names row and
  // column, for an item that int8 or int4 can't hold: NaN and infinities, and
  // for int4 rows beyond float16's range. Takes no memory if the format is the
  // table's.
  absl::StatusOr<EmbeddingTable> ConvertTo(RowFormat format,
                                           const ExecOptions& exec = {}) const;
  // The table as float32 rows, a factorized one multiplied out.
  absl::StatusOr<EmbeddingTable> ToDense(const ExecOptions& exec = {}) const;

 private:
  struct Factors;

  EmbeddingTable(RowFormat format, Buffer<std::byte> bytes, int64_t num_rows,
                 int64_t width)
      : format_(format),
        bytes_(std::move(bytes)),
        num_rows_(num_rows),
        width_(width) {}

  RowFormat format_ = RowFormat::kFloat32;
  Buffer<std::byte> bytes_;
  std::shared_ptr<const Factors> factors_;
  int64_t num_rows_ = 0;
  int64_t width_ = 0;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_TABLE_H_
