#ifndef ROWSPLIT_SRC_TEXT_ROW_PIECES_H_
#define ROWSPLIT_SRC_TEXT_ROW_PIECES_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

// Values (bytes, tokens) in a piece of work for a thread.
inline constexpr int64_t kValuesInPiece = int64_t{128} * 1024;

// Cuts rows into pieces of about `values_in_piece` values, and no more rows:
// piece p is the rows [borders[p], borders[p + 1]). At least one piece, unless
// there is no row.
std::vector<int64_t> CutRows(std::span<const Offset> splits,
                             int64_t values_in_piece);

// Copies what a piece made to where its output begins.
template <typename T>
void CopyTo(const BufferBuilder<T>& from, T* to) {
  if (!from.empty()) std::memcpy(to, from.data(), from.size() * sizeof(T));
}

// The rows [begin, end) of a piece, and where its output begins.
struct Piece {
  int64_t index;
  int64_t begin;
  int64_t end;
  Offset output_begin;
};

// Makes the output of an op that gives each row some elements, in two parallel
// passes. `measure(piece, row_ends)` writes, for each row of the piece, the
// number of elements of its rows up to that one; then `allocate(total)` is
// called once, and `write(piece)` writes the elements of the rows.
// Returns the row splits of the output.
absl::StatusOr<Buffer<Offset>> MeasureAndWrite(
    std::span<const Offset> splits, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(const Piece& piece, Offset* row_ends)>
        measure,
    absl::FunctionRef<void(int64_t total)> allocate,
    absl::FunctionRef<absl::Status(const Piece& piece,
                                   std::span<const Offset> output_splits)>
        write);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ROW_PIECES_H_
