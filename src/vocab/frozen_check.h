#ifndef ROWSPLIT_SRC_VOCAB_FROZEN_CHECK_H_
#define ROWSPLIT_SRC_VOCAB_FROZEN_CHECK_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "kernels/token_table.h"
#include "rowsplit/core/exec.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::internal {

// Where the sections begin in the file, for messages; zeros for a table that is
// in no file.
using FrozenBegins = std::array<uint64_t, kFrozenDataSections>;

// Proves that a table answers as its tokens say, whoever made it:
// - offsets start at 0, never decrease and end with the text
// - each token is found under its own id
// - there are as many used places as tokens, so nothing else is found
// - a bucket without the key answers 'absent' or 'go on'
// DataLoss names the first section and place that break one of these. O(bytes),
// on all cores.
absl::Status CheckFrozenTable(const kernels::TokenTableView& table,
                              const FrozenBegins& begins,
                              const std::string& name, const ExecOptions& exec);

// The first of these points alone.
absl::Status CheckFrozenOffsets(const kernels::TokenTableView& table,
                                const FrozenBegins& begins,
                                const std::string& name,
                                const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_FROZEN_CHECK_H_
