#include "rowsplit/text/charset.h"

#include <unicode/ucsdet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/utf8.h"
#include "text/charset_decoder.h"

namespace rowsplit {
namespace {

struct DetectorCloser {
  void operator()(UCharsetDetector* detector) const { ucsdet_close(detector); }
};

// Well-formed but for a character that the end cuts off.
bool IsUtf8Sample(std::string_view text) {
  constexpr size_t kLongest = 4;
  for (size_t back = 0; back < kLongest && back < text.size(); ++back) {
    const size_t at = text.size() - 1 - back;
    if (static_cast<int8_t>(text[at]) < -64) continue;  // 10xxxxxx
    const bool is_cut =
        static_cast<uint8_t>(text[at]) >= 0xC2 &&
        !internal::ReadUtf8Sequence(text, at).good &&
        internal::ReadUtf8Sequence(text, at).size == text.size() - at;
    if (is_cut) text = text.substr(0, at);
    break;
  }
  return internal::IsValidUtf8(text);
}

}  // namespace

absl::StatusOr<CharsetGuess> DetectCharset(std::string_view text) {
  text = text.substr(0, kCharsetSampleBytes);
  // UTF-16 of ASCII is well-formed UTF-8 with a NUL in every other place.
  if (text.find('\0') == std::string_view::npos && IsUtf8Sample(text))
    return CharsetGuess{"UTF-8", 100};
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, DetectorCloser> detector(
      ucsdet_open(&error));
  if (U_FAILURE(error) || detector == nullptr)
    return absl::ResourceExhaustedError("ICU can't open its charset detector");
  ucsdet_setText(detector.get(), text.data(), static_cast<int32_t>(text.size()),
                 &error);
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &error);
  if (match == nullptr || U_FAILURE(error)) return CharsetGuess{"UTF-8", 0};
  const char* name = ucsdet_getName(match, &error);
  const int32_t confidence = ucsdet_getConfidence(match, &error);
  if (U_FAILURE(error) || !IsKnownCharset(name))
    return CharsetGuess{"UTF-8", 0};
  return CharsetGuess{name, confidence};
}

bool IsKnownCharset(std::string_view name) {
  return internal::Charset::Find("", name).ok();
}

}  // namespace rowsplit
