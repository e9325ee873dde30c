#include "data/arrow_type.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

using Kind = ArrowLevel::Kind;

// No tensor is nested deeper; ends a hostile type.
constexpr int kMaxLevels = 64;

std::optional<DType> ItemType(std::string_view format) {
  constexpr std::pair<char, DType> kTypes[] = {
      {'b', DType::kBool},    {'c', DType::kInt8},    {'C', DType::kUInt8},
      {'s', DType::kInt16},   {'S', DType::kUInt16},  {'i', DType::kInt32},
      {'I', DType::kUInt32},  {'l', DType::kInt64},   {'L', DType::kUInt64},
      {'e', DType::kFloat16}, {'f', DType::kFloat32}, {'g', DType::kFloat64}};
  if (format.size() != 1) return std::nullopt;
  for (const auto& [letter, dtype] : kTypes) {
    if (format[0] == letter) return dtype;
  }
  return std::nullopt;
}

// The number in "w:12" and "+w:12"; nothing if it is not one.
std::optional<int64_t> FixedSize(std::string_view format,
                                 std::string_view prefix) {
  if (!format.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = format.substr(prefix.size());
  int64_t size = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc() || end != digits.data() + digits.size() || size < 0)
    return std::nullopt;
  return size;
}

std::optional<ArrowLevel> ParseFormat(std::string_view format) {
  if (const auto dtype = ItemType(format))
    return ArrowLevel{Kind::kItems, *dtype};
  if (format == "u" || format == "z") return ArrowLevel{Kind::kStrings};
  if (format == "U" || format == "Z")
    return ArrowLevel{Kind::kStrings, DType::kString, true};
  if (format == "vu" || format == "vz") return ArrowLevel{Kind::kStringViews};
  if (format == "+l") return ArrowLevel{Kind::kList};
  if (format == "+L") return ArrowLevel{Kind::kList, DType::kInt8, true};
  if (format == "+vl") return ArrowLevel{Kind::kListView};
  if (format == "+vL") return ArrowLevel{Kind::kListView, DType::kInt8, true};
  if (const auto size = FixedSize(format, "w:"))
    return ArrowLevel{Kind::kFixedBytes, DType::kString, false, *size};
  if (const auto size = FixedSize(format, "+w:"))
    return ArrowLevel{Kind::kFixedList, DType::kInt8, false, *size};
  return std::nullopt;
}

bool IsList(const ArrowLevel& level) { return level.kind >= Kind::kList; }

}  // namespace

absl::Status ArrowError(size_t level, const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrFormat("arrow: %s (level %d of the array)", what, level));
}

absl::StatusOr<ArrowType> ParseArrowType(const ArrowSchema& schema) {
  ArrowType type;
  for (const ArrowSchema* at = &schema;; at = at->children[0]) {
    if (at == nullptr || at->release == nullptr || at->format == nullptr)
      return ArrowError(type.size(), "the type is missing or released");
    if (at->dictionary != nullptr)
      return ArrowError(type.size(), "a dictionary is not supported");
    const std::optional<ArrowLevel> level = ParseFormat(at->format);
    if (!level.has_value()) {
      return ArrowError(
          type.size(),
          absl::StrFormat("type '%s' is not supported", at->format));
    }
    type.push_back(*level);
    if (!IsList(*level)) return type;
    if (at->n_children != 1 || at->children == nullptr)
      return ArrowError(type.size() - 1, "a list must have one child type");
    if (type.size() >= kMaxLevels)
      return ArrowError(type.size(), "lists are nested too deeply");
  }
}

int64_t NumBuffers(const ArrowLevel& level) {
  switch (level.kind) {
    case Kind::kItems:
    case Kind::kFixedBytes:
    case Kind::kList:
      return 2;
    case Kind::kStrings:
    case Kind::kStringViews:
    case Kind::kListView:
      return 3;
    case Kind::kFixedList:
      break;
  }
  return 1;
}

absl::StatusOr<Tensor> GroupRows(Tensor values, int64_t num_groups,
                                 int64_t size) {
  if (values.is_ragged()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        RowPartition rows,
        RowPartition::FromUniformRowLength(size, num_groups));
    return Tensor::FromPartition(std::move(rows), std::move(values));
  }
  std::vector<int64_t> shape = values.flat_shape();
  shape[0] = size;
  shape.insert(shape.begin(), num_groups);
  if (values.is_string())
    return Tensor::Dense(values.strings(), std::move(shape));
  return Tensor::DenseBytes(values.dtype(), values.bytes(), std::move(shape));
}

absl::StatusOr<Tensor> EmptyTensor(const ArrowType& type) {
  const ArrowLevel& items = type.back();
  Tensor tensor =
      items.kind == Kind::kItems
          ? Tensor::DenseBytesUnchecked(items.dtype, Buffer<std::byte>(), {0})
          : Tensor::Vector(StringTensor());
  for (size_t level = type.size() - 1; level-- > 0;) {
    if (type[level].kind == Kind::kFixedList) {
      ROWSPLIT_ASSIGN_OR_RETURN(
          tensor, GroupRows(std::move(tensor), 0, type[level].size));
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(
          tensor, Tensor::FromPartition(RowPartition(), std::move(tensor)));
    }
  }
  return tensor;
}

}  // namespace rowsplit::internal
