#ifndef ROWSPLIT_SRC_VOCAB_COUNT_LINES_H_
#define ROWSPLIT_SRC_VOCAB_COUNT_LINES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/atomic_file.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

// Counts of tokens as text: a line of count, tab and token for each.
namespace rowsplit::internal {

// Appends a line for each token. Fails with InvalidArgument that names the file
// and the token for one that would not be read back: with '\n', or '\r' at its
// end. Requires as many counts as tokens.
absl::Status AppendCountLines(StringTensorView tokens,
                              std::span<const int64_t> counts,
                              AtomicFile& file);

// The counts of the vocabulary's tokens, 0 for one that has no line; tokens
// that the vocabulary lacks are passed over. Fails with InvalidArgument that
// names the line for one that is no such line, and as ReadFile.
absl::StatusOr<std::vector<int64_t>> ReadCountLines(
    const std::string& path, const Vocabulary& vocabulary);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_COUNT_LINES_H_
