#include "rowsplit/text/ngrams.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/any_rank.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

using internal::CheckedAdd;
using internal::CheckedMul;

// What an n-gram is made of: padding, tokens, padding.
struct Window {
  int64_t left_pads;
  int64_t first;
  int64_t num_tokens;
  int64_t right_pads;
};

// Writes the n-grams of rows.
class Joiner {
 public:
  Joiner(const RaggedStringTensor& tokens, const NgramsOptions& options)
      : splits_(tokens.shape().innermost().row_splits()),
        tokens_(tokens.flat_values().view()),
        options_(options) {}

  // Row splits of the n-grams.
  absl::StatusOr<Buffer<Offset>> RowSplits() const {
    BufferBuilder<Offset> splits;
    splits.Reserve(splits_.size());
    splits.Append(Offset{0});
    int64_t total = 0;
    for (size_t row = 0; row + 1 < splits_.size(); ++row) {
      const int64_t length = splits_[row + 1] - splits_[row];
      int64_t count = 0;
      for (const int64_t width : options_.widths) {
        ROWSPLIT_ASSIGN_OR_RETURN(const int64_t more, NumNgrams(length, width));
        ROWSPLIT_ASSIGN_OR_RETURN(count, CheckedAdd(count, more));
      }
      if (count == 0 && IsPreserved(length)) count = 1;
      ROWSPLIT_ASSIGN_OR_RETURN(total, CheckedAdd(total, count));
      splits.Append(total);
    }
    return std::move(splits).Build();
  }

  // Where each n-gram of a row ends, counted from the row's beginning.
  absl::Status Measure(int64_t row, Offset* ends) const {
    const std::span<const Offset> offsets = tokens_.offsets();
    const auto size = [](std::string_view text) {
      return static_cast<int64_t>(text.size());
    };
    int64_t end = 0;
    bool overflows = false;
    const auto add = [&](int64_t count, int64_t bytes) {
      int64_t product = 0;
      overflows |= __builtin_mul_overflow(count, bytes, &product) ||
                   __builtin_add_overflow(end, product, &end);
    };
    VisitRow(row, [&](const Window& window) {
      const int64_t items =
          window.left_pads + window.num_tokens + window.right_pads;
      add(items - 1, size(options_.separator));
      add(window.left_pads, size(options_.left_pad));
      add(window.right_pads, size(options_.right_pad));
      add(1, offsets[window.first + window.num_tokens] - offsets[window.first]);
      *ends++ = end;
    });
    if (!overflows) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrFormat(
        "Ngrams: the size of the result does not fit 64 bits: row %d", row));
  }

  void Write(int64_t row, char* out) const {
    VisitRow(row, [&](const Window& window) {
      bool is_first = true;
      const auto copy = [&](std::string_view text) {
        if (!is_first) out = Copy(options_.separator, out);
        out = Copy(text, out);
        is_first = false;
      };
      for (int64_t i = 0; i < window.left_pads; ++i) copy(options_.left_pad);
      for (int64_t i = 0; i < window.num_tokens; ++i)
        copy(tokens_[window.first + i]);
      for (int64_t i = 0; i < window.right_pads; ++i) copy(options_.right_pad);
    });
  }

 private:
  static char* Copy(std::string_view text, char* out) {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }

  int64_t PadWidth(int64_t width) const {
    return options_.pad_width < 0 ? width - 1
                                  : std::min(options_.pad_width, width - 1);
  }

  // Of a row of `length` tokens.
  absl::StatusOr<int64_t> NumNgrams(int64_t length, int64_t width) const {
    const int64_t pad = PadWidth(width);
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t padded, CheckedAdd(length, pad));
    // The width is at least one more than the padding.
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t count,
                              CheckedAdd(padded - (width - 1), pad));
    return std::max<int64_t>(count, 0);
  }

  bool IsPreserved(int64_t length) const {
    return options_.preserve_short_sequences && length > 0;
  }

  // Calls `visit(window)` for each n-gram. Requires a row that RowSplits has
  // measured.
  template <typename Visit>
  void VisitRow(int64_t row, const Visit& visit) const {
    const int64_t begin = splits_[row];
    const int64_t length = splits_[row + 1] - begin;
    bool is_short = true;
    for (const int64_t width : options_.widths) {
      const int64_t pad = PadWidth(width);
      const int64_t count = length + pad - (width - 1) + pad;
      for (int64_t i = 0; i < count; ++i) {
        const int64_t left = std::max<int64_t>(pad - i, 0);
        const int64_t right = std::max<int64_t>(i + width - pad - length, 0);
        visit({left, begin + std::max<int64_t>(i - pad, 0),
               width - left - right, right});
        is_short = false;
      }
    }
    if (is_short && IsPreserved(length))
      visit({options_.pad_width, begin, length, options_.pad_width});
  }

  std::span<const Offset> splits_;
  StringTensorView tokens_;
  const NgramsOptions& options_;
};

absl::Status CheckOptions(const NgramsOptions& options) {
  for (const int64_t width : options.widths) {
    if (width < 1) {
      return absl::InvalidArgumentError(
          absl::StrFormat("Ngrams: widths must be positive, got %d", width));
    }
  }
  if (options.widths.empty() && options.preserve_short_sequences &&
      options.pad_width < 0) {
    return absl::InvalidArgumentError(
        "Ngrams: short rows are preserved without a width only for a "
        "pad_width of 0 or more");
  }
  return absl::OkStatus();
}

