#include "embedding/zip_directory.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/decoder.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

namespace {

constexpr uint32_t kLocalMark = 0x04034b50;
constexpr uint32_t kEntryMark = 0x02014b50;
constexpr uint32_t kEndMark = 0x06054b50;
constexpr uint32_t kEnd64Mark = 0x06064b50;
constexpr uint32_t kLocator64Mark = 0x07064b50;
constexpr uint64_t kLocalBytes = 30;
constexpr uint64_t kEntryBytes = 46;
constexpr uint64_t kEndBytes = 22;
constexpr uint64_t kEnd64Bytes = 56;
constexpr uint64_t kLocator64Bytes = 20;
constexpr uint64_t kMaxCommentBytes = 65535;
constexpr uint16_t kZip64Field = 1;
// The field that archivers fill up so that a member is aligned.
constexpr uint16_t kAlignField = 0xD935;
constexpr uint32_t kSee64 = 0xFFFFFFFF;
// No deflate stream decodes to more than this many times its size.
constexpr uint64_t kMaxDeflateRatio = 1032;
constexpr size_t kDecodeBytes = size_t{1} << 20;

// Little-endian numbers in bytes that were checked to have them.
uint64_t Number(std::span<const char> bytes, uint64_t begin, int size) {
  uint64_t value = 0;
  for (int i = 0; i < size; ++i) {
    value |= uint64_t{static_cast<uint8_t>(
                 bytes[static_cast<size_t>(begin) + static_cast<size_t>(i)])}
             << 8 * i;
  }
  return value;
}

void Put(std::string& out, uint64_t value, int size) {
  for (; size > 0; --size, value >>= 8) out += static_cast<char>(value & 255);
}

absl::Status Damage(const std::string& name, uint64_t byte,
                    const std::string& what) {
  return absl::DataLossError(
      absl::StrFormat("%s: damaged zip file at byte %d: %s", name, byte, what));
}

struct Directory {
  uint64_t begin = 0;
  uint64_t bytes = 0;
  uint64_t num_members = 0;
};

// The end record is the last 22 bytes, with a comment behind it.
std::optional<uint64_t> FindEnd(std::span<const char> file) {
  if (file.size() < kEndBytes) return std::nullopt;
  const uint64_t last = file.size() - kEndBytes;
  const uint64_t first = last - std::min(last, kMaxCommentBytes);
  for (uint64_t begin = last + 1; begin-- > first;) {
    if (Number(file, begin, 4) == kEndMark &&
        Number(file, begin + 20, 2) == last - begin) {
      return begin;
    }
  }
  return std::nullopt;
}

absl::StatusOr<Directory> FindDirectory(std::span<const char> file,
                                        const std::string& name) {
  const std::optional<uint64_t> end = FindEnd(file);
  if (!end.has_value()) {
    return Damage(name, file.size(), "it has no end record");
  }
  Directory directory{Number(file, *end + 16, 4), Number(file, *end + 12, 4),
                      Number(file, *end + 10, 2)};
  uint64_t limit = *end;
  if (*end >= kLocator64Bytes &&
      Number(file, *end - kLocator64Bytes, 4) == kLocator64Mark) {
    const uint64_t locator = *end - kLocator64Bytes;
    const uint64_t begin = Number(file, locator + 8, 8);
    if (locator < kEnd64Bytes || begin > locator - kEnd64Bytes ||
        Number(file, begin, 4) != kEnd64Mark) {
      return Damage(name, locator, "its zip64 record is not where it says");
    }
    directory = {Number(file, begin + 48, 8), Number(file, begin + 40, 8),
                 Number(file, begin + 32, 8)};
    limit = begin;
  }
  if (directory.begin > limit || directory.bytes > limit - directory.begin ||
      directory.num_members > directory.bytes / kEntryBytes) {
    return Damage(name, *end,
                  absl::StrFormat("a directory of %d members in %d bytes from "
                                  "byte %d does not fit",
                                  directory.num_members, directory.bytes,
                                  directory.begin));
  }
  return directory;
}

// Puts the numbers of the zip64 field in the places of those that are too small
// for them. False if the field lacks them.
bool TakeZip64(std::span<const char> extra, std::span<uint64_t* const> places) {
  while (extra.size() >= 4) {
    const uint64_t kind = Number(extra, 0, 2);
    const uint64_t size = Number(extra, 2, 2);
    if (size > extra.size() - 4) return false;
    if (kind != kZip64Field) {
      extra = extra.subspan(4 + static_cast<size_t>(size));
      continue;
    }
    uint64_t begin = 4;
    for (uint64_t* const place : places) {
      if (*place != kSee64) continue;
      if (begin + 8 > 4 + size) return false;
      *place = Number(extra, begin, 8);
      begin += 8;
    }
    return true;
  }
  return std::none_of(places.begin(), places.end(),
                      [](const uint64_t* place) { return *place == kSee64; });
}

// Where the bytes of a member begin: behind its local header.
absl::Status PlaceMember(std::span<const char> file, uint64_t local,
                         uint64_t directory_begin, const std::string& name,
                         ZipMember& member) {
  if (local > directory_begin || directory_begin - local < kLocalBytes ||
      Number(file, local, 4) != kLocalMark) {
    return Damage(name, local,
                  absl::StrFormat("no member begins here, but %s should",
                                  TokenText(member.name)));
  }
  const uint64_t name_bytes = Number(file, local + 26, 2);
  const uint64_t skipped =
      kLocalBytes + name_bytes + Number(file, local + 28, 2);
  if (directory_begin - local < skipped ||
      member.stored_bytes > directory_begin - local - skipped) {
    return Damage(name, local,
                  absl::StrFormat("%s has %d bytes, more than there are",
                                  TokenText(member.name), member.stored_bytes));
  }
  const std::string_view local_name(file.data() + local + kLocalBytes,
                                    static_cast<size_t>(name_bytes));
  if (local_name != member.name) {
    return Damage(
        name, local,
        absl::StrFormat("%s is called %s in the directory",
                        TokenText(local_name), TokenText(member.name)));
  }
  member.begin = local + skipped;
  return absl::OkStatus();
}

// Reads one entry and moves `begin` behind it.
absl::StatusOr<ZipMember> ReadEntry(std::span<const char> file,
                                    const Directory& directory,
                                    const std::string& name, uint64_t& begin) {
  const uint64_t end = directory.begin + directory.bytes;
  if (end - begin < kEntryBytes || Number(file, begin, 4) != kEntryMark) {
    return Damage(name, begin, "an entry of the directory is expected");
  }
  const uint64_t flags = Number(file, begin + 8, 2);
  const uint64_t method = Number(file, begin + 10, 2);
  const uint64_t name_bytes = Number(file, begin + 28, 2);
  const uint64_t extra_bytes = Number(file, begin + 30, 2);
  const uint64_t comment_bytes = Number(file, begin + 32, 2);
  const uint64_t entry_bytes =
      kEntryBytes + name_bytes + extra_bytes + comment_bytes;
  if (end - begin < entry_bytes) {
    return Damage(name, begin, "an entry of the directory is cut short");
  }
  ZipMember member;
  member.name.assign(file.data() + begin + kEntryBytes,
                     static_cast<size_t>(name_bytes));
  member.is_deflated = method == 8;
  member.crc = static_cast<uint32_t>(Number(file, begin + 16, 4));
  member.stored_bytes = Number(file, begin + 20, 4);
  member.bytes = Number(file, begin + 24, 4);
  uint64_t local = Number(file, begin + 42, 4);
  if ((flags & 1) != 0 || (method != 0 && method != 8)) {
    return absl::UnimplementedError(absl::StrFormat(
        "%s: the member %s is %s; stored and deflated members are read", name,
        TokenText(member.name),
        (flags & 1) != 0 ? "encrypted"
                         : absl::StrFormat("compressed by method %d", method)));
  }
  uint64_t* const places[] = {&member.bytes, &member.stored_bytes, &local};
  if (!TakeZip64(
          file.subspan(static_cast<size_t>(begin + kEntryBytes + name_bytes),
                       static_cast<size_t>(extra_bytes)),
          places)) {
    return Damage(name, begin, "an entry lacks its zip64 sizes");
  }
  ROWSPLIT_RETURN_IF_ERROR(
      PlaceMember(file, local, directory.begin, name, member));
  const bool fits = member.is_deflated
                        ? member.bytes / kMaxDeflateRatio <= member.stored_bytes
                        : member.bytes == member.stored_bytes;
  if (!fits) {
    return Damage(name, begin,
                  absl::StrFormat("%s can't have %d bytes in %d stored ones",
                                  TokenText(member.name), member.bytes,
                                  member.stored_bytes));
  }
  begin += entry_bytes;
  return member;
}

// Decodes up to `max_bytes` of a deflated member. The memory grows with what
// has been decoded.
absl::StatusOr<BufferBuilder<char>> Inflate(std::span<const char> stored,
                                            uint64_t max_bytes,
                                            const std::string& name,
                                            const ZipMember& member) {
  const std::unique_ptr<Decoder> decoder = NewDeflateDecoder();
  BufferBuilder<char> out;
  while (true) {
    const uint64_t room = max_bytes - out.size();
    const size_t old_size = out.size();
    // One byte more than there should be shows that there is more.
    const size_t step_bytes =
        static_cast<size_t>(std::min<uint64_t>(room, kDecodeBytes)) + 1;
    char* const into = out.AppendUninitialized(step_bytes);
    const Decoder::Step step =
        decoder->Decode(stored, /*last=*/true, {into, step_bytes});
    out.ResizeUninitialized(old_size + step.produced);
    stored = stored.subspan(step.consumed);
    if (!step.fault.empty()) {
      return Damage(
          name, member.begin,
          absl::StrFormat("%s: %s", TokenText(member.name), step.fault));
    }
    if (step.done || out.size() > max_bytes) return out;
  }
}

// The records behind the directory of one member, which `out` is and which
// begins at byte `begin` of the file.
void PutEnd(std::string& out, uint64_t begin) {
  const uint64_t bytes = out.size();
  if (begin >= kSee64) {
    Put(out, kEnd64Mark, 4);
    Put(out, kEnd64Bytes - 12, 8);
    Put(out, 45, 2);
    Put(out, 45, 2);
    Put(out, 0, 8);  // disks
    Put(out, 1, 8);
    Put(out, 1, 8);
    Put(out, bytes, 8);
    Put(out, begin, 8);
    Put(out, kLocator64Mark, 4);
    Put(out, 0, 4);
    Put(out, begin + bytes, 8);
    Put(out, 1, 4);
  }
  Put(out, kEndMark, 4);
  Put(out, 0, 4);  // disks
  Put(out, 1, 2);
  Put(out, 1, 2);
  Put(out, bytes, 4);
  Put(out, std::min<uint64_t>(begin, kSee64), 4);
  Put(out, 0, 2);
}

}  // namespace

