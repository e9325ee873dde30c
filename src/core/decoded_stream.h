#ifndef ROWSPLIT_SRC_CORE_DECODED_STREAM_H_
#define ROWSPLIT_SRC_CORE_DECODED_STREAM_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/decoder.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"

// The bytes of a file that may be compressed, which its first bytes say.
namespace rowsplit::internal {

// Whether `file` begins as gzip or zstd data does.
bool IsCompressed(std::span<const char> file);

// What compressed bytes decode to, from the first to the last. Not thread-safe.
class DecodedStream {
 public:
  // Requires `IsCompressed(file)`. `file` outlives the stream; `name` is for
  // messages.
  DecodedStream(std::span<const char> file, std::string name);

  // Reads up to `size` bytes; none only at the end. Requires `size > 0`. A
  // broken stream is DataLoss, after the bytes before that place:
  // "glove.txt.gz: broken gzip stream: ends inside a member".
  absl::StatusOr<size_t> Read(char* data, size_t size);

 private:
  std::span<const char> rest_;
  std::string name_;
  std::string format_;
  std::unique_ptr<Decoder> decoder_;
  bool ended_ = false;
  absl::Status status_;
};

// All bytes: `file` itself if it is not compressed. The memory grows with what
// has been decoded, whatever the stream promises. Fails as DecodedStream::Read,
// and with Cancelled.
absl::StatusOr<Buffer<char>> DecodedBytes(const Buffer<char>& file,
                                          const std::string& name,
                                          const ExecOptions& exec = {});

// The same, of a format that says how long it is: `wants_more` is asked for
// each part of the bytes so far, and false ends the decoding, so that a stream
// that goes on and on takes no memory. Fails as it, too.
absl::StatusOr<Buffer<char>> DecodedBytes(
    const Buffer<char>& file, const std::string& name, const ExecOptions& exec,
    absl::FunctionRef<absl::StatusOr<bool>(std::string_view so_far)>
        wants_more);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_DECODED_STREAM_H_
