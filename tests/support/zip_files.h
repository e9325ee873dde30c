#ifndef ROWSPLIT_TESTS_SUPPORT_ZIP_FILES_H_
#define ROWSPLIT_TESTS_SUPPORT_ZIP_FILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decoder.h"
#include "support/files.h"

namespace rowsplit::testing {

// A member as its zip file describes it: what is set is said, true or not.
struct ZipPart {
  std::string name;
  std::string content;
  bool is_deflated = false;
  std::optional<uint64_t> bytes = std::nullopt;
  std::optional<uint64_t> stored_bytes = std::nullopt;
  std::optional<uint32_t> crc = std::nullopt;
  std::optional<int> method = std::nullopt;
  std::optional<std::string> local_name = std::nullopt;
};

inline void PutLittle(std::string& out, uint64_t value, int size) {
  for (; size > 0; --size, value >>= 8) out += static_cast<char>(value & 255);
}

inline std::string ZipFile(const std::vector<ZipPart>& parts,
                           std::string_view comment = "") {
  std::string file;
  std::string directory;
  for (const ZipPart& part : parts) {
    const std::string gzip = Gzip(part.content);
    const std::string stored =
        part.is_deflated ? gzip.substr(10, gzip.size() - 18) : part.content;
    std::string common;
    PutLittle(common, 20, 2);
    PutLittle(common, 0, 2);
    PutLittle(common, part.method.value_or(part.is_deflated ? 8 : 0), 2);
    PutLittle(common, 0, 4);
    PutLittle(common, part.crc.value_or(internal::Crc32(part.content)), 4);
    PutLittle(common, part.stored_bytes.value_or(stored.size()), 4);
    PutLittle(common, part.bytes.value_or(part.content.size()), 4);
    const std::string local_name = part.local_name.value_or(part.name);
    const size_t local = file.size();
    file += "PK\x03\x04" + common;
    PutLittle(file, local_name.size(), 2);
    PutLittle(file, 0, 2);
    file += local_name + stored;
    directory += "PK\x01\x02";
    PutLittle(directory, 20, 2);
    directory += common;
    PutLittle(directory, part.name.size(), 2);
    PutLittle(directory, 0, 12);
    PutLittle(directory, local, 4);
    directory += part.name;
  }
  const size_t begin = file.size();
  file += directory + "PK\x05\x06";
  PutLittle(file, 0, 4);
  PutLittle(file, parts.size(), 2);
  PutLittle(file, parts.size(), 2);
  PutLittle(file, directory.size(), 4);
  PutLittle(file, begin, 4);
  PutLittle(file, comment.size(), 2);
  return file + std::string(comment);
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_ZIP_FILES_H_
