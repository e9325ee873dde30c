#ifndef ROWSPLIT_TEXT_SUBSTR_H_
#define ROWSPLIT_TEXT_SUBSTR_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/length.h"

namespace rowsplit {

struct SubstrOptions {
  CharUnit unit = CharUnit::kByte;
  ExecOptions exec = {};
};

// A part of each string: `lengths[i]` bytes or characters from `positions[i]`
// on, or as many as there are. One position and one length are for all strings;
// otherwise there is one a string. A negative position counts from the end;
// the position just behind the string is one of it.
//
//   Substr({"hello", "é"}, {1}, {3})   // {"ell", "\xA9"}
//   Substr({"hello"}, {-2}, {9})       // {"lo"}
//   Substr({"aéb"}, {1}, {1}, {.unit = CharUnit::kUtf8Char})  // {"é"}
//
// A negative length takes the rest of the string with bytes, and nothing with
// characters. A character is a byte and the bytes 10xxxxxx behind it.
//
// Fails with InvalidArgument if a position lies outside of its string (the
// message names both), for characters also if position and length are negative,
// and if the numbers of positions, lengths and strings do not fit; with
// Cancelled. Linear in the bytes of the result, with characters in those of the
// input.
absl::StatusOr<StringTensor> Substr(StringTensorView input,
                                    std::span<const int64_t> positions,
                                    std::span<const int64_t> lengths,
                                    const SubstrOptions& options = {});

// As above for tensors. The positions and lengths, int32 or int64 of one shape,
// are dense; strings and they are broadcast against each other. The flat values
// of ragged strings keep their shape.
//
//   Substr([["ab"], ["cd"]], [0, 1], [1, 1])  // [["a", "b"], ["c", "d"]]
//
// Fails with InvalidArgument for shapes that do not fit.
absl::StatusOr<Tensor> Substr(const Tensor& input, const Tensor& positions,
                              const Tensor& lengths,
                              const SubstrOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_SUBSTR_H_
