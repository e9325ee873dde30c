#ifndef ROWSPLIT_CORPUS_REPORT_H_
#define ROWSPLIT_CORPUS_REPORT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rowsplit/corpus/config.h"
#include "rowsplit/data/error_policy.h"

namespace rowsplit {

// What came in, what was left out and by which rule, what came out. Depends on
// the input and the configuration alone, not on the threads or the clock.
struct CorpusReport {
  int64_t inputs = 0;
  // Files in folders that were left out for the ending of their names, and the
  // first of them by the bytes of its path.
  int64_t ignored_files = 0;
  std::string first_ignored_file;
  int64_t input_bytes = 0;  // as stored
  // What the inputs' text was taken for, by name, with the number of inputs;
  // empty if all of it was to be UTF-8.
  std::vector<std::pair<std::string, int64_t>> encodings;
  int64_t text_bytes = 0;  // of the rows read
  int64_t rows = 0;        // lines or records read, without those of `faults`
  FaultReport faults;
  std::vector<int64_t> dropped_by_step;  // a number for each [[clean]] step
  std::vector<int64_t> changed_by_step;  // of those steps that count changes

  // Words after cleaning; of `vocab build`, tokens after standardizing.
  int64_t tokens = 0;
  // Below, -1 stands for what the command did not count.
  int64_t types = -1;    // different tokens after standardizing
  int64_t num_ids = -1;  // size of the vocabulary, '' and '[UNK]' among them

  int64_t examples = -1;
  int64_t short_examples = -1;         // windows at the end with fewer words
  int64_t dropped_windows = -1;        // the same, dropped
  int64_t dropped_window_tokens = -1;  // words that are in no window for that
  int64_t unknown_tokens = -1;         // words that became '[UNK]'
  int64_t empty_tokens = -1;  // words of which standardizing left nothing

  // What a user should know, one line each.
  std::vector<std::string> warnings;

  int64_t rows_dropped() const;
  // Of the words that got an id, the share that became '[UNK]'; 0 without
  // words.
  double oov_share() const;
};

// The report as a JSON document, and as lines for people.
std::string ReportToJson(const CorpusReport& report,
                         const CorpusConfig& config);
std::string ReportToText(const CorpusReport& report,
                         const CorpusConfig& config);

}  // namespace rowsplit

#endif  // ROWSPLIT_CORPUS_REPORT_H_
