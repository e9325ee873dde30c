#ifndef ROWSPLIT_SRC_KERNELS_UTF8_NORMALIZE_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_NORMALIZE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace rowsplit::kernels {

// What a normalization form knows of one character.
struct NormalEntry {
  // Nothing before it changes it, nor does it change what is before it.
  static constexpr uint8_t kBoundaryBefore = 1;
  // It may compose with the character before it.
  static constexpr uint8_t kComposesBack = 2;
  // By itself it becomes something else.
  static constexpr uint8_t kMapped = 4;
  // A Hangul syllable, which decomposes by arithmetic.
  static constexpr uint8_t kHangul = 8;

  uint32_t result = 0;  // what it becomes by itself: see AddResult
  uint32_t parts = 0;   // its decomposition: see AddParts; 0: itself
  uint8_t ccc = 0;      // its combining class
  uint8_t tail = 0;     // that of the last part of its decomposition
  uint8_t flags = kBoundaryBefore;

  bool Has(uint8_t flag) const { return (flags & flag) != 0; }
  friend bool operator==(const NormalEntry&, const NormalEntry&) = default;
};

// A normalization form, or another mapping of characters, as plain data. A
// candidate is a character that may change or be changed by those around it;
// the others are copied wherever they stand.
struct Utf8NormalTables {
  struct Block {
    uint64_t candidates = 0;
    std::array<NormalEntry, 64> entries = {};

    friend bool operator==(const Block&, const Block&) = default;
  };

  Utf8NormalTables();

  // Sets the 64 characters from U+0000 + 64 * index; equal blocks are kept
  // once. `starts` says which first bytes begin a candidate.
  void SetBlock(uint32_t index, const Block& block);
  // Keeps bytes, at most 255, or parts, and returns where.
  uint32_t AddResult(std::string_view bytes);
  uint32_t AddParts(std::span<const uint32_t> parts);
  // Says that `first` and `second` compose to `composite`.
  void AddPair(uint32_t first, uint32_t second, uint32_t composite);

  const NormalEntry& EntryOf(uint32_t code_point) const {
    return blocks[block_of[code_point >> 6]].entries[code_point & 63];
  }
  bool IsCandidate(uint32_t code_point) const {
    return (blocks[block_of[code_point >> 6]].candidates >> (code_point & 63) &
            1) != 0;
  }

  // By the low six bits of a first byte: behind it, only second bytes of
  // [second_begin, second_begin + second_size) can make a candidate.
  alignas(64) uint8_t second_begin[64] = {};
  alignas(64) uint8_t second_size[64] = {};
  // Whether results are composed, and whether 'A' to 'Z' become small.
  bool composes = false;
  bool folds_ascii = false;
  // Whether the bytes 00 to 1F and 7F may be candidates too.
  bool maps_controls = false;
  std::vector<uint16_t> block_of;  // by code point / 64
  std::vector<Block> blocks;       // in block 0 nothing is a candidate
  std::vector<uint8_t> results;    // size, bytes
  // Count, then code point | combining class << 24 of each part.
  std::vector<uint32_t> parts;
  // first << 42 | second << 21 | composite, by hash; 0: free.
  std::vector<uint64_t> pairs;
  size_t num_pairs = 0;
};

// The bytes [begin, end) became `size` others.
struct NormalEdit {
  int64_t begin;
  int64_t end;
  int64_t size;

  friend bool operator==(const NormalEdit&, const NormalEdit&) = default;
};

// Rows on their way through NormalizeUtf8.
struct NormalizeRun {
  // Row r is text[limits[r] - limits[0], limits[r + 1] - limits[0]).
  const uint8_t* text = nullptr;
  std::span<const int64_t> limits = {};
  // Where the output begins, and the bytes that may be written there.
  uint8_t* out = nullptr;
  size_t room = 0;
  // For each row, where its output ends.
  int64_t* row_ends = nullptr;
  // Gets each change, if not null, but those of ASCII letters.
  std::vector<NormalEdit>* edits = nullptr;

  // text[0, at) is done; its output has `growth` bytes more.
  size_t at = 0;
  int64_t growth = 0;
  size_t row = 0;  // the first row whose end is not written
  // Before it, what was read is not what was written.
  size_t changed_end = 0;
  // Unchanged marks, or other characters without a boundary before them, that
  // end at marks_end; what they stand behind begins at marks_begin.
  size_t marks_begin = 0;
  size_t marks_end = SIZE_MAX;
  uint8_t last_class = 0;

  size_t size() const {
    return static_cast<size_t>(limits.back() - limits.front());
  }
  size_t RowBegin() const {
    return static_cast<size_t>(limits[row] - limits.front());
  }
  size_t RowEnd() const {
    return static_cast<size_t>(limits[row + 1] - limits.front());
  }
};

enum class NormalizeStop {
  kEnd,   // all is done
  kHard,  // text[at, …), up to the next boundary, is for the caller to do
  kRoom,  // less than kNormalizeSlack bytes of room may be left
};

// What NormalizeUtf8 may write behind its output.
inline constexpr size_t kNormalizeSlack = 512;

// Writes the normal form of rows of any bytes, of which what is not UTF-8 stays
// as it is. Does what needs one character, or two that compose; stops before
// the rest. To go on, the caller moves `at`, `growth` and `changed_end` behind
// the part that it has done, or gives more room. Linear.
NormalizeStop NormalizeUtf8(const Utf8NormalTables& tables, NormalizeRun& run);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_NORMALIZE_H_
