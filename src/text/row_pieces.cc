#include "text/row_pieces.h"

#include <algorithm>
#include <utility>

#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"

namespace rowsplit::internal {

std::vector<int64_t> CutRows(std::span<const Offset> splits,
                             int64_t values_in_piece) {
  const int64_t num_rows =
      splits.empty() ? 0 : static_cast<int64_t>(splits.size()) - 1;
  std::vector<int64_t> borders = {0};
  while (borders.back() < num_rows) {
    const int64_t begin = borders.back();
    const int64_t most = std::min(num_rows, begin + values_in_piece);
    // The first row that ends beyond the piece begins the next one.
    const auto beyond =
        std::upper_bound(splits.begin() + begin + 1, splits.begin() + most + 1,
                         splits[begin] + values_in_piece);
    borders.push_back(
        std::max<int64_t>(begin + 1, beyond - splits.begin() - 1));
  }
  return borders;
}

absl::StatusOr<Buffer<Offset>> MeasureAndWrite(
    std::span<const Offset> splits, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(const Piece& piece, Offset* row_ends)>
        measure,
    absl::FunctionRef<void(int64_t total)> allocate,
    absl::FunctionRef<absl::Status(const Piece& piece,
                                   std::span<const Offset> output_splits)>
        write) {
  const std::vector<int64_t> borders = CutRows(splits, kValuesInPiece);
  const auto num_pieces = static_cast<int64_t>(borders.size()) - 1;
  BufferBuilder<Offset> output(static_cast<size_t>(borders.back()) + 1);
  output[0] = 0;
  std::vector<Offset> piece_begins(borders.size(), 0);
  const auto piece_at = [&](int64_t index) {
    return Piece{index, borders[index], borders[index + 1],
                 piece_begins[index]};
  };
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, num_pieces, 1, [&](int64_t index, int64_t end) -> absl::Status {
        for (; index < end; ++index) {
          const Piece piece = piece_at(index);
          ROWSPLIT_RETURN_IF_ERROR(
              measure(piece, output.data() + piece.begin + 1));
        }
        return absl::OkStatus();
      }));
  for (int64_t index = 0; index < num_pieces; ++index) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        piece_begins[index + 1],
        CheckedAdd(piece_begins[index], output[borders[index + 1]]));
  }
  allocate(piece_begins.back());
  // All of them before the first piece is written: the begin of a piece's first
  // row is the end of the row before it, which belongs to another piece.
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, num_pieces, 1, [&](int64_t index, int64_t end) -> absl::Status {
        for (; index < end; ++index) {
          const Piece piece = piece_at(index);
          for (int64_t row = piece.begin; row < piece.end; ++row)
            output[row + 1] += piece.output_begin;
        }
        return absl::OkStatus();
      }));
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, num_pieces, 1, [&](int64_t index, int64_t end) -> absl::Status {
        for (; index < end; ++index)
          ROWSPLIT_RETURN_IF_ERROR(write(piece_at(index), output.span()));
        return absl::OkStatus();
      }));
  return std::move(output).Build();
}

}  // namespace rowsplit::internal
