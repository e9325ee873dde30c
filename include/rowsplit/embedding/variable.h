#ifndef ROWSPLIT_EMBEDDING_VARIABLE_H_
#define ROWSPLIT_EMBEDDING_VARIABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {

// A float32 table whose rows change: what is trained. Move-only. Rows may be
// written by several threads if they are different rows; reading one while it
// is written is a race.
//
//   auto variable = EmbeddingVariable::FromTable(
//       *EmbeddingTable::Uniform(5000, 64));
//   variable->row(7)[0] += 0.1f;
//   EmbeddingBag(variable->table(), ids);  // sees it
//   EmbeddingTable trained = std::move(*variable).Freeze();
class EmbeddingVariable {
 public:
  // No rows.
  EmbeddingVariable() = default;

  // A copy of the table's rows as float32. Fails with ResourceExhausted if
  // their size does not fit 64 bits, with Cancelled.
  static absl::StatusOr<EmbeddingVariable> FromTable(
      const EmbeddingTable& table, const ExecOptions& exec = {});

  // Over memory that the caller keeps alive, and that nobody else writes during
  // a call. Fails with InvalidArgument unless there are num_rows * width
  // values.
  static absl::StatusOr<EmbeddingVariable> Borrow(std::span<float> values,
                                                  int64_t num_rows,
                                                  int64_t width);

  EmbeddingVariable(EmbeddingVariable&& other) noexcept
      : EmbeddingVariable(std::exchange(other.values_, nullptr),
                          std::exchange(other.table_, EmbeddingTable())) {}
  EmbeddingVariable& operator=(EmbeddingVariable&& other) noexcept {
    values_ = std::exchange(other.values_, nullptr);
    table_ = std::exchange(other.table_, EmbeddingTable());
    return *this;
  }

  int64_t num_rows() const { return table_.num_rows(); }
  int64_t width() const { return table_.width(); }
  std::span<float> values() { return {values_, table_.view().values.size()}; }
  std::span<const float> values() const { return table_.view().values; }
  // Requires `0 <= id < num_rows()`.
  std::span<float> row(int64_t id) {
    return {values_ + id * width(), static_cast<size_t>(width())};
  }
  std::span<const float> row(int64_t id) const { return table_.view().row(id); }

  // The rows as a table that shares this memory and keeps it alive: it shows
  // what is written later. Costs nothing.
  const EmbeddingTable& table() const { return table_; }

  // The rows as a table that nobody writes any more, not copied. This variable
  // is empty afterwards.
  EmbeddingTable Freeze() && {
    values_ = nullptr;
    return std::exchange(table_, EmbeddingTable());
  }

 private:
  EmbeddingVariable(float* values, EmbeddingTable table)
      : values_(values), table_(std::move(table)) {}

  float* values_ = nullptr;
  EmbeddingTable table_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_VARIABLE_H_
