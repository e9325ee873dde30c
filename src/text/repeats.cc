#include "rowsplit/text/repeats.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "text/append_rows.h"
#include "text/character_size.h"

namespace rowsplit {

namespace {

// Where a byte next stands beside an equal one, or a character of several
// bytes begins; a run of ASCII can begin only there.
size_t NextRun(std::string_view text, size_t at) {
  while (at + 1 < text.size() && text[at] != text[at + 1] &&
         static_cast<uint8_t>(text[at]) < 0x80) {
    ++at;
  }
  return at + 1 < text.size() ? at : text.size();
}

int64_t LimitCharacters(std::string_view text, int64_t most,
                        BufferBuilder<char>& output) {
  int64_t left_out = 0;
  size_t copied = 0;
  size_t at = 0;
  while (at < text.size()) {
    at = NextRun(text, at);
    if (at == text.size()) break;
    const size_t size = internal::CharacterOrByteSize(text, at);
    const std::string_view character = text.substr(at, size);
    size_t end = at + size;
    while (text.substr(end, size) == character) end += size;
    const auto count = static_cast<int64_t>((end - at) / size);
    if (count > most) {
      internal::AppendText(
          text.substr(copied, at - copied + static_cast<size_t>(most) * size),
          output);
      left_out += count - most;
      copied = end;
    }
    at = end;
  }
  internal::AppendText(text.substr(copied), output);
  return left_out;
}

int64_t LimitLines(std::string_view text, int64_t most,
                   BufferBuilder<char>& output) {
  int64_t left_out = 0;
  int64_t count = 0;
  std::string_view before;
  for (size_t begin = 0; begin < text.size();) {
    const size_t newline = text.find('\n', begin);
    const size_t end = std::min(newline, text.size());
    const std::string_view line = text.substr(begin, end - begin);
    count = begin > 0 && line == before ? count + 1 : 1;
    before = line;
    const size_t next = newline == std::string_view::npos ? end : end + 1;
    if (count > most) {
      ++left_out;
    } else {
      internal::AppendText(text.substr(begin, next - begin), output);
    }
    begin = next;
  }
  return left_out;
}

}  // namespace

int64_t AppendLimited(std::string_view text, const RepeatsOptions& options,
                      BufferBuilder<char>& output) {
  int64_t left_out = 0;
  BufferBuilder<char> lines;
  if (options.max_lines > 0 && text.find('\n') != std::string_view::npos) {
    BufferBuilder<char>& to = options.max_characters > 0 ? lines : output;
    left_out = LimitLines(text, options.max_lines, to);
    if (options.max_characters == 0) return left_out;
    text = {lines.data(), lines.size()};
  }
  if (options.max_characters == 0) {
    internal::AppendText(text, output);
    return left_out;
  }
  return left_out + LimitCharacters(text, options.max_characters, output);
}

absl::StatusOr<StringTensor> LimitRepeats(StringTensorView input,
                                          const RepeatsOptions& options) {
  if (options.max_characters < 0 || options.max_lines < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "LimitRepeats: max_characters and max_lines must not be negative: %d "
        "and %d",
        options.max_characters, options.max_lines));
  }
  return internal::AppendEach(
      input, options.exec,
      [&](std::string_view text, BufferBuilder<char>& output) {
        AppendLimited(text, options, output);
      });
}

}  // namespace rowsplit
