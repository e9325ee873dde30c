#ifndef ROWSPLIT_SRC_VOCAB_TOKEN_TEXT_H_
#define ROWSPLIT_SRC_VOCAB_TOKEN_TEXT_H_

#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace rowsplit::internal {

// A token as error messages show it: quoted, escaped, and cut where it is long.
inline std::string TokenText(std::string_view token) {
  constexpr size_t kShown = 40;
  const std::string_view head = token.substr(0, kShown);
  std::string text =
      "\"" + absl::CHexEscape(absl::string_view(head.data(), head.size())) +
      "\"";
  if (token.size() > kShown) {
    text += absl::StrFormat(" … (%d bytes)", token.size());
  }
  return text;
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_TOKEN_TEXT_H_
