#ifndef ROWSPLIT_SRC_VOCAB_FROZEN_LAYOUT_H_
#define ROWSPLIT_SRC_VOCAB_FROZEN_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/frozen_header.h"

// Where everything is in a frozen vocabulary: a file that is its own memory
// layout. docs/formats.md has it byte by byte.
namespace rowsplit::internal {

// The parts after the header, in the order of the file. Each begins at the next
// multiple of 64 bytes; the bytes between are zeros.
enum FrozenSection : int {
  kFrozenBuckets,
  kFrozenLongSlots,
  kFrozenOffsets,
  kFrozenText,
  kFrozenChecksums,
};
inline constexpr int kFrozenSections = 5;
// Those with checksums.
inline constexpr int kFrozenDataSections = 4;
const char* FrozenSectionName(int section);

// No search looks at more buckets or long slots, in no file.
inline constexpr uint32_t kFrozenMaxProbe = uint32_t{1} << 16;

// The first 256 bytes of the file.
struct FrozenHeader {
  char magic[8];
  uint32_t version;
  uint32_t byte_order;
  uint64_t file_bytes;
  uint64_t num_tokens;
  uint64_t num_buckets;
  uint64_t num_long_slots;
  // What the table's hash and buckets are; another kind is not read.
  uint32_t table_kind;
  // The most buckets, and the most long slots, that a look-up looks at.
  uint32_t max_probe;
  uint32_t max_long_probe;
  uint32_t block_bytes;
  uint64_t seed[2];
  FrozenRange sections[kFrozenSections];
  // XXH3 of the section of checksums.
  uint64_t checksums_checksum;
  uint64_t reserved[10];
  // XXH3 of all of the header before it.
  uint64_t header_checksum;
};
static_assert(sizeof(FrozenHeader) == 256);

// What the place of everything follows from.
struct FrozenSizes {
  int64_t num_tokens;
  int64_t num_buckets;
  int64_t num_long_slots;
  int64_t text_bytes;
};

// A header with the sizes, the sections and all that is the same in each file;
// the rest is zero. Fails with ResourceExhausted if the file's size does not
// fit 63 bits. Requires sizes of 0 or more.
absl::StatusOr<FrozenHeader> LayOutFrozen(const FrozenSizes& sizes);

// Whether a file that begins with these bytes is a frozen vocabulary.
bool IsFrozen(std::string_view head);

// Sets header_checksum.
void SealFrozenHeader(FrozenHeader& header);

// The header of a whole file, checked: it is what LayOutFrozen gives for its
// sizes, the file has that size, and its searches are no longer than allowed.
// Nothing else of the file is read. DataLoss for a damaged one, InvalidArgument
// for a file of another kind, Unimplemented for one of another version or byte
// order; `name` is for the message.
absl::StatusOr<FrozenHeader> ReadFrozenHeader(std::span<const char> file,
                                              const std::string& name);

// "vocabulary NAME: damaged SECTION at byte N of the file: WHAT"
absl::Status FrozenDamage(const std::string& name, const char* section,
                          uint64_t byte, const std::string& what);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_FROZEN_LAYOUT_H_
