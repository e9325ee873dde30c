#include "rowsplit/data/npy.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/check.h"
#include "core/checked_math.h"
#include "core/status_macros.h"

namespace rowsplit {
namespace {

struct DtypeRow {
  NpyDtype dtype;
  std::string_view name;
  std::string_view code;  // Without the byte order.
  size_t item_size;
};

constexpr std::array<DtypeRow, 4> kDtypes = {{
    {NpyDtype::kUint16, "uint16", "u2", 2},
    {NpyDtype::kInt32, "int32", "i4", 4},
    {NpyDtype::kInt64, "int64", "i8", 8},
    {NpyDtype::kFloat32, "float32", "f4", 4},
}};

const DtypeRow& RowOf(NpyDtype dtype) {
  return kDtypes[static_cast<size_t>(dtype)];
}

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr char kByteOrder =
    std::endian::native == std::endian::little ? '<' : '>';
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

absl::StatusOr<NpyHeader> HeaderOf(const HeaderFields& fields) {
  if (fields.order != 'C' || fields.num_dimensions < 1 ||
      fields.num_dimensions > 2) {
    return absl::UnimplementedError(absl::StrFormat(
        "npy: expected one or two dimensions in C order, got %d in %c order",
        fields.num_dimensions, fields.order));
  }
  for (const DtypeRow& row : kDtypes) {
    if (fields.descr != absl::StrFormat("%c%s", kByteOrder, row.code)) continue;
    NpyHeader header{row.dtype, fields.shape[0], std::nullopt};
    int64_t num_values = fields.shape[0];
    if (fields.num_dimensions == 2) {
      header.num_columns = fields.shape[1];
      ROWSPLIT_ASSIGN_OR_RETURN(
          num_values, internal::CheckedMul(num_values, fields.shape[1]));
    }
    ROWSPLIT_RETURN_IF_ERROR(
        internal::CheckedMul(num_values, static_cast<int64_t>(row.item_size))
            .status());
    return header;
  }
  return absl::UnimplementedError(
      absl::StrFormat("npy: expected a dtype of uint16, int32, int64, float32 "
                      "in this machine's "
                      "byte order, got '%s'",
                      fields.descr));
}

template <typename T>
absl::Status AppendNarrowed(std::span<const int64_t> values, NpyDtype dtype,
                            BufferBuilder<char>& out) {
  const size_t old_size = out.size();
  char* bytes = out.AppendUninitialized(values.size() * sizeof(T));
  bool fits = true;
  for (size_t i = 0; i < values.size(); ++i) {
    const T narrow = static_cast<T>(values[i]);
    fits &= static_cast<int64_t>(narrow) == values[i];
    std::memcpy(bytes + i * sizeof(T), &narrow, sizeof(T));
  }
  if (fits) return absl::OkStatus();
  out.ResizeUninitialized(old_size);
  size_t i = 0;
  while (static_cast<int64_t>(static_cast<T>(values[i])) == values[i]) ++i;
  return absl::InvalidArgumentError(
      absl::StrFormat("npy: value %d does not fit %s: it is number %d of %d",
                      values[i], NpyDtypeName(dtype), i, values.size()));
}

}  // namespace

std::string_view NpyDtypeName(NpyDtype dtype) { return RowOf(dtype).name; }

size_t NpyItemSize(NpyDtype dtype) { return RowOf(dtype).item_size; }

absl::StatusOr<NpyDtype> ParseNpyDtype(std::string_view name) {
  for (const DtypeRow& row : kDtypes) {
    if (row.name == name) return row.dtype;
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected a dtype of uint16, int32, int64, float32, got '%s'", name));
}

std::string FormatNpyHeader(const NpyHeader& header) {
  const std::string shape =
      header.num_columns.has_value()
          ? absl::StrFormat("(%d, %d)", header.num_rows, *header.num_columns)
          : absl::StrFormat("(%d,)", header.num_rows);
  std::string text = absl::StrFormat(
      "{'descr': '%c%s', 'fortran_order': False, 'shape': %s, }", kByteOrder,
      RowOf(header.dtype).code, shape);
  ROWSPLIT_DCHECK(text.size() < kNpyHeaderBytes - kPreambleBytes);
  text.resize(kNpyHeaderBytes - kPreambleBytes - 1, ' ');
  text += '\n';
  std::string bytes(kMagic);
  bytes += '\x01';
  bytes += '\0';
  bytes += static_cast<char>(text.size() & 0xFF);
  bytes += static_cast<char>(text.size() >> 8);
  return bytes + text;
}

absl::StatusOr<NpyHeader> ReadNpyHeader(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic ||
      bytes.size() < kPreambleBytes) {
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
  ROWSPLIT_ASSIGN_OR_RETURN(NpyHeader header, HeaderOf(fields));
  header.size_bytes = static_cast<int64_t>(begin + size);
  return header;
}

absl::Status AppendNpyInts(std::span<const int64_t> values, NpyDtype dtype,
                           BufferBuilder<char>& out) {
  switch (dtype) {
    case NpyDtype::kUint16:
      return AppendNarrowed<uint16_t>(values, dtype, out);
    case NpyDtype::kInt32:
      return AppendNarrowed<int32_t>(values, dtype, out);
    case NpyDtype::kInt64:
      return AppendNarrowed<int64_t>(values, dtype, out);
    case NpyDtype::kFloat32:
      break;
  }
  return absl::InvalidArgumentError("npy: float32 holds no integers");
}

struct NpyWriter::State {
  internal::AtomicFile file;
  NpyHeader header;
  BufferBuilder<char> scratch;
};

NpyWriter::NpyWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
NpyWriter::NpyWriter(NpyWriter&&) noexcept = default;
NpyWriter& NpyWriter::operator=(NpyWriter&&) noexcept = default;
NpyWriter::~NpyWriter() = default;

absl::StatusOr<NpyWriter> NpyWriter::Open(const std::string& path,
                                          NpyDtype dtype,
                                          std::optional<int64_t> num_columns,
                                          size_t buffer_bytes) {
  if (num_columns.value_or(1) < 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "npy: expected at least 1 column, got %d", num_columns.value_or(1)));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      internal::AtomicFile file,
      internal::AtomicFile::Open(
          path, {.buffer_bytes = buffer_bytes, .patched = true}));
  const NpyHeader header{dtype, 0, num_columns};
  ROWSPLIT_RETURN_IF_ERROR(file.Append(FormatNpyHeader(header)));
  return NpyWriter(
      std::unique_ptr<State>(new State{std::move(file), header, {}}));
}

