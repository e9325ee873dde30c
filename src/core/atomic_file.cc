#include "core/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"

namespace rowsplit::internal {
namespace {

constexpr std::string_view kTemporaryMark = ".tmp-";
constexpr int64_t kWriteBackBytes = int64_t{8} << 20;
constexpr size_t kReadBackBytes = size_t{1} << 20;

std::string FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return "";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string NameOf(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string Join(const std::string& folder, const std::string& name) {
  if (folder.empty()) return name;
  return folder.back() == '/' ? folder + name : folder + "/" + name;
}

absl::Status ErrnoStatus(int error, const std::string& message) {
  return absl::ErrnoToStatus(error, message);
}

// `.<name>.tmp-<pid>-<number>`, and nothing else.
bool IsTemporaryName(std::string_view name) {
  const size_t mark = name.rfind(kTemporaryMark);
  if (name.empty() || name[0] != '.' || mark == std::string_view::npos ||
      mark < 2) {
    return false;
  }
  const std::string_view suffix = name.substr(mark + kTemporaryMark.size());
  const size_t dash = suffix.find('-');
  const auto is_number = [](std::string_view digits) {
    return !digits.empty() &&
           std::all_of(digits.begin(), digits.end(),
                       [](char c) { return '0' <= c && c <= '9'; });
  };
  return dash != std::string_view::npos && is_number(suffix.substr(0, dash)) &&
         is_number(suffix.substr(dash + 1));
}

bool IsLink(const std::string& path) {
  struct stat info;
  return ::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
}

// `path`, or the file that it leads to if it is a symbolic link.
absl::StatusOr<std::string> FollowLink(const std::string& path) {
  if (!IsLink(path)) return path;
  char* const resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) {
    return ErrnoStatus(errno,
                       absl::StrFormat("cannot follow the link '%s'", path));
  }
  std::string target = resolved;
  std::free(resolved);
  return target;
}

std::string_view KindOf(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "no regular file";
}

}  // namespace

AtomicFile::AtomicFile(AtomicFile&& other) noexcept {
  *this = std::move(other);
}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  if (this == &other) return *this;
  Discard();
  path_ = std::move(other.path_);
  target_path_ = std::move(other.target_path_);
  temporary_path_ = std::exchange(other.temporary_path_, {});
  options_ = other.options_;
  fd_ = std::exchange(other.fd_, -1);
  buffer_ = std::move(other.buffer_);
  written_ = other.written_;
  write_back_started_ = other.write_back_started_;
  hasher_ = std::move(other.hasher_);
  digest_ = other.digest_;
  finished_ = other.finished_;
  status_ = std::move(other.status_);
  return *this;
}

AtomicFile::~AtomicFile() { Discard(); }

void AtomicFile::Discard() {
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
  temporary_path_.clear();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

absl::StatusOr<AtomicFile> AtomicFile::Open(std::string path,
                                            const AtomicFileOptions& options) {
  ROWSPLIT_DCHECK(options.buffer_bytes >= 1);
  AtomicFile file;
  file.path_ = std::move(path);
  file.options_ = options;
  if (NameOf(file.path_).empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "cannot write '%s': not the name of a file", file.path_));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckReplaceable(file.path_));
  ROWSPLIT_ASSIGN_OR_RETURN(file.target_path_, FollowLink(file.path_));
  ROWSPLIT_RETURN_IF_ERROR(file.CreateTemporary());
  return file;
}

