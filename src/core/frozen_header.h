#ifndef ROWSPLIT_SRC_CORE_FROZEN_HEADER_H_
#define ROWSPLIT_SRC_CORE_FROZEN_HEADER_H_

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

// What all frozen files share, which are their own memory layout: a header of
// fixed size, then sections, each at the next multiple of 64 bytes with zeros
// between, the last one the checksums of the others. A kind's Header has the
// members magic, version, byte_order, file_bytes, block_bytes, sections and, at
// its end, header_checksum; what else it has is the kind's own.
namespace rowsplit::internal {

inline constexpr int64_t kFrozenAlignment = 64;

struct FrozenRange {
  uint64_t begin;
  uint64_t bytes;

  uint64_t end() const { return begin + bytes; }
};

struct FrozenKind {
  // The first byte is no text, and a transfer that changes line ends shows.
  std::array<char, 8> magic;
  uint32_t version;
  // What a file is called, and what helps if it is of another byte order.
  const char* noun;
  const char* remedy;

  std::string_view magic_text() const { return {magic.data(), magic.size()}; }
};

// DataLoss: "NOUN NAME: damaged SECTION at byte N of the file: WHAT"
absl::Status FrozenFileDamage(const FrozenKind& kind, const std::string& name,
                              const char* section, uint64_t byte,
                              const std::string& what);

// InvalidArgument for another magic, Unimplemented for another byte order or
// version.
absl::Status CheckFrozenKind(const FrozenKind& kind, const std::string& name,
                             std::string_view magic, uint32_t byte_order,
                             uint32_t version);

// XXH3 of all of the header before it.
template <typename Header>
uint64_t FrozenHeaderChecksum(const Header& header) {
  static_assert(offsetof(Header, header_checksum) + 8 == sizeof(Header));
  return Xxh3_64({reinterpret_cast<const char*>(&header),
                  offsetof(Header, header_checksum)});
}

inline constexpr uint32_t kFrozenByteOrder = 0x01020304;

// Sets what is the same in each file of the kind.
template <typename Header>
void BeginFrozenHeader(const FrozenKind& kind, Header& header) {
  std::memcpy(header.magic, kind.magic.data(), kind.magic.size());
  header.version = kind.version;
  header.byte_order = kFrozenByteOrder;
  header.block_bytes = kChecksumBlockBytes;
}

// Sets the sections, and the size of the file, from the sizes of all sections
// but the checksums. Fails with ResourceExhausted if it does not fit 63 bits.
template <typename Header, size_t kDataSections>
absl::Status PlaceFrozenSections(
    const std::array<int64_t, kDataSections>& bytes, Header& header) {
  static_assert(sizeof(header.sections) ==
                (kDataSections + 1) * sizeof(FrozenRange));
  int64_t end = sizeof(Header);
  int64_t checksum_bytes = 0;
  for (size_t section = 0; section <= kDataSections; ++section) {
    const int64_t size =
        section < kDataSections ? bytes[section] : checksum_bytes;
    checksum_bytes += NumChecksumBlocks(size) * 8;
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t up,
                              CheckedAdd(end, kFrozenAlignment - 1));
    const int64_t begin = up / kFrozenAlignment * kFrozenAlignment;
    header.sections[section] = {static_cast<uint64_t>(begin),
                                static_cast<uint64_t>(size)};
    ROWSPLIT_ASSIGN_OR_RETURN(end, CheckedAdd(begin, size));
  }
  header.file_bytes = static_cast<uint64_t>(end);
  return absl::OkStatus();
}

// The header of a whole file, checked: `check(header)` finds its numbers good,
// it is what `lay_out(header)`, a StatusOr<Header>, gives for them, and the
// file has that size. Nothing else of the file is read. Fails as
// CheckFrozenKind and `check`, and with DataLoss for a damaged header.
template <typename Header, typename Check, typename LayOut>
absl::StatusOr<Header> ReadFrozenFileHeader(const FrozenKind& kind,
                                            std::span<const char> file,
                                            const std::string& name,
                                            const Check& check,
                                            const LayOut& lay_out) {
  const auto damage = [&](uint64_t byte, const std::string& what) {
    return FrozenFileDamage(kind, name, "header", byte, what);
  };
  const std::string_view head(file.data(), file.size());
  // A short file of another kind is called so.
  if (file.size() < sizeof(Header) &&
      kind.magic_text().starts_with(head.substr(0, kind.magic.size()))) {
    return damage(file.size(),
                  absl::StrFormat("the file ends, %d bytes are expected",
                                  sizeof(Header)));
  }
  Header header{};
  if (!file.empty())
    std::memcpy(&header, file.data(), std::min(file.size(), sizeof header));
  ROWSPLIT_RETURN_IF_ERROR(CheckFrozenKind(kind, name,
                                           head.substr(0, kind.magic.size()),
                                           header.byte_order, header.version));
  if (header.header_checksum != FrozenHeaderChecksum(header))
    return damage(0, "its checksum differs");
  ROWSPLIT_RETURN_IF_ERROR(check(header));
  const absl::StatusOr<Header> expected = lay_out(header);
  if (!expected.ok())
    return damage(0, std::string(expected.status().message()));
  if (std::memcmp(header.sections, expected->sections,
                  sizeof header.sections) != 0 ||
      header.block_bytes != expected->block_bytes ||
      header.file_bytes != expected->file_bytes) {
    return damage(offsetof(Header, sections),
                  "the sections do not follow from the sizes");
  }
  if (header.file_bytes != file.size()) {
    return damage(offsetof(Header, file_bytes),
                  absl::StrFormat("the file should have %d bytes and has %d",
                                  header.file_bytes, file.size()));
  }
  return header;
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_FROZEN_HEADER_H_
