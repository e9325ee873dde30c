#include "rowsplit/ops/to_dense.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/pad_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

// Bytes of default values that lie ready to be copied. A row of more goes
// through memcpy, which is as good there.
constexpr int64_t kFillBytes = 1 << 14;
// The bytes of the largest item; of a string, of its offset.
constexpr int64_t kLargestItem = 8;
// Bytes of the result that a thread takes at a time.
constexpr int64_t kGrainBytes = 1 << 18;

std::string ShapeText(std::span<const int64_t> shape) {
  return absl::StrFormat("[%s]", absl::StrJoin(shape, ","));
}

int64_t LongestRow(const RowPartition& partition) {
  const std::span<const Offset> splits = partition.row_splits();
  int64_t longest = 0;
  for (size_t row = 0; row + 1 < splits.size(); ++row)
    longest = std::max(longest, splits[row + 1] - splits[row]);
  return longest;
}

// ---- Where the values go.

struct DenseLayout {
  std::vector<int64_t> shape;
  // Values (arrays of the inner shape) in one step of each axis up to the
  // ragged rank.
  std::vector<int64_t> stride;
  int64_t num_values = 0;
  int64_t num_items = 0;
};

absl::StatusOr<std::vector<int64_t>> ResultShape(
    const Tensor& input, const std::optional<PartialShape>& wanted) {
  const auto rank = static_cast<size_t>(input.rank());
  if (wanted.has_value() && wanted->size() != rank) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "to_tensor: shape must have the rank of the input, %d, got %d sizes",
        rank, wanted->size()));
  }
  const auto ragged_rank = static_cast<size_t>(input.ragged_rank());
  std::vector<int64_t> shape(rank);
  for (size_t axis = 0; axis < rank; ++axis) {
    const std::optional<int64_t> size =
        wanted.has_value() ? (*wanted)[axis] : std::nullopt;
    if (size.has_value() && *size < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "to_tensor: a size must not be negative: shape[%d]=%d", axis, *size));
    }
    const bool is_inner = axis > ragged_rank || ragged_rank == 0;
    if (is_inner) {
      shape[axis] = input.flat_shape()[axis - ragged_rank];
      if (!size.has_value() || *size == shape[axis]) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "to_tensor: a uniform axis can't be padded or cut: shape[%d]=%d, but "
          "the input has %d",
          axis, *size, shape[axis]));
    }
    if (size.has_value()) {
      shape[axis] = *size;
    } else {
      shape[axis] =
          axis == 0 ? input.num_rows()
                    : LongestRow(input.partition(static_cast<int>(axis - 1)));
    }
  }
  return shape;
}

absl::StatusOr<DenseLayout> MakeLayout(
    const Tensor& input, const std::optional<PartialShape>& wanted) {
  DenseLayout layout;
  ROWSPLIT_ASSIGN_OR_RETURN(layout.shape, ResultShape(input, wanted));
  const auto ragged_rank = static_cast<size_t>(input.ragged_rank());
  layout.stride.resize(ragged_rank + 1);
  // The sizes' product, also where one of 0 hides it: what a Tensor promises.
  int64_t reach = 1;
  for (const int64_t size : layout.shape) {
    if (!__builtin_mul_overflow(reach, std::max<int64_t>(size, 1), &reach)) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrFormat(
        "to_tensor: the shape %s has more items than fit 64 bits",
        ShapeText(layout.shape)));
  }
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckedMul(reach, kLargestItem).status());
  int64_t values = 1;
  for (size_t axis = ragged_rank + 1; axis-- > 0;) {
    layout.stride[axis] = values;
    values *= layout.shape[axis];
  }
  layout.num_values = values;
  layout.num_items = values * input.value_items();
  return layout;
}

// Walks over the result and tells the sink what is where:
//   Pad(splits, num_rows, width, at): rows of values, each cut or padded to
//     `width`, from value `at` of the result on;
//   Fill(at, count): default values.
template <typename Sink>
class Padder {
 public:
  Padder(const Tensor& input, const DenseLayout& layout, Sink& sink)
      : input_(input), layout_(layout), sink_(sink) {}

