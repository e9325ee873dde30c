#include "embedding/word2vec_binary.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/checked_math.h"
#include "core/decoded_stream.h"
#include "core/status_macros.h"
#include "embedding/named_rows.h"
#include "embedding/text_layout.h"
#include "embedding/text_lines.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {

namespace {

static_assert(std::endian::native == std::endian::little);

// A header of two numbers is no longer than that.
constexpr size_t kMaxHeaderBytes = 64;
// Of a compressed file, whose end is not known.
constexpr size_t kMaxTokenBytes = size_t{1} << 20;
// How much behind the last row is looked at, for a message.
constexpr size_t kMaxTailBytes = size_t{1} << 20;

struct BinaryLayout {
  HeaderLine promised;
  size_t body = 0;
};

absl::StatusOr<BinaryLayout> ReadLayout(std::string_view bytes,
                                        const std::string& name) {
  const std::string_view head = bytes.substr(0, kMaxHeaderBytes);
  const size_t line_end = head.find('\n');
  std::optional<HeaderLine> promised;
  if (line_end != std::string_view::npos) {
    promised = ReadHeaderLine(TrimmedLine(head.substr(0, line_end)));
  }
  if (!promised.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected a first line of the number of rows and the width, got %s",
        name, Quoted(head.substr(0, line_end))));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckHeaderWidth(*promised, name));
  return BinaryLayout{*promised, line_end + 1};
}

// Finds the rows, whose places depend on all tokens before them.
class RowScanner {
 public:
  RowScanner(std::string_view bytes, const std::string& name,
             const ReadRowsOptions& options)
      : bytes_(bytes), name_(name), options_(options) {}

  absl::Status Scan() {
    ROWSPLIT_ASSIGN_OR_RETURN(const BinaryLayout layout,
                              ReadLayout(bytes_, name_));
    width_ = layout.promised.width;
    position_ = layout.body;
    const int64_t promised = layout.promised.num_rows;
    const int64_t wanted = options_.max_rows < 0
                               ? promised
                               : std::min(promised, options_.max_rows);
    const int64_t possible =
        static_cast<int64_t>(bytes_.size() - position_) / (1 + RowBytes());
    if (wanted > possible) {
      ROWSPLIT_RETURN_IF_ERROR(Tolerate(absl::StrFormat(
          "%s: the header promises %d rows of %d numbers, the file's %d bytes "
          "hold at most %d",
          name_, promised, width_, bytes_.size(), possible)));
    }
    const int64_t num_rows = std::min(wanted, possible);
    for (int64_t row = 0; row < num_rows; ++row) {
      ROWSPLIT_ASSIGN_OR_RETURN(const bool found, AddRow(row));
      if (!found) return absl::OkStatus();
    }
    if (num_rows < promised) return absl::OkStatus();
    return CheckEnd();
  }

  int64_t width() const { return width_; }
  // Where the values of each row begin.
  const std::vector<size_t>& rows() const { return rows_; }
  StringTensor TakeTokens() { return std::move(tokens_).Build(); }
  const LoadReport& report() const { return report_; }

 private:
  int64_t RowBytes() const {
    return width_ * static_cast<int64_t>(sizeof(float));
  }

  // False if the file ends before the row does.
  absl::StatusOr<bool> AddRow(int64_t row) {
    while (position_ < bytes_.size() && bytes_[position_] == '\n') ++position_;
    const size_t space = bytes_.find(' ', position_);
    if (space == std::string_view::npos ||
        static_cast<int64_t>(bytes_.size() - space - 1) < RowBytes()) {
      ROWSPLIT_RETURN_IF_ERROR(Tolerate(
          absl::StrFormat("%s, row %d, byte %d: the file ends inside the row",
                          name_, row, position_)));
      return false;
    }
    const std::string_view token = bytes_.substr(position_, space - position_);
    if (token.find('\0') != std::string_view::npos) {
      const auto describe = [&] {
        return absl::StrFormat(
            "%s, row %d, byte %d: the token has a NUL byte: "
            "%s",
            name_, row, position_, Quoted(token));
      };
      if (options_.policy == ErrorPolicy::kStrict) {
        return absl::InvalidArgumentError(describe());
      }
      CountFault(report_.skipped, describe);
    } else {
      tokens_.Append(token);
      rows_.push_back(space + 1);
    }
    position_ = space + 1 + static_cast<size_t>(RowBytes());
    return true;
  }

  absl::Status CheckEnd() {
    while (position_ < bytes_.size() && bytes_[position_] == '\n') ++position_;
    if (position_ == bytes_.size()) return absl::OkStatus();
    return Tolerate(absl::StrFormat("%s, byte %d: %d bytes after the last row",
                                    name_, position_,
                                    bytes_.size() - position_));
  }