// A tensor without a token.
absl::StatusOr<RaggedStringTensor> NoNgrams(const RaggedStringTensor& tokens) {
  std::vector<RowPartition> partitions(tokens.shape().partitions().begin(),
                                       tokens.shape().partitions().end());
  ROWSPLIT_ASSIGN_OR_RETURN(RaggedShape shape,
                            RaggedShape::FromPartitions(std::move(partitions)));
  return RaggedStringTensor::FromFlatValues(std::move(shape), StringTensor());
}

}  // namespace

absl::StatusOr<RaggedStringTensor> Ngrams(const RaggedStringTensor& tokens,
                                          const NgramsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  if (tokens.flat_values().size() == 0) return NoNgrams(tokens);
  const Joiner joiner(tokens, options);
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<Offset> row_splits,
                            joiner.RowSplits());
  const int64_t num_ngrams = row_splits[row_splits.size() - 1];
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(num_ngrams, sizeof(Offset)).status());
  BufferBuilder<Offset> offsets(num_ngrams + 1);
  offsets[0] = 0;
  const std::vector<int64_t> borders =
      internal::CutRows(row_splits.span(), internal::kValuesInPiece);
  const int64_t num_pieces =
      std::max<int64_t>(static_cast<int64_t>(borders.size()) - 1, 0);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_pieces, 1, [&](int64_t piece, int64_t) {
        for (int64_t row = borders[piece]; row < borders[piece + 1]; ++row) {
          ROWSPLIT_RETURN_IF_ERROR(
              joiner.Measure(row, offsets.data() + row_splits[row] + 1));
        }
        return absl::OkStatus();
      }));
  // From ends in the row to ends in the bytes.
  Offset begin = 0;
  for (size_t row = 0; row + 1 < row_splits.size(); ++row) {
    for (Offset i = row_splits[row]; i < row_splits[row + 1]; ++i) {
      ROWSPLIT_ASSIGN_OR_RETURN(offsets[i + 1],
                                CheckedAdd(offsets[i + 1], begin));
    }
    begin = offsets[row_splits[row + 1]];
  }
  BufferBuilder<char> bytes(begin);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_pieces, 1, [&](int64_t piece, int64_t) {
        for (int64_t row = borders[piece]; row < borders[piece + 1]; ++row) {
          joiner.Write(row, bytes.data() + offsets[row_splits[row]]);
        }
        return absl::OkStatus();
      }));
  std::vector<RowPartition> partitions(tokens.shape().partitions().begin(),
                                       tokens.shape().partitions().end());
  partitions.back() = RowPartition::FromRowSplitsUnchecked(row_splits);
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
          std::move(bytes).Build()));
  ROWSPLIT_ASSIGN_OR_RETURN(RaggedShape shape,
                            RaggedShape::FromPartitions(std::move(partitions)));
  return RaggedStringTensor::FromFlatValues(std::move(shape),
                                            std::move(strings));
}

absl::StatusOr<Tensor> JoinNgrams(const Tensor& tokens, int64_t width,
                                  std::string_view separator,
                                  const ExecOptions& exec) {
  if (!tokens.is_string() || tokens.rank() == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "Ngrams: tokens must be strings of rank 1 or more, got %s of rank %d",
        DTypeName(tokens.dtype()), tokens.rank()));
  }
  const NgramsOptions options = {
      .widths = {width}, .separator = separator, .exec = exec};
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  std::vector<int64_t> shape = tokens.flat_shape();
  const bool in_rows = tokens.is_ragged() && shape.size() == 1;
  RowPartition rows;
  if (in_rows) {
    rows = tokens.partitions().back();
  } else {
    int64_t num_rows = 1;
    for (size_t axis = 0; axis + 1 < shape.size(); ++axis)
      num_rows *= shape[axis];
    ROWSPLIT_ASSIGN_OR_RETURN(
        rows, RowPartition::FromUniformRowLength(shape.back(), num_rows));
    shape.back() = std::max<int64_t>(shape.back() - (width - 1), 0);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const RaggedStringTensor flat,
      RaggedStringTensor::FromFlatValues(RaggedShape(rows), tokens.strings()));
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedStringTensor joined,
                            Ngrams(flat, options));
  if (in_rows) shape[0] = joined.flat_values().size();
  std::vector<RowPartition> partitions(tokens.partitions().begin(),
                                       tokens.partitions().end());
  if (in_rows) partitions.back() = joined.shape().innermost();
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      Tensor::DenseUnchecked(joined.flat_values(), std::move(shape)));
}

absl::StatusOr<Tensor> Ngrams(const Tensor& tokens,
                              const NgramsOptions& options) {
  if (tokens.is_ragged()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const RaggedStringTensor rows,
                              tokens.AsStrings());
    ROWSPLIT_ASSIGN_OR_RETURN(const RaggedStringTensor ngrams,
                              Ngrams(rows, options));
    return Tensor(ngrams);
  }
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckStrings(tokens));
  if (tokens.rank() == 0) {
    return absl::InvalidArgumentError(
        "Ngrams: the tokens must have a rank of 1 or more");
  }
  std::vector<int64_t> shape = tokens.flat_shape();
  int64_t num_rows = 1;
  for (size_t axis = 0; axis + 1 < shape.size(); ++axis)
    num_rows *= shape[axis];
  ROWSPLIT_ASSIGN_OR_RETURN(
      RowPartition rows,
      RowPartition::FromUniformRowLength(shape.back(), num_rows));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const RaggedStringTensor uniform,
      RaggedStringTensor::FromFlatValues(RaggedShape(std::move(rows)),
                                         tokens.strings()));
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedStringTensor ngrams,
                            Ngrams(uniform, options));
  shape.back() = num_rows == 0 ? 0 : ngrams.flat_values().size() / num_rows;
  return Tensor::Dense(ngrams.flat_values(), std::move(shape));
}

}  // namespace rowsplit
