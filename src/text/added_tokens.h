#ifndef ROWSPLIT_SRC_TEXT_ADDED_TOKENS_H_
#define ROWSPLIT_SRC_TEXT_ADDED_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/byte_set.h"
#include "text/token_starts.h"
#include "text/wordpiece_trie.h"

namespace rowsplit::internal {

// A token that is taken out of text before anything else cuts it.
struct AddedToken {
  std::string content;
  int32_t id = 0;
  bool single_word = false;
  bool lstrip = false;
  bool rstrip = false;
  bool normalized = false;
  bool special = false;
};

// Finds added tokens in text, the leftmost and of those the longest first.
// Immutable.
class AddedTokenFinder {
 public:
  struct Match {
    int32_t id;
    size_t begin;
    size_t end;
  };

  AddedTokenFinder() = default;
  // Finds `texts[i]` for tokens[i]. Fails as WordpieceTrie::Make.
  static absl::StatusOr<AddedTokenFinder> Make(
      std::vector<AddedToken> tokens, const std::vector<std::string>& texts);

  bool empty() const { return tokens_.empty(); }

  // Whether a token may begin anywhere. A quick look.
  bool MayMatch(std::string_view text) const {
    return NextPlace(text, 0) < text.size();
  }

  // The tokens with the white space that they take, in order and apart. Linear
  // in the text, whatever the tokens are: at most some 6 looks at a byte.
  void Find(std::string_view text, std::vector<Match>& matches) const;

 private:
  class Looker;
  size_t NextPlace(std::string_view text, size_t at) const;

  std::vector<AddedToken> tokens_;
  std::vector<uint32_t> sizes_;  // as they are looked for
  WordpieceTrie trie_;
  TokenStarts starts_;
  ByteSet first_bytes_;
  // If there is one only.
  int first_byte_ = -1;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ADDED_TOKENS_H_
