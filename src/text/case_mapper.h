#ifndef ROWSPLIT_SRC_TEXT_CASE_MAPPER_H_
#define ROWSPLIT_SRC_TEXT_CASE_MAPPER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "kernels/utf8_case.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

// One of Unicode's full case mappings, in the root locale. ICU is asked once
// for what each code point becomes; after that, text goes through a kernel that
// knows the mappings of equal size, and only what changes its size, and capital
// sigma, is done here. Ill-formed bytes become U+FFFD, one for each maximal
// subpart. Immutable.
class CaseMapper {
 public:
  // Made by the first call, in a few milliseconds.
  static const CaseMapper& Lower();
  static const CaseMapper& Upper();
  // C and F of CaseFolding.txt.
  static const CaseMapper& Fold();

  const kernels::Utf8CaseMap& map() const { return map_; }

  // Appends `row` mapped. Linear, and one pass over it.
  void AppendRow(std::string_view row, BufferBuilder<char>& out) const;

  // Appends rows that lie behind each other: row r is
  // bytes[offsets[r], offsets[r + 1]). row_ends[r] becomes the bytes appended
  // for rows 0 to r.
  void AppendRows(const char* bytes, std::span<const Offset> offsets,
                  Offset* row_ends, BufferBuilder<char>& out) const;

  // Appends rows that lie in order in `bytes`, perhaps with other bytes between
  // them, which may be appended too. `rows` become spans of `out`; where that
  // grows beyond kMaxBatchBytes they mean nothing.
  void AppendRows(std::string_view bytes, std::span<TokenSpan> rows,
                  BufferBuilder<char>& out) const;

 private:
  // What ICU says a string of one code point becomes.
  using Map = int32_t (*)(const char16_t* text, int32_t size, char16_t* out,
                          int32_t room);
  // A character whose size changes.
  struct Special {
    uint32_t code_point;
    std::string result;
  };
  // Behind `end` of the source, the output is `growth` bytes further on.
  struct Shift {
    size_t end;
    ptrdiff_t growth;
  };
  // The row that holds a byte of the text.
  struct Limits {
    size_t begin;
    size_t end;
  };

  CaseMapper(Map map, uint8_t ascii_first, bool has_final_sigma);
  void Learn(Map map);

  // Appends text[begin, end), which is well-formed. `row_at` is asked around a
  // capital sigma; a row may begin before and end behind it.
  void AppendWellFormed(std::string_view text, size_t begin, size_t end,
                        absl::FunctionRef<Limits(size_t at)> row_at,
                        std::vector<Shift>* shifts,
                        BufferBuilder<char>& out) const;
  std::string_view ResultOf(uint32_t code_point) const;

  kernels::Utf8CaseMap map_;
  bool has_final_sigma_;
  std::vector<Special> specials_;  // by code point
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CASE_MAPPER_H_
