#ifndef ROWSPLIT_DATA_CORPUS_READER_H_
#define ROWSPLIT_DATA_CORPUS_READER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/data/error_policy.h"
#include "rowsplit/data/inputs.h"
#include "rowsplit/text/charset.h"

namespace rowsplit {

struct ReadOptions {
  // A block holds about this many bytes; from 1 to 256 MiB.
  int64_t block_bytes = 1 << 18;
  // A longer line or record is a fault; from 4 bytes to 1 GiB.
  int64_t max_line_bytes = 4 << 20;
  ErrorPolicy on_error = ErrorPolicy::kStrict;
  // What lines of text and of JSON are in: "utf-8", another name that ICU
  // knows, or "auto": what the first 64 KiB of each input seem to be. Other
  // encodings are converted to UTF-8 while reading; what is ill-formed in them
  // is treated as ill-formed UTF-8, and bytes are counted behind the
  // conversion.
  std::string encoding = "utf-8";
  // Where the text of a JSON Lines object is: a field, a dotted path ("a.b"),
  // or a JSON pointer ("/a/0/b").
  std::string text_field = "text";
  // The bytes feature of a tf.train.Example whose values are the rows; "": a
  // record is itself a row.
  std::string tfrecord_feature = "text";
  // Polled while reading. Not owned; may be null.
  const CancellationToken* cancellation = nullptr;
};

// Whole lines or records as they are stored, undecoded.
struct RawBlock {
  BufferBuilder<char> bytes;
  int input = 0;           // index into the inputs
  int64_t first_line = 1;  // the line (record) that the bytes begin in
  int64_t first_byte = 0;  // its place in the decompressed input
  // The bytes begin inside an overlong line; all of them are one piece of it.
  bool continues_line = false;
  bool is_piece = false;
  FaultReport faults;  // met before these bytes

  void Clear();
};

// Rows of text: spans into `bytes`, ascending. Bytes outside of the rows are
// line ends.
struct RowBatch {
  BufferBuilder<char> bytes;
  BufferBuilder<TokenSpan> rows;
  int input = 0;
  int64_t first_line = 1;
  int64_t first_byte = 0;
  FaultReport faults;  // of the block, in stream order

  void Clear();
};

// What was read of one input.
struct InputSummary {
  int64_t stored_bytes = 0;   // before decompression
  Digest128 stored_digest{};  // XXH3-128 of them
  int64_t text_bytes = 0;     // after decompression
  int64_t lines = 0;          // or records
  CharsetGuess encoding;      // what the text was taken for
};

// Reads inputs one after the other as rows of text. Lines end at "\n"; one "\r"
// before it is dropped, other "\r" are data; the bytes after the last "\n" are
// a line if there are any. docs/ops/corpus_reader.md says what each fault does
// under each policy. The rows, and the sums of the faults, depend neither on
// block_bytes nor on who parses which block.
//
//   auto reader = CorpusReader::Open(*FindInputs({{"books/"}}), {});
//   RawBlock block;
//   RowBatch batch;
//   while (*reader->ReadBlock(block)) {
//     absl::Status status = reader->ParseBlock(block, batch);
//     …
//   }
class CorpusReader {
 public:
  // Checks the options. Opens no file yet.
  static absl::StatusOr<CorpusReader> Open(std::vector<InputFile> inputs,
                                           ReadOptions options = {});
  CorpusReader(CorpusReader&&) noexcept;
  CorpusReader& operator=(CorpusReader&&) noexcept;
  ~CorpusReader();

  // Fills `block`, whose memory is reused; false at the end. A block may be
  // empty. One thread at a time. After an error, nothing more can be read.
  absl::StatusOr<bool> ReadBlock(RawBlock& block);

  // Turns `block` into rows; takes its bytes. Any number of threads. Under the
  // strict policy the error is that of the first fault in the block.
  absl::Status ParseBlock(RawBlock& block, RowBatch& batch) const;

  std::span<const InputFile> inputs() const;
  // Of the files as stored, so far. Any thread.
  int64_t bytes_read() const;
  // -1 where a size is not known (standard input).
  int64_t total_bytes() const;
  // One for each input that was read to its end.
  std::span<const InputSummary> summaries() const;

 private:
  struct Impl;
  explicit CorpusReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_CORPUS_READER_H_
