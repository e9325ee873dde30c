#include "core/npy_header.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"

namespace rowsplit::internal {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
// Magic, version 1.0, uint16 length of the text.
constexpr size_t kPreambleBytes = 10;

// Reads the Python dictionary of a header, a token at a time.
class HeaderText {
 public:
  explicit HeaderText(std::string_view text) : text_(text) {}

  bool Take(std::string_view token) {
    SkipSpaces();
    if (text_.substr(0, token.size()) != token) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  // A quoted string without escapes.
  std::optional<std::string_view> TakeString() {
    SkipSpaces();
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"')) return {};
    const size_t end = text_.find(text_[0], 1);
    if (end == std::string_view::npos) return {};
    const std::string_view string = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return string;
  }

  std::optional<int64_t> TakeInt() {
    SkipSpaces();
    int64_t value;
    const auto [end, error] =
        std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc() || value < 0) return {};
    text_.remove_prefix(end - text_.data());
    return value;
  }

  bool AtEnd() {
    SkipSpaces();
    return text_.empty();
  }

 private:
  void SkipSpaces() {
    const size_t end = text_.find_first_not_of(" \n\t");
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end);
  }

  std::string_view text_;
};

// What is not there has the value that stands here.
struct HeaderFields {
  std::string_view descr = {};
  char order = 0;  // 'C' or 'F'.
  int64_t num_dimensions = -1;
  std::array<int64_t, 2> shape{};
};

bool ReadShape(HeaderText& text, HeaderFields& fields) {
  if (!text.Take("(")) return false;
  int64_t num_dimensions = 0;
  while (!text.Take(")")) {
    const std::optional<int64_t> extent = text.TakeInt();
    if (!extent.has_value()) return false;
    if (num_dimensions < 2) fields.shape[num_dimensions] = *extent;
    ++num_dimensions;
    if (!text.Take(",")) {
      if (!text.Take(")")) return false;
      break;
    }
  }
  fields.num_dimensions = num_dimensions;
  return true;
}

bool ReadField(HeaderText& text, HeaderFields& fields) {
  const std::optional<std::string_view> key = text.TakeString();
  if (!key.has_value() || !text.Take(":")) return false;
  if (*key == "descr") {
    fields.descr = text.TakeString().value_or("");
    return !fields.descr.empty();
  }
  if (*key == "fortran_order") {
    fields.order = text.Take("True") ? 'F' : text.Take("False") ? 'C' : 0;
    return fields.order != 0;
  }
  return *key == "shape" && ReadShape(text, fields);
}

bool ReadFields(std::string_view dictionary, HeaderFields& fields) {
  HeaderText text(dictionary);
  if (!text.Take("{")) return false;
  while (!text.Take("}")) {
    if (!ReadField(text, fields)) return false;
    if (!text.Take(",")) {
      if (!text.Take("}")) return false;
      break;
    }
  }
  return text.AtEnd() && !fields.descr.empty() && fields.order != 0 &&
         fields.num_dimensions >= 0;
}

}  // namespace

bool IsNpy(std::string_view head) { return head.starts_with(kMagic); }

absl::StatusOr<NpyArrayHeader> ReadNpyArrayHeader(std::string_view bytes) {
  if (!IsNpy(bytes) || bytes.size() < kPreambleBytes) {
    return absl::DataLossError("npy: the file does not start as a .npy file");
  }
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const int version = byte(6);
  if (version < 1 || version > 3) {
    return absl::UnimplementedError(
        absl::StrFormat("npy: expected version 1, 2 or 3, got %d", version));
  }
  size_t begin = kPreambleBytes;
  size_t size = byte(8) | byte(9) << 8;
  if (version > 1) {
    begin = 12;
    if (bytes.size() < begin)
      return absl::DataLossError("npy: header cut short");
    size |= static_cast<size_t>(byte(10)) << 16 | static_cast<size_t>(byte(11))
                                                      << 24;
  }
  if (bytes.size() - begin < size) {
    return absl::DataLossError(absl::StrFormat(
        "npy: header cut short: %d of %d bytes", bytes.size() - begin, size));
  }
  HeaderFields fields;
  if (!ReadFields(bytes.substr(begin, size), fields)) {
    return absl::DataLossError("npy: header is not the dictionary of an array");
  }
  return NpyArrayHeader{std::string(fields.descr), fields.order == 'F',
                        fields.num_dimensions, fields.shape,
                        static_cast<int64_t>(begin + size)};
}

std::string FormatNpyArrayHeader(std::string_view descr,
                                 std::span<const int64_t> shape) {
  std::string extents;
  for (const int64_t extent : shape) {
    if (!extents.empty()) extents += ' ';
    extents += absl::StrFormat("%d,", extent);
  }
  // One extent keeps its comma, as Python's tuples do.
  if (shape.size() > 1) extents.pop_back();
  std::string text = absl::StrFormat(
      "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr,
      extents);
  ROWSPLIT_DCHECK(text.size() < kNpyArrayHeaderBytes - kPreambleBytes);
  text.resize(kNpyArrayHeaderBytes - kPreambleBytes - 1, ' ');
  text += '\n';
  std::string bytes(kMagic);
  bytes += '\x01';
  bytes += '\0';
  bytes += static_cast<char>(text.size() & 0xFF);
  bytes += static_cast<char>(text.size() >> 8);
  return bytes + text;
}

}  // namespace rowsplit::internal
