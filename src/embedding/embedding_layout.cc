#include "embedding/embedding_layout.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/frozen_header.h"
#include "core/status_macros.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::internal {

namespace {

constexpr FrozenKind kKind = {
    {'\x89', 'R', 'S', 'E', 'M', 'B', '\r', '\n'},
    1,
    "embedding",
    "convert it on a machine like the one that wrote it"};
constexpr auto kLastFormat = static_cast<uint32_t>(RowFormat::kInt4);
constexpr int64_t kMaxN = 256;

// Makes the numbers of a header safe to lay out.
absl::StatusOr<EmbeddingSizes> SizesOf(const EmbeddingHeader& header,
                                       const std::string& name) {
  const auto wrong = [&](const char* what, uint64_t value) {
    return EmbeddingDamage(name, "header", 0,
                           absl::StrFormat("%s=%d", what, value));
  };
  constexpr uint64_t kMost = INT64_MAX;
  if (header.num_rows > kMost) return wrong("num_rows", header.num_rows);
  if (header.width > kMost) return wrong("width", header.width);
  if (header.stored_width > kMost) {
    return wrong("stored_width", header.stored_width);
  }
  if (header.row_format > kLastFormat) {
    return wrong("row_format", header.row_format);
  }
  if (header.is_factorized > 1) {
    return wrong("is_factorized", header.is_factorized);
  }
  if (header.is_factorized == 0 && header.stored_width != header.width) {
    return wrong("stored_width", header.stored_width);
  }
  if (header.sections[kEmbeddingVocabulary].bytes > kMost) {
    return wrong("vocabulary bytes",
                 header.sections[kEmbeddingVocabulary].bytes);
  }
  if (header.num_subword_rows > kMost) {
    return wrong("num_subword_rows", header.num_subword_rows);
  }
  if (header.subword_format > kLastFormat) {
    return wrong("subword_format", header.subword_format);
  }
  if (header.max_n > kMaxN) return wrong("max_n", header.max_n);
  if (header.min_n > header.max_n) return wrong("min_n", header.min_n);
  return EmbeddingSizes{
      static_cast<int64_t>(header.num_rows),
      static_cast<int64_t>(header.width),
      static_cast<RowFormat>(header.row_format),
      header.is_factorized != 0,
      static_cast<int64_t>(header.stored_width),
      static_cast<int64_t>(header.sections[kEmbeddingVocabulary].bytes),
      static_cast<int64_t>(header.num_subword_rows),
      static_cast<RowFormat>(header.subword_format),
      header.min_n,
      header.max_n};
}

absl::StatusOr<std::array<int64_t, kEmbeddingDataSections>> SectionBytes(
    const EmbeddingSizes& sizes) {
  std::array<int64_t, kEmbeddingDataSections> bytes{};
  ROWSPLIT_ASSIGN_OR_RETURN(
      bytes[kEmbeddingRows],
      TableBytes(sizes.row_format, sizes.num_rows, sizes.stored_width));
  if (sizes.is_factorized) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        bytes[kEmbeddingProjection],
        TableBytes(RowFormat::kFloat32, sizes.stored_width, sizes.width));
  }
  bytes[kEmbeddingVocabulary] = sizes.vocabulary_bytes;
  ROWSPLIT_ASSIGN_OR_RETURN(
      bytes[kEmbeddingSubwordRows],
      TableBytes(sizes.subword_format, sizes.num_subword_rows, sizes.width));
  return bytes;
}

}  // namespace

const char* EmbeddingSectionName(int section) {
  constexpr std::array<const char*, kEmbeddingSections> kNames = {
      "rows", "projection", "vocabulary", "subword rows", "checksums"};
  return kNames[section];
}

absl::Status EmbeddingDamage(const std::string& name, const char* section,
                             uint64_t byte, const std::string& what) {
  return FrozenFileDamage(kKind, name, section, byte, what);
}

absl::StatusOr<EmbeddingHeader> LayOutEmbedding(const EmbeddingSizes& sizes) {
  if ((sizes.num_rows > 0 || sizes.num_subword_rows > 0) &&
      (sizes.width == 0 || sizes.stored_width == 0)) {
    return absl::InvalidArgumentError(
        "embedding: a file can't have rows without values");
  }
  EmbeddingHeader header{};
  BeginFrozenHeader(kKind, header);
  header.num_rows = static_cast<uint64_t>(sizes.num_rows);
  header.width = static_cast<uint64_t>(sizes.width);
  header.stored_width = static_cast<uint64_t>(sizes.stored_width);
  header.row_format = static_cast<uint32_t>(sizes.row_format);
  header.is_factorized = sizes.is_factorized ? 1 : 0;
  header.num_subword_rows = static_cast<uint64_t>(sizes.num_subword_rows);
  header.subword_format = static_cast<uint32_t>(sizes.subword_format);
  header.min_n = static_cast<uint32_t>(sizes.min_n);
  header.max_n = static_cast<uint32_t>(sizes.max_n);
  ROWSPLIT_ASSIGN_OR_RETURN(const auto bytes, SectionBytes(sizes));
  ROWSPLIT_RETURN_IF_ERROR(PlaceFrozenSections(bytes, header));
  return header;
}

bool IsFrozenEmbedding(std::string_view head) {
  return head.starts_with(kKind.magic_text());
}

void SealEmbeddingHeader(EmbeddingHeader& header) {
  header.header_checksum = FrozenHeaderChecksum(header);
}

absl::StatusOr<EmbeddingHeader> ReadEmbeddingHeader(std::span<const char> file,
                                                    const std::string& name) {
  return ReadFrozenFileHeader<EmbeddingHeader>(
      kKind, file, name,
      [&](const EmbeddingHeader& header) {
        return SizesOf(header, name).status();
      },
      [&](const EmbeddingHeader& header) -> absl::StatusOr<EmbeddingHeader> {
        ROWSPLIT_ASSIGN_OR_RETURN(const EmbeddingSizes sizes,
                                  SizesOf(header, name));
        return LayOutEmbedding(sizes);
      });
}

EmbeddingSectionBytes SectionsOf(const EmbeddingHeader& header,
                                 std::span<const char> file) {
  EmbeddingSectionBytes parts;
  for (int section = 0; section < kEmbeddingDataSections; ++section) {
    const FrozenRange& range = header.sections[section];
    parts[section] = file.subspan(static_cast<size_t>(range.begin),
                                  static_cast<size_t>(range.bytes));
  }
  return parts;
}

}  // namespace rowsplit::internal
