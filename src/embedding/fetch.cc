#include "rowsplit/embedding/fetch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/mapped_file.h"
#include "core/read_file.h"
#include "core/sha256.h"
#include "core/status_macros.h"
#include "embedding/http_download.h"

namespace rowsplit {

namespace {

constexpr std::string_view kFileScheme = "file://";
constexpr int kMaxAttempts = 5;
constexpr size_t kMaxNameBytes = 80;

// A descriptor that is closed at the end.
class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

bool IsCancelled(const FetchOptions& options) {
  return options.exec.cancellation != nullptr &&
         options.exec.cancellation->cancelled();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

absl::StatusOr<std::string> Sha256Of(const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<char> file,
      internal::MapFile(path, internal::MapAccess::kSequential));
  internal::Sha256 hash;
  hash.Update({file.data(), file.size()});
  return hash.Finish();
}

absl::Status CheckDigits(std::string_view sha256) {
  const bool good = sha256.size() == 64 &&
                    sha256.find_first_not_of("0123456789abcdefABCDEF") ==
                        std::string_view::npos;
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "sha256 must be 64 hexadecimal digits, got \"%s\"", sha256));
}

absl::StatusOr<std::string> CacheFolder(const FetchOptions& options) {
  if (!options.cache_folder.empty()) return options.cache_folder;
  const auto variable = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (std::string own = variable("ROWSPLIT_CACHE"); !own.empty()) return own;
  if (const std::string xdg = variable("XDG_CACHE_HOME"); !xdg.empty()) {
    return xdg + "/rowsplit";
  }
  if (const std::string home = variable("HOME"); !home.empty()) {
    return home + "/.cache/rowsplit";
  }
  return absl::FailedPreconditionError(
      "there is no cache folder: set cache_folder, or one of the environment "
      "variables ROWSPLIT_CACHE, XDG_CACHE_HOME and HOME");
}

// The name in the cache: 16 digits of the URL's SHA-256, and its last part.
std::string CacheName(const std::string& url) {
  internal::Sha256 hash;
  hash.Update(url);
  std::string_view last = url;
  last = last.substr(0, last.find_first_of("?#"));
  last = last.substr(last.rfind('/') + 1);
  last = last.substr(last.size() - std::min(last.size(), kMaxNameBytes));
  std::string name = hash.Finish().substr(0, 16) + "-";
  for (const char c : last) {
    const bool plain = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                       ('0' <= c && c <= '9') || c == '.' || c == '_' ||
                       c == '-';
    name += plain ? c : '_';
  }
  return name;
}

bool Exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

std::string ReadOrEmpty(const std::string& path) {
  return internal::ReadFile(path).value_or("");
}

absl::Status WriteSmallFile(const std::string& path, std::string_view bytes) {
  ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                            internal::AtomicFile::Open(path, {}));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(bytes));
  return file.Commit();
}

// A turn among processes and threads: a lock on a file that is gone when the
// turn is over.
class Turn {
 public:
  explicit Turn(std::string path) : path_(std::move(path)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (file_.has_value() && IsAtPath()) ::unlink(path_.c_str());
  }

  absl::Status Wait(const FetchOptions& options) {
    while (true) {
      file_.emplace(path_);
      if (file_->fd() < 0) {
        return absl::ErrnoToStatus(errno,
                                   absl::StrFormat("cannot open '%s'", path_));
      }
      ROWSPLIT_RETURN_IF_ERROR(Lock(options));
      // Whoever had the lock before has taken the file away.
      if (IsAtPath()) return absl::OkStatus();
    }
  }

