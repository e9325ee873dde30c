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
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

using internal::CheckedAdd;
using internal::CheckedMul;

// The n-grams of a width in a row of `length` tokens.
int64_t NumNgrams(int64_t length, int64_t width) {
  return std::max<int64_t>(length - width + 1, 0);
}

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
      for (const int64_t width : options_.widths) {
        ROWSPLIT_ASSIGN_OR_RETURN(
            total, CheckedAdd(total, NumNgrams(splits_[row + 1] - splits_[row],
                                               width)));
      }
      splits.Append(total);
    }
    return std::move(splits).Build();
  }

  // Where each n-gram of a row ends, counted from the row's beginning.
  absl::Status Measure(int64_t row, Offset* ends) const {
    const std::span<const Offset> offsets = tokens_.offsets();
    int64_t end = 0;
    for (const int64_t width : options_.widths) {
      const int64_t last = splits_[row + 1] - width;
      if (last < splits_[row]) continue;
      ROWSPLIT_ASSIGN_OR_RETURN(
          const int64_t between,
          CheckedMul(width - 1,
                     static_cast<int64_t>(options_.separator.size())));
      for (int64_t first = splits_[row]; first <= last; ++first) {
        ROWSPLIT_ASSIGN_OR_RETURN(end, CheckedAdd(end, between));
        ROWSPLIT_ASSIGN_OR_RETURN(
            end, CheckedAdd(end, offsets[first + width] - offsets[first]));
        *ends++ = end;
      }
    }
    return absl::OkStatus();
  }

  void Write(int64_t row, char* out) const {
    for (const int64_t width : options_.widths) {
      const int64_t last = splits_[row + 1] - width;
      for (int64_t first = splits_[row]; first <= last; ++first) {
        for (int64_t token = first; token < first + width; ++token) {
          if (token > first) out = Copy(options_.separator, out);
          out = Copy(tokens_[token], out);
        }
      }
    }
  }

 private:
  static char* Copy(std::string_view text, char* out) {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }

  std::span<const Offset> splits_;
  StringTensorView tokens_;
  const NgramsOptions& options_;
};

absl::Status CheckWidths(const std::vector<int64_t>& widths) {
  if (widths.empty()) {
    return absl::InvalidArgumentError("Ngrams: at least one width is needed");
  }
  for (const int64_t width : widths) {
    if (width < 1) {
      return absl::InvalidArgumentError(
          absl::StrFormat("Ngrams: widths must be positive, got %d", width));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RaggedStringTensor> Ngrams(const RaggedStringTensor& tokens,
                                          const NgramsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckWidths(options.widths));
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
    shape.back() = NumNgrams(shape.back(), width);
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

}  // namespace rowsplit
