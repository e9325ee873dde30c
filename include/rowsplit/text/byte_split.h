#ifndef ROWSPLIT_TEXT_BYTE_SPLIT_H_
#define ROWSPLIT_TEXT_BYTE_SPLIT_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct ByteSplitOptions {
  ExecOptions exec = {};
};

// Bytes, and where each lies in its string: flat, one for each of
// bytes.flat_values().
struct BytesWithOffsets {
  RaggedTensor<uint8_t> bytes;
  Buffer<int32_t> starts;
  Buffer<int32_t> ends;
};

// The bytes of each string, as TF Text's ByteSplitter.
//
//   ByteSplit({"hé", ""}).bytes  // {{104, 195, 169}, {}}
//
// Fails with ResourceExhausted if a string has more bytes than int32 counts,
// and with Cancelled. Linear.
absl::StatusOr<BytesWithOffsets> ByteSplit(
    StringTensorView input, const ByteSplitOptions& options = {});

// The pieces [start, end) of each string, as ByteSplitter.split_by_offsets: row
// r of `starts` is of string r, and `ends` lie beside it.
//
//   SplitByOffsets({"hello"}, {{0, 4}}, {4, 5})  // {{"hell", "o"}}
//
// Fails with InvalidArgument if there is not a row for each string and an end
// for each start, or a piece does not lie in its string; with Cancelled. O(rows
// + bytes of the pieces).
absl::StatusOr<RaggedStringTensor> SplitByOffsets(
    StringTensorView input, const RaggedTensor<int32_t>& starts,
    std::span<const int32_t> ends, const ByteSplitOptions& options = {});

// The same for strings of any rank: starts and ends, int32, have one dimension
// more. The result has the shape of the strings, and below it the rows of
// `starts`.
absl::StatusOr<Tensor> SplitByOffsets(const Tensor& input, const Tensor& starts,
                                      const Tensor& ends,
                                      const ByteSplitOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_BYTE_SPLIT_H_
