#include "rowsplit/data/arrow_import.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "data/arrow_type.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

using internal::ArrowError;
using internal::ArrowLevel;
using internal::ArrowType;
using Kind = internal::ArrowLevel::Kind;

// The values [begin, begin + size) of an array, not counting its own offset.
struct Range {
  const ArrowArray* array;
  int64_t begin;
  int64_t size;

  // Where it starts in the buffers. Requires CheckRange.
  int64_t first() const { return array->offset + begin; }
};

class Importer {
 public:
  Importer(const ArrowType& type, std::shared_ptr<const void> owner)
      : type_(type), owner_(std::move(owner)) {}

  absl::StatusOr<Tensor> Import(const ArrowArray& array) const {
    return ImportLevel(0, {&array, 0, array.length});
  }

 private:
  const ArrowLevel& level(size_t depth) const { return type_[depth]; }

  absl::Status CheckRange(size_t depth, const Range& range) const;
  absl::Status CheckNoNulls(size_t depth, const Range& range) const;
  absl::StatusOr<Tensor> ImportLevel(size_t depth, const Range& range) const;
  absl::StatusOr<Tensor> ImportItems(size_t depth, const Range& range) const;
  absl::StatusOr<Tensor> ImportStrings(size_t depth, const Range& range) const;
  absl::StatusOr<Tensor> ImportFixedBytes(size_t depth,
                                          const Range& range) const;
  absl::StatusOr<Tensor> ImportStringViews(size_t depth,
                                           const Range& range) const;
  absl::StatusOr<Tensor> ImportList(size_t depth, const Range& range) const;
  absl::StatusOr<Tensor> ImportListView(size_t depth, const Range& range) const;
  absl::StatusOr<Tensor> ImportFixedList(size_t depth,
                                         const Range& range) const;
  absl::StatusOr<std::vector<Offset>> ReadNumbers(size_t depth,
                                                  const void* buffer,
                                                  int64_t first, int64_t count,
                                                  bool is_large) const;
  absl::StatusOr<std::vector<Offset>> ReadOffsets(size_t depth,
                                                  const Range& range,
                                                  int64_t limit) const;
  absl::StatusOr<const ArrowArray*> ChildOf(size_t depth,
                                            const ArrowArray& array) const;

  const ArrowType& type_;
  std::shared_ptr<const void> owner_;
};

absl::Status Importer::CheckRange(size_t depth, const Range& range) const {
  const ArrowArray& array = *range.array;
  if (array.release == nullptr)
    return ArrowError(depth, "the array is released");
  int64_t end;
  if (array.length < 0 || array.offset < 0 ||
      __builtin_add_overflow(array.length, array.offset, &end) ||
      __builtin_add_overflow(end, 1, &end)) {
    return ArrowError(depth, absl::StrFormat("length and offset must not be "
                                             "negative: length=%d, offset=%d",
                                             array.length, array.offset));
  }
  if (range.begin > array.length - range.size) {
    return ArrowError(depth,
                      absl::StrFormat("the list needs %d values of its child, "
                                      "which has %d",
                                      range.begin + range.size, array.length));
  }
  const int64_t num_buffers = internal::NumBuffers(level(depth));
  const bool is_variadic = level(depth).kind == Kind::kStringViews;
  if (array.n_buffers < num_buffers ||
      (!is_variadic && array.n_buffers != num_buffers) ||
      array.buffers == nullptr) {
    return ArrowError(depth, absl::StrFormat("expected %d buffers, got %d",
                                             num_buffers, array.n_buffers));
  }
  return CheckNoNulls(depth, range);
}

absl::Status Importer::CheckNoNulls(size_t depth, const Range& range) const {
  const ArrowArray& array = *range.array;
  if (array.null_count == 0) return absl::OkStatus();
  const auto* bits = static_cast<const uint8_t*>(array.buffers[0]);
  if (bits == nullptr) {
    if (array.null_count < 0) return absl::OkStatus();
    return ArrowError(
        depth, absl::StrFormat("%d nulls are told of, but not which values",
                               array.null_count));
  }
  for (int64_t i = 0; i < range.size; ++i) {
    const int64_t bit = range.first() + i;
    if ((bits[bit / 8] >> (bit % 8) & 1) != 0) continue;
    return ArrowError(depth,
                      absl::StrFormat("a tensor has no nulls: value %d is one",
                                      range.begin + i));
  }
  return absl::OkStatus();
}

