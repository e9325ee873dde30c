#include "data/converted_stream.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "data/byte_stream.h"
#include "rowsplit/text/charset.h"
#include "text/charset_stream.h"

namespace rowsplit::internal {

bool IsUtf8Name(const std::string& encoding) {
  return encoding == "utf-8" || encoding == "UTF-8";
}

ConvertedStream::ConvertedStream(ByteStream& stream, std::string encoding)
    : stream_(stream), encoding_(std::move(encoding)) {
  if (IsUtf8Name(encoding_)) {
    guess_ = {"UTF-8", 100};
    begun_ = true;
  }
}

absl::Status ConvertedStream::Begin() {
  begun_ = true;
  if (encoding_ == "auto") {
    source_.ResizeUninitialized(kCharsetSampleBytes);
    ROWSPLIT_ASSIGN_OR_RETURN(const size_t size,
                              stream_.Read(source_.data(), source_.size()));
    unread_ = std::span<const char>(source_.data(), size);
    ROWSPLIT_ASSIGN_OR_RETURN(
        guess_, DetectCharset(std::string_view(unread_.data(), size)));
  } else {
    guess_ = {encoding_, 100};
  }
  if (guess_.name == "UTF-8") return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(CharsetStream converter,
                            CharsetStream::Open(guess_.name));
  converter_.emplace(std::move(converter));
  return absl::OkStatus();
}

absl::StatusOr<size_t> ConvertedStream::Convert(char* data, size_t size) {
  size_t total = 0;
  while (total < size) {
    if (unread_.empty() && !stream_.ended()) {
      source_.ResizeUninitialized(kCharsetSampleBytes);
      ROWSPLIT_ASSIGN_OR_RETURN(const size_t count,
                                stream_.Read(source_.data(), source_.size()));
      unread_ = std::span<const char>(source_.data(), count);
    }
    const bool last = stream_.ended();
    const CharsetStream::Step step =
        converter_->Convert(unread_, last, {data + total, size - total});
    unread_ = unread_.subspan(step.consumed);
    total += step.produced;
    if (last && step.produced == 0) {
      ended_ = true;
      break;
    }
  }
  return total;
}

absl::StatusOr<size_t> ConvertedStream::Read(char* data, size_t size) {
  if (!begun_) ROWSPLIT_RETURN_IF_ERROR(Begin());
  if (converter_.has_value()) return Convert(data, size);
  // What the sample read ahead, then the stream.
  const size_t ready = std::min(size, unread_.size());
  if (ready > 0) std::memcpy(data, unread_.data(), ready);
  unread_ = unread_.subspan(ready);
  size_t total = ready;
  if (total < size && !stream_.ended()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const size_t count,
                              stream_.Read(data + total, size - total));
    total += count;
  }
  return total;
}

}  // namespace rowsplit::internal
