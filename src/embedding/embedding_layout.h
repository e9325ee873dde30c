#ifndef ROWSPLIT_SRC_EMBEDDING_EMBEDDING_LAYOUT_H_
#define ROWSPLIT_SRC_EMBEDDING_EMBEDDING_LAYOUT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/frozen_header.h"
#include "rowsplit/core/row_format.h"

// Where everything is in a frozen embedding: a file that is its own memory
// layout. docs/formats.md has it byte by byte.
namespace rowsplit::internal {

// The parts after the header, in the order of the file. Each begins at the next
// multiple of 64 bytes; the bytes between are zeros.
enum EmbeddingSection : int {
  kEmbeddingRows,
  kEmbeddingProjection,   // of a factorized table
  kEmbeddingVocabulary,   // a frozen vocabulary
  kEmbeddingSubwordRows,  // of the buckets of n-grams
  kEmbeddingChecksums,
};
inline constexpr int kEmbeddingSections = 5;
// Those with checksums.
inline constexpr int kEmbeddingDataSections = 4;
const char* EmbeddingSectionName(int section);

// The first 256 bytes of the file.
struct EmbeddingHeader {
  char magic[8];
  uint32_t version;
  uint32_t byte_order;
  uint64_t file_bytes;
  uint64_t num_rows;
  uint64_t width;
  // Of the rows as stored; less or more than `width` in a factorized table.
  uint64_t stored_width;
  uint32_t row_format;
  uint32_t is_factorized;
  // 0 without subwords.
  uint64_t num_subword_rows;
  uint32_t subword_format;
  uint32_t min_n;
  uint32_t max_n;
  uint32_t block_bytes;
  FrozenRange sections[kEmbeddingSections];
  // XXH3 of the section of checksums.
  uint64_t checksums_checksum;
  uint64_t reserved[10];
  // XXH3 of all of the header before it.
  uint64_t header_checksum;
};
static_assert(sizeof(EmbeddingHeader) == 256);

// What the place of everything follows from.
struct EmbeddingSizes {
  int64_t num_rows = 0;
  int64_t width = 0;
  RowFormat row_format = RowFormat::kFloat32;
  bool is_factorized = false;
  int64_t stored_width = 0;
  int64_t vocabulary_bytes = 0;
  int64_t num_subword_rows = 0;
  RowFormat subword_format = RowFormat::kFloat32;
  int64_t min_n = 0;
  int64_t max_n = 0;
};

// A header with the sizes, the sections and all that is the same in each file;
// the checksums are zero. Fails with InvalidArgument for rows without values,
// with ResourceExhausted if the file's size does not fit 63 bits. Requires
// sizes of 0 or more.
absl::StatusOr<EmbeddingHeader> LayOutEmbedding(const EmbeddingSizes& sizes);

// Whether a file that begins with these bytes is a frozen embedding.
bool IsFrozenEmbedding(std::string_view head);

// Sets header_checksum.
void SealEmbeddingHeader(EmbeddingHeader& header);

// The header of a whole file, checked: it is what LayOutEmbedding gives for its
// sizes, and the file has that size. Nothing else of the file is read. DataLoss
// for a damaged one, InvalidArgument for a file of another kind, Unimplemented
// for one of another version or byte order; `name` is for the message.
absl::StatusOr<EmbeddingHeader> ReadEmbeddingHeader(std::span<const char> file,
                                                    const std::string& name);

// The bytes of each section but the checksums.
using EmbeddingSectionBytes =
    std::array<std::span<const char>, kEmbeddingDataSections>;
EmbeddingSectionBytes SectionsOf(const EmbeddingHeader& header,
                                 std::span<const char> file);

// "embedding NAME: damaged SECTION at byte N of the file: WHAT"
absl::Status EmbeddingDamage(const std::string& name, const char* section,
                             uint64_t byte, const std::string& what);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_EMBEDDING_LAYOUT_H_