  // The rows [begin, end) of the result.
  void Rows(int64_t begin, int64_t end) {
    const int64_t filled = std::clamp(input_.num_rows(), begin, end);
    if (begin < filled) SourceRows(0, begin, filled, begin * layout_.stride[0]);
    sink_.Fill(filled * layout_.stride[0], (end - filled) * layout_.stride[0]);
  }

 private:
  // The rows [begin, end) of a partition, at value `at` of the result.
  void SourceRows(int axis, int64_t begin, int64_t end, int64_t at) {
    const Offset* splits = input_.partition(axis).row_splits().data();
    const int64_t width = layout_.shape[axis + 1];
    if (axis + 1 == input_.ragged_rank())
      return sink_.Pad(splits + begin, end - begin, width, at);
    const int64_t stride = layout_.stride[axis + 1];
    for (int64_t row = begin; row < end; ++row, at += width * stride) {
      const int64_t used = std::min(splits[row + 1] - splits[row], width);
      SourceRows(axis + 1, splits[row], splits[row] + used, at);
      sink_.Fill(at + used * stride, (width - used) * stride);
    }
  }

  const Tensor& input_;
  const DenseLayout& layout_;
  Sink& sink_;
};

template <typename Sink>
absl::Status Run(const Tensor& input, const DenseLayout& layout,
                 int64_t value_bytes, const ExecOptions& exec, Sink& sink) {
  const int64_t grain =
      std::max<int64_t>(1, kGrainBytes / value_bytes / layout.stride[0]);
  return internal::ParallelFor(
      exec, layout.shape[0], grain,
      [&](int64_t begin, int64_t end) -> absl::Status {
        Padder<Sink>(input, layout, sink).Rows(begin, end);
        return absl::OkStatus();
      });
}

// ---- The default value.

absl::Status CheckDefault(const Tensor& input, const Tensor& value) {
  if (value.dtype() != input.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "to_tensor: default_value must have the dtype of the input, %s, got %s",
        DTypeName(input.dtype()), DTypeName(value.dtype())));
  }
  const std::vector<int64_t> inner = input.inner_shape();
  const std::vector<int64_t>& shape = value.flat_shape();
  bool fits = !value.is_ragged() && shape.size() <= inner.size();
  for (size_t i = 1; fits && i <= shape.size(); ++i) {
    const int64_t size = shape[shape.size() - i];
    fits = size == 1 || size == inner[inner.size() - i];
  }
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "to_tensor: default_value must be dense and broadcast to the input's "
      "inner shape %s, got %s",
      ShapeText(inner),
      value.is_ragged() ? "a ragged tensor" : ShapeText(shape)));
}

// The item of the default value that each item of a flat value takes.
std::vector<int64_t> BroadcastItems(const std::vector<int64_t>& from,
                                    const std::vector<int64_t>& to,
                                    int64_t num_items) {
  std::vector<int64_t> items(static_cast<size_t>(num_items), 0);
  int64_t from_step = 1;
  int64_t to_step = 1;
  for (size_t i = 1; i <= from.size(); ++i) {
    const int64_t size = to[to.size() - i];
    const bool moves = from[from.size() - i] != 1;
    for (int64_t item = 0; moves && item < num_items; ++item)
      items[item] += item / to_step % size * from_step;
    if (moves) from_step *= size;
    to_step *= size;
  }
  return items;
}

// ---- Numbers.

// At most kFillBytes of default values, one after the other, and kPadSlack
// bytes more.
Buffer<std::byte> MakeFill(const std::optional<Tensor>& value,
                           const std::vector<int64_t>& items,
                           int64_t item_bytes, int64_t num_values) {
  const int64_t value_bytes = static_cast<int64_t>(items.size()) * item_bytes;
  const int64_t count =
      std::clamp<int64_t>(kFillBytes / value_bytes, 1, num_values);
  const auto size = static_cast<size_t>(count * value_bytes);
  BufferBuilder<std::byte> fill(size + kernels::kPadSlack);
  std::memset(fill.data(), 0, fill.size());
  if (!value.has_value()) return std::move(fill).Build();
  for (size_t i = 0; i < items.size(); ++i) {
    std::memcpy(fill.data() + i * item_bytes,
                value->bytes().data() + items[i] * item_bytes, item_bytes);
  }
  for (auto done = static_cast<size_t>(value_bytes); done < size;) {
    const size_t more = std::min(done, size - done);
    std::memcpy(fill.data() + done, fill.data(), more);
    done += more;
  }
  return std::move(fill).Build();
}

