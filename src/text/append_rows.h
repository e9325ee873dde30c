#ifndef ROWSPLIT_SRC_TEXT_APPEND_ROWS_H_
#define ROWSPLIT_SRC_TEXT_APPEND_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

// Strings whose sizes are not known before they are made.
namespace rowsplit::internal {

// A string for each row: what `append(row, bytes)` adds to the bytes. Piece p
// of the work is the rows [borders[p], borders[p + 1]), as CutRows and
// EvenBorders give them; pieces run in parallel, and the rows of one in order.
// Fails as `append`; with ResourceExhausted if the bytes do not fit 64 bits;
// with Cancelled. One thread writes the bytes where they stay, several copy
// them once.
absl::StatusOr<StringTensor> AppendRows(
    std::span<const int64_t> borders, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(int64_t row, BufferBuilder<char>& bytes)>
        append);

// The same, a piece at a time: `append(begin, end, row_ends, bytes)` adds the
// strings of the rows [begin, end) to the bytes and sets row_ends[i] to the
// size of `bytes` behind row begin + i. Other pieces may have left bytes
// before. There is room for `expected_size` bytes from the beginning, if one
// thread appends all of them.
absl::StatusOr<StringTensor> AppendPieces(
    std::span<const int64_t> borders, size_t expected_size,
    const ExecOptions& exec,
    absl::FunctionRef<absl::Status(int64_t begin, int64_t end, Offset* row_ends,
                                   BufferBuilder<char>& bytes)>
        append);

// A string for each string: what `append(string, bytes)` adds to the bytes.
absl::StatusOr<StringTensor> AppendEach(
    StringTensorView input, const ExecOptions& exec,
    absl::FunctionRef<void(std::string_view string, BufferBuilder<char>& bytes)>
        append);

// Borders of pieces of `rows_in_piece` rows each, the last one shorter.
std::vector<int64_t> EvenBorders(int64_t num_rows, int64_t rows_in_piece);

// Makes room for `count` more elements. The memory grows by doubling.
template <typename T>
void ReserveMore(size_t count, BufferBuilder<T>& builder) {
  const size_t size = builder.size();
  builder.AppendUninitialized(count);
  builder.ResizeUninitialized(size);
}

inline void AppendText(std::string_view text, BufferBuilder<char>& bytes) {
  bytes.Append(std::span<const char>(text.data(), text.size()));
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_APPEND_ROWS_H_
