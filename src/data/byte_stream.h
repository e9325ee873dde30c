#ifndef ROWSPLIT_SRC_DATA_BYTE_STREAM_H_
#define ROWSPLIT_SRC_DATA_BYTE_STREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/decoder.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/data/error_policy.h"
#include "rowsplit/data/inputs.h"

namespace rowsplit::internal {

// An input's bytes after decompression, from its first to its last. Plain files
// are read straight into the caller's memory.
class ByteStream {
 public:
  struct Fault {
    FaultKind kind;
    std::string detail;
  };

  // Opens `input`; a file that can't be opened is a stream that ends at once
  // with a fault. `bytes_read` counts the stored bytes; it and `cancellation`
  // (which may be null) outlive the stream.
  ByteStream(const InputFile& input, std::atomic<int64_t>& bytes_read,
             const CancellationToken* cancellation);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // Reads `size` bytes, fewer only at the end. Fails only when cancelled.
  absl::StatusOr<size_t> Read(char* data, size_t size);

  bool ended() const { return ended_; }
  // Why the stream ended, if it broke.
  const std::optional<Fault>& fault() const { return fault_; }

  // Reads what is left of a broken stream, so that size and digest are those
  // of the whole file.
  absl::Status Drain();
  int64_t stored_bytes() const { return stored_bytes_; }
  Digest128 stored_digest() const { return hasher_.Digest(); }

 private:
  bool Cancelled() const;
  // The file, or -1 and errno.
  int Open(const std::string& path) const;
  // One read of the file; 0 at its end, or when it can't be read.
  absl::StatusOr<size_t> ReadStored(char* data, size_t size);
  absl::StatusOr<bool> WaitUntilReadable();
  absl::StatusOr<size_t> DecodeSome(char* data, size_t size);
  // Nobody wants the bytes of a compressed file as text.
  void RefuseCompressed();
  void Break(FaultKind kind, std::string detail);
  void BreakUnreadable();

  std::atomic<int64_t>& bytes_read_;
  const CancellationToken* cancellation_;
  int file_ = -1;
  bool owns_file_ = false;
  bool may_block_ = false;
  FaultKind decoder_fault_ = FaultKind::kBrokenGzip;
  std::unique_ptr<Decoder> decoder_;
  BufferBuilder<char> stored_;
  std::span<const char> undecoded_;
  bool stored_ended_ = false;
  bool ended_ = false;
  std::optional<Fault> fault_;
  int64_t stored_bytes_ = 0;
  Xxh3Hasher hasher_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_DATA_BYTE_STREAM_H_
