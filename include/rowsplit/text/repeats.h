#ifndef ROWSPLIT_TEXT_REPEATS_H_
#define ROWSPLIT_TEXT_REPEATS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct RepeatsOptions {
  // The most equal characters in a row; further ones are left out. 0: any
  // number.
  int64_t max_characters = 0;
  // The most equal lines in a row inside a string. 0: any number.
  int64_t max_lines = 0;
  ExecOptions exec = {};
};

// Shortens runs of one character, and of equal lines inside of a string; first
// the lines. A character is a UTF-8 character, or one byte of what is none. A
// line ends at '\n', which is no part of it: the last one may end with the
// string.
//
//   LimitRepeats({"sooooo!!!"}, {.max_characters = 2})  // {"soo!!"}
//   LimitRepeats({"a\na\na"}, {.max_lines = 1})         // {"a\n"}
//
// Fails with InvalidArgument for a negative number, and with Cancelled. Linear
// in the bytes.
absl::StatusOr<StringTensor> LimitRepeats(StringTensorView input,
                                          const RepeatsOptions& options);

// Appends one string, and returns how many characters and lines were left out.
// Requires numbers of 0 or more.
int64_t AppendLimited(std::string_view text, const RepeatsOptions& options,
                      BufferBuilder<char>& output);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_REPEATS_H_
