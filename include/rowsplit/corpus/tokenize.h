#ifndef ROWSPLIT_CORPUS_TOKENIZE_H_
#define ROWSPLIT_CORPUS_TOKENIZE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/corpus/report.h"
#include "rowsplit/data/shard_writer.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/text/tokenizer.h"

namespace rowsplit {

struct TokenizeOptions {
  // `exec` is not looked at.
  EncodeOptions encode = {};
  // kText: ids with spaces between; kJsonLines: {"ids":[…]}, with offsets also
  // "offsets":[[start,end],…].
  RecordFormat format = RecordFormat::kText;
  // For rows that wait to be padded; empty: that of the system.
  std::string temporary_folder = {};
};

// Cleans the rows of the inputs and hands the ids of each to `write`, a line a
// row and in order; a row that a step drops gives a line without ids.
//
// If the tokenizer pads to the longest text, that is the longest of all rows:
// ids then wait in a temporary file without a name until it is known. Rows that
// are longer than a fixed length stay as they are, unless max_length cuts them.
//
// Fails as the reader, the steps and Tokenizer::Encode, whose text is a row of
// a block; with InvalidArgument for another format. Memory is that of some
// blocks and of their lines, with all padding.
absl::StatusOr<CorpusReport> TokenizeInputs(
    const InputConfig& input, const std::vector<TextStep>& clean,
    const Tokenizer& tokenizer, const TokenizeOptions& options,
    const std::function<absl::Status(std::string_view)>& write,
    const ExecOptions& exec, const ProgressCallback& progress = nullptr);

}  // namespace rowsplit

#endif  // ROWSPLIT_CORPUS_TOKENIZE_H_