absl::StatusOr<Tensor> Importer::ImportLevel(size_t depth,
                                             const Range& range) const {
  ROWSPLIT_RETURN_IF_ERROR(CheckRange(depth, range));
  switch (level(depth).kind) {
    case Kind::kItems:
      return ImportItems(depth, range);
    case Kind::kStrings:
      return ImportStrings(depth, range);
    case Kind::kFixedBytes:
      return ImportFixedBytes(depth, range);
    case Kind::kStringViews:
      return ImportStringViews(depth, range);
    case Kind::kList:
      return ImportList(depth, range);
    case Kind::kListView:
      return ImportListView(depth, range);
    case Kind::kFixedList:
      break;
  }
  return ImportFixedList(depth, range);
}

absl::StatusOr<Tensor> Importer::ImportItems(size_t depth,
                                             const Range& range) const {
  const void* values = range.array->buffers[1];
  const DType dtype = level(depth).dtype;
  if (range.size == 0)
    return Tensor::DenseBytesUnchecked(dtype, Buffer<std::byte>(), {0});
  if (values == nullptr) return ArrowError(depth, "the values are missing");
  if (dtype == DType::kBool) {
    const auto* bits = static_cast<const uint8_t*>(values);
    BufferBuilder<bool> bools(static_cast<size_t>(range.size));
    for (int64_t i = 0; i < range.size; ++i) {
      const int64_t bit = range.first() + i;
      bools[i] = (bits[bit / 8] >> (bit % 8) & 1) != 0;
    }
    return Tensor::Vector(std::move(bools).Build());
  }
  const int64_t item_size = DTypeSize(dtype);
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t begin,
                            internal::CheckedMul(range.first(), item_size));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(range.size, item_size));
  const std::span<const std::byte> bytes(
      static_cast<const std::byte*>(values) + begin, static_cast<size_t>(size));
  const bool is_aligned =
      reinterpret_cast<uintptr_t>(bytes.data()) % item_size == 0;
  return Tensor::DenseBytesUnchecked(dtype,
                                     is_aligned
                                         ? Buffer<std::byte>(bytes, owner_)
                                         : Buffer<std::byte>::Copy(bytes),
                                     {range.size});
}

// `count` offsets or sizes, which are not negative.
absl::StatusOr<std::vector<Offset>> Importer::ReadNumbers(size_t depth,
                                                          const void* buffer,
                                                          int64_t first,
                                                          int64_t count,
                                                          bool is_large) const {
  if (count == 0) return std::vector<Offset>();
  if (buffer == nullptr) return ArrowError(depth, "the offsets are missing");
  std::vector<Offset> numbers(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    // Other libraries' memory need not be aligned.
    const auto* at = static_cast<const char*>(buffer) +
                     (first + i) * (is_large ? int64_t{8} : int64_t{4});
    if (is_large) {
      std::memcpy(&numbers[i], at, sizeof(int64_t));
    } else {
      int32_t narrow;
      std::memcpy(&narrow, at, sizeof(narrow));
      numbers[i] = narrow;
    }
    if (numbers[i] >= 0) continue;
    return ArrowError(depth, absl::StrFormat("offsets and sizes must not be "
                                             "negative: value %d has %d",
                                             i, numbers[i]));
  }
  return numbers;
}

// The offsets of the range, which end at `limit` or before.
absl::StatusOr<std::vector<Offset>> Importer::ReadOffsets(size_t depth,
                                                          const Range& range,
                                                          int64_t limit) const {
  if (range.size == 0) return std::vector<Offset>{0};
  ROWSPLIT_ASSIGN_OR_RETURN(
      std::vector<Offset> offsets,
      ReadNumbers(depth, range.array->buffers[1], range.first(), range.size + 1,
                  level(depth).is_large));
  for (size_t i = 1; i < offsets.size(); ++i) {
    if (offsets[i] >= offsets[i - 1]) continue;
    return ArrowError(
        depth, absl::StrFormat("offsets must not decrease: value %d goes from "
                               "%d to %d",
                               i - 1, offsets[i - 1], offsets[i]));
  }
  if (offsets.back() > limit) {
    return ArrowError(
        depth, absl::StrFormat("offsets must end inside the %d values of the "
                               "child: %d",
                               limit, offsets.back()));
  }
  return offsets;
}

// Splits from 0 on.
RowPartition Rebase(const std::vector<Offset>& offsets) {
  BufferBuilder<Offset> splits(offsets.size());
  for (size_t i = 0; i < offsets.size(); ++i)
    splits[i] = offsets[i] - offsets[0];
  return RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
}

absl::StatusOr<Tensor> Importer::ImportStrings(size_t depth,
                                               const Range& range) const {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const std::vector<Offset> offsets,
      ReadOffsets(depth, range, std::numeric_limits<int64_t>::max()));
  const auto* bytes = static_cast<const char*>(range.array->buffers[2]);
  const Offset size = offsets.back() - offsets.front();
  if (size > 0 && bytes == nullptr)
    return ArrowError(depth, "the bytes of the strings are missing");
  Buffer<char> shared;
  if (size > 0)
    shared =
        Buffer<char>({bytes + offsets[0], static_cast<size_t>(size)}, owner_);
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(Rebase(offsets), std::move(shared)));
  return Tensor::Vector(std::move(strings));
}

