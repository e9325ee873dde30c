#ifndef ROWSPLIT_SRC_TEXT_CLASS_PATTERN_H_
#define ROWSPLIT_SRC_TEXT_CLASS_PATTERN_H_

#include <string_view>

namespace rowsplit::internal {

// True if `pattern`, which RE2 accepts, is surely one ASCII character or one
// class of ASCII characters, so that it matches exactly some single bytes:
// `,` `\.` `\d` `[a-c\]]` `[[:punct:]]`. Negated classes, flags and anything
// that is not ASCII are refused; so are some rare forms, such as `\x41`.
bool IsAsciiClassPattern(std::string_view pattern);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CLASS_PATTERN_H_
