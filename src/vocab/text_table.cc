#include "vocab/text_table.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/read_file.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/token_text.h"
#include "vocab/vocabulary_file.h"

namespace rowsplit::internal {

namespace {

absl::Status CheckIndex(const char* what, int64_t index, DType dtype) {
  const bool fits =
      index == TextTableOptions::kWholeLine    ? dtype == DType::kString
      : index == TextTableOptions::kLineNumber ? dtype == DType::kInt64
                                               : index >= 0;
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "hash_table: %s must be a column, the whole line of strings or the line "
      "number of int64, got %d for %s",
      what, index, DTypeName(dtype)));
}

absl::Status CheckTextTableOptions(const TextTableOptions& options) {
  if (options.key_dtype != DType::kString &&
      options.key_dtype != DType::kInt64) {
    return absl::InvalidArgumentError(
        absl::StrFormat("hash_table: key_dtype must be string or int64, got %s",
                        DTypeName(options.key_dtype)));
  }
  if (options.value_dtype != DType::kString &&
      options.value_dtype != DType::kInt64 &&
      options.value_dtype != DType::kFloat32) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hash_table: value_dtype must be string, int64 or float32, got %s",
        DTypeName(options.value_dtype)));
  }
  if (options.vocab_size < -1 || options.vocab_size == 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("hash_table: vocab_size must be -1 or positive, got %d",
                        options.vocab_size));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      CheckIndex("key_index", options.key_index, options.key_dtype));
  return CheckIndex("value_index", options.value_index, options.value_dtype);
}

// A column of what is read, as its dtype.
class Column {
 public:
  Column(DType dtype, int64_t index, int64_t offset)
      : dtype_(dtype), index_(index), offset_(offset) {}

  // Fails with InvalidArgument if the line has no such field.
  absl::Status Add(std::string_view line, int64_t number, char delimiter,
                   const std::string& path) {
    if (index_ == TextTableOptions::kLineNumber) {
      ROWSPLIT_ASSIGN_OR_RETURN(const int64_t value,
                                CheckedAdd(number, offset_));
      integers_.Append(value);
      return absl::OkStatus();
    }
    std::string_view field = line;
    if (index_ != TextTableOptions::kWholeLine) {
      for (int64_t column = 0; column < index_; ++column) {
        const size_t end = field.find(delimiter);
        if (end == std::string_view::npos) {
          return absl::InvalidArgumentError(absl::StrFormat(
              "the file %s has too few columns in line %d: expected at least "
              "%d, got %d",
              path, number + 1, index_ + 1, column + 1));
        }
        field.remove_prefix(end + 1);
      }
      field = field.substr(0, field.find(delimiter));
    }
    if (dtype_ == DType::kString) {
      strings_.Append(field);
    } else if (dtype_ == DType::kInt64) {
      ROWSPLIT_ASSIGN_OR_RETURN(const int64_t value,
                                ParseInteger(field, path, number + 1));
      integers_.Append(value);
    } else {
      float value = 0;
      const char* const begin = field.data();
      const char* const end = begin + field.size();
      const auto parsed = std::from_chars(begin, end, value);
      if (parsed.ec != std::errc() || parsed.ptr != end) {
        return absl::InvalidArgumentError(
            absl::StrFormat("the file %s has no valid float in line %d: %s",
                            path, number + 1, TokenText(field)));
      }
      floats_.Append(value);
    }
    return absl::OkStatus();
  }

  Tensor Build() && {
    if (dtype_ == DType::kString)
      return Tensor::Vector(std::move(strings_).Build());
    if (dtype_ == DType::kInt64)
      return Tensor::Vector(std::move(integers_).Build());
    return Tensor::Vector(std::move(floats_).Build());
  }

 private:
  DType dtype_;
  int64_t index_;
  int64_t offset_;
  StringTensorBuilder strings_;
  BufferBuilder<int64_t> integers_;
  BufferBuilder<float> floats_;
};

}  // namespace

absl::StatusOr<TextTable> ParseTextTable(std::string_view content,
                                         const std::string& path,
                                         const TextTableOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckTextTableOptions(options));
  if (content.empty()) {
    return absl::OutOfRangeError(absl::StrFormat("the file %s is empty", path));
  }
  Column keys(options.key_dtype, options.key_index, 0);
  Column values(options.value_dtype, options.value_index,
                options.value_index_offset);
  int64_t number = 0;
  for (size_t begin = 0;
       begin < content.size() &&
       (options.vocab_size < 0 || number < options.vocab_size);
       ++number) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    std::string_view line = content.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "the file %s has an empty line: line %d", path, number + 1));
    }
    ROWSPLIT_RETURN_IF_ERROR(keys.Add(line, number, options.delimiter, path));
    ROWSPLIT_RETURN_IF_ERROR(values.Add(line, number, options.delimiter, path));
    begin = end + 1;
  }
  if (options.vocab_size >= 0 && number < options.vocab_size) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the file %s must have vocab_size = %d lines, got %d",
                        path, options.vocab_size, number));
  }
  return TextTable{std::move(keys).Build(), std::move(values).Build()};
}

absl::StatusOr<TextTable> ReadTextTable(const std::string& path,
                                        const TextTableOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string content,
                            internal::ReadFile(path));
  return ParseTextTable(content, path, options);
}

}  // namespace rowsplit::internal
