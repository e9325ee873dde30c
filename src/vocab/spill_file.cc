#include "vocab/spill_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"

namespace rowsplit::internal {

namespace {

constexpr int64_t kPageBytes = int64_t{1} << 20;

std::string SystemFolder() {
  const char* const folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

// A system or file system without O_TMPFILE gets a name that is removed at
// once.
int OpenNameless(const std::string& folder) {
#if defined(O_TMPFILE)
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) {
    return fd;
  }
#endif
  std::string name = folder + "/rowsplit-count-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

absl::Status ReadRange(int fd, const std::string& name, int64_t offset,
                       char* bytes, int64_t size) {
  while (size > 0) {
    const ssize_t count = ::pread(fd, bytes, static_cast<size_t>(size), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return absl::ErrnoToStatus(errno, absl::StrFormat("can't read %s", name));
    }
    if (count == 0) {
      return absl::DataLossError(absl::StrFormat(
          "%s ends at byte %d, where more was expected", name, offset));
    }
    bytes += count;
    offset += count;
    size -= count;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SpillFile>> SpillFile::Create(
    const std::string& folder) {
  std::string chosen = folder.empty() ? SystemFolder() : folder;
  const int fd = OpenNameless(chosen);
  if (fd < 0) {
    return absl::ErrnoToStatus(
        errno,
        absl::StrFormat(
            "can't make a temporary file for counts in the folder %s", chosen));
  }
  return std::unique_ptr<SpillFile>(new SpillFile(fd, std::move(chosen)));
}

SpillFile::~SpillFile() {
  if (fd_ >= 0) ::close(fd_);
}

int64_t SpillFile::NewPage() {
  const std::lock_guard lock(mutex_);
  if (!free_pages_.empty()) {
    const int64_t page = free_pages_.back();
    free_pages_.pop_back();
    return page;
  }
  return std::exchange(end_, end_ + kPageBytes);
}

absl::Status SpillFile::WriteAt(int64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(fd_, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return absl::ErrnoToStatus(
          errno,
          absl::StrFormat("can't write counts to the temporary folder %s after "
                          "%d bytes",
                          folder_, written_.load()));
    }
    bytes.remove_prefix(static_cast<size_t>(count));
    offset += count;
    written_ += count;
  }
  return absl::OkStatus();
}

absl::Status SpillFile::Append(std::string_view bytes, SpillRun& run) {
  while (!bytes.empty()) {
    const int64_t in_page = run.size_bytes % kPageBytes;
    if (in_page == 0) run.pages.push_back(NewPage());
    const std::string_view part =
        bytes.substr(0, static_cast<size_t>(kPageBytes - in_page));
    ROWSPLIT_RETURN_IF_ERROR(WriteAt(run.pages.back() + in_page, part));
    run.size_bytes += static_cast<int64_t>(part.size());
    bytes.remove_prefix(part.size());
  }
  return absl::OkStatus();
}

absl::Status SpillFile::Read(const SpillRun& run, int64_t offset, char* bytes,
                             int64_t size) const {
  ROWSPLIT_DCHECK(offset >= 0 && size <= run.size_bytes - offset);
  const std::string name = "the temporary file of counts in " + folder_;
  while (size > 0) {
    const int64_t in_page = offset % kPageBytes;
    const int64_t part = std::min(size, kPageBytes - in_page);
    ROWSPLIT_RETURN_IF_ERROR(
        ReadRange(fd_, name,
                  run.pages[static_cast<size_t>(offset / kPageBytes)] + in_page,
                  bytes, part));
    bytes += part;
    offset += part;
    size -= part;
  }
  return absl::OkStatus();
}

void SpillFile::Remove(SpillRun& run) {
  const std::lock_guard lock(mutex_);
  free_pages_.insert(free_pages_.end(), run.pages.begin(), run.pages.end());
  run = {};
}

}  // namespace rowsplit::internal
