#include "embedding/text_lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/parse_float.h"
#include "core/status_macros.h"
#include "embedding/named_rows.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/embedding/load_report.h"

namespace rowsplit::internal {

namespace {

// The shortest line with `width` numbers: an empty token, and each number a
// separator and a digit.
bool IsLong(std::string_view line, int64_t width) {
  return static_cast<int64_t>(line.size()) >= 2 * width;
}

bool IsBlank(std::string_view line) {
  return (line.empty() || static_cast<unsigned char>(line[0]) <= ' ') &&
         TrimmedLine(line).empty();
}

size_t CountFields(std::string_view line) {
  size_t count = 0;
  bool between = true;
  for (const char byte : line) {
    const bool separator = IsFieldSeparator(byte);
    if (between && !separator) ++count;
    between = separator;
  }
  return count;
}

// Where the separators before the last `count` fields begin; npos if there are
// no separators in front of the first of them, or fewer fields.
size_t FindLastFields(std::string_view line, int64_t count) {
  size_t position = line.size();
  for (; count > 0; --count) {
    while (position > 0 && !IsFieldSeparator(line[position - 1])) --position;
    if (position == 0) return std::string_view::npos;
    while (position > 0 && IsFieldSeparator(line[position - 1])) --position;
    if (position == 0 && count > 1) return std::string_view::npos;
  }
  return position;
}

class LineParser {
 public:
  LineParser(const LineRules& rules, std::span<float> rows, ParsedLines& parsed)
      : rules_(rules),
        width_(static_cast<size_t>(rules.width)),
        rows_(rows),
        parsed_(parsed) {}

  // Parses the line that begins at `place`.
  absl::Status Add(std::string_view line, TextPlace place) {
    if (IsBlank(line)) return absl::OkStatus();
    place_ = place;
    line_ = TrimmedLine(line);
    if (!IsLong(line, rules_.width)) return RefuseFieldCount();
    const auto separator =
        std::find_if(line_.begin(), line_.end(), IsFieldSeparator);
    const std::string_view token = line_.substr(0, separator - line_.begin());
    const char* const end = line_.data() + line_.size();
    const std::span<float> row = NextRow();
    const FloatRun run = ParseFloats(token.data() + token.size(), end, row);
    if (run.count != width_ || run.end != end || !AllFinite(row)) {
      return AddSlowly();
    }
    return AddRow(token);
  }

 private:
  std::span<float> NextRow() {
    const size_t begin = static_cast<size_t>(parsed_.tokens.size()) * width_;
    ROWSPLIT_DCHECK(begin + width_ <= rows_.size());
    return rows_.subspan(begin, width_);
  }

  // For tokens with spaces and for lines with a fault.
  absl::Status AddSlowly() {
    const size_t numbers = FindLastFields(line_, rules_.width);
    if (numbers == std::string_view::npos) return RefuseFieldCount();
    std::string_view rest = line_.substr(numbers);
    int64_t num_replaced = 0;
    std::string first_replaced;
    for (size_t column = 0; column < width_; ++column) {
      rest.remove_prefix(
          std::find_if_not(rest.begin(), rest.end(), IsFieldSeparator) -
          rest.begin());
      const std::string_view field = rest.substr(
          0, std::find_if(rest.begin(), rest.end(), IsFieldSeparator) -
                 rest.begin());
      float& value = NextRow()[column];
      const bool whole = ParseWholeFloat(field, value);
      if (!whole || !std::isfinite(value)) {
        const auto describe = [&] {
          return Place(field, column + 2) +
                 (whole ? "the number is not finite: " : "not a number: ") +
                 Quoted(field);
        };
        if (rules_.policy != ErrorPolicy::kReplace) return Refuse(describe);
        if (num_replaced++ == 0) first_replaced = describe();
        value = 0;
      }
      rest.remove_prefix(field.size());
    }
    ROWSPLIT_RETURN_IF_ERROR(AddRow(line_.substr(0, numbers)));
    if (num_replaced > 0) {
      MergeFault(parsed_.report.replaced, {num_replaced, first_replaced});
    }
    return absl::OkStatus();
  }

  absl::Status AddRow(std::string_view token) {
    if (token.find('\0') != std::string_view::npos) {
      return Refuse([&] {
        return Place(token, 1) + "the token has a NUL byte: " + Quoted(token);
      });
    }
    parsed_.tokens.Append(token);
    return absl::OkStatus();
  }

  absl::Status RefuseFieldCount() {
    return Refuse([&] {
      return absl::StrFormat(
          "%s, line %d, byte %d: expected a token and %d numbers, found %d "
          "fields",
          rules_.name, place_.line, place_.byte, rules_.width,
          CountFields(line_));
    });
  }

  // Drops the line.
  template <typename MakeText>
  absl::Status Refuse(MakeText make_text) {
    if (rules_.policy == ErrorPolicy::kStrict) {
      return absl::InvalidArgumentError(make_text());
    }
    CountFault(parsed_.report.skipped, make_text);
    return absl::OkStatus();
  }

  std::string Place(std::string_view field, size_t number) const {
    return absl::StrFormat("%s, line %d, byte %d, field %d: ", rules_.name,
                           place_.line,
                           place_.byte + (field.data() - line_.data()), number);
  }

  const LineRules& rules_;
  const size_t width_;
  const std::span<float> rows_;
  ParsedLines& parsed_;
  TextPlace place_;
  std::string_view line_;
};

}  // namespace

std::string_view TrimmedLine(std::string_view line) {
  while (!line.empty() && (IsFieldSeparator(line.back()) ||
                           line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  return line;
}

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

LineCounts CountLines(std::string_view text, int64_t width) {
  LineCounts counts;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    ++counts.num_lines;
    if (IsBlank(line)) continue;
    ++counts.num_data_lines;
    if (IsLong(line, width)) ++counts.num_long_lines;
  }
  return counts;
}

size_t FindEndOfDataLines(std::string_view text, int64_t count) {
  std::string_view rest = text;
  while (count > 0 && !rest.empty()) {
    if (!IsBlank(TakeLine(rest))) --count;
  }
  return text.size() - rest.size();
}

absl::Status ParseLines(std::string_view text, TextPlace place,
                        const LineRules& rules, std::span<float> rows,
                        ParsedLines& parsed) {
  LineParser parser(rules, rows, parsed);
  const char* const begin = text.data();
  const int64_t first_byte = place.byte;
  for (; !text.empty(); ++place.line) {
    place.byte = first_byte + (text.data() - begin);
    ROWSPLIT_RETURN_IF_ERROR(parser.Add(TakeLine(text), place));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
