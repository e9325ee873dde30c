#ifndef ROWSPLIT_SRC_CORPUS_EXAMPLE_STREAM_H_
#define ROWSPLIT_SRC_CORPUS_EXAMPLE_STREAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "corpus/clean_stream.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/report.h"
#include "rowsplit/data/shard_writer.h"
#include "rowsplit/ops/window.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"

namespace rowsplit::internal {

// Words of earlier batches that windows still need: their text and ids. `first`
// is the number of the first of them in the stream.
struct WordTail {
  int64_t first = 0;
  std::string bytes;
  std::vector<TokenSpan> words;
  std::vector<int64_t> ids;

  int64_t end() const { return first + static_cast<int64_t>(ids.size()); }
};

// What examples add to the report.
struct ExampleCounts {
  int64_t examples = 0;
  int64_t short_examples = 0;
  int64_t dropped_windows = 0;
  int64_t dropped_window_tokens = 0;
  int64_t unknown_tokens = 0;
  int64_t empty_tokens = 0;

  void Add(const ExampleCounts& other);
  void FillReport(CorpusReport& report) const;
};

// A batch on its way from cleaned rows to encoded examples. Reused.
struct ExampleBatch : CleanBatch {
  BufferBuilder<TokenSpan> words;
  BufferBuilder<Offset>
      row_ends;  // for each row, the number of words up to its end
  BufferBuilder<int64_t> ids;  // of the words; -1: nothing left
  TextRows scratch;

  WordTail tail;              // what came before, across rows
  int64_t end_window = 0;     // across rows: the windows up to this one
  int64_t num_words_yet = 0;  // across rows: words up to the batch's end

  // Where encoding goes on.
  size_t next_row = 0;
  int64_t next_window = 0;
  bool is_encoded = false;

  BufferBuilder<char> records;  // encoded examples, one after the other
  BufferBuilder<Offset> record_ends;
  ExampleCounts counts;

  // An example under construction.
  std::vector<int64_t> example_ids;
  std::string example_text;
};

// Cleaned rows to words, ids, windows and encoded examples. Its functions are
// stages of an OrderedPipeline, in this order.
class ExampleStream {
 public:
  // Everything must outlive the stream.
  static absl::StatusOr<ExampleStream> Create(const CorpusConfig& config,
                                              const TextVectorization& layer,
                                              const ExampleEncoder& encoder);

  // Parallel.
  absl::Status Tokenize(ExampleBatch& batch) const;
  // In order: where the batch's words lie in the stream, and what of it the
  // next batch needs. Fails with ResourceExhausted if that is more than 4 GiB.
  absl::Status Place(ExampleBatch& batch);
  // Parallel: replaces the batch's records by the next ones, about 8 MiB of
  // them at most, and sets `is_encoded` when they are the last. Windows may
  // overlap, so that a batch's examples can be many times its text.
  absl::Status Encode(ExampleBatch& batch) const;

  // After the last batch: makes `batch` the windows that are still short, for
  // Encode.
  void Flush(ExampleBatch& batch) const;

 private:
  ExampleStream() = default;

  bool across_rows() const {
    return plan_.has_value() && scope_ == WindowScope::kAcrossRows;
  }
  void SplitRows(ExampleBatch& batch) const;
  absl::Status VectorizeWords(ExampleBatch& batch) const;
  absl::Status VectorizeRows(ExampleBatch& batch) const;
  absl::Status EncodeRows(ExampleBatch& batch) const;
  absl::Status EncodeRowWindows(ExampleBatch& batch) const;
  void CountDropped(int64_t num_words, ExampleCounts& counts) const;
  absl::Status EncodeStreamWindows(ExampleBatch& batch) const;
  absl::Status EncodeWindow(ExampleBatch& batch, int64_t batch_first,
                            int64_t begin, int64_t length) const;
  absl::Status EncodeExample(ExampleBatch& batch, std::optional<int64_t> label,
                             std::string_view text,
                             std::string_view label_text) const;

  std::optional<WindowPlan> plan_;
  WindowScope scope_ = WindowScope::kAcrossRows;
  bool drop_remainder_ = false;
  bool has_label_ = false;
  bool needs_text_ = false;
  std::optional<int64_t> sequence_length_;
  const TextVectorization* layer_ = nullptr;
  const ExampleEncoder* encoder_ = nullptr;
  WordTail tail_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_EXAMPLE_STREAM_H_
