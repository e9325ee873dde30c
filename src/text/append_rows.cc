#include "text/append_rows.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"

namespace rowsplit::internal {

std::vector<int64_t> EvenBorders(int64_t num_rows, int64_t rows_in_piece) {
  std::vector<int64_t> borders = {0};
  while (borders.back() < num_rows)
    borders.push_back(std::min(num_rows, borders.back() + rows_in_piece));
  return borders;
}

absl::StatusOr<StringTensor> AppendRows(
    std::span<const int64_t> borders, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(int64_t row, BufferBuilder<char>& bytes)>
        append) {
  return AppendPieces(borders, 0, exec,
                      [&](int64_t begin, int64_t end, Offset* row_ends,
                          BufferBuilder<char>& bytes) -> absl::Status {
                        for (int64_t row = begin; row < end; ++row) {
                          ROWSPLIT_RETURN_IF_ERROR(append(row, bytes));
                          row_ends[row - begin] =
                              static_cast<Offset>(bytes.size());
                        }
                        return absl::OkStatus();
                      });
}

absl::StatusOr<StringTensor> AppendEach(
    StringTensorView input, const ExecOptions& exec,
    absl::FunctionRef<void(std::string_view string, BufferBuilder<char>& bytes)>
        append) {
  return AppendPieces(
      CutRows(input.offsets(), kValuesInPiece), input.text().size() + 64, exec,
      [&](int64_t begin, int64_t end, Offset* row_ends,
          BufferBuilder<char>& bytes) {
        const StringTensorView rows = input.Slice(begin, end);
        ReserveMore(rows.text().size() + 64, bytes);
        for (int64_t row = begin; row < end; ++row) {
          append(input[row], bytes);
          row_ends[row - begin] = static_cast<Offset>(bytes.size());
        }
        return absl::OkStatus();
      });
}

namespace {

absl::StatusOr<StringTensor> MakeStrings(BufferBuilder<Offset> offsets,
                                         BufferBuilder<char> bytes) {
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
      std::move(bytes).Build());
}

}  // namespace

absl::StatusOr<StringTensor> AppendPieces(
    std::span<const int64_t> borders, size_t expected_size,
    const ExecOptions& exec,
    absl::FunctionRef<absl::Status(int64_t begin, int64_t end, Offset* row_ends,
                                   BufferBuilder<char>& bytes)>
        append) {
  const int64_t num_pieces = static_cast<int64_t>(borders.size()) - 1;
  const bool is_alone = num_pieces <= 1 || NumThreads(exec) == 1;
  std::vector<BufferBuilder<char>> pieces(
      is_alone ? 1 : static_cast<size_t>(num_pieces));
  BufferBuilder<Offset> offsets(static_cast<size_t>(borders.back()) + 1);
  offsets[0] = 0;
  if (is_alone) pieces[0].Reserve(expected_size);
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, num_pieces, 1, [&](int64_t piece, int64_t end) -> absl::Status {
        for (; piece < end; ++piece) {
          ROWSPLIT_RETURN_IF_ERROR(append(borders[piece], borders[piece + 1],
                                          offsets.data() + borders[piece] + 1,
                                          pieces[is_alone ? 0 : piece]));
        }
        return absl::OkStatus();
      }));
  if (is_alone) return MakeStrings(std::move(offsets), std::move(pieces[0]));
  std::vector<Offset> begins(borders.size(), 0);
  for (size_t piece = 0; piece < pieces.size(); ++piece) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        begins[piece + 1],
        CheckedAdd(begins[piece], static_cast<int64_t>(pieces[piece].size())));
  }
  BufferBuilder<char> bytes(static_cast<size_t>(begins.back()));
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_pieces, 1, [&](int64_t piece, int64_t end) {
        for (; piece < end; ++piece) {
          std::copy(pieces[piece].span().begin(), pieces[piece].span().end(),
                    bytes.data() + begins[piece]);
          pieces[piece] = BufferBuilder<char>();
          for (int64_t row = borders[piece]; row < borders[piece + 1]; ++row)
            offsets[row + 1] += begins[piece];
        }
        return absl::OkStatus();
      }));
  return MakeStrings(std::move(offsets), std::move(bytes));
}

}  // namespace rowsplit::internal
