#ifndef ROWSPLIT_TEXT_FORMAT_H_
#define ROWSPLIT_TEXT_FORMAT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct FormatOptions {
  // Stands in the template for a tensor.
  std::string_view placeholder = "{}";
  // The most items at either end of a dimension; what lies between is "...".
  // Below 0: all.
  int64_t summarize = 3;
};

// The template with the text of a tensor for each placeholder. Dense tensors
// are written as NumPy does, ragged ones as Python's lists.
//
//   Format("v={}", {[1, 2, 3]})                        // "v=[1 2 3]"
//   Format("{} {}", {1.5, "a b"})                      // "1.5 \"a b\""
//   Format("{}", {[0, 1, 2, 3]}, {.summarize = 1})     // "[0 ... 3]"
//   Format("{}", {ragged [[1.5], []]})                 // "[[1.500000], []]"
//
// Floats of dense tensors have 6 significant digits, or 9 (15 or 17 of a
// double) where those would be another number; those of ragged ones 6 digits
// behind the point. Strings of dense tensors are in double quotes, with C's
// escapes for control characters, quotes and backslashes; those of ragged ones
// in single quotes, with a backslash before these and backslashes.
//
// Fails with InvalidArgument unless there is one tensor for each placeholder,
// for an empty placeholder, and for ragged tensors and a `summarize` of 0 or
// below -1. Linear in the items, or in those shown.
absl::StatusOr<std::string> Format(std::string_view text,
                                   std::span<const Tensor> tensors,
                                   const FormatOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_FORMAT_H_
