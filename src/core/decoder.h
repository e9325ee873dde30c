#ifndef ROWSPLIT_SRC_CORE_DECODER_H_
#define ROWSPLIT_SRC_CORE_DECODER_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>

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

// Frames and skippable frames one after the other, with windows up to 128 MiB
// (what `zstd -d` takes without --long).
std::unique_ptr<Decoder> NewZstdDecoder();

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_DECODER_H_
