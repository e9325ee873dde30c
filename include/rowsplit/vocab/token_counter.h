#ifndef ROWSPLIT_VOCAB_TOKEN_COUNTER_H_
#define ROWSPLIT_VOCAB_TOKEN_COUNTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"

namespace rowsplit {

struct TokenCounterOptions {
  // Counts the documents of each token too; each row is one.
  bool documents = false;
  // The most memory for all that is counted, in bytes; -1: no limit. What is
  // above it goes to a file without a name in `temporary_folder`, which the
  // system removes when it is closed, however the process ends.
  int64_t memory_limit = -1;
  // Empty: that of the system ($TMPDIR, else /tmp).
  std::string temporary_folder = {};
  // The most calls that count at once; more wait for each other.
  ExecOptions exec = {};
};

// Tokens and their counts, the most common first.
struct TokenCounts {
  StringTensor tokens;
  Buffer<int64_t> counts;
  Buffer<int64_t> documents;  // empty unless documents were counted
  // Of all that was counted, also of what is left out here.
  int64_t num_types = 0;
  int64_t num_tokens = 0;
  int64_t num_documents = 0;
};

// What the header of a file of partial counts says.
struct PartialCountsInfo {
  bool documents = false;
  int64_t num_types = 0;
  int64_t num_tokens = 0;
  int64_t num_documents = 0;
};

// Counts the tokens of a corpus, for several threads and in a memory limit. All
// results depend on what was counted alone: not on threads, on the order, on
// the limit, or on the machines that partial counts come from.
//
//   auto counter = *TokenCounter::Create({.memory_limit = 512 << 20});
//   counter.AddSpans(bytes, tokens);           // on any number of threads
//   auto vocabulary = counter.Build({.max_tokens = 100000});
//
// The Add functions and MergePartial are safe on several threads at once; the
// others need the counter alone. After an error of the disk every call returns
// it; after a std::bad_alloc, by which counts may be lost, ResourceExhausted.
class TokenCounter {
 public:
  // The least limit: 1 MiB.
  static constexpr int64_t kMinMemoryLimit = int64_t{1} << 20;

  // Fails with InvalidArgument for a limit below the least, and with the
  // system's error if there is a limit and no file can be made in the folder.
  static absl::StatusOr<TokenCounter> Create(
      const TokenCounterOptions& options = {});
  TokenCounter(TokenCounter&&) noexcept;
  TokenCounter& operator=(TokenCounter&&) noexcept;
  ~TokenCounter();

  // As the same functions of VocabularyBuilder, but rows are whole: the last
  // row end is the number of tokens. AddRows needs `options.documents`, else it
  // fails with FailedPrecondition. All fail with OutOfRange if the sum of all
  // counts does not fit 64 bits; nothing is counted then.
  absl::Status Add(std::string_view token, int64_t count = 1);
  absl::Status AddSpans(std::string_view bytes,
                        std::span<const TokenSpan> tokens);
  absl::Status AddRows(std::string_view bytes,
                       std::span<const TokenSpan> tokens,
                       std::span<const Offset> row_ends);

  // Adds the counts of a file of SavePartial. Fails with DataLoss for a damaged
  // file and with InvalidArgument if one of the two counts documents and the
  // other does not; nothing is added then. The file is read twice.
  absl::Status MergePartial(const std::string& path);
  // Writes all counts to a file that appears when it is whole; docs/formats.md
  // has the format. The same counts give the same bytes.
  absl::Status SavePartial(const std::string& path);

  // Reads a file of SavePartial in a stream and calls `visit`, if there is one,
  // for each token in the order of bytes. DataLoss for a damaged file; tokens
  // before the damage were visited.
  static absl::StatusOr<PartialCountsInfo> ReadPartial(
      const std::string& path,
      const std::function<absl::Status(const TokenCount&)>& visit = nullptr);

  // Calls `visit` for the most common tokens, in the order of
  // VocabularyBuilder::MostCommon and under its conditions, and stays in the
  // memory limit, whatever max_tokens is. The token is valid during the call.
  absl::Status VisitMostCommon(
      int64_t max_tokens, int64_t min_count,
      const std::function<absl::Status(const TokenCount&)>& visit);
  // The same as arrays, for which there is no limit.
  absl::StatusOr<TokenCounts> MostCommon(int64_t max_tokens,
                                         int64_t min_count = 1);
  // As VocabularyBuilder::Build; the vocabulary is beside the memory limit.
  absl::StatusOr<Vocabulary> Build(const VocabularyOptions& options = {});

  const TokenCounterOptions& options() const;
  // The sum of all counts.
  int64_t num_tokens() const;
  int64_t num_documents() const;
  // The tokens that differ. O(tokens that differ), and with a limit the counts
  // may be written and read.
  absl::StatusOr<int64_t> CountTypes();
  // What was written to the temporary folder, in bytes.
  int64_t spilled_bytes() const;

 private:
  friend struct internal::CountAccess;
  struct State;
  explicit TokenCounter(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_TOKEN_COUNTER_H_
