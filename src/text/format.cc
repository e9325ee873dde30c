#include "rowsplit/text/format.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/half_float.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "text/append_rows.h"
#include "text/number_text.h"

namespace rowsplit {

namespace {

using internal::AppendText;
using internal::TypeTag;

// `text` in double quotes, with C's escapes; bytes above 7F stay.
void AppendEscaped(std::string_view text, BufferBuilder<char>& bytes) {
  bytes.Append('"');
  for (const char byte : text) {
    const auto value = static_cast<uint8_t>(byte);
    if (byte == '\n') {
      AppendText("\\n", bytes);
    } else if (byte == '\r') {
      AppendText("\\r", bytes);
    } else if (byte == '\t') {
      AppendText("\\t", bytes);
    } else if (byte == '"' || byte == '\'' || byte == '\\') {
      bytes.Append('\\');
      bytes.Append(byte);
    } else if (value < 0x20 || value == 0x7F) {
      AppendText(absl::StrFormat("\\%03o", value), bytes);
    } else {
      bytes.Append(byte);
    }
  }
  bytes.Append('"');
}

// `text` in single quotes.
void AppendQuoted(std::string_view text, BufferBuilder<char>& bytes) {
  bytes.Append('\'');
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\') bytes.Append('\\');
    bytes.Append(byte);
  }
  bytes.Append('\'');
}

// One item of a dense tensor.
void AppendDenseItem(const Tensor& tensor, int64_t item,
                     BufferBuilder<char>& bytes) {
  if (tensor.is_string()) return AppendEscaped(tensor.strings()[item], bytes);
  internal::VisitItem(tensor.dtype(), [&]<typename T>(TypeTag<T>) {
    const T value = tensor.items<T>()[item];
    if constexpr (std::is_same_v<T, bool>) {
      bytes.Append(value ? '1' : '0');
    } else if constexpr (std::is_same_v<T, Float16> ||
                         std::is_same_v<T, BFloat16>) {
      internal::AppendRoundTrip(internal::ToFloat(value), bytes);
    } else if constexpr (std::is_floating_point_v<T>) {
      internal::AppendRoundTrip(value, bytes);
    } else if constexpr (std::is_signed_v<T>) {
      internal::AppendInteger(int64_t{value}, {}, bytes);
    } else {
      internal::AppendInteger(uint64_t{value}, {}, bytes);
    }
  });
}

// One item of a ragged tensor.
void AppendRaggedItem(const Tensor& tensor, int64_t item,
                      BufferBuilder<char>& bytes) {
  if (tensor.is_string()) return AppendQuoted(tensor.strings()[item], bytes);
  internal::VisitItem(tensor.dtype(), [&]<typename T>(TypeTag<T>) {
    const T value = tensor.items<T>()[item];
    if constexpr (std::is_same_v<T, bool>) {
      AppendText(value ? "true" : "false", bytes);
    } else if constexpr (std::is_same_v<T, Float16> ||
                         std::is_same_v<T, BFloat16>) {
      internal::AppendFloat(internal::ToFloat(value), {}, bytes);
    } else if constexpr (std::is_floating_point_v<T>) {
      internal::AppendFloat(value, {}, bytes);
    } else {
      AppendDenseItem(tensor, item, bytes);
    }
  });
}

// "[a, b, ..., y, z]" of the places [begin, end): `at_ends` at either end.
template <typename AppendPlace>
void AppendList(int64_t begin, int64_t end, int64_t at_ends,
                std::string_view separator, const AppendPlace& append_place,
                BufferBuilder<char>& bytes) {
  const bool is_cut = end - begin > 2 * at_ends;
  bytes.Append('[');
  for (int64_t place = begin; place < end; ++place) {
    if (is_cut && place == begin + at_ends) {
      AppendText(separator, bytes);
      AppendText("...", bytes);
      place = end - at_ends;
      if (place == end) break;
    }
    if (place > begin) AppendText(separator, bytes);
    append_place(place);
  }
  bytes.Append(']');
}

class DenseWriter {
 public:
  DenseWriter(const Tensor& tensor, int64_t summarize,
              BufferBuilder<char>& bytes)
      : tensor_(tensor), bytes_(bytes) {
    const int64_t items = tensor.num_items();
    at_ends_ = summarize < 0 ? items : std::min(summarize, items);
    const std::vector<int64_t>& shape = tensor.flat_shape();
    // Lines, then an indent, between what is not innermost.
    for (size_t axis = 0; axis + 1 < shape.size(); ++axis) {
      separators_.push_back(std::string(shape.size() - 1 - axis, '\n') +
                            std::string(axis + 1, ' '));
    }
    separators_.emplace_back(" ");
  }

