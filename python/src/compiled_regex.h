#ifndef ROWSPLIT_PYTHON_SRC_COMPILED_REGEX_H_
#define ROWSPLIT_PYTHON_SRC_COMPILED_REGEX_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/text/regex.h"

namespace rowsplit::python {

// Regex::Compile, for functions that take the pattern with each call: the last
// 32 patterns stay compiled, as those of Python's `re` do, so that a call over
// a short string does not pay for its pattern again. Each may take the 8 MB
// that RE2 has for its automata; patterns above 4 KB are not kept. Any thread
// may call it.
absl::StatusOr<Regex> CompiledRegex(std::string_view pattern);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_COMPILED_REGEX_H_
