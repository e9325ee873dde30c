#include "vocab/frozen_layout.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/frozen_header.h"
#include "core/status_macros.h"
#include "kernels/token_table.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

constexpr FrozenKind kKind = {{'\x89', 'R', 'S', 'V', 'O', 'C', '\r', '\n'},
                              1,
                              "vocabulary",
                              "make it from its tokens on this machine"};

absl::Status CheckSizes(const FrozenHeader& header, const std::string& name) {
  const auto wrong = [&](const char* what, uint64_t value) {
    return FrozenDamage(name, "header", 0,
                        absl::StrFormat("%s=%d", what, value));
  };
  if (header.table_kind != kernels::kTokenTableKind) {
    return absl::UnimplementedError(absl::StrFormat(
        "vocabulary %s: table kind %d, this is a reader of kind %d", name,
        header.table_kind, kernels::kTokenTableKind));
  }
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
  return FrozenFileDamage(kKind, name, section, byte, what);
}

absl::StatusOr<FrozenHeader> LayOutFrozen(const FrozenSizes& sizes) {
  FrozenHeader header{};
  BeginFrozenHeader(kKind, header);
  header.table_kind = kernels::kTokenTableKind;
  header.num_tokens = static_cast<uint64_t>(sizes.num_tokens);
  header.num_buckets = static_cast<uint64_t>(sizes.num_buckets);
  header.num_long_slots = static_cast<uint64_t>(sizes.num_long_slots);

  std::array<int64_t, kFrozenDataSections> bytes{};
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
  ROWSPLIT_RETURN_IF_ERROR(PlaceFrozenSections(bytes, header));
  return header;
}

bool IsFrozen(std::string_view head) {
  return head.starts_with(kKind.magic_text());
}

void SealFrozenHeader(FrozenHeader& header) {
  header.header_checksum = FrozenHeaderChecksum(header);
}

absl::StatusOr<FrozenHeader> ReadFrozenHeader(std::span<const char> file,
                                              const std::string& name) {
  return ReadFrozenFileHeader<FrozenHeader>(
      kKind, file, name,
      [&](const FrozenHeader& header) { return CheckSizes(header, name); },
      [](const FrozenHeader& header) {
        return LayOutFrozen(
            {static_cast<int64_t>(header.num_tokens),
             static_cast<int64_t>(header.num_buckets),
             static_cast<int64_t>(header.num_long_slots),
             static_cast<int64_t>(header.sections[kFrozenText].bytes)});
      });
}

}  // namespace rowsplit::internal
