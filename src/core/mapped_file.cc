#include "core/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

namespace {

absl::Status MapError(int error, const std::string& path) {
  return absl::ErrnoToStatus(error, absl::StrFormat("cannot map '%s'", path));
}

size_t BytesIntoPage(const char* data) {
  static const auto page_bytes =
      static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  return reinterpret_cast<uintptr_t>(data) % page_bytes;
}

absl::StatusOr<Buffer<char>> MapOpenFile(int file, const std::string& path) {
  struct stat info;
  if (::fstat(file, &info) != 0) return MapError(errno, path);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrFormat("cannot map '%s': it is no regular file", path));
  }
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) return Buffer<char>();
  void* const data =
      ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, /*offset=*/0);
  if (data == MAP_FAILED) return MapError(errno, path);
  std::shared_ptr<const void> owner(data, [size](const void* mapped) {
    ::munmap(const_cast<void*>(mapped), size);
  });
  return Buffer<char>({static_cast<const char*>(data), size}, std::move(owner));
}

}  // namespace

absl::StatusOr<Buffer<char>> MapFile(const std::string& path,
                                     MapAccess access) {
  // Without O_NONBLOCK, opening a pipe waits for its writer.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return MapError(errno, path);
  absl::StatusOr<Buffer<char>> mapped = MapOpenFile(file, path);
  ::close(file);
  if (mapped.ok()) AdviseAccess(mapped->span(), access);
  return mapped;
}

void AdviseAccess(std::span<const char> mapped, MapAccess access) {
  if (mapped.empty() || BytesIntoPage(mapped.data()) != 0) return;
  ::madvise(const_cast<char*>(mapped.data()), mapped.size(),
            access == MapAccess::kRandom ? MADV_RANDOM : MADV_SEQUENTIAL);
}

void ReadAhead(std::span<const char> part) {
  if (part.empty()) return;
  const size_t before = BytesIntoPage(part.data());
  ::madvise(const_cast<char*>(part.data()) - before, part.size() + before,
            MADV_WILLNEED);
}

}  // namespace rowsplit::internal
