#include "rowsplit/data/arrow_export.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

// What an exported schema refers to.
struct SchemaOwner {
  std::string format;
  ArrowSchema child = {};
  ArrowSchema* children = nullptr;
};

// What an exported array refers to. Owns the tensor's memory.
struct ArrayOwner {
  Tensor tensor;
  Buffer<std::byte> packed_bits;
  std::vector<const void*> buffers;
  ArrowArray child = {};
  ArrowArray* children = nullptr;
};

// A consumer may have moved the child away, which marks it as released.
template <typename Struct, typename Owner>
void Release(Struct* released) {
  const std::unique_ptr<Owner> owner(
      static_cast<Owner*>(released->private_data));
  if (owner->children != nullptr && owner->children->release != nullptr)
    owner->children->release(owner->children);
  released->release = nullptr;
}

// Arrow's name of the items' type; null if there is none.
const char* FormatOf(const Tensor& tensor) {
  switch (tensor.dtype()) {
    case DType::kBool:
      return "b";
    case DType::kInt8:
      return "c";
    case DType::kInt16:
      return "s";
    case DType::kInt32:
      return "i";
    case DType::kInt64:
      return "l";
    case DType::kUInt8:
      return "C";
    case DType::kUInt16:
      return "S";
    case DType::kUInt32:
      return "I";
    case DType::kUInt64:
      return "L";
    case DType::kFloat16:
      return "e";
    case DType::kBFloat16:
      return nullptr;
    case DType::kFloat32:
      return "f";
    case DType::kFloat64:
      return "g";
    case DType::kString:
      break;
  }
  // A character may not run over the border of two strings.
  const StringTensorView strings = tensor.strings();
  if (!internal::IsValidUtf8(strings.text())) return "Z";
  for (const Offset offset : strings.offsets()) {
    if (offset == strings.offsets().back()) break;
    const auto byte = static_cast<uint8_t>(strings.bytes()[offset]);
    if ((byte & 0xC0) == 0x80) return "Z";
  }
  return "U";
}

absl::Status CheckTensor(const Tensor& tensor) {
  if (tensor.rank() == 0) {
    return absl::InvalidArgumentError(
        "arrow: a scalar is no array: expected a rank of 1 or more");
  }
  if (tensor.dtype() == DType::kBFloat16)
    return absl::InvalidArgumentError("arrow: there is no type for bfloat16");
  return absl::OkStatus();
}

// The formats of the levels, outermost first.
std::vector<std::string> Formats(const Tensor& tensor) {
  std::vector<std::string> formats(tensor.ragged_rank(), "+L");
  for (const int64_t size : tensor.inner_shape())
    formats.push_back(absl::StrFormat("+w:%d", size));
  formats.emplace_back(FormatOf(tensor));
  return formats;
}

void MakeSchema(std::span<const std::string> formats, const char* name,
                ArrowSchema* schema) {
  auto owner = std::make_unique<SchemaOwner>();
  owner->format = formats.front();
  *schema = {};
  schema->format = owner->format.c_str();
  schema->name = name;
  schema->flags = ARROW_FLAG_NULLABLE;  // as other libraries' types are
  if (formats.size() > 1) {
    MakeSchema(formats.subspan(1), "item", &owner->child);
    owner->children = &owner->child;
    schema->n_children = 1;
    schema->children = &owner->children;
  }
  schema->release = Release<ArrowSchema, SchemaOwner>;
  schema->private_data = owner.release();
}

Buffer<std::byte> PackBits(std::span<const bool> bools) {
  BufferBuilder<std::byte> packed((bools.size() + 7) / 8);
  for (size_t byte = 0; byte < packed.size(); ++byte) {
    unsigned bits = 0;
    for (size_t i = 8 * byte; i < bools.size() && i < 8 * byte + 8; ++i)
      bits |= static_cast<unsigned>(bools[i]) << (i % 8);
    packed[byte] = static_cast<std::byte>(bits);
  }
  return std::move(packed).Build();
}

// Memory of no size, for consumers that want an address.
const void* AddressOf(const void* data) {
  alignas(64) static constexpr std::byte kNothing[64] = {};
  return data == nullptr ? kNothing : data;
}

void AddItemBuffers(ArrayOwner& owner) {
  const Tensor& tensor = owner.tensor;
  if (tensor.is_string()) {
    const StringTensor& strings = tensor.strings();
    owner.buffers.push_back(strings.offsets().row_splits().data());
    owner.buffers.push_back(AddressOf(strings.bytes().data()));
  } else if (tensor.dtype() == DType::kBool) {
    owner.packed_bits = PackBits(tensor.items<bool>());
    owner.buffers.push_back(AddressOf(owner.packed_bits.data()));
  } else {
    owner.buffers.push_back(AddressOf(tensor.bytes().data()));
  }
}

// `level` counts the dimensions outside this one.
void MakeArray(const Tensor& tensor, int level, int64_t length,
               ArrowArray* array) {
  auto owner = std::make_unique<ArrayOwner>();
  owner->tensor = tensor;
  owner->buffers = {nullptr};  // no nulls
  *array = {};
  int64_t child_length = 0;
  bool is_items = false;
  if (level < tensor.ragged_rank()) {
    const RowPartition& partition = tensor.partition(level);
    owner->buffers.push_back(partition.row_splits().data());
    child_length = partition.num_values();
  } else if (level + 1 < tensor.rank()) {
    const int axis = level - tensor.ragged_rank() + 1;
    child_length = length * tensor.flat_shape()[axis];
  } else {
    is_items = true;
    AddItemBuffers(*owner);
  }
  if (!is_items) {
    MakeArray(tensor, level + 1, child_length, &owner->child);
    owner->children = &owner->child;
    array->n_children = 1;
    array->children = &owner->children;
  }
  array->length = length;
  array->n_buffers = static_cast<int64_t>(owner->buffers.size());
  array->buffers = owner->buffers.data();
  array->release = Release<ArrowArray, ArrayOwner>;
  array->private_data = owner.release();
}

}  // namespace

absl::Status ExportArrowSchema(const Tensor& tensor, ArrowSchema* schema) {
  schema->release = nullptr;
  ROWSPLIT_RETURN_IF_ERROR(CheckTensor(tensor));
  MakeSchema(Formats(tensor), "", schema);
  return absl::OkStatus();
}

absl::Status ExportToArrow(const Tensor& tensor, ArrowSchema* schema,
                           ArrowArray* array) {
  schema->release = nullptr;
  array->release = nullptr;
  ROWSPLIT_RETURN_IF_ERROR(ExportArrowSchema(tensor, schema));
  MakeArray(tensor, 0, tensor.num_rows(), array);
  return absl::OkStatus();
}

}  // namespace rowsplit
