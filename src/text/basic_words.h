#ifndef ROWSPLIT_SRC_TEXT_BASIC_WORDS_H_
#define ROWSPLIT_SRC_TEXT_BASIC_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/offset.h"
#include "text/code_point_table.h"

namespace rowsplit::internal {

// Sets `out` to the text with a space for each control or format character,
// and if asked to, without nonspacing marks. Linear.
void CleanText(std::string_view text, bool drop_marks, std::string& out);

// Calls `token(begin, end)` for each token of changed text. Linear.
void ForEachBasicToken(std::string_view text, bool keep_whitespace,
                       bool preserve_unused_token,
                       absl::FunctionRef<void(size_t begin, size_t end)> token);

// What FastBertTokenizer makes of each code point by itself.
class FastBertText {
 public:
  // Made at the first call, in some 100 ms.
  static absl::StatusOr<const FastBertText*> Get(bool lower_case);

  // False if the text stays as it is. Otherwise sets `out` to the changed text
  // and places[i] to where the byte i of it comes from, and one more for the
  // end. Linear.
  bool Normalize(std::string_view text, std::string& out,
                 std::vector<Offset>& places) const;

 private:
  FastBertText(std::vector<std::string> texts, CodePointTable<uint16_t> index)
      : texts_(std::move(texts)), index_(std::move(index)) {}
  static absl::StatusOr<const FastBertText*> Make(bool lower_case);

  std::vector<std::string> texts_;  // the first one: no change
  CodePointTable<uint16_t> index_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BASIC_WORDS_H_