bool IsZip(std::string_view head) {
  return head.starts_with(std::string_view("PK\x03\x04", 4)) ||
         head.starts_with(std::string_view("PK\x05\x06", 4));
}

absl::StatusOr<std::vector<ZipMember>> ReadZipDirectory(
    std::span<const char> file, const std::string& name) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Directory directory,
                            FindDirectory(file, name));
  std::vector<ZipMember> members;
  uint64_t begin = directory.begin;
  for (uint64_t i = 0; i < directory.num_members; ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(ZipMember member,
                              ReadEntry(file, directory, name, begin));
    members.push_back(std::move(member));
  }
  return members;
}

absl::StatusOr<std::string> ZipMemberHead(std::span<const char> file,
                                          const ZipMember& member,
                                          size_t max_bytes,
                                          const std::string& name) {
  const std::span<const char> stored =
      file.subspan(static_cast<size_t>(member.begin),
                   static_cast<size_t>(member.stored_bytes));
  if (!member.is_deflated) {
    return std::string(stored.data(), std::min(stored.size(), max_bytes));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const BufferBuilder<char> head,
                            Inflate(stored, max_bytes, name, member));
  return std::string(head.data(), std::min(head.size(), max_bytes));
}

absl::StatusOr<Buffer<char>> ZipMemberBytes(const Buffer<char>& file,
                                            const ZipMember& member,
                                            bool check_stored,
                                            const std::string& name) {
  Buffer<char> bytes = file.Slice(static_cast<size_t>(member.begin),
                                  static_cast<size_t>(member.stored_bytes));
  if (member.is_deflated) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        BufferBuilder<char> decoded,
        Inflate(bytes.span(), member.bytes, name, member));
    bytes = std::move(decoded).Build();
  } else if (!check_stored) {
    return bytes;
  }
  if (bytes.size() != member.bytes) {
    return Damage(
        name, member.begin,
        absl::StrFormat("%s should decode to %d bytes, not to %s%d",
                        TokenText(member.name), member.bytes,
                        bytes.size() > member.bytes ? "at least " : "",
                        bytes.size()));
  }
  const uint32_t crc = Crc32({bytes.data(), bytes.size()});
  if (crc != member.crc) {
    return Damage(name, member.begin,
                  absl::StrFormat("the CRC of %s is %08x, not %08x",
                                  TokenText(member.name), crc, member.crc));
  }
  return bytes;
}

