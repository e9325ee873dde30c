#include "vocab/count_lines.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/read_file.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

namespace {

// "12\tthe": the count and where the token begins; 0 if it is no such line.
size_t ReadCountLine(std::string_view line, int64_t& count) {
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + line.size(), count);
  const auto size = static_cast<size_t>(end - line.data());
  const bool is_good = error == std::errc() && count >= 0 &&
                       size < line.size() && line[size] == '\t';
  return is_good ? size + 1 : 0;
}

}  // namespace

absl::Status AppendCountLines(StringTensorView tokens,
                              std::span<const int64_t> counts,
                              AtomicFile& file) {
  for (int64_t i = 0; i < tokens.size(); ++i) {
    const std::string_view token = tokens[i];
    if (token.find('\n') != std::string_view::npos || token.ends_with('\r')) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: a token with a line end can't be in a file of counts: token %d, "
          "%s",
          file.path(), i, TokenText(token)));
    }
    ROWSPLIT_RETURN_IF_ERROR(
        file.Append(absl::StrFormat("%d\t%s\n", counts[i], token)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> ReadCountLines(
    const std::string& path, const Vocabulary& vocabulary) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  std::vector<int64_t> counts(vocabulary.size());
  int64_t line_number = 0;
  for (size_t begin = 0; begin < content.size();) {
    ++line_number;
    const size_t end = std::min(content.find('\n', begin), content.size());
    std::string_view line =
        std::string_view(content).substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    begin = end + 1;
    int64_t count = 0;
    const size_t token = ReadCountLine(line, count);
    if (token == 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s, line %d: expected a count, a tab and a token",
                          path, line_number));
    }
    const int64_t id = vocabulary.Find(line.substr(token));
    if (id >= 0) counts[id] = count;
  }
  return counts;
}

}  // namespace rowsplit::internal
