#include "embedding/npy_array.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/npy_header.h"
#include "core/status_macros.h"
#include "embedding/row_portions.h"
#include "embedding/stored_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit::internal {

namespace {

constexpr std::pair<std::string_view, DType> kFloats[] = {
    {"f2", DType::kFloat16}, {"f4", DType::kFloat32}, {"f8", DType::kFloat64}};

}  // namespace

std::optional<DType> NpyFloat(std::string_view descr) {
  const char order = descr.empty() ? '\0' : descr.front();
  if (order != '<' && order != '>' && order != '=') return std::nullopt;
  for (const auto& [code, dtype] : kFloats) {
    if (descr.substr(1) == code) return dtype;
  }
  return std::nullopt;
}

absl::StatusOr<StoredArray> NpyArray(const Buffer<char>& file,
                                     const std::string& name) {
  absl::StatusOr<NpyArrayHeader> header =
      ReadNpyArrayHeader({file.data(), file.size()});
  if (!header.ok()) {
    return absl::Status(
        header.status().code(),
        absl::StrFormat("%s: %s", name,
                        std::string(header.status().message())));
  }
  const std::string_view descr = header->descr;
  const std::optional<DType> dtype = NpyFloat(descr);
  if (!dtype.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected an array of float16, float32 or float64, got '%s'; codes "
        "of integers need a scale and an offset for each row, which a .npy "
        "file does not have",
        name, descr));
  }
  if (header->num_dimensions != 2) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected an array of two dimensions, got %d", name,
                        header->num_dimensions));
  }
  StoredArray array;
  array.dtype = *dtype;
  array.num_rows = header->shape[0];
  array.width = header->shape[1];
  array.fortran_order = header->fortran_order;
  array.swapped = descr.front() != '=' && descr.front() != kNpyNativeOrder;
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t needed,
      ArrayBytes(name, array.dtype, array.num_rows, array.width));
  const auto begin = static_cast<size_t>(header->size_bytes);
  ROWSPLIT_RETURN_IF_ERROR(CheckArrayBytes(name, needed, file.size() - begin));
  array.bytes = file.Slice(begin, static_cast<size_t>(needed));
  return array;
}

std::string NpyHeaderOf(const EmbeddingTable& table, RowFormat format) {
  const std::array<int64_t, 2> shape = {table.num_rows(), table.width()};
  const std::string_view code = format == RowFormat::kFloat16 ? "f2" : "f4";
  return FormatNpyArrayHeader(kNpyNativeOrder + std::string(code), shape);
}

absl::Status WriteNpyArray(const EmbeddingTable& table, RowFormat format,
                           const std::string& path, const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open(path, {}));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(NpyHeaderOf(table, format)));
  ROWSPLIT_RETURN_IF_ERROR(
      ForRowPortions(table, format, exec,
                     [&](std::string_view rows) { return file.Append(rows); }));
  return file.Commit();
}

}  // namespace rowsplit::internal
