#include "embedding/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/checked_math.h"
#include "core/json.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "embedding/row_portions.h"
#include "embedding/stored_array.h"
#include "embedding/tensor_choice.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/row_format.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

namespace {

constexpr size_t kSizeBytes = 8;
// What the format allows.
constexpr uint64_t kMaxHeaderBytes = 100'000'000;

struct DtypeRow {
  std::string_view word;
  int64_t item_bytes;
  std::optional<DType> is_float;
};

constexpr DtypeRow kDtypes[] = {
    {"F16", 2, DType::kFloat16},  {"BF16", 2, DType::kBFloat16},
    {"F32", 4, DType::kFloat32},  {"F64", 8, DType::kFloat64},
    {"BOOL", 1, std::nullopt},    {"I8", 1, std::nullopt},
    {"U8", 1, std::nullopt},      {"F8_E4M3", 1, std::nullopt},
    {"F8_E5M2", 1, std::nullopt}, {"I16", 2, std::nullopt},
    {"U16", 2, std::nullopt},     {"I32", 4, std::nullopt},
    {"U32", 4, std::nullopt},     {"I64", 8, std::nullopt},
    {"U64", 8, std::nullopt},     {"C64", 8, std::nullopt},
};

const DtypeRow* FindDtype(std::string_view word) {
  for (const DtypeRow& row : kDtypes) {
    if (row.word == word) return &row;
  }
  return nullptr;
}

uint64_t HeaderSize(std::string_view head) {
  uint64_t size = 0;
  for (size_t i = kSizeBytes; i-- > 0;) {
    size = size << 8 | static_cast<uint8_t>(head[i]);
  }
  return size;
}

struct TensorEntry {
  std::string_view name;
  std::string_view dtype;
  std::vector<int64_t> shape;
  int64_t begin = 0;
  int64_t end = 0;
};

absl::StatusOr<std::vector<int64_t>> Sizes(const JsonValue& value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> items,
                            value.AsArray());
  std::vector<int64_t> sizes;
  for (const JsonValue& item : items) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size, item.AsInt());
    if (size < 0) return item.Error("a size below 0");
    sizes.push_back(size);
  }
  return sizes;
}

// Its bytes, if the dtype is known: as many as the shape says.
absl::Status CheckSize(const TensorEntry& tensor, const JsonValue& where) {
  const DtypeRow* const row = FindDtype(tensor.dtype);
  if (row == nullptr) return absl::OkStatus();
  ROWSPLIT_RETURN_IF_ERROR(CheckShapeFits(tensor.shape));
  int64_t bytes = row->item_bytes;
  for (const int64_t size : tensor.shape) bytes *= size;
  if (bytes == tensor.end - tensor.begin) return absl::OkStatus();
  return where.Error(absl::StrFormat(
      "the shape of %s values takes %d bytes, data_offsets has %d",
      tensor.dtype, bytes, tensor.end - tensor.begin));
}

absl::StatusOr<TensorEntry> ReadTensor(std::string_view name,
                                       const JsonValue& value) {
  TensorEntry tensor;
  tensor.name = name;
  ROWSPLIT_ASSIGN_OR_RETURN(tensor.dtype, value.GetString("dtype"));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue shape, value.Get("shape"));
  ROWSPLIT_ASSIGN_OR_RETURN(tensor.shape, Sizes(shape));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue offsets, value.Get("data_offsets"));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> range, Sizes(offsets));
  if (range.size() != 2 || range[0] > range[1]) {
    return offsets.Error("expected a begin and an end after it");
  }
  tensor.begin = range[0];
  tensor.end = range[1];
  ROWSPLIT_RETURN_IF_ERROR(CheckSize(tensor, value));
  return tensor;
}

// The tensors fill the bytes after the header: none overlaps another, and
// nothing lies between them, before or behind.
absl::Status CheckRanges(const std::vector<TensorEntry>& tensors,
                         int64_t data_bytes, const std::string& name) {
  std::vector<const TensorEntry*> in_order;
  in_order.reserve(tensors.size());
  for (const TensorEntry& tensor : tensors) in_order.push_back(&tensor);
  std::sort(in_order.begin(), in_order.end(),
            [](const TensorEntry* a, const TensorEntry* b) {
              return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
            });
  int64_t end = 0;
  for (const TensorEntry* const tensor : in_order) {
    if (tensor->end > data_bytes) {
      return absl::DataLossError(absl::StrFormat(
          "%s: the tensor %s ends at byte %d of %d bytes of data", name,
          TokenText(tensor->name), tensor->end, data_bytes));
    }
    if (tensor->begin != end) {
      return absl::DataLossError(absl::StrFormat(
          "%s: the tensor %s should begin at byte %d of the data, where the "
          "one before it ends, and begins at %d",
          name, TokenText(tensor->name), end, tensor->begin));
    }
    end = tensor->end;
  }
  if (end == data_bytes) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrFormat("%s: the tensors end at byte %d of %d bytes of data",
                      name, end, data_bytes));
}

