#ifndef ROWSPLIT_SRC_TEXT_HTML_NAMES_H_
#define ROWSPLIT_SRC_TEXT_HTML_NAMES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rowsplit::internal {

// A named character reference of HTML: `&name;` stands for `text`.
struct HtmlName {
  std::string_view name;
  std::string text;
  bool needs_semicolon = true;  // false: `&name` does, too
};

inline constexpr size_t kLongestHtmlName = 31;
inline constexpr size_t kLongestHtmlNameWithoutSemicolon = 6;

// All of them, by the bytes of their names.
const std::vector<HtmlName>& HtmlNames();

// Null if there is no such name. Logarithmic in the number of names.
const HtmlName* FindHtmlName(std::string_view name);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_HTML_NAMES_H_
