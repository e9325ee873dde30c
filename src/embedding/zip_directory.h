#ifndef ROWSPLIT_SRC_EMBEDDING_ZIP_DIRECTORY_H_
#define ROWSPLIT_SRC_EMBEDDING_ZIP_DIRECTORY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"

// The directory of a zip file, as far as archives of arrays need it: members
// that are stored or deflated, zip64 too, in one file, not encrypted.
namespace rowsplit::internal {

struct ZipMember {
  std::string name;
  bool is_deflated = false;
  uint32_t crc = 0;
  // The bytes in the file, which are inside of it, and what they decode to.
  uint64_t begin = 0;
  uint64_t stored_bytes = 0;
  uint64_t bytes = 0;
};

// Whether a file that begins with these bytes may be a zip file.
bool IsZip(std::string_view head);

// The members in the order of the directory, each with a place that is inside
// the file. Memory and time are bounded by the size of the file. DataLoss for a
// directory that is damaged or that promises what the file can't hold,
// Unimplemented for encrypted members and other compression; `name` is for
// messages.
absl::StatusOr<std::vector<ZipMember>> ReadZipDirectory(
    std::span<const char> file, const std::string& name);

// The first bytes of a member, at most `max_bytes`; they are not checked.
absl::StatusOr<std::string> ZipMemberHead(std::span<const char> file,
                                          const ZipMember& member,
                                          size_t max_bytes,
                                          const std::string& name);

// All bytes of a member: a part of `file` if it is stored. What is deflated is
// compared with its size and CRC, and so is what is stored if `check_stored`
// says so. DataLoss if they differ.
absl::StatusOr<Buffer<char>> ZipMemberBytes(const Buffer<char>& file,
                                            const ZipMember& member,
                                            bool check_stored,
                                            const std::string& name);

// The parts of a zip file with one stored member, around its bytes.
struct ZipFrame {
  // The bytes of the member begin at a multiple of 64, the size of this.
  std::string before;
  std::string after;
};
ZipFrame FrameZipMember(const std::string& name, uint64_t bytes, uint32_t crc);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_ZIP_DIRECTORY_H_
