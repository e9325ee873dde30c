#ifndef ROWSPLIT_SRC_TEXT_TOKEN_STARTS_H_
#define ROWSPLIT_SRC_TEXT_TOKEN_STARTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// Tells for each place of a text the longest of some tokens that begins there:
// an automaton of the tokens from right to left, which looks at each byte of
// the text once. Immutable.
//
//   // Of {"a", "aab"}:
//   int32_t found[4];
//   starts.Find("aaab", found)  // 0, 1, 0, -1
class TokenStarts {
 public:
  TokenStarts() : nodes_(1) {}
  // The token at index i is i; of equal ones the first counts, and "" begins
  // nowhere. Requires less than 2^31 bytes of tokens. O(bytes · log 256).
  explicit TokenStarts(StringTensorView tokens);

  // Sets found[i] to the token at text[i], or to -1, for the places of `found`.
  // Looks at text[found.size()] and so on only as far as a token may reach.
  // Linear in what it looks at.
  void Find(std::string_view text, std::span<int32_t> found) const;

  // The bytes of the longest token.
  size_t longest() const { return longest_; }

 private:
  // A string that tokens end with, read from its end.
  struct Node {
    uint32_t first_child = 0;
    uint32_t num_children = 0;
    // The longest other node whose string this one's begins with.
    uint32_t fail = 0;
    // The longest token that the string begins with; -1: none.
    int32_t token = -1;
    // By which its parent goes to it; children are in order of it.
    uint8_t byte = 0;
  };

  // The child of a node, or 0.
  uint32_t Child(uint32_t node, uint8_t byte) const;
  // The longest node whose string begins with the byte and goes on as that of
  // `node` begins.
  uint32_t Next(uint32_t node, uint8_t byte) const;

  std::vector<Node> nodes_;
  size_t longest_ = 0;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_TOKEN_STARTS_H_
