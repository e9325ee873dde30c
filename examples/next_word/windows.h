#ifndef ROWSPLIT_EXAMPLES_NEXT_WORD_WINDOWS_H_
#define ROWSPLIT_EXAMPLES_NEXT_WORD_WINDOWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/rowsplit.h"

// The windows of the main job, and what counting their words can tell.
namespace next_word {

inline constexpr int64_t kContext = 10;   // words before the one to tell
inline constexpr int64_t kFirstWord = 2;  // 0 is padding, 1 is [UNK]

// The words ids[begin] … ids[end - 1] are followed by the word ids[end].
struct Example {
  int64_t begin;
  int64_t end;
};

struct Examples {
  std::vector<int64_t> ids;
  std::vector<Example> items;
};

struct Data {
  Examples train;     // each window, and each beginning of one
  Examples held_out;  // whole windows
  rowsplit::Vectorizer vectorizer;
};

struct WindowsOptions {
  std::string config = "data_samples/corpus.toml";
  std::string input;       // the configuration's, if empty
  std::string output;      // a folder for the job's files
  int64_t max_tokens = 0;  // the configuration's, if 0
  int threads = 0;
};

// Runs the main job and reads what it wrote. Its last shard, every eighth
// window, is held out.
absl::StatusOr<Data> PrepareWindows(const WindowsOptions& options);

// How often each word is the one to tell.
std::vector<int64_t> CountWords(const Examples& examples, int64_t num_ids);

// The share of the examples that a program tells which always answers `id`.
double ConstantAccuracy(const Examples& examples, int64_t id);

// The same of the held-out windows and a table of the commonest next word of
// each word, learned from the others; `default_id` is the answer for a word
// without one.
double BigramAccuracy(const Data& data, int64_t default_id);

}  // namespace next_word

#endif  // ROWSPLIT_EXAMPLES_NEXT_WORD_WINDOWS_H_
