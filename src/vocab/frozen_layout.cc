#include "vocab/frozen_layout.h"

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
#include "kernels/token_table.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

// The first byte is no text, and a transfer that changes line ends shows.
constexpr char kMagic[8] = {'\x89', 'R', 'S', 'V', 'O', 'C', '\r', '\n'};
constexpr uint32_t kVersion = 1;
constexpr uint32_t kByteOrder = 0x01020304;

uint64_t HeaderChecksum(const FrozenHeader& header) {
  return Xxh3_64({reinterpret_cast<const char*>(&header),
                  offsetof(FrozenHeader, header_checksum)});
}

absl::StatusOr<int64_t> AlignedEnd(int64_t end) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t up,
                            CheckedAdd(end, kFrozenAlignment - 1));
  return up / kFrozenAlignment * kFrozenAlignment;
}

// Is this a frozen vocabulary that this version can read?
absl::Status CheckKind(const FrozenHeader& header, const std::string& name) {
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no frozen vocabulary: it begins with other bytes", name));
  }
  if (header.byte_order != kByteOrder) {
    return absl::UnimplementedError(absl::StrFormat(
        "vocabulary %s: written with another byte order (mark %08x, expected "
        "%08x): make it from its tokens on this machine",
        name, header.byte_order, kByteOrder));
  }
  if (header.version != kVersion) {
    return absl::UnimplementedError(
        absl::StrFormat("vocabulary %s: format version %d, this is a reader of "
                        "version %d",
                        name, header.version, kVersion));
  }
  if (header.header_checksum != HeaderChecksum(header)) {
    return FrozenDamage(name, "header", 0, "its checksum differs");
  }
  if (header.table_kind != kernels::kTokenTableKind) {
    return absl::UnimplementedError(absl::StrFormat(
        "vocabulary %s: table kind %d, this is a reader of kind %d", name,
        header.table_kind, kernels::kTokenTableKind));
  }
  return absl::OkStatus();
}

absl::Status CheckSizes(const FrozenHeader& header, const std::string& name) {
  const auto wrong = [&](const char* what, uint64_t value) {
    return FrozenDamage(name, "header", 0,
                        absl::StrFormat("%s=%d", what, value));
  };
  if (header.num_tokens > uint64_t{kernels::kMaxTableTokens}) {
    return wrong("num_tokens", header.num_tokens);
  }
  if (header.num_buckets == 0 || header.num_buckets > kernels::kMaxPlaces) {
    return wrong("num_buckets", header.num_buckets);
  }
  if (header.num_long_slots == 0 ||
      header.num_long_slots > kernels::kMaxPlaces) {
    return wrong("num_long_slots", header.num_long_slots);
  }
  if (header.max_probe == 0 || header.max_probe > kFrozenMaxProbe) {
    return wrong("max_probe", header.max_probe);
  }
  if (header.max_long_probe == 0 || header.max_long_probe > kFrozenMaxProbe) {
    return wrong("max_long_probe", header.max_long_probe);
  }
  if (header.sections[kFrozenText].bytes > uint64_t{INT64_MAX}) {
    return wrong("text bytes", header.sections[kFrozenText].bytes);
  }
  return absl::OkStatus();
}

}  // namespace

const char* FrozenSectionName(int section) {
  constexpr std::array<const char*, kFrozenSections> kNames = {
      "buckets", "long slots", "offsets", "text", "checksums"};
  return kNames[section];
}

absl::Status FrozenDamage(const std::string& name, const char* section,
                          uint64_t byte, const std::string& what) {
  return absl::DataLossError(
      absl::StrFormat("vocabulary %s: damaged %s at byte %d of the file: %s",
                      name, section, byte, what));
}

absl::StatusOr<FrozenHeader> LayOutFrozen(const FrozenSizes& sizes) {
  FrozenHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kVersion;
  header.byte_order = kByteOrder;
  header.table_kind = kernels::kTokenTableKind;
  header.block_bytes = kChecksumBlockBytes;
  header.num_tokens = static_cast<uint64_t>(sizes.num_tokens);
  header.num_buckets = static_cast<uint64_t>(sizes.num_buckets);
  header.num_long_slots = static_cast<uint64_t>(sizes.num_long_slots);

  std::array<int64_t, kFrozenSections> bytes{};
  ROWSPLIT_ASSIGN_OR_RETURN(
      bytes[kFrozenBuckets],
      CheckedMul(sizes.num_buckets, sizeof(kernels::TokenBucket)));
  ROWSPLIT_ASSIGN_OR_RETURN(
      bytes[kFrozenLongSlots],
      CheckedMul(sizes.num_long_slots, sizeof(kernels::LongSlot)));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_offsets,
                            CheckedAdd(sizes.num_tokens, 1));
  ROWSPLIT_ASSIGN_OR_RETURN(bytes[kFrozenOffsets],
                            CheckedMul(num_offsets, sizeof(Offset)));
  bytes[kFrozenText] = sizes.text_bytes;
  int64_t end = sizeof(FrozenHeader);
  for (int section = 0; section < kFrozenSections; ++section) {
    if (section < kFrozenDataSections) {
      bytes[kFrozenChecksums] += NumChecksumBlocks(bytes[section]) * 8;
    }
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t begin, AlignedEnd(end));
    header.sections[section] = {static_cast<uint64_t>(begin),
                                static_cast<uint64_t>(bytes[section])};
    ROWSPLIT_ASSIGN_OR_RETURN(end, CheckedAdd(begin, bytes[section]));
  }
  header.file_bytes = static_cast<uint64_t>(end);
  return header;
}

bool IsFrozen(std::string_view head) {
  return head.starts_with(std::string_view(kMagic, sizeof kMagic));
}

void SealFrozenHeader(FrozenHeader& header) {
  header.header_checksum = HeaderChecksum(header);
}

absl::StatusOr<FrozenHeader> ReadFrozenHeader(std::span<const char> file,
                                              const std::string& name) {
  FrozenHeader header{};
  if (!file.empty()) {
    std::memcpy(&header, file.data(), std::min(file.size(), sizeof header));
  }
  if (file.size() < sizeof header) {
    // A short file of another kind is called so.
    if (std::memcmp(header.magic, kMagic,
                    std::min(file.size(), sizeof kMagic)) != 0) {
      return CheckKind(header, name);
    }
    return FrozenDamage(
        name, "header", file.size(),
        absl::StrFormat("the file ends, %d bytes are expected", sizeof header));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckKind(header, name));
  ROWSPLIT_RETURN_IF_ERROR(CheckSizes(header, name));
  const auto expected =
      LayOutFrozen({static_cast<int64_t>(header.num_tokens),
                    static_cast<int64_t>(header.num_buckets),
                    static_cast<int64_t>(header.num_long_slots),
                    static_cast<int64_t>(header.sections[kFrozenText].bytes)});
  if (!expected.ok()) {
    return FrozenDamage(name, "header", 0,
                        std::string(expected.status().message()));
  }
  if (std::memcmp(header.sections, expected->sections,
                  sizeof header.sections) != 0 ||
      header.block_bytes != expected->block_bytes ||
      header.file_bytes != expected->file_bytes) {
    return FrozenDamage(name, "header", offsetof(FrozenHeader, sections),
                        "the sections do not follow from the sizes");
  }
  if (header.file_bytes != file.size()) {
    return FrozenDamage(
        name, "header", offsetof(FrozenHeader, file_bytes),
        absl::StrFormat("the file should have %d bytes and has %d",
                        header.file_bytes, file.size()));
  }
  return header;
}

}  // namespace rowsplit::internal
