#include "rowsplit/text/unicode_case.h"

#include <unicode/unistr.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/append_rows.h"
#include "text/case_mapper.h"
#include "text/icu_rows.h"
#include "text/locale_case.h"
#include "text/row_pieces.h"

namespace rowsplit {
namespace {

using internal::CaseKind;
using internal::CaseMapper;
using internal::LocaleCase;

// Appends the rows, each up to its first NUL if `nul_ends_string`; row_ends[r]
// becomes the size of `out` behind row r.
void AppendRows(const CaseMapper& mapper, StringTensorView rows,
                bool nul_ends_string, Offset* row_ends,
                BufferBuilder<char>& out) {
  const bool has_end =
      nul_ends_string && rows.text().find('\0') != std::string_view::npos;
  if (!has_end) {
    const auto size = static_cast<Offset>(out.size());
    mapper.AppendRows(rows.bytes().data(), rows.offsets(), row_ends, out);
    for (int64_t row = 0; row < rows.size(); ++row) row_ends[row] += size;
    return;
  }
  for (int64_t row = 0; row < rows.size(); ++row) {
    mapper.AppendRow(rows[row].substr(0, rows[row].find('\0')), out);
    row_ends[row] = static_cast<Offset>(out.size());
  }
}

absl::StatusOr<StringTensor> MapCase(const CaseMapper& mapper,
                                     StringTensorView input,
                                     const UnicodeCaseOptions& options) {
  if (input.size() == 0) return StringTensor();
  // Characters that grow are few.
  const size_t size = input.text().size();
  return internal::AppendPieces(
      internal::CutRows(input.offsets(), internal::kValuesInPiece),
      size + size / 64 + 64, options.exec,
      [&](int64_t begin, int64_t end, Offset* row_ends,
          BufferBuilder<char>& out) {
        AppendRows(mapper, input.Slice(begin, end), options.nul_ends_string,
                   row_ends, out);
        return absl::OkStatus();
      });
}

absl::StatusOr<StringTensor> MapBy(CaseKind kind, const CaseMapper* root,
                                   StringTensorView input,
                                   const UnicodeCaseOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const LocaleCase map,
                            LocaleCase::Create(kind, options.locale));
  if (map.is_root()) return MapCase(*root, input, options);
  return internal::MapByIcu(CaseName(kind), input, options.exec,
                            [&](icu::UnicodeString& text) {
                              const int32_t end = text.indexOf(u'\0');
                              if (options.nul_ends_string && end >= 0)
                                text.truncate(end);
                              map.Map(text);
                              return absl::OkStatus();
                            });
}

}  // namespace

absl::StatusOr<StringTensor> LowerUnicode(StringTensorView input,
                                          const UnicodeCaseOptions& options) {
  return MapBy(CaseKind::kLower, &CaseMapper::Lower(), input, options);
}

absl::StatusOr<StringTensor> UpperUnicode(StringTensorView input,
                                          const UnicodeCaseOptions& options) {
  return MapBy(CaseKind::kUpper, &CaseMapper::Upper(), input, options);
}

absl::StatusOr<StringTensor> FoldCase(StringTensorView input,
                                      const UnicodeCaseOptions& options) {
  return MapBy(CaseKind::kFold, &CaseMapper::Fold(), input, options);
}

absl::StatusOr<StringTensor> TitleUnicode(StringTensorView input,
                                          const UnicodeCaseOptions& options) {
  return MapBy(CaseKind::kTitle, nullptr, input, options);
}

}  // namespace rowsplit
