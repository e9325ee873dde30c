#include "data/byte_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/decoder.h"
#include "core/status_macros.h"

namespace rowsplit::internal {
namespace {

constexpr size_t kStoredBlockBytes = 256 << 10;
constexpr size_t kMaxReadBytes = 4 << 20;  // so that cancelling is prompt
constexpr int kPollMillis = 100;

}  // namespace

ByteStream::ByteStream(const InputFile& input, std::atomic<int64_t>& bytes_read,
                       const CancellationToken* cancellation)
    : bytes_read_(bytes_read), cancellation_(cancellation) {
  if (input.compression == Compression::kGzip) {
    decoder_ = NewGzipDecoder();
    decoder_fault_ = FaultKind::kBrokenGzip;
  } else if (input.compression == Compression::kZstd) {
    decoder_ = NewZstdDecoder();
    decoder_fault_ = FaultKind::kBrokenZstd;
  }
  owns_file_ = input.path != "-";
  if (!input.unreadable.empty()) {
    Break(FaultKind::kUnreadableFile, input.unreadable);
    stored_ended_ = true;
    return;
  }
  file_ = owns_file_ ? Open(input.path) : STDIN_FILENO;
  if (file_ < 0 && Cancelled()) return;  // reading says so
  struct stat info;
  if (file_ < 0 || ::fstat(file_, &info) != 0) {
    BreakUnreadable();
  } else {
    may_block_ = !S_ISREG(info.st_mode);
    if (!may_block_ && decoder_ == nullptr) RefuseCompressed();
  }
}

bool ByteStream::Cancelled() const {
  return cancellation_ != nullptr && cancellation_->cancelled();
}

int ByteStream::Open(const std::string& path) const {
  int flags = O_RDONLY | O_CLOEXEC;
  struct stat info;
  // Else a pipe without a writer holds up open(), and no token ends that.
  if (::stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode)) {
    flags |= O_NONBLOCK;
  }
  while (true) {
    const int file = ::open(path.c_str(), flags);
    if (file >= 0 || errno != EINTR || Cancelled()) return file;
  }
}

ByteStream::~ByteStream() {
  if (owns_file_ && file_ >= 0) ::close(file_);
}

void ByteStream::RefuseCompressed() {
  char magic[4];
  const ssize_t size =
      ::pread(file_, magic, sizeof magic, ::lseek(file_, 0, SEEK_CUR));
  const std::string_view bytes(magic,
                               static_cast<size_t>(std::max<ssize_t>(size, 0)));
  if (bytes.starts_with("\x1F\x8B\x08")) {
    Break(FaultKind::kBrokenGzip,
          "gzip data where plain data is expected: name it .gz, or say gzip");
  } else if (bytes.starts_with("\x28\xB5\x2F\xFD")) {
    Break(FaultKind::kBrokenZstd,
          "zstd data where plain data is expected: name it .zst, or say zstd");
  }
}

void ByteStream::Break(FaultKind kind, std::string detail) {
  fault_ = Fault{kind, std::move(detail)};
  ended_ = true;
}

void ByteStream::BreakUnreadable() {
  Break(FaultKind::kUnreadableFile, std::generic_category().message(errno));
  stored_ended_ = true;
}

absl::StatusOr<bool> ByteStream::WaitUntilReadable() {
  while (true) {
    if (Cancelled()) return absl::CancelledError("reading was cancelled");
    if (!may_block_) return true;
    pollfd waiting{.fd = file_, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, kPollMillis);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

absl::StatusOr<size_t> ByteStream::ReadStored(char* data, size_t size) {
  while (!stored_ended_) {
    ROWSPLIT_ASSIGN_OR_RETURN(const bool readable, WaitUntilReadable());
    const ssize_t count =
        readable ? ::read(file_, data, std::min(size, kMaxReadBytes)) : -1;
    if (count > 0) {
      stored_bytes_ += count;
      bytes_read_.fetch_add(count, std::memory_order_relaxed);
      hasher_.Update(std::string_view(data, static_cast<size_t>(count)));
      return static_cast<size_t>(count);
    }
    if (count == 0) {
      stored_ended_ = true;
    } else if (errno != EINTR && errno != EAGAIN) {
      BreakUnreadable();
    }
  }
  return 0;
}

absl::StatusOr<size_t> ByteStream::DecodeSome(char* data, size_t size) {
  if (undecoded_.empty() && !stored_ended_) {
    stored_.ResizeUninitialized(kStoredBlockBytes);
    ROWSPLIT_ASSIGN_OR_RETURN(const size_t count,
                              ReadStored(stored_.data(), stored_.size()));
    if (fault_.has_value()) return 0;
    undecoded_ = std::span<const char>(stored_.data(), count);
  }
  Decoder::Step step =
      decoder_->Decode(undecoded_, stored_ended_, {data, size});
  undecoded_ = undecoded_.subspan(step.consumed);
  if (step.done) ended_ = true;
  if (!step.fault.empty()) {
    Break(decoder_fault_,
          (decoder_fault_ == FaultKind::kBrokenGzip ? "broken gzip stream: "
                                                    : "broken zstd stream: ") +
              step.fault);
  }
  return step.produced;
}

absl::StatusOr<size_t> ByteStream::Read(char* data, size_t size) {
  size_t total = 0;
  while (total < size && !ended_) {
    if (decoder_ != nullptr) {
      ROWSPLIT_ASSIGN_OR_RETURN(const size_t count,
                                DecodeSome(data + total, size - total));
      total += count;
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(const size_t count,
                                ReadStored(data + total, size - total));
      total += count;
      if (count == 0) ended_ = true;
    }
  }
  return total;
}

absl::Status ByteStream::Drain() {
  ended_ = true;
  stored_.ResizeUninitialized(kStoredBlockBytes);
  const std::optional<Fault> first = fault_;
  while (!stored_ended_) {
    ROWSPLIT_RETURN_IF_ERROR(
        ReadStored(stored_.data(), stored_.size()).status());
  }
  if (first.has_value()) fault_ = first;
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
