#include "core/decoded_stream.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/decoder.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"

namespace rowsplit::internal {

namespace {

constexpr std::string_view kGzipMagic = "\x1F\x8B\x08";
constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
constexpr size_t kStepBytes = size_t{1} << 20;

bool BeginsWith(std::span<const char> file, std::string_view magic) {
  return std::string_view(file.data(), file.size()).starts_with(magic);
}

}  // namespace

bool IsCompressed(std::span<const char> file) {
  return BeginsWith(file, kGzipMagic) || BeginsWith(file, kZstdMagic);
}

DecodedStream::DecodedStream(std::span<const char> file, std::string name)
    : rest_(file), name_(std::move(name)) {
  ROWSPLIT_DCHECK(IsCompressed(file));
  const bool is_gzip = BeginsWith(file, kGzipMagic);
  format_ = is_gzip ? "gzip" : "zstd";
  decoder_ = is_gzip ? NewGzipDecoder() : NewZstdDecoder();
}

absl::StatusOr<size_t> DecodedStream::Read(char* data, size_t size) {
  size_t total = 0;
  while (total < size && !ended_) {
    const Decoder::Step step =
        decoder_->Decode(rest_, /*last=*/true, {data + total, size - total});
    rest_ = rest_.subspan(step.consumed);
    total += step.produced;
    ended_ = step.done || !step.fault.empty();
    if (!step.fault.empty()) {
      status_ = absl::DataLossError(absl::StrFormat(
          "%s: broken %s stream: %s", name_, format_, step.fault));
    }
  }
  if (total == 0 && !status_.ok()) return status_;
  return total;
}

absl::StatusOr<Buffer<char>> DecodedBytes(const Buffer<char>& file,
                                          const std::string& name,
                                          const ExecOptions& exec) {
  return DecodedBytes(file, name, exec, [](std::string_view) { return true; });
}

absl::StatusOr<Buffer<char>> DecodedBytes(
    const Buffer<char>& file, const std::string& name, const ExecOptions& exec,
    absl::FunctionRef<absl::StatusOr<bool>(std::string_view so_far)>
        wants_more) {
  if (!IsCompressed(file.span())) return file;
  DecodedStream stream(file.span(), name);
  BufferBuilder<char> bytes;
  while (true) {
    if (exec.cancellation != nullptr && exec.cancellation->cancelled()) {
      return absl::CancelledError("decoding was cancelled");
    }
    char* const end = bytes.AppendUninitialized(kStepBytes);
    ROWSPLIT_ASSIGN_OR_RETURN(const size_t count, stream.Read(end, kStepBytes));
    bytes.ResizeUninitialized(bytes.size() - kStepBytes + count);
    if (count == 0) return std::move(bytes).Build();
    ROWSPLIT_ASSIGN_OR_RETURN(const bool goes_on,
                              wants_more({bytes.data(), bytes.size()}));
    if (!goes_on) return std::move(bytes).Build();
  }
}

}  // namespace rowsplit::internal
