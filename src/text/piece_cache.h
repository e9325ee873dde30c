#ifndef ROWSPLIT_SRC_TEXT_PIECE_CACHE_H_
#define ROWSPLIT_SRC_TEXT_PIECE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace rowsplit::internal {

// A piece of a word: a token, and the bytes of the word that it is made of.
struct WordPiece {
  int32_t token;
  uint32_t begin;
  uint32_t end;

  friend bool operator==(const WordPiece&, const WordPiece&) = default;
};

// The pieces of some short words, at most 4,096 of them in 256 KiB: a word goes
// over another one that has the same place. For one thread at a time.
class PieceCache {
 public:
  static constexpr size_t kMaxWordBytes = 16;
  static constexpr size_t kMaxPieces = 6;

  PieceCache() : entries_(size_t{1} << kBits) {}

  // Sets the pieces, if the word is known.
  bool Find(std::string_view word, std::vector<WordPiece>& pieces) const {
    if (word.empty() || word.size() > kMaxWordBytes) return false;
    const Key key(word);
    const Entry& entry = entries_[key.Place()];
    if (entry.key_size != word.size() || entry.low != key.low ||
        entry.high != key.high)
      return false;
    pieces.resize(entry.count);
    for (size_t i = 0; i < entry.count; ++i)
      pieces[i] = {entry.tokens[i], entry.begins[i], entry.ends[i]};
    return true;
  }

  // Remembers a word. Does nothing with a long one, or one of many pieces.
  void Add(std::string_view word, std::span<const WordPiece> pieces) {
    if (word.empty() || word.size() > kMaxWordBytes ||
        pieces.size() > kMaxPieces)
      return;
    const Key key(word);
    Entry& entry = entries_[key.Place()];
    entry.low = key.low;
    entry.high = key.high;
    entry.key_size = static_cast<uint8_t>(word.size());
    entry.count = static_cast<uint8_t>(pieces.size());
    for (size_t i = 0; i < pieces.size(); ++i) {
      entry.tokens[i] = pieces[i].token;
      entry.begins[i] = static_cast<uint8_t>(pieces[i].begin);
      entry.ends[i] = static_cast<uint8_t>(pieces[i].end);
    }
  }

 private:
  static constexpr int kBits = 12;

  // The bytes of a word, and zeros.
  struct Key {
    explicit Key(std::string_view word) {
      if (word.size() <= 8) {
        std::memcpy(&low, word.data(), word.size());
      } else {
        std::memcpy(&low, word.data(), 8);
        std::memcpy(&high, word.data() + 8, word.size() - 8);
      }
    }
    size_t Place() const {
      const uint64_t mixed =
          (low ^ high * 0xC2B2AE3D27D4EB4Fu) * 0x9E3779B97F4A7C15u;
      return static_cast<size_t>(mixed >> (64 - kBits));
    }
    uint64_t low = 0;
    uint64_t high = 0;
  };
  struct alignas(64) Entry {
    uint64_t low = 0;
    uint64_t high = 0;
    int32_t tokens[kMaxPieces] = {};
    uint8_t begins[kMaxPieces] = {};
    uint8_t ends[kMaxPieces] = {};
    uint8_t key_size = 0;  // 0: free
    uint8_t count = 0;
  };

  std::vector<Entry> entries_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_PIECE_CACHE_H_
