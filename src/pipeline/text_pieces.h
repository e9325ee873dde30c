#ifndef ROWSPLIT_SRC_PIPELINE_TEXT_PIECES_H_
#define ROWSPLIT_SRC_PIPELINE_TEXT_PIECES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// Of the texts that a thread takes at a time.
inline constexpr int64_t kPieceBytes = int64_t{1} << 18;

// Rows of texts: each text is one, or by splits, row r has the texts from
// splits[r] to before splits[r + 1], counted from splits[0].
struct TextGroups {
  StringTensorView texts;
  std::span<const Offset> splits;

  int64_t num_rows() const {
    return splits.empty() ? texts.size()
                          : static_cast<int64_t>(splits.size()) - 1;
  }
  // Requires `0 <= begin <= end <= num_rows()`.
  TextGroups Slice(int64_t begin, int64_t end) const {
    if (splits.empty()) return {texts.Slice(begin, end), {}};
    return {texts.Slice(splits[begin] - splits[0], splits[end] - splits[0]),
            splits.subspan(begin, end - begin + 1)};
  }
};

// Cuts rows into runs of at most `piece_bytes`, or of one row: the first row of
// each, and the end. Fails with ResourceExhausted, naming the row, for one of
// 2 GiB or more. O(pieces), but for the search of each one's end.
absl::StatusOr<std::vector<int64_t>> CutIntoPieces(const TextGroups& groups,
                                                   int64_t piece_bytes);

// Fails with InvalidArgument unless these are texts, and such as can be split
// if that is asked for: of rank 0 or 1, or with a last dimension of 1.
absl::Status CheckTexts(const Tensor& texts, bool split);

// The row splits of the innermost rows of a tensor; of rank 0 and 1 one row.
// Inner dimensions of 1 in ragged rows are no rows.
absl::StatusOr<std::vector<Offset>> InnermostSplits(const Tensor& tensor);

// "[2, ragged, 1]".
std::string ShapeText(const Tensor& tensor);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_TEXT_PIECES_H_
