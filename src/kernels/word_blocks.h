#ifndef ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_H_
#define ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

// Rows of UTF-8 text to words in one pass: each character becomes some bytes of
// a word, or nothing, or ends a word, or is a word of its own. Runs of ASCII go
// through vectors, the rest through a table of code points. No more than a
// block of the text and the longest word is kept in between.
namespace rowsplit::kernels {

// What becomes of a character: 32 bits.
namespace character {
// It ends a word, and is no part of one.
inline constexpr uint32_t kSpace = 1;
// It is a word of its own.
inline constexpr uint32_t kOwn = 2;
// It stays as it is; otherwise it becomes bytes of the pool.
inline constexpr uint32_t kCopy = 4;
// The table can't say it: its row is marked, and looked at by somebody else.
inline constexpr uint32_t kSpecial = 8;
inline constexpr uint32_t kMaxSize = 15;
inline constexpr uint32_t kMaxPoolBytes = 1 << 24;

// `size` bytes at pool + begin. Of none the character is left out; a space has
// one byte, ' '.
constexpr uint32_t Make(uint32_t flags, uint32_t size, uint32_t begin) {
  return flags | size << 4 | begin << 8;
}
constexpr uint32_t Size(uint32_t value) { return value >> 4 & 15; }
constexpr uint32_t PoolBegin(uint32_t value) { return value >> 8; }
}  // namespace character

// The table, and the same of ASCII for vectors. Refers to memory of its owner.
struct CharacterMap {
  // Code point c: values[block_of[c / 64] * 64 + c % 64].
  const uint16_t* block_of;
  const uint32_t* values;
  // Of each result 16 bytes are read.
  const char* pool;
  // The most bytes that a character's bytes become, for each of them: at
  // least 3, as a byte of ill-formed text becomes U+FFFD.
  uint32_t growth;
  // Whether the letters A to Z become small; other characters of ASCII stay, if
  // they are not odd.
  bool lowers_ascii;
  // Classes of ASCII bytes: 16 rows, by low nibble, of 8 bits, by high nibble.
  alignas(16) uint8_t space_rows[16];
  alignas(16) uint8_t own_rows[16];
  // Those for the table.
  alignas(16) uint8_t odd_rows[16];
};

// Sets the classes of ASCII by the table.
void SetAsciiRows(CharacterMap& map);

// Row r is bytes[offsets[r], offsets[r + 1]); nothing behind bytes[num_bytes]
// is read.
struct WordRows {
  const uint8_t* bytes;
  size_t num_bytes;
  const Offset* offsets;
  size_t num_rows;
};

inline constexpr size_t kWordBlockBytes = 8192;
inline constexpr size_t kWordBlockRows = 1024;
// What may be read behind a word.
inline constexpr size_t kWordSlack = 64;

// Some of the words, in order: word i is bytes[begins[i], ends[i]).
struct WordBlock {
  const uint8_t* bytes;
  const uint32_t* begins;
  const uint32_t* ends;
  size_t num_words;
  // Whether a word behind these ends in a later block, and where it begins; it
  // begins at 0 there.
  bool has_open_word;
  uint32_t open_begin;
  // The rows that end in this block: of row first_row + i, row_words[i] words
  // of the block and those before lie before its end.
  size_t first_row;
  size_t num_rows;
  const uint32_t* row_words;
  // Whether that row has a special character.
  const bool* row_special;
  // If asked for: byte i is of the character at sources[i] of its row's bytes,
  // which has source_sizes[i] bytes. The byte behind a word is there too; if
  // its row ends there, sources has the row's size.
  const uint32_t* sources;
  const uint8_t* source_sizes;
};

// Memory and the place in the text, for one thread and one text at a time.
class WordScratch {
 public:
  // At most this is kept of a word.
  static constexpr size_t kMostKept = size_t{1} << 30;

  // `with_sources`: rows are then smaller than 4 GiB. Of a word that goes over
  // a block's end no more than `most_kept` bytes are kept, its first ones and
  // the last before that end: it is still longer than so many bytes, and its
  // ends come from where they did. Requires most_kept in [1, kMostKept].
  WordScratch(const CharacterMap& map, bool with_sources,
              size_t most_kept = kMostKept);

  // Before the first block of a text.
  void Start() {
    place = {};
    num_begins = num_ends = size = 0;
    has_cut = false;
  }

  struct Place {
    size_t row = 0;
    size_t at = 0;         // bytes of the row that are done
    size_t open_size = 0;  // of the word that is not at its end
    bool after_own = false;
    bool special = false;
  };
  Place place;
  bool with_sources;
  size_t most_kept;
  bool has_cut = false;  // whether bytes of a word were left out
  // The open word, then what the block's text becomes, then slack.
  BufferBuilder<uint8_t> bytes;
  BufferBuilder<uint32_t> sources;
  BufferBuilder<uint8_t> source_sizes;
  // A bit for each byte of the block: it ends words; a word begins with it if
  // it is no space.
  BufferBuilder<uint64_t> spaces;
  BufferBuilder<uint64_t> breaks;
  BufferBuilder<uint64_t> begin_bits;
  BufferBuilder<uint32_t> ranks;
  BufferBuilder<uint32_t> begins;
  BufferBuilder<uint32_t> ends;
  uint32_t row_words[kWordBlockRows];
  bool row_special[kWordBlockRows];
  size_t num_begins = 0;
  size_t num_ends = 0;
  size_t size = 0;  // bytes of the block, with those of the open word
};

// The next words; false if there are none and no more rows. Where the next call
// begins is kept in `scratch`.
bool NextWordBlock(const CharacterMap& map, const WordRows& rows,
                   WordScratch& scratch, WordBlock* block);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_H_
