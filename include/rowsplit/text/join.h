#ifndef ROWSPLIT_TEXT_JOIN_H_
#define ROWSPLIT_TEXT_JOIN_H_

#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct JoinOptions {
  ExecOptions exec = {};
};

// Joins the strings of each innermost row, with `separator` between them. An
// empty row gives "". With more than one ragged dimension the result has a
// string for each row of the innermost one, in order.
//
//   Join({{"a", "bc"}, {}, {"d"}}, " ")  // {"a bc", "", "d"}
//
// Fails with ResourceExhausted if the size of the result does not fit 64 bits,
// and with Cancelled. Linear in the tokens and bytes; one allocation.
absl::StatusOr<StringTensor> Join(const RaggedStringTensor& tokens,
                                  std::string_view separator,
                                  const JoinOptions& options = {});

// As above for tokens that are spans of `bytes`. Fails with InvalidArgument if
// a span reaches past them.
absl::StatusOr<StringTensor> Join(RaggedView<TokenSpan> tokens,
                                  std::span<const char> bytes,
                                  std::string_view separator,
                                  const JoinOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_JOIN_H_
