#include "core/frozen_header.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace rowsplit::internal {

absl::Status FrozenFileDamage(const FrozenKind& kind, const std::string& name,
                              const char* section, uint64_t byte,
                              const std::string& what) {
  return absl::DataLossError(
      absl::StrFormat("%s %s: damaged %s at byte %d of the file: %s", kind.noun,
                      name, section, byte, what));
}

absl::Status CheckFrozenKind(const FrozenKind& kind, const std::string& name,
                             std::string_view magic, uint32_t byte_order,
                             uint32_t version) {
  if (magic != kind.magic_text()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no frozen %s: it begins with other bytes", name, kind.noun));
  }
  if (byte_order != kFrozenByteOrder) {
    return absl::UnimplementedError(absl::StrFormat(
        "%s %s: written with another byte order (mark %08x, expected %08x): %s",
        kind.noun, name, byte_order, kFrozenByteOrder, kind.remedy));
  }
  if (version != kind.version) {
    return absl::UnimplementedError(absl::StrFormat(
        "%s %s: format version %d, this is a reader of version %d", kind.noun,
        name, version, kind.version));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
