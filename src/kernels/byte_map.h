#ifndef ROWSPLIT_SRC_KERNELS_BYTE_MAP_H_
#define ROWSPLIT_SRC_KERNELS_BYTE_MAP_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/byte_set.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::kernels {

// What becomes of each byte: another byte, or nothing. Lower case, "punctuation
// to space" and "strip punctuation" are byte maps, and so is one after another.
struct ByteMap {
  uint8_t to[256];
  bool drop[256];

  static ByteMap Identity();
  // A-Z to a-z; a-z to A-Z; other bytes stay.
  static ByteMap AsciiLower();
  static ByteMap AsciiUpper();
  // The bytes of `set` to `byte`.
  static ByteMap MapClass(const ByteSet& set, uint8_t byte);
  // The bytes of `set` to nothing.
  static ByteMap DropClass(const ByteSet& set);

  bool drops() const;
};

// `second` applied to what `first` gives.
ByteMap Then(const ByteMap& first, const ByteMap& second);

// A ByteMap made ready for MapBytes: found to be "case, then one class of ASCII
// bytes to one byte, and one class of ASCII bytes dropped" where it is that, so
// that vectors can do it; else a table. Make it once, share it freely.
class CompiledByteMap {
 public:
  enum class Case : uint8_t { kKeep, kLower, kUpper };

  explicit CompiledByteMap(const ByteMap& map);

  const ByteMap& map() const { return map_; }
  bool drops() const { return drops_; }
  // False if only the table form fits.
  bool is_simple() const { return is_simple_; }

  // The simple form. A class is 16 rows, by low nibble, of 8 bits, by high
  // nibble.
  Case letter_case() const { return case_; }
  bool has_class() const { return has_class_; }
  uint8_t class_to() const { return class_to_; }
  const uint8_t* class_rows() const { return class_rows_; }
  const uint8_t* drop_rows() const { return drop_rows_; }

 private:
  bool FitCase(Case letter_case);

  ByteMap map_;
  alignas(16) uint8_t class_rows_[16] = {};
  alignas(16) uint8_t drop_rows_[16] = {};
  bool drops_ = false;
  bool is_simple_ = false;
  bool has_class_ = false;
  uint8_t class_to_ = 0;
  Case case_ = Case::kKeep;
};

// Maps `n` bytes. `dst` has room for n bytes and is `src` or apart from it.
// Requires `!map.drops()`.
void MapBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
              uint8_t* dst);

// Maps `n` bytes and leaves out the dropped ones; returns how many were
// written. Writes nothing beyond dst + room, where `room` is at least that
// number. `dst` is `src` or apart from it.
size_t MapAndDropBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
                       uint8_t* dst, size_t room);
// As above, with room for n bytes.
size_t MapAndDropBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
                       uint8_t* dst);

// Where each row ends once the dropped bytes are gone: row_ends[r] is the
// number of kept bytes in rows 0 to r. Row r is
// bytes[offsets[r], offsets[r + 1]).
void CountKeptBytes(const CompiledByteMap& map, const uint8_t* bytes,
                    const Offset* offsets, size_t num_rows, Offset* row_ends);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_BYTE_MAP_H_