absl::StatusOr<Tensor> Importer::ImportFixedBytes(size_t depth,
                                                  const Range& range) const {
  const int64_t width = level(depth).size;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t begin,
                            internal::CheckedMul(range.first(), width));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(range.size, width));
  const auto* bytes = static_cast<const char*>(range.array->buffers[1]);
  Buffer<char> shared;
  if (size > 0) {
    if (bytes == nullptr) return ArrowError(depth, "the values are missing");
    shared = Buffer<char>({bytes + begin, static_cast<size_t>(size)}, owner_);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      RowPartition offsets,
      RowPartition::FromUniformRowLength(width, range.size));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(std::move(offsets), std::move(shared)));
  return Tensor::Vector(std::move(strings));
}

// A view is 16 bytes: the size; then up to 12 bytes of text, or the first 4 of
// it, the number of a buffer and the place in it. The last buffer of the array
// holds the sizes of those between.
absl::StatusOr<Tensor> Importer::ImportStringViews(size_t depth,
                                                   const Range& range) const {
  const ArrowArray& array = *range.array;
  const int64_t num_data = array.n_buffers - 3;
  const auto* views = static_cast<const char*>(array.buffers[1]);
  const void* sizes = array.buffers[array.n_buffers - 1];
  if (range.size > 0 && views == nullptr)
    return ArrowError(depth, "the views are missing");
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<Offset> data_sizes,
                            ReadNumbers(depth, sizes, 0, num_data, true));
  StringTensorBuilder builder;
  for (int64_t i = 0; i < range.size; ++i) {
    const char* view = views + 16 * (range.first() + i);
    int32_t parts[4];  // the size, …, the buffer, the place
    std::memcpy(parts, view, sizeof(parts));
    if (parts[0] >= 0 && parts[0] <= 12) {
      builder.Append({view + 4, static_cast<size_t>(parts[0])});
      continue;
    }
    if (parts[0] < 0 || parts[2] < 0 || parts[2] >= num_data || parts[3] < 0 ||
        int64_t{parts[3]} + parts[0] > data_sizes[parts[2]] ||
        array.buffers[2 + parts[2]] == nullptr) {
      return ArrowError(
          depth,
          absl::StrFormat("a view must lie inside its buffer: value "
                          "%d has %d bytes at %d of buffer %d",
                          range.begin + i, parts[0], parts[3], parts[2]));
    }
    builder.Append(
        {static_cast<const char*>(array.buffers[2 + parts[2]]) + parts[3],
         static_cast<size_t>(parts[0])});
  }
  return Tensor::Vector(std::move(builder).Build());
}

absl::StatusOr<const ArrowArray*> Importer::ChildOf(
    size_t depth, const ArrowArray& array) const {
  if (array.n_children != 1 || array.children == nullptr ||
      array.children[0] == nullptr)
    return ArrowError(depth, "a list must have one child");
  return array.children[0];
}

absl::StatusOr<Tensor> Importer::ImportList(size_t depth,
                                            const Range& range) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const ArrowArray* child,
                            ChildOf(depth, *range.array));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<Offset> offsets,
                            ReadOffsets(depth, range, child->length));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      ImportLevel(depth + 1,
                  {child, offsets.front(), offsets.back() - offsets.front()}));
  return Tensor::FromPartition(Rebase(offsets), std::move(values));
}

absl::StatusOr<Tensor> Importer::ImportListView(size_t depth,
                                                const Range& range) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const ArrowArray* child,
                            ChildOf(depth, *range.array));
  const bool is_large = level(depth).is_large;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<Offset> starts,
                            ReadNumbers(depth, range.array->buffers[1],
                                        range.first(), range.size, is_large));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<Offset> sizes,
                            ReadNumbers(depth, range.array->buffers[2],
                                        range.first(), range.size, is_large));
  // Only what the views reach is read: from `low` to `high`.
  std::vector<internal::RowRange> ranges;
  Offset low = child->length;
  Offset high = 0;
  for (int64_t i = 0; i < range.size; ++i) {
    if (sizes[i] > child->length || starts[i] > child->length - sizes[i]) {
      return ArrowError(
          depth,
          absl::StrFormat("a list must lie inside the %d values of "
                          "the child: value %d has %d at %d",
                          child->length, range.begin + i, sizes[i], starts[i]));
    }
    if (sizes[i] == 0) continue;
    low = std::min(low, starts[i]);
    high = std::max(high, starts[i] + sizes[i]);
  }
  low = std::min(low, high);
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            ImportLevel(depth + 1, {child, low, high - low}));
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition rows,
                            RowPartition::FromRowLengths(sizes));
  // Views one after the other, as most producers make them, are a list.
  bool is_in_order = rows.num_values() == high - low;
  for (int64_t i = 0; i < range.size; ++i) {
    if (sizes[i] == 0) continue;
    is_in_order &= starts[i] - low == rows.row_splits()[i];
    ranges.push_back({starts[i] - low, sizes[i]});
  }
  if (!is_in_order) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        values, internal::SelectRows(values, std::move(ranges), {}));
  }
  return Tensor::FromPartition(std::move(rows), std::move(values));
}

