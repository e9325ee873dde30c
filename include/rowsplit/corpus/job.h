#ifndef ROWSPLIT_CORPUS_JOB_H_
#define ROWSPLIT_CORPUS_JOB_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/report.h"
#include "rowsplit/data/shard_writer.h"

namespace rowsplit {

// How far a job is.
struct JobProgress {
  std::string_view phase;   // "vocabulary", "vectorize", …
  int64_t bytes_done = 0;   // of the inputs as stored
  int64_t bytes_total = 0;  // -1: not known
  int64_t tokens = 0;
};

// Called from one thread at a time, after each batch.
using ProgressCallback = std::function<void(const JobProgress&)>;

// Whether jobs can be done at all with these settings, without looking at any
// file: InvalidArgument that names the key and the flag.
absl::Status CheckInputConfig(const CorpusConfig& config);
absl::Status CheckPrepareConfig(const CorpusConfig& config);

struct PhaseTime {
  std::string phase;
  double seconds;
};

struct PrepareResult {
  CorpusReport report;
  std::vector<std::string> files;  // in the output folder
  std::vector<PhaseTime> times;
};

// Prepares a corpus: reads the inputs twice (once if a vocabulary is given),
// cleans, splits, cuts windows, vectorizes, shuffles, and writes shards,
// vocab.txt, vectorizer.json, report.json and manifest.json to the output
// folder. The files get their names at the end, when all are whole and on the
// disk, the manifest last; a run that fails before that leaves the folder as it
// was, or removes it if it made it. An error of the disk while they get their
// names leaves whole files, old and new, and no manifest. The files depend on
// the inputs and the configuration alone. Memory does not grow with the input,
// except for different words.
//
// Fails with InvalidArgument for a configuration that can't be and for an input
// that is a file which the run would replace or remove, or a folder that holds
// the output folder; NotFound, DataLoss or InvalidArgument for inputs (see
// ReadOptions), AlreadyExists if the folder holds another run's files,
// FailedPrecondition if another run is writing to it or something in it that is
// no regular file has the name of one of the run's, ResourceExhausted for a
// full disk, Cancelled.
absl::StatusOr<PrepareResult> Prepare(
    const CorpusConfig& config, const ExecOptions& exec,
    const ProgressCallback& progress = nullptr);

struct VocabularyResult {
  CorpusReport report;
  std::vector<PhaseTime> times;
};

// Learns a vocabulary from the inputs and the partial counts, and writes it to
// `path` in config.vocabulary's format (lines without '' and '[UNK]': the id of
// a line is its number, from 0, plus 2), beside it the counts of its tokens and
// all counts as a partial file, where they are asked for. An empty `path`:
// partial counts alone. FailedPrecondition if there is something at an output
// that is no regular file, InvalidArgument if it is an input.
absl::StatusOr<VocabularyResult> BuildVocabularyFile(
    const CorpusConfig& config, const std::string& path,
    const ExecOptions& exec, const ProgressCallback& progress = nullptr);

}  // namespace rowsplit

#endif  // ROWSPLIT_CORPUS_JOB_H_
