#ifndef ROWSPLIT_SRC_CORE_UTF8_H_
#define ROWSPLIT_SRC_CORE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

bool IsValidUtf8(std::string_view text);

// A character, or a maximal ill-formed subpart, as WHATWG and Unicode's table
// 3-7 cut them: E2 82 is one, ED A0 80 are three.
struct Utf8Sequence {
  size_t size;  // at least 1
  bool good;
};

// What stands at `begin`. Requires a byte of at least 0x80 there.
Utf8Sequence ReadUtf8Sequence(std::string_view text, size_t begin);

// Where the first ill-formed piece of UTF-8 starts; the size if there is none.
size_t FindIllFormedUtf8(std::string_view text);

// A piece of a text.
struct Utf8Stretch {
  size_t begin;
  size_t size;  // 0: there is no other
  bool good;
};

// A text in pieces: stretches of well-formed text, checked by vectors, and the
// maximal ill-formed subparts between them, one by one. A stretch is at most
// kMostBytes long, so that what it is checked for is done while it lies in the
// cache; one may follow another. Linear altogether.
//
//   Utf8Stretches stretches("a\xFF" "b");
//   stretches.Next() -> {0, 1, true}, {1, 1, false}, {2, 1, true}, {3, 0}
class Utf8Stretches {
 public:
  static constexpr size_t kMostBytes = size_t{16} << 10;

  explicit Utf8Stretches(std::string_view text) : text_(text) {}

  Utf8Stretch Next();

 private:
  std::string_view text_;
  size_t at_ = 0;       // before it all is done
  size_t bad_end_ = 0;  // up to there text is read a character at a time
};

// Where text stops being good.
struct TextFault {
  size_t begin;
  size_t size;  // 0: no fault
  bool nul;     // a NUL byte; otherwise ill-formed UTF-8
};

// The first NUL byte or maximal ill-formed subpart at or after `begin`.
TextFault FindTextFault(std::string_view text, size_t begin);

struct MendCounts {
  struct OfKind {
    int64_t count = 0;
    TextFault first{};  // means nothing while `count` is 0
  };
  OfKind ill_formed;
  OfKind nuls;
};

// Appends `text` with U+FFFD for each fault.
MendCounts AppendMended(std::string_view text, BufferBuilder<char>& out);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_UTF8_H_
