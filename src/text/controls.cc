#include "rowsplit/text/controls.h"

#include <cstddef>

#include "core/utf8.h"
#include "text/append_rows.h"
#include "unicode/utf8.h"

namespace rowsplit {

namespace {

bool IsRemoved(uint32_t c, const ControlsOptions& options) {
  if (c < 0xA0) {
    return options.controls && c != '\t' && c != '\n' && c != '\r' &&
           (c < 0x20 || c >= 0x7F);
  }
  switch (c) {
    case 0xAD:
    case 0x180E:
    case 0x200B:
    case 0x2060:
    case 0xFEFF:
      return options.zero_width;
    case 0x200C:
    case 0x200D:
      return options.joiners;
    case 0x61C:
    case 0x200E:
    case 0x200F:
      return options.bidi;
    default:
      return options.bidi &&
             ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069));
  }
}

// Whether a byte can begin a character that is removed.
bool MayBegin(uint8_t byte) {
  return byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xD8 ||
         byte == 0xE1 || byte == 0xE2 || byte == 0xEF;
}

}  // namespace

int64_t AppendWithoutControls(std::string_view text,
                              const ControlsOptions& options,
                              BufferBuilder<char>& output) {
  int64_t removed = 0;
  size_t copied = 0;
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<uint8_t>(text[at]);
    if (!MayBegin(byte)) {
      ++at;
      continue;
    }
    uint32_t code_point = byte;
    size_t size = 1;
    if (byte >= 0x80) {
      const internal::Utf8Sequence sequence =
          internal::ReadUtf8Sequence(text, at);
      size = sequence.size;
      if (!sequence.good) {
        at += size;
        continue;
      }
      const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
      size_t next = at;
      U8_NEXT_UNSAFE(bytes, next, code_point);
    }
    if (IsRemoved(code_point, options)) {
      internal::AppendText(text.substr(copied, at - copied), output);
      copied = at + size;
      ++removed;
    }
    at += size;
  }
  internal::AppendText(text.substr(copied), output);
  return removed;
}

absl::StatusOr<StringTensor> RemoveControls(StringTensorView input,
                                            const ControlsOptions& options) {
  return internal::AppendEach(
      input, options.exec,
      [&](std::string_view text, BufferBuilder<char>& output) {
        AppendWithoutControls(text, options, output);
      });
}

}  // namespace rowsplit
