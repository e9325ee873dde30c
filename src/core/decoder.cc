#include "core/decoder.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>

namespace rowsplit::internal {
namespace {

constexpr int kGzipWrapper = 16 + MAX_WBITS;
constexpr int kMaxZstdWindowLog = 27;

uInt Clamped(size_t size) {
  return static_cast<uInt>(
      std::min<size_t>(size, std::numeric_limits<uInt>::max()));
}

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() {
    if (inflateInit2(&stream_, kGzipWrapper) != Z_OK) throw std::bad_alloc();
  }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() override { inflateEnd(&stream_); }

  Step Decode(std::span<const char> in, bool last,
              std::span<char> out) override {
    Step step;
    if (between_members_) {
      if (members_ > 0) step.consumed = SkipPadding(in);
      in = in.subspan(step.consumed);
      if (in.empty()) {
        step.done = last && members_ > 0;
        if (last && members_ == 0) step.fault = "the file is empty";
        return step;
      }
      if (padding_) {
        step.fault = "garbage after the last member";
        return step;
      }
      between_members_ = false;
      inflateReset(&stream_);
    }
    Inflate(in, last, out, step);
    return step;
  }

 private:
  // The zeros that `in` begins with.
  size_t SkipPadding(std::span<const char> in) {
    const size_t size = static_cast<size_t>(
        std::find_if(in.begin(), in.end(), [](char c) { return c != 0; }) -
        in.begin());
    padding_ = padding_ || size > 0;
    return size;
  }

  void Inflate(std::span<const char> in, bool last, std::span<char> out,
               Step& step) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = Clamped(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = Clamped(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    step.consumed += Clamped(in.size()) - stream_.avail_in;
    step.produced = Clamped(out.size()) - stream_.avail_out;
    if (result == Z_STREAM_END) {
      between_members_ = true;
      ++members_;
    } else if (result == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (result == Z_BUF_ERROR) {
      if (last && in.empty()) step.fault = "ends inside a member";
    } else if (result != Z_OK) {
      step.fault = DescribeFault();
    }
  }

  std::string DescribeFault() const {
    if (stream_.msg == nullptr) return "a preset dictionary is needed";
    const std::string_view message = stream_.msg;
    if (message != "incorrect header check") return std::string(message);
    return members_ > 0 ? "garbage after the last member" : "not gzip data";
  }

  z_stream stream_{};
  int64_t members_ = 0;
  bool between_members_ = true;
  bool padding_ = false;
};

class DeflateDecoder final : public Decoder {
 public:
  DeflateDecoder() {
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  DeflateDecoder(const DeflateDecoder&) = delete;
  DeflateDecoder& operator=(const DeflateDecoder&) = delete;
  ~DeflateDecoder() override { inflateEnd(&stream_); }

  Step Decode(std::span<const char> in, bool last,
              std::span<char> out) override {
    Step step;
    if (ended_) {
      if (!in.empty()) step.fault = "garbage after the stream";
      step.done = last && in.empty();
      return step;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = Clamped(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = Clamped(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    step.consumed = Clamped(in.size()) - stream_.avail_in;
    step.produced = Clamped(out.size()) - stream_.avail_out;
    if (result == Z_STREAM_END) {
      ended_ = true;
    } else if (result == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (result == Z_BUF_ERROR) {
      if (last && in.empty()) step.fault = "ends inside the stream";
    } else if (result != Z_OK) {
      step.fault = stream_.msg != nullptr ? stream_.msg : "not deflate data";
    }
    return step;
  }

 private:
  z_stream stream_{};
  bool ended_ = false;
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax,
                           kMaxZstdWindowLog);
  }

  Step Decode(std::span<const char> in, bool last,
              std::span<char> out) override {
    Step step;
    if (in.empty() && at_border_) {
      step.done = last && frames_ > 0;
      if (last && frames_ == 0) step.fault = "the file is empty";
      return step;
    }
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const size_t result = ZSTD_decompressStream(stream_.get(), &output, &input);
    step.consumed = input.pos;
    step.produced = output.pos;
    if (ZSTD_isError(result)) {
      step.fault = ZSTD_getErrorName(result);
      return step;
    }
    at_border_ = result == 0;
    if (at_border_) ++frames_;
    if (last && in.empty() && step.produced == 0 && !at_border_) {
      step.fault = "ends inside a frame";
    }
    return step;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  std::unique_ptr<ZSTD_DStream, Free> stream_;
  int64_t frames_ = 0;
  bool at_border_ = true;
};

}  // namespace

std::unique_ptr<Decoder> NewGzipDecoder() {
  return std::make_unique<GzipDecoder>();
}

std::unique_ptr<Decoder> NewDeflateDecoder() {
  return std::make_unique<DeflateDecoder>();
}

uint32_t Crc32(std::string_view bytes, uint32_t before) {
  uLong crc = before;
  while (!bytes.empty()) {
    const uInt size = Clamped(bytes.size());
    crc = crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), size);
    bytes.remove_prefix(size);
  }
  return static_cast<uint32_t>(crc);
}

std::unique_ptr<Decoder> NewZstdDecoder() {
  return std::make_unique<ZstdDecoder>();
}

}  // namespace rowsplit::internal