  absl::Status Tolerate(const std::string& message) {
    return CountIfTolerated(absl::DataLossError(message), options_, report_);
  }

  const std::string_view bytes_;
  const std::string& name_;
  const ReadRowsOptions& options_;
  int64_t width_ = 0;
  size_t position_ = 0;
  StringTensorBuilder tokens_;
  std::vector<size_t> rows_;
  LoadReport report_;
};

// Follows the rows of a file while it is decoded, and ends that where no row
// can follow, or none is asked for.
class RowFollower {
 public:
  RowFollower(const std::string& name, const ReadRowsOptions& options)
      : name_(name), max_rows_(options.max_rows) {}

  absl::StatusOr<bool> WantsMore(std::string_view so_far) {
    if (!layout_.has_value()) {
      if (so_far.size() < kMaxHeaderBytes) return true;
      ROWSPLIT_ASSIGN_OR_RETURN(layout_, ReadLayout(so_far, name_));
      position_ = layout_->body;
    }
    const auto row_bytes =
        static_cast<size_t>(layout_->promised.width) * sizeof(float);
    while (row_ != max_rows_ && row_ < layout_->promised.num_rows) {
      const std::string_view token = so_far.substr(position_, kMaxTokenBytes);
      const size_t space = token.find(' ');
      if (space == std::string_view::npos) {
        if (token.size() < kMaxTokenBytes) return true;
        return absl::DataLossError(
            absl::StrFormat("%s, row %d, byte %d: a token of %d bytes or more",
                            name_, row_, position_, kMaxTokenBytes));
      }
      if (so_far.size() - position_ - space - 1 < row_bytes) return true;
      position_ += space + 1 + row_bytes;
      ++row_;
    }
    return row_ == layout_->promised.num_rows &&
           so_far.size() - position_ < kMaxTailBytes;
  }

 private:
  const std::string& name_;
  const int64_t max_rows_;  // -1: all
  std::optional<BinaryLayout> layout_;
  size_t position_ = 0;  // where the next row begins
  int64_t row_ = 0;
};

absl::Status CheckToken(std::string_view token, int64_t row) {
  const size_t fault = token.find_first_of(std::string_view(" \n\0", 3));
  if (fault == std::string_view::npos) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "word2vec's binary format can't hold the token of row %d: it has a %s: "
      "%s",
      row,
      token[fault] == ' '    ? "space"
      : token[fault] == '\n' ? "line feed"
                             : "NUL byte",
      Quoted(token)));
}

}  // namespace

absl::StatusOr<NamedRows> ReadWord2VecBinary(const Buffer<char>& file,
                                             const std::string& name,
                                             const ReadRowsOptions& options) {
  RowFollower follower(name, options);
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<char> decoded,
      DecodedBytes(file, name, options.exec, [&](std::string_view so_far) {
        return follower.WantsMore(so_far);
      }));
  const std::string_view bytes(decoded.data(), decoded.size());
  RowScanner scanner(bytes, name, options);
  ROWSPLIT_RETURN_IF_ERROR(scanner.Scan());
  // The rows are in the file, so this is no more than its size.
  const std::vector<size_t>& rows = scanner.rows();
  LoadReport report = scanner.report();
  return NameValues(scanner.TakeTokens(), scanner.width(), name, options,
                    std::move(report),
                    [&](int64_t row, std::span<float> values) {
                      std::memcpy(values.data(), bytes.data() + rows[row],
                                  values.size_bytes());
                      return absl::OkStatus();
                    });
}

absl::Status WriteWord2VecBinary(const Vocabulary& vocabulary,
                                 const EmbeddingTable& table,
                                 const std::string& path) {
  ROWSPLIT_RETURN_IF_ERROR(CheckNames(vocabulary, table));
  if (table.width() == 0) {
    return absl::InvalidArgumentError(
        "word2vec's binary format can't hold a table of width 0");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open(path, {}));
  ROWSPLIT_RETURN_IF_ERROR(
      file.Append(absl::StrFormat("%d %d\n", table.num_rows(), table.width())));
  std::vector<float> values(static_cast<size_t>(table.width()));
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()),
                               values.size() * sizeof(float));
  for (int64_t row = 0; row < table.num_rows(); ++row) {
    const std::string_view token = vocabulary.token(row);
    ROWSPLIT_RETURN_IF_ERROR(CheckToken(token, row));
    ROWSPLIT_RETURN_IF_ERROR(table.ReadRow(row, values));
    ROWSPLIT_RETURN_IF_ERROR(file.Append(token));
    ROWSPLIT_RETURN_IF_ERROR(file.Append(" "));
    ROWSPLIT_RETURN_IF_ERROR(file.Append(bytes));
    ROWSPLIT_RETURN_IF_ERROR(file.Append("\n"));
  }
  return file.Commit();
}

}  // namespace rowsplit::internal
