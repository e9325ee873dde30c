#include "pipeline/text_pieces.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

// A text is addressed by 32 bits beside the others of its piece.
constexpr int64_t kMostRowBytes = kMaxBatchBytes / 2;

}  // namespace

absl::StatusOr<std::vector<int64_t>> CutIntoPieces(const TextGroups& groups,
                                                   int64_t piece_bytes) {
  const std::span<const Offset> offsets = groups.texts.offsets();
  const auto byte_begin = [&](int64_t row) {
    return groups.splits.empty()
               ? offsets[row]
               : offsets[groups.splits[row] - groups.splits[0]];
  };
  const int64_t num_rows = groups.num_rows();
  std::vector<int64_t> begins = {0};
  for (int64_t begin = 0; begin < num_rows;) {
    // A row that is too large is the first of its piece.
    const Offset size = byte_begin(begin + 1) - byte_begin(begin);
    if (size > kMostRowBytes) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "TextVectorization: row %d has %d bytes, the most is %d", begin, size,
          kMostRowBytes));
    }
    // The last end that keeps the piece in its size.
    const Offset most = byte_begin(begin) + piece_bytes;
    int64_t end = begin + 1;
    for (int64_t above = num_rows + 1; above - end > 1;) {
      const int64_t middle = end + (above - end) / 2;
      (byte_begin(middle) <= most ? end : above) = middle;
    }
    begins.push_back(begin = end);
  }
  return begins;
}

absl::Status CheckTexts(const Tensor& texts, bool split) {
  if (!texts.is_string()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "TextVectorization: expected texts, got %s", DTypeName(texts.dtype())));
  }
  if (!split || texts.rank() <= 1) return absl::OkStatus();
  const size_t least_dense = texts.is_ragged() ? 2 : 1;
  if (texts.flat_shape().size() >= least_dense &&
      texts.flat_shape().back() == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "TextVectorization: texts that are split must have rank 0 or 1 or a last "
      "dimension of 1, got shape %s",
      ShapeText(texts)));
}

absl::StatusOr<std::vector<Offset>> InnermostSplits(const Tensor& tensor) {
  if (tensor.is_ragged() && tensor.value_items() == 1) {
    const auto splits = tensor.partitions().back().row_splits();
    return std::vector<Offset>(splits.begin(), splits.end());
  }
  if (tensor.rank() == 0) return std::vector<Offset>{0, 1};
  const int64_t row_length = tensor.flat_shape().back();
  int64_t num_rows = 1;
  for (size_t axis = 0; axis + 1 < tensor.flat_shape().size(); ++axis) {
    num_rows *= tensor.flat_shape()[axis];
  }
  std::vector<Offset> splits;
  splits.reserve(num_rows + 1);
  for (int64_t row = 0; row <= num_rows; ++row) {
    splits.push_back(row * row_length);
  }
  return splits;
}

std::string ShapeText(const Tensor& tensor) {
  std::string shape = "[";
  if (tensor.is_ragged()) {
    absl::StrAppend(&shape, tensor.num_rows());
    for (int i = 0; i < tensor.ragged_rank(); ++i) {
      absl::StrAppend(&shape, ", ragged");
    }
    for (const int64_t size : tensor.inner_shape()) {
      absl::StrAppend(&shape, ", ", size);
    }
  } else {
    absl::StrAppend(&shape, absl::StrJoin(tensor.flat_shape(), ", "));
  }
  return shape + "]";
}

}  // namespace rowsplit::internal
