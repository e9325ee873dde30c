#ifndef ROWSPLIT_SRC_TEXT_REGEX_REPLACER_H_
#define ROWSPLIT_SRC_TEXT_REGEX_REPLACER_H_

#include <string_view>

#include "re2/stringpiece.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/text/regex.h"

namespace rowsplit::internal {

// Appends strings to bytes with what RE2 matches replaced, every match or the
// first. Refers to the regex and the rewrite.
class RegexReplacer {
 public:
  RegexReplacer(const Regex& regex, const Rewrite& rewrite, bool replace_global)
      : regex_(regex), rewrite_(rewrite), replace_global_(replace_global) {}

  void Append(std::string_view text, BufferBuilder<char>& output) const;

 private:
  // The first match alone is replaced only by a whole rewrite.
  bool ChangesNothing() const { return rewrite_.is_cut_ && !replace_global_; }
  void AppendRewrite(const re2::StringPiece* groups,
                     BufferBuilder<char>& output) const;

  const Regex& regex_;
  const Rewrite& rewrite_;
  bool replace_global_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_REGEX_REPLACER_H_
