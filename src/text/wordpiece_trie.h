#ifndef ROWSPLIT_SRC_TEXT_WORDPIECE_TRIE_H_
#define ROWSPLIT_SRC_TEXT_WORDPIECE_TRIE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// Cuts words into pieces of a vocabulary, the longest first: an automaton that
// looks at each byte of a word once and never goes back, however the vocabulary
// is made. A piece that begins a word is any token; one behind another is a
// token that begins with the continuation prefix, without it. Immutable.
//
//   // Of {"un", "##aff", "##able", "a", "##a"}, prefix "##":
//   int32_t ids[9];
//   trie.Split("unaffable", ids)  // 3, and ids is 0, 1, 2
//   trie.Split("unx", ids)        // 0
class WordpieceTrie {
 public:
  // Nothing is a piece.
  WordpieceTrie();

  // The token at index i has the id i; of equal ones the first counts. The
  // empty token, and the prefix itself behind another piece, are no pieces.
  // Fails with ResourceExhausted for tokens of 1 GiB and more altogether, and
  // for tokens whose answers take 2^24 ids (a piece of many thousand letters
  // of which few prefixes are pieces). O(bytes) but for those.
  static absl::StatusOr<WordpieceTrie> Make(StringTensorView tokens,
                                            std::string_view prefix);

  // Writes the ids of the word's pieces and returns their number; 0 if it is
  // empty or can't be cut, and then what is written means nothing. Requires
  // room for word.size() ids. Linear in the word.
  size_t Split(std::string_view word, int32_t* ids) const;

  struct Piece {
    int32_t id;     // -1: none
    uint32_t size;  // bytes
  };
  // The longest piece that `text` begins with: one that begins a word, or one
  // behind another (`is_first` false). Linear in what it looks at, which is as
  // long as the begin of a token; `num_looked_at` is set to that.
  Piece LongestPiece(std::string_view text, bool is_first,
                     size_t* num_looked_at = nullptr) const;

  // How many bytes of its word a piece takes. Requires an id that was given.
  uint32_t PieceSize(int32_t id, bool is_first) const {
    return token_sizes_[static_cast<size_t>(id)] -
           (is_first ? 0 : prefix_size_);
  }

  int64_t size_bytes() const;

  // Step by step, for callers that end words by rules of their own.
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  // Nodes of the empty string at the begin of a word and behind a piece.
  static constexpr uint32_t kRoot = 0;
  static constexpr uint32_t kSuffixRoot = 1;
  // The node behind some bytes, or kNone.
  uint32_t Walk(uint32_t node, std::string_view bytes) const {
    for (const char byte : bytes) {
      const uint32_t next = steps_[node].base + static_cast<uint8_t>(byte);
      if (steps_[next].parent != node) return kNone;
      node = next;
    }
    return node;
  }
  // Where a node without a way on falls back to, behind the pieces that
  // WritePops gives; kNone if it can't be cut. WritePops requires that it can.
  uint32_t fail(uint32_t node) const { return rests_[node].fail; }
  int32_t* WritePops(uint32_t node, int32_t* ids) const {
    return WritePops(rests_[node], ids);
  }

 private:
  class Builder;

  // Marks pops that are more than one.
  static constexpr uint32_t kManyPops = 0x80000000;

  // A node is a string that pieces begin with. By a byte it goes to the node
  // base + byte, if that node's `parent` says so.
  struct Step {
    uint32_t base = 0;
    uint32_t parent = kNone;
  };
  // If there is no way on, the pieces `pops` are known: an id, or kManyPops +
  // where in pops_ their number and ids are; what of the string is behind them
  // is the node `fail`, or, if the string can't be cut, kNone. Apart from the
  // steps, so that more of those are in the caches.
  struct Rest {
    uint32_t fail = kNone;
    uint32_t pops = 0;
  };

  // Writes the pieces of `node` and returns the end of what is written.
  int32_t* WritePops(const Rest& node, int32_t* ids) const {
    if (node.pops < kManyPops) {
      *ids = static_cast<int32_t>(node.pops);
      return ids + 1;
    }
    const int32_t* pops = pops_.data() + (node.pops - kManyPops);
    for (int32_t count = *pops++; count > 0; --count) *ids++ = *pops++;
    return ids;
  }

  std::vector<Step> steps_;
  std::vector<Rest> rests_;
  std::vector<int32_t> pops_;
  std::vector<uint32_t> token_sizes_;
  uint32_t prefix_size_ = 0;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_WORDPIECE_TRIE_H_
