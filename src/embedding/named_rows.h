#ifndef ROWSPLIT_SRC_EMBEDDING_NAMED_ROWS_H_
#define ROWSPLIT_SRC_EMBEDDING_NAMED_ROWS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

// What the loaders of vectors with names (text, word2vec binary, fastText) have
// in common.
namespace rowsplit::internal {

struct ReadRowsOptions {
  ErrorPolicy policy = ErrorPolicy::kStrict;
  // Only the first rows of the file are read, whether they are good or not; -1:
  // all.
  int64_t max_rows = -1;
  ExecOptions exec = {};
};

// Row i is the vector of the token with the id i.
struct NamedRows {
  Vocabulary vocabulary;
  EmbeddingTable table;
  LoadReport report;
};

// Puts names and rows together: of rows with the same name the first stays, the
// others are counted in `report.duplicates` with a place made of `name` and the
// row. Requires `tokens.size() * width` values.
absl::StatusOr<NamedRows> NameRows(StringTensor tokens,
                                   BufferBuilder<float> values, int64_t width,
                                   const std::string& name, LoadReport report);

// The bytes of a file as a loader wants them: those of `file`, or what they
// decode to if they are gzip or zstd data. A broken stream is DataLoss.
absl::StatusOr<Buffer<char>> DecodedBytes(Buffer<char> file,
                                          const std::string& name,
                                          const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_NAMED_ROWS_H_
