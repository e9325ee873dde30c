#ifndef ROWSPLIT_SRC_EMBEDDING_TEXT_LAYOUT_H_
#define ROWSPLIT_SRC_EMBEDDING_TEXT_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/text_format.h"

// What the first lines of a file of vectors say about the others.
namespace rowsplit::internal {

// The data lines that are looked at, and the most bytes of them.
inline constexpr int64_t kHeadLines = 64;
inline constexpr size_t kMaxHeadBytes = size_t{16} << 20;

// The line that word2vec's and fastText's files begin with.
struct HeaderLine {
  int64_t num_rows;
  int64_t width;
};

// Reads a trimmed line of two whole numbers; too large a number is INT64_MAX.
std::optional<HeaderLine> ReadHeaderLine(std::string_view line);

// InvalidArgument for a width that no row has.
absl::Status CheckHeaderWidth(const HeaderLine& header,
                              const std::string& name);

struct TextLayout {
  int64_t width = 0;
  // What the header line promises; unset without one.
  std::optional<int64_t> num_rows;
  // Where the lines of rows begin: their place in the text, and the number of
  // the first of them, from 1.
  size_t body = 0;
  int64_t first_line = 1;
};

// Looks at `head`, the begin of the text, which is all of it if `is_whole`.
//
// With TextHeader::kDetect, two whole numbers on the first line are a header
// unless most of the next lines have one number only: then "5 3" is a row too,
// and the header of a table of that width, "5 1", is told from a row by the
// number of lines. The width is the header's, or that which most lines have.
//
// Fails with InvalidArgument for a text without rows and without a header, one
// without numbers, a header that is missing, and a width that differs from the
// header's.
absl::StatusOr<TextLayout> FindTextLayout(std::string_view head, bool is_whole,
                                          const std::string& name,
                                          const TextRowsOptions& options);

// DataLoss unless the file has as many rows as its header promises.
absl::Status CheckNumRows(const TextLayout& layout, int64_t num_rows,
                          const std::string& name);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_TEXT_LAYOUT_H_