 private:
  absl::Status Lock(const FetchOptions& options) {
    while (::flock(file_->fd(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) break;  // A file system without locks.
      if (IsCancelled(options)) {
        file_.reset();
        return absl::CancelledError("waiting for " + path_ + " was cancelled");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return absl::OkStatus();
  }

  bool IsAtPath() const {
    struct stat own, there;
    return ::fstat(file_->fd(), &own) == 0 &&
           ::stat(path_.c_str(), &there) == 0 && own.st_dev == there.st_dev &&
           own.st_ino == there.st_ino;
  }

  const std::string path_;
  std::optional<OpenFile> file_;
};

// What is kept beside a file of this digest: it holds as long as the file has
// this size and was not written again. Empty if the file is not there.
std::string RecordOf(const std::string& path, std::string_view digest) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return "";
  return absl::StrFormat("%s %d %d.%09d", digest, info.st_size,
                         info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

// One URL's files in the cache.
class CacheEntry {
 public:
  CacheEntry(const std::string& url, const FetchOptions& options,
             std::string path)
      : url_(url), options_(options), path_(std::move(path)) {}

  // Whether the file is there and is the wanted one.
  absl::StatusOr<bool> IsThere() const {
    if (!Exists(path_)) return false;
    if (options_.sha256.empty()) return true;
    const std::string wanted = Lower(options_.sha256);
    const std::string record = RecordOf(path_, wanted);
    if (!options_.rehash && ReadOrEmpty(path_ + ".sha256") == record)
      return true;
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string digest, Sha256Of(path_));
    if (digest == wanted) {
      // Only saves a later call the work: the cache may be read only.
      WriteSmallFile(path_ + ".sha256", record).IgnoreError();
      return true;
    }
    if (!options_.offline) return false;
    return absl::DataLossError(absl::StrFormat(
        "%s: the SHA-256 of '%s' is %s, not %s, and offline it is not "
        "downloaded again",
        url_, path_, digest, wanted));
  }

  absl::Status Download() const {
    const OpenFile open(path_ + ".part");
    if (open.fd() < 0) {
      return absl::ErrnoToStatus(
          errno, absl::StrFormat("cannot write '%s.part'", path_));
    }
    internal::PartialFile file{open.fd(), 0, ReadOrEmpty(path_ + ".version"),
                               path_ + ".version"};
    struct stat info;
    if (::fstat(file.fd, &info) == 0) file.size_bytes = info.st_size;
    absl::Status status = Transfer(file);
    if (status.ok()) return Publish(file);
    // Nothing that a later call could go on with.
    if (file.size_bytes == 0 || file.version.empty()) {
      ::unlink((path_ + ".part").c_str());
      ::unlink(file.version_path.c_str());
    }
    return status;
  }

 private:
  // A broken transfer goes on as long as each attempt brings something.
  absl::Status Transfer(internal::PartialFile& file) const {
    absl::Status status;
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
      const internal::DownloadResult result =
          internal::DownloadRest(url_, options_, file);
      status = result.status;
      if (status.ok() || !result.is_broken_off) return status;
    }
    return status;
  }

  absl::Status Publish(const internal::PartialFile& file) const {
    const std::string part = path_ + ".part";
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string digest, Sha256Of(part));
    ::unlink((path_ + ".version").c_str());
    if (!options_.sha256.empty() && digest != Lower(options_.sha256)) {
      ::unlink(part.c_str());
      return absl::DataLossError(absl::StrFormat(
          "%s: the SHA-256 of the %d bytes that came is %s, not %s", url_,
          file.size_bytes, digest, Lower(options_.sha256)));
    }
    ::unlink((path_ + ".sha256").c_str());
    if (::fsync(file.fd) != 0 || ::rename(part.c_str(), path_.c_str()) != 0) {
      return absl::ErrnoToStatus(errno,
                                 absl::StrFormat("cannot store '%s'", path_));
    }
    return WriteSmallFile(path_ + ".sha256", RecordOf(path_, digest));
  }

  const std::string& url_;
  const FetchOptions& options_;
  const std::string path_;
};

absl::StatusOr<std::string> FetchFile(const std::string& url,
                                      const FetchOptions& options) {
  std::string path = url.substr(kFileScheme.size());
  if (path.starts_with("localhost/")) path = path.substr(9);
  if (!path.starts_with('/')) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected file:/// and an absolute path", url));
  }
  path = internal::UnescapeUrl(path);
  if (!Exists(path)) {
    return absl::NotFoundError(
        absl::StrFormat("%s: there is no file '%s'", url, path));
  }
  if (!options.sha256.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(CheckSha256(path, options.sha256, url));
  }
  return path;
}

}  // namespace

bool IsUrl(std::string_view name) {
  return name.starts_with("https://") || name.starts_with("http://") ||
         name.starts_with(kFileScheme);
}

absl::Status CheckSha256(const std::string& path, std::string_view sha256,
                         const std::string& name) {
  ROWSPLIT_RETURN_IF_ERROR(CheckDigits(sha256));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string digest, Sha256Of(path));
  if (digest == Lower(sha256)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrFormat("%s: the SHA-256 of the file is %s, not %s", name, digest,
                      Lower(sha256)));
}

absl::StatusOr<std::string> Fetch(const std::string& url,
                                  const FetchOptions& options) {
  if (!IsUrl(url) || url.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a URL that begins with https://, http:// or file://, got %s",
        url));
  }
  if (!options.sha256.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(CheckDigits(options.sha256));
  }
  if (url.starts_with(kFileScheme)) return FetchFile(url, options);
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string folder, CacheFolder(options));
  std::string path = folder + "/" + CacheName(url);
  const CacheEntry entry(url, options, path);
  ROWSPLIT_ASSIGN_OR_RETURN(bool is_there, entry.IsThere());
  if (is_there) return path;
  if (options.offline) {
    return absl::NotFoundError(absl::StrFormat(
        "%s: not in the cache, as '%s', and offline nothing is downloaded", url,
        path));
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return absl::ErrnoToStatus(
        error.value(),
        absl::StrFormat("cannot create the cache folder '%s'", folder));
  }
  Turn turn(path + ".lock");
  ROWSPLIT_RETURN_IF_ERROR(turn.Wait(options));
  // Another process may have brought it meanwhile.
  ROWSPLIT_ASSIGN_OR_RETURN(is_there, entry.IsThere());
  if (!is_there) ROWSPLIT_RETURN_IF_ERROR(entry.Download());
  return path;
}

}  // namespace rowsplit
