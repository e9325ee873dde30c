#ifndef ROWSPLIT_SRC_DATA_CONVERTED_STREAM_H_
#define ROWSPLIT_SRC_DATA_CONVERTED_STREAM_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "data/byte_stream.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/text/charset.h"
#include "text/charset_stream.h"

namespace rowsplit::internal {

// Whether the bytes of `encoding` are taken as they are.
bool IsUtf8Name(const std::string& encoding);

// A stream as UTF-8: its bytes as they are, or converted from an encoding by
// name, or from the one that its first kCharsetSampleBytes seem to be in
// ("auto"). What is ill-formed in another encoding becomes kIllFormedMark, so
// that it is ill-formed UTF-8.
class ConvertedStream {
 public:
  // `stream` outlives this. Requires an encoding that ICU knows, or "auto".
  ConvertedStream(ByteStream& stream, std::string encoding);

  // As ByteStream::Read.
  absl::StatusOr<size_t> Read(char* data, size_t size);
  bool ended() const {
    const bool is_plain = begun_ && !converter_.has_value();
    return is_plain ? stream_.ended() && unread_.empty() : ended_;
  }

  // What the bytes were taken for; of "auto" known after the first Read.
  const CharsetGuess& guess() const { return guess_; }

 private:
  // Reads the sample and chooses the converter.
  absl::Status Begin();
  // Converts until `size` bytes are there or the stream has ended.
  absl::StatusOr<size_t> Convert(char* data, size_t size);

  ByteStream& stream_;
  std::string encoding_;
  CharsetGuess guess_;
  std::optional<CharsetStream> converter_;  // none for UTF-8
  BufferBuilder<char> source_;
  std::span<const char> unread_;  // of source_
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_DATA_CONVERTED_STREAM_H_