// The lock tells RemoveStaleTemporaries that the file is in use. It ends with
// the process however that ends, and holds across containers, where a pid means
// nothing.
absl::Status AtomicFile::CreateTemporary() {
  static std::atomic<uint64_t> next_number{0};
  const std::string folder = FolderOf(target_path_);
  const std::string name = NameOf(target_path_);
  while (true) {
    const std::string temporary =
        Join(folder, absl::StrFormat(".%s%s%d-%d", name, kTemporaryMark,
                                     ::getpid(), next_number.fetch_add(1)));
    const int fd =
        ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
      if (errno == EEXIST || errno == EINTR) continue;
      return ErrnoStatus(errno, absl::StrFormat("cannot create '%s'", path_));
    }
    const bool taken =
        ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    struct stat info;
    const bool removed = ::fstat(fd, &info) != 0 || info.st_nlink == 0;
    if (taken || removed) {  // A clean-up was faster than the lock.
      ::close(fd);
      continue;
    }
    fd_ = fd;
    temporary_path_ = temporary;
    return absl::OkStatus();
  }
}

absl::Status AtomicFile::Fail(absl::Status error) {
  status_ = std::move(error);
  return status_;
}

absl::Status AtomicFile::Append(std::string_view bytes) {
  if (!status_.ok()) return status_;
  ROWSPLIT_DCHECK(!finished_);
  if (buffer_.size() + bytes.size() > options_.buffer_bytes) {
    ROWSPLIT_RETURN_IF_ERROR(Flush());
    if (bytes.size() >= options_.buffer_bytes) return Write(bytes);
    buffer_.Reserve(options_.buffer_bytes);
  }
  buffer_.Append(std::span<const char>(bytes.data(), bytes.size()));
  return absl::OkStatus();
}

absl::Status AtomicFile::Flush() {
  ROWSPLIT_RETURN_IF_ERROR(
      Write(std::string_view(buffer_.data(), buffer_.size())));
  buffer_.Clear();
  return absl::OkStatus();
}

absl::Status AtomicFile::Write(std::string_view bytes) {
  if (options_.with_digest && !options_.patched) hasher_.Update(bytes);
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t count = ::write(fd_, rest.data(), rest.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return Fail(ErrnoStatus(
          errno, absl::StrFormat("cannot write %d bytes at byte %d of '%s'",
                                 rest.size(), written_, path_)));
    }
    written_ += count;
    rest.remove_prefix(static_cast<size_t>(count));
  }
#ifdef __linux__
  // Starts the disk early, so that the fsync at the end is short. Only a hint:
  // where it fails, fsync does the work.
  if (written_ - write_back_started_ >= kWriteBackBytes) {
    ::sync_file_range(fd_, write_back_started_, written_ - write_back_started_,
                      SYNC_FILE_RANGE_WRITE);
    write_back_started_ = written_;
  }
#endif
  return absl::OkStatus();
}

