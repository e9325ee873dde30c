#include "embedding/embedding_layout.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/block_checksums.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::internal {

namespace {

// The first byte is no text, and a transfer that changes line ends shows.
constexpr char kMagic[8] = {'\x89', 'R', 'S', 'E', 'M', 'B', '\r', '\n'};
constexpr uint32_t kVersion = 1;
constexpr uint32_t kByteOrder = 0x01020304;
constexpr auto kLastFormat = static_cast<uint32_t>(RowFormat::kInt4);
constexpr int64_t kMaxN = 256;

uint64_t HeaderChecksum(const EmbeddingHeader& header) {
  return Xxh3_64({reinterpret_cast<const char*>(&header),
                  offsetof(EmbeddingHeader, header_checksum)});
}

absl::StatusOr<int64_t> AlignedEnd(int64_t end) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t up,
                            CheckedAdd(end, kEmbeddingAlignment - 1));
  return up / kEmbeddingAlignment * kEmbeddingAlignment;
}

// Is this a frozen embedding that this version can read?
absl::Status CheckKind(const EmbeddingHeader& header, const std::string& name) {
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no frozen embedding: it begins with other bytes", name));
  }
  if (header.byte_order != kByteOrder) {
    return absl::UnimplementedError(absl::StrFormat(
        "embedding %s: written with another byte order (mark %08x, expected "
        "%08x): convert it on a machine like the one that wrote it",
        name, header.byte_order, kByteOrder));
  }
  if (header.version != kVersion) {
    return absl::UnimplementedError(
        absl::StrFormat("embedding %s: format version %d, this is a reader of "
                        "version %d",
                        name, header.version, kVersion));
  }
  if (header.header_checksum != HeaderChecksum(header)) {
    return EmbeddingDamage(name, "header", 0, "its checksum differs");
  }
  return absl::OkStatus();
}

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

absl::StatusOr<std::array<int64_t, kEmbeddingSections>> SectionBytes(
    const EmbeddingSizes& sizes) {
  std::array<int64_t, kEmbeddingSections> bytes{};
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
  for (int section = 0; section < kEmbeddingDataSections; ++section) {
    bytes[kEmbeddingChecksums] += NumChecksumBlocks(bytes[section]) * 8;
  }
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
  return absl::DataLossError(
      absl::StrFormat("embedding %s: damaged %s at byte %d of the file: %s",
                      name, section, byte, what));
}

absl::StatusOr<EmbeddingHeader> LayOutEmbedding(const EmbeddingSizes& sizes) {
  if ((sizes.num_rows > 0 || sizes.num_subword_rows > 0) &&
      (sizes.width == 0 || sizes.stored_width == 0)) {
    return absl::InvalidArgumentError(
        "embedding: a file can't have rows without values");
  }
  EmbeddingHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kVersion;
  header.byte_order = kByteOrder;
  header.num_rows = static_cast<uint64_t>(sizes.num_rows);
  header.width = static_cast<uint64_t>(sizes.width);
  header.stored_width = static_cast<uint64_t>(sizes.stored_width);
  header.row_format = static_cast<uint32_t>(sizes.row_format);
  header.is_factorized = sizes.is_factorized ? 1 : 0;
  header.num_subword_rows = static_cast<uint64_t>(sizes.num_subword_rows);
  header.subword_format = static_cast<uint32_t>(sizes.subword_format);
  header.min_n = static_cast<uint32_t>(sizes.min_n);
  header.max_n = static_cast<uint32_t>(sizes.max_n);
  header.block_bytes = kChecksumBlockBytes;

  ROWSPLIT_ASSIGN_OR_RETURN(const auto bytes, SectionBytes(sizes));
  int64_t end = sizeof(EmbeddingHeader);
  for (int section = 0; section < kEmbeddingSections; ++section) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t begin, AlignedEnd(end));
    header.sections[section] = {static_cast<uint64_t>(begin),
                                static_cast<uint64_t>(bytes[section])};
    ROWSPLIT_ASSIGN_OR_RETURN(end, CheckedAdd(begin, bytes[section]));
  }
  header.file_bytes = static_cast<uint64_t>(end);
  return header;
}

bool IsFrozenEmbedding(std::string_view head) {
  return head.starts_with(std::string_view(kMagic, sizeof kMagic));
}

void SealEmbeddingHeader(EmbeddingHeader& header) {
  header.header_checksum = HeaderChecksum(header);
}

absl::StatusOr<EmbeddingHeader> ReadEmbeddingHeader(std::span<const char> file,
                                                    const std::string& name) {
  EmbeddingHeader header{};
  if (!file.empty()) {
    std::memcpy(&header, file.data(), std::min(file.size(), sizeof header));
  }
  if (file.size() < sizeof header) {
    // A short file of another kind is called so.
    if (std::memcmp(header.magic, kMagic,
                    std::min(file.size(), sizeof kMagic)) != 0) {
      return CheckKind(header, name);
    }
    return EmbeddingDamage(
        name, "header", file.size(),
        absl::StrFormat("the file ends, %d bytes are expected", sizeof header));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckKind(header, name));
  ROWSPLIT_ASSIGN_OR_RETURN(const EmbeddingSizes sizes, SizesOf(header, name));
  const auto expected = LayOutEmbedding(sizes);
  if (!expected.ok()) {
    return EmbeddingDamage(name, "header", 0,
                           std::string(expected.status().message()));
  }
  if (std::memcmp(header.sections, expected->sections,
                  sizeof header.sections) != 0 ||
      header.block_bytes != expected->block_bytes ||
      header.file_bytes != expected->file_bytes) {
    return EmbeddingDamage(name, "header", offsetof(EmbeddingHeader, sections),
                           "the sections do not follow from the sizes");
  }
  if (header.file_bytes != file.size()) {
    return EmbeddingDamage(
        name, "header", offsetof(EmbeddingHeader, file_bytes),
        absl::StrFormat("the file should have %d bytes and has %d",
                        header.file_bytes, file.size()));
  }
  return header;
}

EmbeddingSectionBytes SectionsOf(const EmbeddingHeader& header,
                                 std::span<const char> file) {
  EmbeddingSectionBytes parts;
  for (int section = 0; section < kEmbeddingDataSections; ++section) {
    const EmbeddingRange& range = header.sections[section];
    parts[section] = file.subspan(static_cast<size_t>(range.begin),
                                  static_cast<size_t>(range.bytes));
  }
  return parts;
}

}  // namespace rowsplit::internal
