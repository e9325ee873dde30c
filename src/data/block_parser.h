#ifndef ROWSPLIT_SRC_DATA_BLOCK_PARSER_H_
#define ROWSPLIT_SRC_DATA_BLOCK_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/data/corpus_reader.h"

namespace rowsplit::internal {

// The parallel half of CorpusReader: finds the lines or records of one block,
// checks their text and applies the policy.
struct BlockParseOptions {
  const ReadOptions& read;
  const std::vector<std::string>& text_path;  // of ReadOptions::text_field
};

absl::Status ParseBlock(const InputFile& file, const BlockParseOptions& options,
                        RawBlock& block, RowBatch& batch);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_DATA_BLOCK_PARSER_H_
