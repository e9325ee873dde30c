#ifndef ROWSPLIT_CORPUS_STATS_H_
#define ROWSPLIT_CORPUS_STATS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/corpus/report.h"

namespace rowsplit {

// Lines whose number of words is in [lowest, highest].
struct LengthBin {
  int64_t lowest;
  int64_t highest;
  int64_t lines;
};

struct TokenShare {
  std::string token;
  int64_t count;
};

// What a corpus is made of, after its cleaning steps.
struct CorpusStats {
  CorpusReport report;
  // Words a line: 0, 1, 2 to 3, 4 to 7 and so on to the longest line.
  std::vector<LengthBin> lengths;
  // The most common standardized tokens.
  std::vector<TokenShare> top_tokens;
  // Whether report.unknown_tokens was counted against a vocabulary.
  bool has_vocabulary = false;
};

// Reads the inputs once. With `vocabulary.file`, counts the tokens that it
// lacks. Fails as Prepare does for inputs and a configuration that can't be.
absl::StatusOr<CorpusStats> ComputeStats(
    const CorpusConfig& config, int64_t num_top_tokens, const ExecOptions& exec,
    const ProgressCallback& progress = nullptr);

}  // namespace rowsplit

#endif  // ROWSPLIT_CORPUS_STATS_H_