ZipFrame FrameZipMember(const std::string& name, uint64_t bytes, uint32_t crc) {
  const bool is_large = bytes >= kSee64;
  const uint64_t shown_bytes = is_large ? kSee64 : bytes;
  // Version, flags (UTF-8 names), method, time and date (1980-01-01), CRC,
  // stored and decoded size, size of the name.
  std::string common;
  Put(common, is_large ? 45 : 20, 2);
  Put(common, 0x800, 2);
  Put(common, 0, 4);
  Put(common, 0x21, 2);
  Put(common, crc, 4);
  Put(common, shown_bytes, 4);
  Put(common, shown_bytes, 4);
  Put(common, name.size(), 2);

  std::string zip64;
  if (is_large) {
    Put(zip64, kZip64Field, 2);
    Put(zip64, 16, 2);
    Put(zip64, bytes, 8);
    Put(zip64, bytes, 8);
  }
  const size_t used = kLocalBytes + name.size() + zip64.size() + 6;
  const size_t filling = (64 - used % 64) % 64;
  std::string extra = zip64;
  Put(extra, kAlignField, 2);
  Put(extra, 2 + filling, 2);
  Put(extra, 64, 2);
  extra.append(filling, '\0');

  ZipFrame frame;
  Put(frame.before, kLocalMark, 4);
  frame.before += common;
  Put(frame.before, extra.size(), 2);
  frame.before += name + extra;

  Put(frame.after, kEntryMark, 4);
  Put(frame.after, is_large ? 45 : 20, 2);  // made by
  frame.after += common;
  Put(frame.after, zip64.size(), 2);
  Put(frame.after, 0, 2 + 2 + 2 + 4);  // comment, disk, attributes
  Put(frame.after, 0, 4);              // where the local header is
  frame.after += name + zip64;
  PutEnd(frame.after, frame.before.size() + bytes);
  return frame;
}

}  // namespace rowsplit::internal