class ByteSink {
 public:
  ByteSink(const Tensor& input, int64_t value_bytes,
           const Buffer<std::byte>& fill, std::byte* output)
      : values_(input.bytes().data()),
        values_size_(input.bytes().size()),
        value_bytes_(value_bytes),
        fill_(fill.data()),
        fill_bytes_(static_cast<int64_t>(fill.size() - kernels::kPadSlack)),
        output_(output) {}

  void Pad(const Offset* splits, int64_t num_rows, int64_t width, int64_t at) {
    if (width * value_bytes_ <= fill_bytes_) {
      kernels::PadRows(splits, static_cast<size_t>(num_rows),
                       reinterpret_cast<const uint8_t*>(values_), values_size_,
                       static_cast<size_t>(value_bytes_),
                       reinterpret_cast<const uint8_t*>(fill_),
                       static_cast<size_t>(width * value_bytes_),
                       reinterpret_cast<uint8_t*>(output_ + at * value_bytes_));
      return;
    }
    for (int64_t row = 0; row < num_rows; ++row, at += width) {
      const int64_t used = std::min(splits[row + 1] - splits[row], width);
      if (used > 0) {
        std::memcpy(output_ + at * value_bytes_,
                    values_ + splits[row] * value_bytes_,
                    static_cast<size_t>(used * value_bytes_));
      }
      Fill(at + used, width - used);
    }
  }

  void Fill(int64_t at, int64_t count) {
    std::byte* out = output_ + at * value_bytes_;
    for (int64_t left = count * value_bytes_; left > 0;) {
      const int64_t step = std::min(left, fill_bytes_);
      std::memcpy(out, fill_, static_cast<size_t>(step));
      out += step;
      left -= step;
    }
  }

 private:
  const std::byte* values_;
  size_t values_size_;
  int64_t value_bytes_;
  const std::byte* fill_;
  int64_t fill_bytes_;
  std::byte* output_;
};

absl::StatusOr<Tensor> PadNumbers(const Tensor& input, DenseLayout layout,
                                  const std::vector<int64_t>& items,
                                  const ToDenseOptions& options) {
  const int64_t item_bytes = DTypeSize(input.dtype());
  const int64_t value_bytes = input.value_items() * item_bytes;
  BufferBuilder<std::byte> output(
      static_cast<size_t>(layout.num_items * item_bytes));
  const Buffer<std::byte> fill =
      MakeFill(options.default_value, items, item_bytes, layout.num_values);
  ByteSink sink(input, value_bytes, fill, output.data());
  ROWSPLIT_RETURN_IF_ERROR(Run(input, layout, value_bytes, options.exec, sink));
  return Tensor::DenseBytesUnchecked(input.dtype(), std::move(output).Build(),
                                     std::move(layout.shape));
}

// ---- Strings.

// Writes the length of each string behind the place of its offset.
class LengthSink {
 public:
  LengthSink(const Tensor& input, std::span<const int64_t> fill_lengths,
             Offset* offsets)
      : offsets_(input.strings().offsets().row_splits().data()),
        fill_(fill_lengths),
        output_(offsets + 1) {}

  void Pad(const Offset* splits, int64_t num_rows, int64_t width, int64_t at) {
    const auto items = static_cast<int64_t>(fill_.size());
    for (int64_t row = 0; row < num_rows; ++row, at += width) {
      const int64_t used = std::min(splits[row + 1] - splits[row], width);
      const Offset* in = offsets_ + splits[row] * items;
      Offset* out = output_ + at * items;
      for (int64_t i = 0; i < used * items; ++i) out[i] = in[i + 1] - in[i];
      Fill(at + used, width - used);
    }
  }

  void Fill(int64_t at, int64_t count) {
    Offset* out = output_ + at * static_cast<int64_t>(fill_.size());
    for (int64_t i = 0; i < count; ++i) out = std::ranges::copy(fill_, out).out;
  }

 private:
  const Offset* offsets_;
  std::span<const int64_t> fill_;
  Offset* output_;
};

