// Decoding of text in any encoding, ill-formed too: well-formed pieces by
// vectors against character by character, strings against streams, and the laws
// between the ops.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "fuzz/input.h"
#include "kernels/utf8_decode_ref.h"
#include "rowsplit/rowsplit.h"
#include "text/charset_stream.h"

namespace rowsplit {
namespace {

constexpr const char* kEncodings[] = {
    "UTF-8",    "latin1",   "windows-1252", "Shift_JIS", "gb18030",
    "EUC-JP",   "Big5",     "UTF-16BE",     "UTF-16LE",  "UTF-16",
    "UTF-32BE", "UTF-32LE", "ISO-2022-JP",  "UTF-7",     "HZ",
    "SCSU",     "BOCU-1",   "ISO-2022-KR",  "ibm-1390",  "CESU-8"};

StringTensor MakeStrings(fuzz::Input& input) {
  constexpr std::string_view kFrequent =
      "a\n\x1F\xC3\xA9\xE2\x82\xAC\xF0\x9F\x91\x8D\xED\xA0\x80\x1B$B~{+-";
  StringTensorBuilder strings;
  for (int64_t row = input.Below(5); row >= 0; --row) {
    for (int64_t size = input.Byte(); size > 0; --size) {
      const uint8_t byte = input.Byte();
      const char chosen = byte < 160 ? kFrequent[byte % kFrequent.size()]
                                     : static_cast<char>(input.Byte());
      strings.AppendPart({&chosen, 1});
    }
    strings.EndString();
  }
  return std::move(strings).Build();
}

void CheckUtf8(StringTensorView input, const UnicodeCodecOptions& options) {
  const auto decoded = UnicodeDecodeWithOffsets(input, "UTF-8", options);
  ROWSPLIT_FUZZ_CHECK(decoded.ok());
  size_t next = 0;
  const auto& points = decoded->code_points.flat_values();
  for (int64_t row = 0; row < input.size(); ++row) {
    for (size_t at = 0; at < input[row].size();) {
      internal::Utf8Sequence piece = {1, true};
      const auto* bytes =
          reinterpret_cast<const uint8_t*>(input[row].data()) + at;
      if (*bytes >= 0x80) piece = internal::ReadUtf8Sequence(input[row], at);
      int32_t point = piece.good ? reference::DecodeUtf8Character(bytes) : -1;
      if (options.replace_control_characters && point < 0x20) point = -1;
      if (point >= 0 || options.errors == ErrorPolicy::kReplace) {
        ROWSPLIT_FUZZ_CHECK(points[next] ==
                            (point < 0 ? options.replacement : point));
        ROWSPLIT_FUZZ_CHECK(decoded->starts[next] == static_cast<Offset>(at));
        ++next;
      }
      at += piece.size;
    }
  }
  ROWSPLIT_FUZZ_CHECK(next == points.size());
  const auto encoded = UnicodeEncode(decoded->code_points.view(), "UTF-8");
  ROWSPLIT_FUZZ_CHECK(encoded.ok());
  ROWSPLIT_FUZZ_CHECK(*UnicodeDecode(*encoded, "UTF-8") ==
                      decoded->code_points);
  ROWSPLIT_FUZZ_CHECK(*UnicodeTranscode(input, "UTF-8", "UTF-8", options) ==
                      *encoded);
}

// A stream in small steps gives what one step gives.
void CheckStream(std::string_view text, const char* encoding, size_t in_size,
                 size_t out_size) {
  const auto convert = [&](size_t in, size_t out) {
    auto stream = internal::CharsetStream::Open(encoding);
    std::string converted;
    std::string buffer(out, '\0');
    size_t at = 0;
    size_t end = 0;
    while (true) {
      end = std::min(text.size(), std::max(end, at + in));
      const auto step =
          stream->Convert({text.data() + at, end - at}, end == text.size(),
                          {buffer.data(), buffer.size()});
      at += step.consumed;
      converted.append(buffer, 0, step.produced);
      if (end == text.size() && step.produced == 0) return converted;
    }
  };
  ROWSPLIT_FUZZ_CHECK(convert(in_size, out_size) == convert(1 << 16, 1 << 16));
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rowsplit;
  fuzz::Input input(data, size);
  const StringTensor strings = MakeStrings(input);
  const UnicodeCodecOptions options{
      .errors = input.Flag() ? ErrorPolicy::kReplace : ErrorPolicy::kSkip,
      .replacement = 'x',
      .replace_control_characters = input.Flag(),
      .exec = {.num_threads = 1}};
  CheckUtf8(strings, options);
  const char* encoding =
      kEncodings[input.Below(static_cast<int64_t>(std::size(kEncodings)))];
  const auto decoded = UnicodeDecodeWithOffsets(strings, encoding, options);
  ROWSPLIT_FUZZ_CHECK(decoded.ok());
  ROWSPLIT_FUZZ_CHECK(decoded->starts.size() ==
                      decoded->code_points.flat_values().size());
  const auto wide = UnicodeTranscode(strings, encoding, "UTF-32-BE", options);
  ROWSPLIT_FUZZ_CHECK(wide.ok());
  ROWSPLIT_FUZZ_CHECK(wide->bytes().size() == 4 * decoded->starts.size());
  const auto steps = static_cast<size_t>(1 + input.Below(20));
  CheckStream(strings[0], encoding, steps,
              static_cast<size_t>(1 + input.Below(20)));
  ROWSPLIT_FUZZ_CHECK(DetectCharset(strings[0]).ok());
  ROWSPLIT_FUZZ_CHECK(
      Utf8Binarize(strings, {.word_length = 3, .bits_per_char = 9}).ok());
  return 0;
}