absl::StatusOr<Tensor> Importer::ImportFixedList(size_t depth,
                                                 const Range& range) const {
  const int64_t size = level(depth).size;
  ROWSPLIT_ASSIGN_OR_RETURN(const ArrowArray* child,
                            ChildOf(depth, *range.array));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t begin,
                            internal::CheckedMul(range.first(), size));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t count,
                            internal::CheckedMul(range.size, size));
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckedAdd(begin, count).status());
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            ImportLevel(depth + 1, {child, begin, count}));
  return internal::GroupRows(std::move(values), range.size, size);
}

// Moves the array to where it lives until its last user is gone.
std::shared_ptr<const ArrowArray> Own(ArrowArray* array) {
  auto* owned = new ArrowArray(*array);
  array->release = nullptr;
  return {owned, [](ArrowArray* owned_array) {
            if (owned_array->release != nullptr)
              owned_array->release(owned_array);
            delete owned_array;
          }};
}

// Releases the stream, and a schema read from it, at the end.
struct StreamCloser {
  ArrowArrayStream* stream;
  ArrowSchema schema = {};

  explicit StreamCloser(ArrowArrayStream* s) : stream(s) {}
  StreamCloser(const StreamCloser&) = delete;
  StreamCloser& operator=(const StreamCloser&) = delete;
  ~StreamCloser() {
    if (schema.release != nullptr) schema.release(&schema);
    stream->release(stream);
  }

  absl::Status Error(const char* what, int code) const {
    const char* message = stream->get_last_error == nullptr
                              ? nullptr
                              : stream->get_last_error(stream);
    return absl::InternalError(
        absl::StrFormat("arrow: the stream failed at %s: %s (code %d)", what,
                        message == nullptr ? "no message" : message, code));
  }
};

}  // namespace

absl::StatusOr<Tensor> ImportFromArrow(const ArrowSchema& schema,
                                       ArrowArray* array) {
  const std::shared_ptr<const ArrowArray> owned = Own(array);
  ROWSPLIT_ASSIGN_OR_RETURN(const ArrowType type,
                            internal::ParseArrowType(schema));
  return Importer(type, owned).Import(*owned);
}

absl::StatusOr<std::vector<Tensor>> ImportArrowChunks(
    ArrowArrayStream* stream) {
  if (stream->release == nullptr || stream->get_schema == nullptr ||
      stream->get_next == nullptr)
    return absl::InvalidArgumentError("arrow: the stream is released");
  StreamCloser closer(stream);
  if (const int code = stream->get_schema(stream, &closer.schema); code != 0)
    return closer.Error("the type", code);
  ROWSPLIT_ASSIGN_OR_RETURN(const ArrowType type,
                            internal::ParseArrowType(closer.schema));
  std::vector<Tensor> chunks;
  while (true) {
    ArrowArray next = {};
    if (const int code = stream->get_next(stream, &next); code != 0)
      return closer.Error("an array", code);
    if (next.release == nullptr) break;
    const std::shared_ptr<const ArrowArray> owned = Own(&next);
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor chunk,
                              Importer(type, owned).Import(*owned));
    chunks.push_back(std::move(chunk));
  }
  if (chunks.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor empty, internal::EmptyTensor(type));
    chunks.push_back(std::move(empty));
  }
  return chunks;
}

absl::StatusOr<Tensor> ImportFromArrowStream(ArrowArrayStream* stream,
                                             const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<Tensor> chunks,
                            ImportArrowChunks(stream));
  if (chunks.size() == 1) return std::move(chunks[0]);
  std::vector<internal::RowRange> ranges;
  ranges.reserve(chunks.size());
  for (const Tensor& chunk : chunks) {
    ranges.push_back(
        {0, chunk.num_rows(), static_cast<int64_t>(ranges.size())});
  }
  return internal::SelectRows(chunks, std::move(ranges), exec);
}

}  // namespace rowsplit
