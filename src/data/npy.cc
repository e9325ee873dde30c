#include "rowsplit/data/npy.h"

#include <array>
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
#include "core/checked_math.h"
#include "core/npy_header.h"
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

std::string DescrOf(const DtypeRow& row) {
  return absl::StrFormat("%c%s", internal::kNpyNativeOrder, row.code);
}

absl::StatusOr<NpyHeader> HeaderOf(const internal::NpyArrayHeader& array) {
  if (array.fortran_order || array.num_dimensions < 1 ||
      array.num_dimensions > 2) {
    return absl::UnimplementedError(absl::StrFormat(
        "npy: expected one or two dimensions in C order, got %d in %c order",
        array.num_dimensions, array.fortran_order ? 'F' : 'C'));
  }
  for (const DtypeRow& row : kDtypes) {
    if (array.descr != DescrOf(row)) continue;
    NpyHeader header{row.dtype, array.shape[0], std::nullopt, array.size_bytes};
    int64_t num_values = array.shape[0];
    if (array.num_dimensions == 2) {
      header.num_columns = array.shape[1];
      ROWSPLIT_ASSIGN_OR_RETURN(
          num_values, internal::CheckedMul(num_values, array.shape[1]));
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
                      array.descr));
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
  const std::array<int64_t, 2> shape = {header.num_rows,
                                        header.num_columns.value_or(0)};
  const size_t num_dimensions = header.num_columns.has_value() ? 2 : 1;
  return internal::FormatNpyArrayHeader(DescrOf(RowOf(header.dtype)),
                                        std::span(shape).first(num_dimensions));
}

absl::StatusOr<NpyHeader> ReadNpyHeader(std::string_view bytes) {
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::NpyArrayHeader array,
                            internal::ReadNpyArrayHeader(bytes));
  return HeaderOf(array);
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
