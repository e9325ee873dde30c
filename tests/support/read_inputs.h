#ifndef ROWSPLIT_TESTS_SUPPORT_READ_INPUTS_H_
#define ROWSPLIT_TESTS_SUPPORT_READ_INPUTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/data/error_policy.h"
#include "rowsplit/data/inputs.h"
#include "support/source_dir.h"

namespace rowsplit::testing {

using Rows = std::vector<std::string>;

// What a reader gave, all batches together, up to its end or its error.
struct ReadResult {
  Rows rows;
  FaultReport faults;
  absl::Status status;
  std::vector<InputSummary> summaries;
};

inline ReadResult ReadInputs(std::vector<InputFile> inputs,
                             ReadOptions options) {
  ReadResult result;
  auto reader = CorpusReader::Open(std::move(inputs), options);
  result.status = reader.status();
  if (!reader.ok()) return result;
  RawBlock block;
  RowBatch batch;
  while (true) {
    const auto more = reader->ReadBlock(block);
    result.status = more.status();
    if (!more.ok() || !*more) break;
    result.status = reader->ParseBlock(block, batch);
    if (!result.status.ok()) break;
    for (const TokenSpan& row : batch.rows.span()) {
      result.rows.emplace_back(batch.bytes.data() + row.begin, row.size);
    }
    result.faults.Merge(batch.faults);
  }
  result.summaries.assign(reader->summaries().begin(),
                          reader->summaries().end());
  return result;
}

inline ReadResult ReadFile(const std::string& path, ReadOptions options = {}) {
  return ReadInputs({DescribeInput(path)}, options);
}

inline std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

inline std::string Hostile(const std::string& name) {
  return SourceDir() + std::string("/data_samples/hostile/") + name;
}

// U+FFFD.
inline const std::string kBad = "\xEF\xBF\xBD";

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_READ_INPUTS_H_
