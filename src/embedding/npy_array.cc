#include "embedding/npy_array.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/npy_header.h"
#include "core/status_macros.h"
#include "embedding/stored_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit::internal {

namespace {

constexpr std::pair<std::string_view, DType> kFloats[] = {
    {"f2", DType::kFloat16}, {"f4", DType::kFloat32}, {"f8", DType::kFloat64}};

std::optional<DType> FloatOf(std::string_view descr) {
  for (const auto& [code, dtype] : kFloats) {
    if (descr == code) return dtype;
  }
  return std::nullopt;
}

}  // namespace

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
  const char order = descr.front();
  const std::optional<DType> dtype = FloatOf(descr.substr(1));
  if (!dtype.has_value() || (order != '<' && order != '>' && order != '=')) {
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
  array.swapped = order != '=' && order != kNpyNativeOrder;
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t needed,
      ArrayBytes(name, array.dtype, array.num_rows, array.width));
  const auto begin = static_cast<size_t>(header->size_bytes);
  ROWSPLIT_RETURN_IF_ERROR(CheckArrayBytes(name, needed, file.size() - begin));
  array.bytes = file.Slice(begin, static_cast<size_t>(needed));
  return array;
}

}  // namespace rowsplit::internal
