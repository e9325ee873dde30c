#ifndef ROWSPLIT_SRC_CORE_DECODER_H_
#define ROWSPLIT_SRC_CORE_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace rowsplit::internal {

// One compressed stream, member after member or frame after frame.
class Decoder {
 public:
  struct Step {
    size_t consumed = 0;  // of the input
    size_t produced = 0;  // into the output
    bool done = false;    // the stream ended well
    std::string fault;    // not empty: the stream is broken here
  };

  virtual ~Decoder() = default;

  // Decodes as far as it can. `last` says that no input comes after `in`. With
  // room in `out`, a call that neither consumes nor produces nor ends asks for
  // more input, and never happens with `last`.
  virtual Step Decode(std::span<const char> in, bool last,
                      std::span<char> out) = 0;
};

// Members one after the other. Zeros after the last one are padding; anything
// else there is a fault.
std::unique_ptr<Decoder> NewGzipDecoder();

// One stream of raw deflate data, as a zip file has it. Bytes after its end are
// a fault.
std::unique_ptr<Decoder> NewDeflateDecoder();

// Frames and skippable frames one after the other, with windows up to 128 MiB
// (what `zstd -d` takes without --long).
std::unique_ptr<Decoder> NewZstdDecoder();

// zlib's CRC-32 (of gzip and zip) of `bytes` that follow those with the CRC
// `before`.
uint32_t Crc32(std::string_view bytes, uint32_t before = 0);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_DECODER_H_
