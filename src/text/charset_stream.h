#ifndef ROWSPLIT_SRC_TEXT_CHARSET_STREAM_H_
#define ROWSPLIT_SRC_TEXT_CHARSET_STREAM_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "text/charset_decoder.h"

namespace rowsplit::internal {

// A byte that UTF-8 never has: what stands for an ill-formed piece.
inline constexpr char kIllFormedMark = '\xFF';

// A stream of text in some encoding as UTF-8, with kIllFormedMark in place of
// each ill-formed or unassigned piece, and without a byte order mark at its
// begin. Holds a few KiB. Not thread-safe.
class CharsetStream {
 public:
  // Fails with InvalidArgument if ICU does not know the encoding.
  static absl::StatusOr<CharsetStream> Open(const std::string& encoding);

  struct Step {
    size_t consumed = 0;  // of the input
    size_t produced = 0;  // into the output
  };
  // Converts as far as it can. `last` says that no input comes after `in`. A
  // call that produces nothing and consumed all wants more input, or, with
  // `last`, is at the end. Linear.
  Step Convert(std::span<const char> in, bool last, std::span<char> out);

 private:
  explicit CharsetStream(ConverterPtr converter);
  // Appends what is in `units_` to `pending_`.
  void EncodeUnits(size_t count);

  ConverterPtr converter_;
  std::unique_ptr<char16_t[]> units_;
  BufferBuilder<char> pending_;  // converted, but not handed out
  size_t handed_out_ = 0;        // of pending_
  char16_t high_ = 0;            // a surrogate that waits for the other one
  bool is_begin_ = true;
  bool ended_ = false;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CHARSET_STREAM_H_
