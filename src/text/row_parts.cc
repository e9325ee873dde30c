#include "text/row_parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {
namespace {

bool IsAscii(char byte) { return static_cast<int8_t>(byte) >= 0; }

// The first place at or behind `from` where text may be cut, or its end.
size_t FindCut(std::string_view text, size_t from) {
  for (size_t at = from; at < text.size(); ++at) {
    const char before = text[at - 1];
    if ((before == ' ' || before == '\n') && IsAscii(text[at])) return at;
  }
  return text.size();
}

}  // namespace

RowParts::RowParts(StringTensorView rows) : rows_(rows) {
  if (rows.text().size() <= kPartBytes) return;
  bool has_long = false;
  for (int64_t row = 0; row < rows.size(); ++row)
    has_long |= rows[row].size() > kPartBytes;
  if (!has_long) return;
  offsets_.push_back(rows.offsets().front());
  for (int64_t row = 0; row < rows.size(); ++row) AddRow(row);
  if (begins_.size() == num_parts_.size()) offsets_.clear();
}

void RowParts::AddRow(int64_t row) {
  const std::string_view text = rows_[row];
  const Offset row_begin = rows_.offsets()[row];
  size_t begin = 0;
  do {
    size_t end = text.size();
    if (text.size() - begin > kPartBytes)
      end = FindCut(text, begin + kPartBytes);
    begins_.push_back(static_cast<Offset>(begin));
    offsets_.push_back(row_begin + static_cast<Offset>(end));
    begin = end;
  } while (begin < text.size());
  num_parts_.push_back(static_cast<int64_t>(begins_.size()));
}

void RowParts::JoinEnds(std::span<const Offset> part_ends,
                        Offset* row_ends) const {
  for (const int64_t parts : num_parts_) *row_ends++ = part_ends[parts - 1];
}

}  // namespace rowsplit::internal