// Copies the strings to their places.
class StringSink {
 public:
  StringSink(const Tensor& input, std::string_view fill, const Offset* offsets,
             char* output)
      : in_offsets_(input.strings().offsets().row_splits().data()),
        in_(input.strings().bytes().data()),
        items_(input.value_items()),
        fill_(fill),
        out_offsets_(offsets),
        out_(output) {}

  void Pad(const Offset* splits, int64_t num_rows, int64_t width, int64_t at) {
    for (int64_t row = 0; row < num_rows; ++row, at += width) {
      const int64_t used = std::min(splits[row + 1] - splits[row], width);
      const Offset begin = in_offsets_[splits[row] * items_];
      const Offset end = in_offsets_[(splits[row] + used) * items_];
      if (end > begin) {
        std::memcpy(out_ + out_offsets_[at * items_], in_ + begin,
                    static_cast<size_t>(end - begin));
      }
      Fill(at + used, width - used);
    }
  }

  void Fill(int64_t at, int64_t count) {
    if (fill_.empty() || count == 0) return;
    char* out = out_ + out_offsets_[at * items_];
    for (int64_t i = 0; i < count; ++i, out += fill_.size())
      std::memcpy(out, fill_.data(), fill_.size());
  }

 private:
  const Offset* in_offsets_;
  const char* in_;
  int64_t items_;
  std::string_view fill_;
  const Offset* out_offsets_;
  char* out_;
};

// From lengths to offsets, in place.
absl::Status SumLengths(std::span<Offset> offsets) {
  offsets[0] = 0;
  for (size_t i = 1; i < offsets.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(offsets[i],
                              internal::CheckedAdd(offsets[i - 1], offsets[i]));
  }
  return absl::OkStatus();
}

absl::StatusOr<Tensor> PadStrings(const Tensor& input, DenseLayout layout,
                                  const std::vector<int64_t>& items,
                                  const ToDenseOptions& options) {
  std::string fill;
  std::vector<int64_t> lengths;
  for (const int64_t item : items) {
    const std::string_view text = options.default_value.has_value()
                                      ? options.default_value->strings()[item]
                                      : std::string_view();
    fill += text;
    lengths.push_back(static_cast<int64_t>(text.size()));
  }
  const int64_t num_offsets = layout.num_items + 1;
  const int64_t value_bytes =
      static_cast<int64_t>(items.size() * sizeof(Offset));
  BufferBuilder<Offset> offsets(static_cast<size_t>(num_offsets));
  LengthSink length_sink(input, lengths, offsets.data());
  ROWSPLIT_RETURN_IF_ERROR(
      Run(input, layout, value_bytes, options.exec, length_sink));
  ROWSPLIT_RETURN_IF_ERROR(SumLengths(offsets.span()));
  BufferBuilder<char> bytes(static_cast<size_t>(offsets[num_offsets - 1]));
  StringSink sink(input, fill, offsets.data(), bytes.data());
  ROWSPLIT_RETURN_IF_ERROR(Run(input, layout, value_bytes, options.exec, sink));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
          std::move(bytes).Build()));
  return Tensor::DenseUnchecked(std::move(strings), std::move(layout.shape));
}

}  // namespace

absl::StatusOr<Tensor> ToDense(const Tensor& input,
                               const ToDenseOptions& options) {
  if (input.rank() == 0) {
    return absl::InvalidArgumentError("to_tensor: the input is a scalar");
  }
  if (options.default_value.has_value()) {
    ROWSPLIT_RETURN_IF_ERROR(CheckDefault(input, *options.default_value));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(DenseLayout layout,
                            MakeLayout(input, options.shape));
  if (!input.is_ragged()) return input;
  if (layout.num_items == 0) {
    return input.is_string()
               ? Tensor::DenseUnchecked(StringTensor(), std::move(layout.shape))
               : Tensor::DenseBytesUnchecked(input.dtype(), {},
                                             std::move(layout.shape));
  }
  const std::vector<int64_t> items = BroadcastItems(
      options.default_value.has_value() ? options.default_value->flat_shape()
                                        : std::vector<int64_t>(),
      input.inner_shape(), input.value_items());
  return input.is_string()
             ? PadStrings(input, std::move(layout), items, options)
             : PadNumbers(input, std::move(layout), items, options);
}

}  // namespace rowsplit
