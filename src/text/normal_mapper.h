#ifndef ROWSPLIT_SRC_TEXT_NORMAL_MAPPER_H_
#define ROWSPLIT_SRC_TEXT_NORMAL_MAPPER_H_

#include <unicode/normalizer2.h>

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "kernels/utf8_normalize.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/normalize.h"

namespace rowsplit::internal {

// A normalization form, or a mapping of single characters, of UTF-8 text. ICU
// is asked once about each code point; after that, text goes through a kernel
// that copies what can't change, and what it leaves is decomposed, ordered and
// composed by the same tables. Bytes that are not UTF-8 stay. Immutable.
class NormalMapper {
 public:
  // Made by the first call, in some milliseconds.
  static const NormalMapper& Of(NormalForm form);

  // A mapping by tables alone, where each character is a boundary, or where
  // marks are only put in order.
  explicit NormalMapper(kernels::Utf8NormalTables tables)
      : tables_(std::move(tables)) {}

  const kernels::Utf8NormalTables& tables() const { return tables_; }

  // Appends rows that lie behind each other: row r is
  // bytes[offsets[r], offsets[r + 1]). row_ends[r] becomes the bytes appended
  // for rows 0 to r. `edits`, if not null, gets the changes that ICU reports,
  // counted from the first row's begin, with the sizes of their results.
  void AppendRows(const char* bytes, std::span<const Offset> offsets,
                  Offset* row_ends, BufferBuilder<char>& out,
                  std::vector<kernels::NormalEdit>* edits = nullptr) const;

  // Appends one row.
  void AppendRow(std::string_view row, BufferBuilder<char>& out) const {
    const std::array<Offset, 2> offsets = {0, static_cast<Offset>(row.size())};
    Offset end = 0;
    // The offsets say where it ends.
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
    AppendRows(row.data(), offsets, &end, out);
  }

  // The whole of an op: rows in threads.
  absl::StatusOr<StringTensor> Map(StringTensorView input,
                                   const ExecOptions& exec) const;
  absl::StatusOr<NormalizedWithOffsets> MapWithOffsets(
      StringTensorView input, const ExecOptions& exec) const;

 private:
  explicit NormalMapper(NormalForm form);

  void LearnCharacters(const icu::Normalizer2& icu);
  void LearnPairs(const icu::Normalizer2& icu);
  // Does the text up to the next boundary, from run.at on.
  void AppendHard(kernels::NormalizeRun& run, BufferBuilder<char>& out) const;
  void AppendByIcu(std::string_view segment, int64_t begin,
                   std::vector<kernels::NormalEdit>& edits,
                   BufferBuilder<char>& out) const;

  kernels::Utf8NormalTables tables_;
  const icu::Normalizer2* icu_ = nullptr;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_NORMAL_MAPPER_H_
