#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/named_rows.h"
#include "embedding/text_format.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {

namespace {

// Numbers that are made into text at a time, so that a block is some 100 KiB.
constexpr int64_t kBlockNumbers = 16 << 10;

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

absl::Status CheckToken(std::string_view token, int64_t row) {
  const char* fault = nullptr;
  if (token.find('\n') != std::string_view::npos) {
    fault = "it has a line feed";
  } else if (token.find('\0') != std::string_view::npos) {
    fault = "it has a NUL byte";
  } else if (token.ends_with(' ') || token.ends_with('\t')) {
    fault = "it ends in a space or a tab";
  }
  if (fault == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("text can't hold the token of row %d: %s: %s", row, fault,
                      Quoted(token)));
}

struct RowRange {
  int64_t begin = 0;
  int64_t end = 0;
  std::string text;
};

class RowFormatter {
 public:
  RowFormatter(const Vocabulary& vocabulary, const EmbeddingTable& table,
               bool with_header)
      : vocabulary_(vocabulary), table_(table), with_header_(with_header) {}

  absl::Status Format(RowRange& range) const {
    range.text.clear();
    std::vector<float> row(static_cast<size_t>(table_.width()));
    for (int64_t id = range.begin; id < range.end; ++id) {
      const std::string_view token = vocabulary_.token(id);
      ROWSPLIT_RETURN_IF_ERROR(CheckToken(token, id));
      ROWSPLIT_RETURN_IF_ERROR(table_.ReadRow(id, row));
      range.text += token;
      for (size_t column = 0; column < row.size(); ++column) {
        if (!std::isfinite(row[column])) {
          return absl::InvalidArgumentError(absl::StrFormat(
              "text holds finite numbers only: row %d, column %d is %g", id,
              column, row[column]));
        }
        AppendNumber(row[column], range.text);
      }
      if (id == 0) TellFromHeader(range.text);
      range.text += '\n';
    }
    return absl::OkStatus();
  }

 private:
  static void AppendNumber(float value, std::string& text) {
    char number[32];
    const auto printed = std::to_chars(number, number + sizeof number, value);
    text += ' ';
    text.append(number, printed.ptr);
  }

  // A first line "5 3" of a table without a header would be read as one.
  void TellFromHeader(std::string& line) const {
    if (with_header_ || table_.width() != 1) return;
    const size_t space = line.rfind(' ');
    if (IsDigits(line.substr(0, space)) && IsDigits(line.substr(space + 1))) {
      line += ".0";
    }
  }

  const Vocabulary& vocabulary_;
  const EmbeddingTable& table_;
  const bool with_header_;
};

}  // namespace

absl::Status WriteTextRows(const Vocabulary& vocabulary,
                           const EmbeddingTable& table, const std::string& path,
                           bool with_header, const ExecOptions& exec) {
  ROWSPLIT_RETURN_IF_ERROR(CheckNames(vocabulary, table));
  if (table.width() == 0) {
    return absl::InvalidArgumentError("text can't hold a table of width 0");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open(path, {}));
  if (with_header) {
    ROWSPLIT_RETURN_IF_ERROR(file.Append(
        absl::StrFormat("%d %d\n", table.num_rows(), table.width())));
  }
  const int64_t block_rows =
      std::max<int64_t>(1, kBlockNumbers / table.width());
  const RowFormatter formatter(vocabulary, table, with_header);
  int64_t next = 0;
  OrderedPipeline<RowRange> pipeline(
      [&](RowRange& range) -> absl::StatusOr<bool> {
        if (next == table.num_rows()) return false;
        range.begin = next;
        range.end = next = std::min(next + block_rows, table.num_rows());
        return true;
      });
  pipeline.Parallel([&](RowRange& range) { return formatter.Format(range); })
      .InOrder([&](RowRange& range) { return file.Append(range.text); });
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, NumThreads(exec) + 2));
  return file.Commit();
}

}  // namespace rowsplit::internal