absl::StatusOr<std::vector<TensorEntry>> ReadTensors(const JsonValue& header) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto members, header.Members());
  std::vector<TensorEntry> tensors;
  for (const auto& [name, value] : members) {
    if (name == "__metadata__") continue;
    ROWSPLIT_ASSIGN_OR_RETURN(TensorEntry tensor, ReadTensor(name, value));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

// A header that says something impossible is a damaged file.
absl::Status AsDataLoss(const absl::Status& status, const std::string& name) {
  std::string message(status.message());
  if (message.find(name) != 0) message = name + ": " + message;
  return absl::DataLossError(message);
}

absl::StatusOr<StoredArray> ArrayOf(const TensorEntry& tensor,
                                    const Buffer<char>& data,
                                    const std::string& name) {
  const DtypeRow* const row = FindDtype(tensor.dtype);
  if (row == nullptr || !row->is_float.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the tensor %s has the dtype %s; expected F16, BF16, F32 or F64 "
        "(codes of integers need a scale and an offset for each row, which the "
        "format does not have)",
        name, TokenText(tensor.name), TokenText(tensor.dtype)));
  }
  if (tensor.shape.size() != 2) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected two dimensions, the tensor %s has %d",
                        name, TokenText(tensor.name), tensor.shape.size()));
  }
  StoredArray array;
  array.dtype = *row->is_float;
  array.num_rows = tensor.shape[0];
  array.width = tensor.shape[1];
  array.swapped = std::endian::native == std::endian::big;
  ROWSPLIT_RETURN_IF_ERROR(
      ArrayBytes(name, array.dtype, array.num_rows, array.width).status());
  array.bytes = data.Slice(static_cast<size_t>(tensor.begin),
                           static_cast<size_t>(tensor.end - tensor.begin));
  return array;
}

std::string_view WordOf(RowFormat format) {
  if (format == RowFormat::kFloat16) return "F16";
  return format == RowFormat::kBfloat16 ? "BF16" : "F32";
}

std::string HeaderOf(const EmbeddingTable& table, RowFormat format,
                     const std::string& tensor, int64_t bytes) {
  JsonWriter json(JsonWriter::Style::kCompact);
  json.BeginObject();
  json.Key(tensor);
  json.BeginObject();
  json.Member("dtype", WordOf(format));
  json.Key("shape");
  json.BeginArray();
  json.Int(table.num_rows());
  json.Int(table.width());
  json.EndArray();
  json.Key("data_offsets");
  json.BeginArray();
  json.Int(0);
  json.Int(bytes);
  json.EndArray();
  json.EndObject();
  json.EndObject();
  std::string text = std::move(json).Take();
  while ((kSizeBytes + text.size()) % 64 != 0) text += ' ';
  std::string header;
  for (size_t i = 0; i < kSizeBytes; ++i) {
    header += static_cast<char>(uint64_t{text.size()} >> 8 * i & 255);
  }
  return header + text;
}

}  // namespace

bool IsSafetensors(std::string_view head, uint64_t file_bytes) {
  if (head.size() <= kSizeBytes || head[kSizeBytes] != '{') return false;
  const uint64_t size = HeaderSize(head);
  return size >= 2 && size <= kMaxHeaderBytes &&
         size <= file_bytes - kSizeBytes;
}

absl::StatusOr<StoredArray> SafetensorsArray(const Buffer<char>& file,
                                             const std::string& tensor,
                                             const std::string& name) {
  const std::string_view bytes(file.data(), file.size());
  if (bytes.size() < kSizeBytes) {
    return absl::DataLossError(absl::StrFormat(
        "%s: cut short: a safetensors file begins with 8 bytes", name));
  }
  const uint64_t header_size = HeaderSize(bytes);
  if (header_size > kMaxHeaderBytes ||
      header_size > bytes.size() - kSizeBytes) {
    return absl::DataLossError(absl::StrFormat(
        "%s: a header of %d bytes does not fit: the file has %d after its "
        "size, and %d are allowed",
        name, header_size, bytes.size() - kSizeBytes, kMaxHeaderBytes));
  }
  const auto header = JsonValue::Parse(
      bytes.substr(kSizeBytes, static_cast<size_t>(header_size)), name);
  if (!header.ok()) return AsDataLoss(header.status(), name);
  const auto tensors = ReadTensors(*header);
  if (!tensors.ok()) return AsDataLoss(tensors.status(), name);
  const size_t begin = kSizeBytes + static_cast<size_t>(header_size);
  const Buffer<char> data = file.Slice(begin, file.size() - begin);
  ROWSPLIT_RETURN_IF_ERROR(
      CheckRanges(*tensors, static_cast<int64_t>(data.size()), name));
  std::vector<NamedTensor> named;
  for (const TensorEntry& entry : *tensors) {
    const DtypeRow* const row = FindDtype(entry.dtype);
    named.push_back({std::string(entry.name), row != nullptr &&
                                                  row->is_float.has_value() &&
                                                  entry.shape.size() == 2});
  }
  // The only tensor is asked for, whatever it is: its error says what it is.
  const bool is_alone = tensors->size() == 1 && tensor.empty();
  size_t chosen = 0;
  if (!is_alone) {
    ROWSPLIT_ASSIGN_OR_RETURN(chosen, ChooseTensor(named, tensor, name));
  }
  return ArrayOf((*tensors)[chosen], data, name);
}

absl::Status WriteSafetensors(const EmbeddingTable& table, RowFormat format,
                              const std::string& tensor,
                              const std::string& path,
                              const ExecOptions& exec) {
  if (!IsValidUtf8(tensor) || tensor.empty() || tensor == "__metadata__") {
    return absl::InvalidArgumentError(absl::StrFormat(
        "safetensors: %s can't be the name of a tensor", TokenText(tensor)));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t bytes, TableBytes(format, table.num_rows(), table.width()));
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open(path, {}));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(HeaderOf(table, format, tensor, bytes)));
  ROWSPLIT_RETURN_IF_ERROR(
      ForRowPortions(table, format, exec,
                     [&](std::string_view rows) { return file.Append(rows); }));
  return file.Commit();
}

}  // namespace rowsplit::internal
