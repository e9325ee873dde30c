#ifndef ROWSPLIT_SRC_EMBEDDING_TEXT_LINES_H_
#define ROWSPLIT_SRC_EMBEDDING_TEXT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/ragged/string_tensor.h"

// Lines of a token and its numbers (see text_format.h).
namespace rowsplit::internal {

// Where a piece of text begins in its file, after decompression.
struct TextPlace {
  int64_t line = 1;  // from 1
  int64_t byte = 0;  // from 0
};

// A line without the '\n', the spaces, tabs and '\r' at its end.
std::string_view TrimmedLine(std::string_view line);

// Takes the first line off `text`, with its '\n', and returns it without.
std::string_view TakeLine(std::string_view& text);

struct LineCounts {
  int64_t num_lines = 0;  // a last one without '\n' too
  // Lines that are not blank.
  int64_t num_data_lines = 0;
  // Those with a byte for each of 2 * width: the room that ParseLines needs.
  int64_t num_long_lines = 0;

  friend bool operator==(const LineCounts&, const LineCounts&) = default;
};

LineCounts CountLines(std::string_view text, int64_t width);

// The size of the part of `text` that has the first `count` data lines; of the
// whole text if it has no more than that.
size_t FindEndOfDataLines(std::string_view text, int64_t count);

struct LineRules {
  int64_t width;  // at least 1
  ErrorPolicy policy;
  std::string name;  // of the file, for messages
};

struct ParsedLines {
  StringTensorBuilder tokens;
  LoadReport report;
};

// Parses each data line of `text`: appends its token and writes its numbers as
// the next row. Requires `width` values in `rows` for each long line (see
// LineCounts); no others are touched. Fails only by the strict policy, with
// InvalidArgument, which says where: "glove.txt, line 3, byte 120: expected a
// token and 300 numbers, found 12 fields".
absl::Status ParseLines(std::string_view text, TextPlace place,
                        const LineRules& rules, std::span<float> rows,
                        ParsedLines& parsed);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_TEXT_LINES_H_
