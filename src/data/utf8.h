#ifndef ROWSPLIT_SRC_DATA_UTF8_H_
#define ROWSPLIT_SRC_DATA_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

bool IsValidUtf8(std::string_view text);

// Where text stops being good.
struct TextFault {
  size_t begin;
  size_t size;  // 0: no fault
  bool nul;     // a NUL byte; otherwise ill-formed UTF-8
};

// The first NUL byte or maximal ill-formed subpart (as WHATWG and Unicode's
// table 3-7 cut them: E2 82 is one, ED A0 80 are three) at or after `begin`.
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

#endif  // ROWSPLIT_SRC_DATA_UTF8_H_
