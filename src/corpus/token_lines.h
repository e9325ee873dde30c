#ifndef ROWSPLIT_SRC_CORPUS_TOKEN_LINES_H_
#define ROWSPLIT_SRC_CORPUS_TOKEN_LINES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/tokenizer.h"

namespace rowsplit::internal {

// The ids of some rows, of which some were dropped.
struct TokenizedRows {
  int64_t num_rows = 0;
  std::vector<int64_t> kept;  // the rows that have ids, ascending
  std::vector<Offset> splits = {0};
  std::vector<int64_t> ids;
  // Beside the ids, or empty.
  std::vector<Offset> starts;
  std::vector<Offset> ends;

  // Of the longest row.
  int64_t longest() const;
  // As bytes, and back; DataLoss for bytes that are not whole.
  std::string Pack() const;
  static absl::StatusOr<TokenizedRows> Unpack(std::string_view bytes);
};

struct TokenLineOptions {
  bool json = false;
  bool offsets = false;
  // Rows that are shorter than `length` get so many ids more.
  std::optional<TokenPadding> padding = std::nullopt;
};

// A line for each row: ids with spaces between, or
// {"ids":[3,4],"offsets":[[0,2],[2,5]]}; one without ids for a dropped row.
std::string TokenLines(const TokenizedRows& rows,
                       const TokenLineOptions& options);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_TOKEN_LINES_H_