absl::Status AtomicFile::WriteAt(int64_t offset, std::string_view bytes) {
  if (!status_.ok()) return status_;
  ROWSPLIT_DCHECK(options_.patched && !finished_ && offset >= 0 &&
                  offset + static_cast<int64_t>(bytes.size()) <= size_bytes());
  while (!bytes.empty()) {
    if (offset >= written_) {
      std::copy(bytes.begin(), bytes.end(),
                buffer_.data() + (offset - written_));
      return absl::OkStatus();
    }
    const size_t size =
        std::min(bytes.size(), static_cast<size_t>(written_ - offset));
    const ssize_t count = ::pwrite(fd_, bytes.data(), size, offset);
    if (count < 0) {
      if (errno == EINTR) continue;
      return Fail(ErrnoStatus(
          errno, absl::StrFormat("cannot write %d bytes at byte %d of '%s'",
                                 size, offset, path_)));
    }
    offset += count;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::DigestFromFile() {
  const auto block = std::make_unique<char[]>(kReadBackBytes);
  for (int64_t offset = 0; offset < written_;) {
    const ssize_t count = ::pread(fd_, block.get(), kReadBackBytes, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return Fail(ErrnoStatus(
          count < 0 ? errno : EIO,
          absl::StrFormat("cannot read back '%s' at byte %d", path_, offset)));
    }
    hasher_.Update(std::string_view(block.get(), static_cast<size_t>(count)));
    offset += count;
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::Finish() {
  if (!status_.ok()) return status_;
  if (finished_) return absl::OkStatus();
  ROWSPLIT_RETURN_IF_ERROR(Flush());
  buffer_ = BufferBuilder<char>();
  if (options_.with_digest) {
    if (options_.patched) ROWSPLIT_RETURN_IF_ERROR(DigestFromFile());
    digest_ = hasher_.Digest();
  }
  while (::fsync(fd_) != 0) {
    if (errno == EINTR) continue;
    return Fail(ErrnoStatus(
        errno,
        absl::StrFormat("cannot store the %d bytes of '%s'", written_, path_)));
  }
  finished_ = true;
  return absl::OkStatus();
}

// The file stays open, and so locked, until it has its name.
absl::Status AtomicFile::Publish() {
  if (!status_.ok()) return status_;
  ROWSPLIT_DCHECK(finished_);
  if (temporary_path_.empty()) return absl::OkStatus();
  if (::rename(temporary_path_.c_str(), target_path_.c_str()) != 0) {
    return Fail(ErrnoStatus(errno, absl::StrFormat("cannot rename '%s' to '%s'",
                                                   temporary_path_, path_)));
  }
  temporary_path_.clear();
  ::close(fd_);
  fd_ = -1;
  return absl::OkStatus();
}

absl::Status AtomicFile::Commit() {
  ROWSPLIT_RETURN_IF_ERROR(Finish());
  ROWSPLIT_RETURN_IF_ERROR(Publish());
  return SyncFolder(FolderOf(target_path_));
}

// What can't be looked at is left for the one who writes it to report.
absl::Status CheckReplaceable(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) {
    if (S_ISREG(info.st_mode)) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrFormat("cannot write '%s': it is %s, and only a regular file "
                        "is replaced",
                        path, KindOf(info.st_mode)));
  }
  if (!IsLink(path)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "cannot write '%s': it is a symbolic link that leads to no file", path));
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

absl::StatusOr<FolderLock> FolderLock::Acquire(const std::string& folder) {
  FolderLock lock;
  lock.fd_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock.fd_ < 0) {
    return ErrnoStatus(errno,
                       absl::StrFormat("cannot open the folder '%s'", folder));
  }
  while (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) break;  // Network file systems may have no locks.
    return absl::FailedPreconditionError(
        absl::StrFormat("another run is writing to %s", folder));
  }
  // The one who held it before may have removed it as empty.
  struct stat info;
  if (::fstat(lock.fd_, &info) == 0 && info.st_nlink == 0) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "another run has just removed %s: run this one again", folder));
  }
  return lock;
}

absl::Status SyncFolder(const std::string& folder) {
  const std::string name = folder.empty() ? "." : folder;
  const int fd = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return ErrnoStatus(errno,
                       absl::StrFormat("cannot open the folder '%s'", name));
  }
  // Some file systems can't sync a folder and say so with EINVAL.
  const int error = ::fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
  ::close(fd);
  if (error == 0) return absl::OkStatus();
  return ErrnoStatus(error,
                     absl::StrFormat("cannot sync the folder '%s'", name));
}

absl::StatusOr<int64_t> RemoveStaleTemporaries(const std::string& folder) {
  const std::string name = folder.empty() ? "." : folder;
  DIR* const entries = ::opendir(name.c_str());
  if (entries == nullptr) {
    return ErrnoStatus(errno,
                       absl::StrFormat("cannot list the folder '%s'", name));
  }
  int64_t num_removed = 0;
  while (const dirent* entry = ::readdir(entries)) {
    if (!IsTemporaryName(entry->d_name)) continue;
    const std::string path = Join(name, entry->d_name);
    const int fd =
        ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) continue;
    struct stat info;
    const bool regular = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    if (regular && ::flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        ::unlink(path.c_str()) == 0) {
      ++num_removed;
    }
    ::close(fd);
  }
  ::closedir(entries);
  return num_removed;
}

}  // namespace rowsplit::internal
