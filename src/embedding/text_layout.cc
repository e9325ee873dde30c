#include "embedding/text_layout.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parse_float.h"
#include "core/status_macros.h"
#include "embedding/named_rows.h"
#include "embedding/text_lines.h"

namespace rowsplit::internal {

namespace {

// More numbers than a line can have.
constexpr int64_t kMaxWidth = INT32_MAX;

// Lines that agree, from which on they count more than a header.
constexpr size_t kMinAgreeing = 4;

bool IsNumber(std::string_view field) {
  float value;
  return ParseWholeFloat(field, value);
}

// The numbers at the end of a trimmed line; the first field is a token, even
// where it is a number.
int64_t CountNumbers(std::string_view line) {
  int64_t count = 0;
  size_t end = line.size();
  while (true) {
    size_t begin = end;
    while (begin > 0 && !IsFieldSeparator(line[begin - 1])) --begin;
    if (begin == 0 || !IsNumber(line.substr(begin, end - begin))) return count;
    ++count;
    end = begin;
    while (end > 0 && IsFieldSeparator(line[end - 1])) --end;
    if (end == 0) return count;  // an empty token
  }
}

// Reads digits and no more; too large a number is the largest.
std::optional<int64_t> ReadWhole(std::string_view field) {
  if (field.empty() || field[0] == '-') return {};
  int64_t value = 0;
  const char* const begin = field.data();
  const char* const end = begin + field.size();
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (rest != end) return {};
  return error == std::errc() ? value : INT64_MAX;
}

struct Head {
  std::string_view first;        // the first data line
  TextLayout after_first;        // as if that line were a header
  std::vector<int64_t> numbers;  // of each of the data lines
  bool is_whole;                 // and they are all that there are
};

Head ReadHead(std::string_view text, bool is_whole) {
  Head head{{}, {}, {}, is_whole};
  std::string_view rest = text;
  for (int64_t line = 1; !rest.empty(); ++line) {
    if (head.numbers.size() == kHeadLines) {
      head.is_whole = false;
      break;
    }
    const std::string_view data = TrimmedLine(TakeLine(rest));
    // Of a line that is cut at the end of the head, nothing is known.
    const bool is_cut = rest.empty() && !is_whole && text.back() != '\n';
    if (data.empty() || (is_cut && !head.numbers.empty())) continue;
    if (head.numbers.empty()) {
      head.first = data;
      head.after_first.first_line = line + 1;
      head.after_first.body = text.size() - rest.size();
    }
    head.numbers.push_back(CountNumbers(data));
  }
  return head;
}

// The number that most lines have, not counting 0; of two that are as common,
// the one that comes first. 0 if there is none.
int64_t MostCommon(const std::vector<int64_t>& numbers, size_t first_line) {
  int64_t most_common = 0;
  int64_t most = 0;
  for (size_t line = first_line; line < numbers.size(); ++line) {
    const int64_t count =
        std::count(numbers.begin() + static_cast<int64_t>(first_line),
                   numbers.end(), numbers[line]);
    if (numbers[line] == 0 || count <= most) continue;
    most_common = numbers[line];
    most = count;
  }
  return most_common;
}

bool IsHeader(const Head& head, const HeaderLine& header) {
  const auto num_after = static_cast<int64_t>(head.numbers.size()) - 1;
  if (num_after == 0) return true;
  const int64_t after = MostCommon(head.numbers, 1);
  if (header.width != 1) return after != 1;
  if (after != 1) return after == 0;
  return head.is_whole ? header.num_rows == num_after
                       : header.num_rows > num_after;
}

absl::Status LayoutError(const std::string& name, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("%s: %s", name, what));
}

absl::StatusOr<TextLayout> LayoutOfHeader(const Head& head,
                                          const HeaderLine& header,
                                          const std::string& name,
                                          const TextRowsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckHeaderWidth(header, name));
  if (options.width > 0 && options.width != header.width) {
    return LayoutError(name,
                       absl::StrFormat("the header line says a width of %d, "
                                       "expected %d",
                                       header.width, options.width));
  }
  // Else the tokens would take the numbers that the header leaves.
  const int64_t after = MostCommon(head.numbers, 1);
  const bool all_agree =
      head.numbers.size() > kMinAgreeing &&
      std::count(head.numbers.begin() + 1, head.numbers.end(), after) ==
          static_cast<int64_t>(head.numbers.size()) - 1;
  if (options.header == TextHeader::kDetect && options.width == 0 &&
      all_agree && after > header.width) {
    return LayoutError(
        name, absl::StrFormat("the header line says a width of %d, but the "
                              "lines after it have %d numbers",
                              header.width, after));
  }
  TextLayout layout = head.after_first;
  layout.width = header.width;
  layout.num_rows = header.num_rows;
  return layout;
}

}  // namespace

std::optional<HeaderLine> ReadHeaderLine(std::string_view line) {
  const auto separator =
      std::find_if(line.begin(), line.end(), IsFieldSeparator);
  const auto second = std::find_if_not(separator, line.end(), IsFieldSeparator);
  const std::optional<int64_t> num_rows =
      ReadWhole(line.substr(0, separator - line.begin()));
  const std::optional<int64_t> width =
      ReadWhole(line.substr(second - line.begin()));
  if (!num_rows.has_value() || !width.has_value()) return {};
  return HeaderLine{*num_rows, *width};
}

absl::Status CheckHeaderWidth(const HeaderLine& header,
                              const std::string& name) {
  if (header.width >= 1 && header.width <= kMaxWidth) return absl::OkStatus();
  return LayoutError(
      name, absl::StrFormat("the width in the header line must be between 1 "
                            "and %d, got %d",
                            kMaxWidth, header.width));
}

absl::StatusOr<TextLayout> FindTextLayout(std::string_view head_text,
                                          bool is_whole,
                                          const std::string& name,
                                          const TextRowsOptions& options) {
  if (options.width < 0 || options.width > kMaxWidth) {
    return LayoutError(name, absl::StrFormat("width must be between 0 and %d, "
                                             "got %d",
                                             kMaxWidth, options.width));
  }
  const Head head = ReadHead(head_text, is_whole);
  if (head.numbers.empty()) return LayoutError(name, "the file has no rows");
  if (options.header != TextHeader::kAbsent) {
    const std::optional<HeaderLine> header = ReadHeaderLine(head.first);
    if (header.has_value() &&
        (options.header == TextHeader::kPresent || IsHeader(head, *header))) {
      return LayoutOfHeader(head, *header, name, options);
    }
    if (options.header == TextHeader::kPresent) {
      return LayoutError(name,
                         "the first line must be a header, the number of rows "
                         "and the width, got " +
                             Quoted(head.first));
    }
  }
  TextLayout layout;
  layout.width =
      options.width > 0 ? options.width : MostCommon(head.numbers, 0);
  if (layout.width == 0) {
    return LayoutError(name, "expected a token and numbers on each line, got " +
                                 Quoted(head.first));
  }
  return layout;
}

absl::Status CheckNumRows(const TextLayout& layout, int64_t num_rows,
                          const std::string& name) {
  if (!layout.num_rows.has_value() || *layout.num_rows == num_rows) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrFormat("%s: the header line promises %d rows, the file has %d",
                      name, *layout.num_rows, num_rows));
}

}  // namespace rowsplit::internal
