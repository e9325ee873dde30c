#ifndef ROWSPLIT_SRC_VOCAB_PARTIAL_COUNTS_H_
#define ROWSPLIT_SRC_VOCAB_PARTIAL_COUNTS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/vocab/token_counter.h"
#include "vocab/count_blocks.h"

// Files of partial counts: a header, then the blocks of count_blocks.h in the
// order of tokens. docs/formats.md describes them.
namespace rowsplit::internal {

// Writes what `fill` adds, in the order of tokens, to a file that appears when
// it is whole. `info` gives what the header says, but for num_types.
absl::Status WritePartialCounts(
    const std::string& path, PartialCountsInfo info,
    absl::FunctionRef<absl::Status(CountBlockWriter&)> fill);

// Reads such a file in a stream. A damaged one is DataLoss, one of a later
// version Unimplemented.
class PartialCountsReader {
 public:
  static absl::StatusOr<PartialCountsReader> Open(const std::string& path);
  PartialCountsReader(PartialCountsReader&&) = default;

  const PartialCountsInfo& info() const { return info_; }
  // Calls `visit` for each token, and checks that the file is what the header
  // says.
  absl::Status Visit(absl::FunctionRef<absl::Status(const TokenCount&)> visit);

 private:
  PartialCountsReader() = default;

  std::string path_;
  std::shared_ptr<const int> file_;
  int64_t size_bytes_ = 0;
  PartialCountsInfo info_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_PARTIAL_COUNTS_H_