absl::Status NpyWriter::AppendInts(std::span<const int64_t> values) {
  state_->scratch.Clear();
  ROWSPLIT_RETURN_IF_ERROR(
      AppendNpyInts(values, state_->header.dtype, state_->scratch));
  return AppendBytes({state_->scratch.data(), state_->scratch.size()});
}

absl::Status NpyWriter::AppendFloats(std::span<const float> values) {
  if (state_->header.dtype != NpyDtype::kFloat32) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "npy: %s holds no floats", NpyDtypeName(state_->header.dtype)));
  }
  return AppendBytes(
      {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

absl::Status NpyWriter::AppendBytes(std::string_view bytes) {
  return state_->file.Append(bytes);
}

absl::Status NpyWriter::Finish() {
  NpyHeader& header = state_->header;
  const int64_t value_bytes =
      state_->file.size_bytes() - static_cast<int64_t>(kNpyHeaderBytes);
  const int64_t row_bytes = header.num_columns.value_or(1) *
                            static_cast<int64_t>(NpyItemSize(header.dtype));
  if (value_bytes % row_bytes != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "npy: the last row of '%s' is not whole: %d bytes in rows of %d",
        path(), value_bytes, row_bytes));
  }
  header.num_rows = value_bytes / row_bytes;
  ROWSPLIT_RETURN_IF_ERROR(state_->file.WriteAt(0, FormatNpyHeader(header)));
  return state_->file.Finish();
}

absl::Status NpyWriter::Publish() { return state_->file.Publish(); }

absl::Status NpyWriter::Close() {
  ROWSPLIT_RETURN_IF_ERROR(Finish());
  return state_->file.Commit();
}

const std::string& NpyWriter::path() const { return state_->file.path(); }
int64_t NpyWriter::size_bytes() const { return state_->file.size_bytes(); }
const Digest128& NpyWriter::digest() const { return state_->file.digest(); }

}  // namespace rowsplit