  void Write() {
    // A bool that none is shown of is no text at all.
    if (at_ends_ == 0 && tensor_.dtype() == DType::kBool) return;
    if (tensor_.rank() > 0) return WriteAxis(0, 0);
    if (at_ends_ == 0) return AppendText("...", bytes_);
    AppendDenseItem(tensor_, 0, bytes_);
  }

 private:
  // The part of `axis` at `index` of the dimensions before it.
  void WriteAxis(size_t axis, int64_t index) {
    const std::vector<int64_t>& shape = tensor_.flat_shape();
    if (axis == shape.size()) return AppendDenseItem(tensor_, index, bytes_);
    AppendList(
        index * shape[axis], (index + 1) * shape[axis], at_ends_,
        separators_[axis], [&](int64_t place) { WriteAxis(axis + 1, place); },
        bytes_);
  }

  const Tensor& tensor_;
  BufferBuilder<char>& bytes_;
  int64_t at_ends_;
  std::vector<std::string> separators_;
};

class RaggedWriter {
 public:
  RaggedWriter(const Tensor& tensor, int64_t summarize,
               BufferBuilder<char>& bytes)
      : tensor_(tensor),
        at_ends_(summarize < 0 ? kAll : std::min(summarize, kAll)),
        bytes_(bytes) {}

  void Write() { WriteRows(0, 0, tensor_.num_rows()); }

 private:
  static constexpr int64_t kAll = int64_t{1} << 61;

  void WriteRows(int axis, int64_t begin, int64_t end) {
    AppendList(
        begin, end, at_ends_, ", ",
        [&](int64_t place) {
          if (axis == tensor_.ragged_rank()) return WriteInner(1, place);
          const std::span<const Offset> splits =
              tensor_.partition(axis).row_splits();
          WriteRows(axis + 1, splits[place], splits[place + 1]);
        },
        bytes_);
  }

  void WriteInner(size_t axis, int64_t index) {
    const std::vector<int64_t>& shape = tensor_.flat_shape();
    if (axis == shape.size()) return AppendRaggedItem(tensor_, index, bytes_);
    AppendList(
        index * shape[axis], (index + 1) * shape[axis], at_ends_, ", ",
        [&](int64_t place) { WriteInner(axis + 1, place); }, bytes_);
  }

  const Tensor& tensor_;
  int64_t at_ends_;
  BufferBuilder<char>& bytes_;
};

absl::StatusOr<std::vector<std::string_view>> SplitTemplate(
    std::string_view text, std::string_view placeholder, size_t num_tensors) {
  if (placeholder.empty()) {
    return absl::InvalidArgumentError(
        "Format: the placeholder must not be empty");
  }
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t at = text.find(placeholder); at != std::string_view::npos;
       at = text.find(placeholder, begin)) {
    parts.push_back(text.substr(begin, at - begin));
    begin = at + placeholder.size();
  }
  parts.push_back(text.substr(begin));
  if (parts.size() != num_tensors + 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "Format: there must be one tensor for each of the %d placeholders '%s' "
        "of the template, got %d",
        parts.size() - 1, placeholder, num_tensors));
  }
  return parts;
}

}  // namespace

absl::StatusOr<std::string> Format(std::string_view text,
                                   std::span<const Tensor> tensors,
                                   const FormatOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const std::vector<std::string_view> parts,
      SplitTemplate(text, options.placeholder, tensors.size()));
  BufferBuilder<char> bytes;
  AppendText(parts[0], bytes);
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i].is_ragged()) {
      DenseWriter(tensors[i], options.summarize, bytes).Write();
    } else if (options.summarize == 0 || options.summarize < -1) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "Format: summarize must be -1 or positive for ragged tensors, got %d",
          options.summarize));
    } else {
      RaggedWriter(tensors[i], options.summarize, bytes).Write();
    }
    AppendText(parts[i + 1], bytes);
  }
  return std::string(bytes.data(), bytes.size());
}

}  // namespace rowsplit
