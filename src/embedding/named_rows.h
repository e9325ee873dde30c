#ifndef ROWSPLIT_SRC_EMBEDDING_NAMED_ROWS_H_
#define ROWSPLIT_SRC_EMBEDDING_NAMED_ROWS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
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

// At most 40 bytes of a text between quotes, with what is no printable ASCII
// as "\\xE9", for messages.
std::string Quoted(std::string_view text);

// Adds what came later in the file.
void MergeFault(LoadFault& into, const LoadFault& later);
void MergeReport(LoadReport& into, const LoadReport& later);

// Counts a fault; `make_text` is called for the first one alone.
template <typename MakeText>
void CountFault(LoadFault& fault, MakeText make_text) {
  if (fault.count++ == 0) fault.first = make_text();
}

// Returns `status`, unless it is an error that the policy lets pass: that one
// is counted as skipped.
absl::Status CountIfTolerated(const absl::Status& status,
                              const ReadRowsOptions& options,
                              LoadReport& report);

// Puts the tokens of all parts together.
StringTensor JoinTokens(std::span<const StringTensor> parts);

// InvalidArgument unless each row of the table has a token.
absl::Status CheckNames(const Vocabulary& vocabulary,
                        const EmbeddingTable& table);

// Puts names and rows together: of rows with the same name the first stays, the
// others are counted in `report.duplicates`. Requires `tokens.size() * width`
// values.
absl::StatusOr<NamedRows> NameRows(const StringTensor& tokens,
                                   BufferBuilder<float> values, int64_t width,
                                   const std::string& name, LoadReport report);

// Whether no value is NaN or an infinity.
bool AllFinite(std::span<const float> values);

// NameRows of rows that `read` gives, which may be called by several threads:
// values that are not finite are an InvalidArgument that names row and column,
// or skipped or replaced, as the policy says. `read` may fail.
absl::StatusOr<NamedRows> NameValues(
    StringTensor tokens, int64_t width, const std::string& name,
    const ReadRowsOptions& options, LoadReport report,
    absl::FunctionRef<absl::Status(int64_t row, std::span<float> values)> read);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_NAMED_ROWS_H_
