#ifndef ROWSPLIT_SRC_TEXT_BASIC_WORDS_H_
#define ROWSPLIT_SRC_TEXT_BASIC_WORDS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace rowsplit::internal {

// Sets `out` to the text with a space for each control or format character,
// and if asked to, without nonspacing marks. Linear.
void CleanText(std::string_view text, bool drop_marks, std::string& out);

// Calls `token(begin, end)` for each token of changed text. Linear.
void ForEachBasicToken(std::string_view text, bool keep_whitespace,
                       bool preserve_unused_token,
                       absl::FunctionRef<void(size_t begin, size_t end)> token);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BASIC_WORDS_H_
