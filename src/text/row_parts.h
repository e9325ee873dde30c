#ifndef ROWSPLIT_SRC_TEXT_ROW_PARTS_H_
#define ROWSPLIT_SRC_TEXT_ROW_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// Rows whose long ones are cut behind a space or a line feed that has ASCII
// behind it. What cuts text at white space and normalizes it makes of the parts
// what it makes of the row: no word and no sequence of marks goes over a cut.
// So one character that takes the slow way takes a part there, and not a
// document. A row without such a place stays whole. Linear.
class RowParts {
 public:
  // Parts have this size at least, but the last of a row.
  static constexpr size_t kPartBytes = size_t{16} * 1024;

  // Refers to the rows.
  explicit RowParts(StringTensorView rows);

  // Whether a row was cut. Otherwise the parts are the rows.
  bool has_cuts() const { return !offsets_.empty(); }
  StringTensorView parts() const {
    return has_cuts() ? StringTensorView(offsets_, rows_.bytes()) : rows_;
  }
  // Where a part begins in its row. Requires has_cuts().
  Offset begin(int64_t part) const { return begins_[part]; }
  // Sets row_ends[r] to the part_ends of the last part of row r. Requires
  // has_cuts().
  void JoinEnds(std::span<const Offset> part_ends, Offset* row_ends) const;

 private:
  void AddRow(int64_t row);

  StringTensorView rows_;
  std::vector<Offset> offsets_;  // of the parts; none if they are the rows
  std::vector<Offset> begins_;
  std::vector<int64_t> num_parts_;  // of rows 0 to r
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ROW_PARTS_H_
