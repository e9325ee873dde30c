#ifndef ROWSPLIT_SRC_DATA_BLOCK_READER_H_
#define ROWSPLIT_SRC_DATA_BLOCK_READER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/byte_stream.h"
#include "data/converted_stream.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/data/corpus_reader.h"

namespace rowsplit::internal {

// Bytes that stay readable after a block's last, as the JSON parser wants.
inline constexpr size_t kBlockPadding = 64;

// How far back from the limit an overlong line may be cut at white space.
inline constexpr size_t kCutLookBack = 4096;

// Where an overlong line is cut: after the last ASCII white space in the last
// kCutLookBack of its first `limit` bytes, else before the character that
// crosses the limit. Requires `text.size() > limit >= 4`.
size_t FindCut(std::string_view text, size_t limit);

// The number of "\n".
int64_t CountLineEnds(std::string_view text);

// The fault's detail where a line or record is too long.
std::string DescribeOverlong(const ReadOptions& options);

// The serial half of CorpusReader: streams the inputs and cuts them at line or
// record borders. Holds at most a block and max_line_bytes.
class BlockReader {
 public:
  // `inputs` and `options` outlive the reader.
  BlockReader(const std::vector<InputFile>& inputs, const ReadOptions& options);

  absl::StatusOr<bool> ReadBlock(RawBlock& block);
  int64_t bytes_read() const {
    return bytes_read_.load(std::memory_order_relaxed);
  }
  std::span<const InputSummary> summaries() const { return summaries_; }

 private:
  const InputFile& file() const { return inputs_[input_]; }
  bool records() const { return file().format == InputFormat::kTfrecord; }

  // Fails under the strict policy; otherwise counts a line, a record or the
  // rest of an input as dropped.
  absl::Status Drop(FaultKind kind, FaultPlace place);
  // A place in the line or record that the carry begins with.
  FaultPlace PlaceHere(std::string detail) const;

  void OpenInput();
  absl::Status CloseInput();

  // False: the input has no more. The bytes that were read and not cut off are
  // in `block`.
  absl::StatusOr<bool> ReadFromInput(RawBlock& block);
  absl::Status Fill(BufferBuilder<char>& bytes);
  // Empties, and gives back what a long line made it grow to.
  void Recycle(BufferBuilder<char>& bytes) const;
  // Ends the block after `size` bytes; the rest is carried over.
  void Cut(RawBlock& block, size_t size, int64_t lines);
  // Forgets the first `size` bytes.
  void Forget(RawBlock& block, size_t size);

  absl::StatusOr<bool> CutLines(RawBlock& block, size_t searched);
  void ForgetDroppedLine(RawBlock& block);
  absl::StatusOr<bool> CutOverlongLine(RawBlock& block);
  bool CutLastLine(RawBlock& block);

  absl::StatusOr<bool> CutRecords(RawBlock& block);
  void ForgetDroppedRecord(RawBlock& block);
  absl::Status BreakRecords(RawBlock& block, std::string detail);

  const std::vector<InputFile>& inputs_;
  const ReadOptions& options_;
  std::atomic<int64_t> bytes_read_{0};
  std::vector<InputSummary> summaries_;
  FaultReport faults_;  // for the next block

  size_t input_ = 0;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<ConvertedStream> text_;  // of stream_
  BufferBuilder<char> carry_;              // read, but not handed out yet
  int64_t line_ = 1;                       // of the carry's first byte
  int64_t byte_ = 0;                       // of the carry's first byte
  int64_t text_bytes_ = 0;                 // decompressed so far
  bool last_line_unended_ = false;
  bool continues_line_ = false;
  bool dropping_line_ = false;
  uint64_t dropping_bytes_ = 0;  // of a record
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_DATA_BLOCK_READER_H_
