#ifndef ROWSPLIT_TEXT_CHARSET_H_
#define ROWSPLIT_TEXT_CHARSET_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace rowsplit {

// What an encoding was taken for.
struct CharsetGuess {
  std::string name;    // a name that ICU's converters know
  int confidence = 0;  // 0 to 100

  friend bool operator==(const CharsetGuess&, const CharsetGuess&) = default;
};

// The encoding that `text` seems to be in. Well-formed UTF-8, perhaps with a
// character cut off at the end, is UTF-8 with confidence 100; else ICU's
// detector guesses. Text that it makes nothing of is UTF-8 with confidence 0.
//
//   DetectCharset("na\xC3\xAFve")  // {"UTF-8", 100}
//
// Looks at up to kCharsetSampleBytes bytes. Fails with ResourceExhausted if ICU
// can't be opened. Linear.
absl::StatusOr<CharsetGuess> DetectCharset(std::string_view text);
inline constexpr size_t kCharsetSampleBytes = size_t{64} << 10;

// Whether ICU has a converter by this name.
bool IsKnownCharset(std::string_view name);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_CHARSET_H_
