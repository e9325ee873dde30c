#ifndef ROWSPLIT_SRC_CORE_ATOMIC_FILE_H_
#define ROWSPLIT_SRC_CORE_ATOMIC_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/hash.h"

namespace rowsplit::internal {

struct AtomicFileOptions {
  // Bytes held back before a write. At least 1.
  size_t buffer_bytes = size_t{1} << 20;
  // WriteAt will be used: the digest is then made at the end, from the file.
  bool patched = false;
  // Without it digest() is zero, and a patched file is not read back.
  bool with_digest = true;
};

// A file that appears under its name only when it is whole. It is written
// beside it as `.<name>.tmp-<pid>-<number>` and renamed. Without Publish, the
// destructor removes it. A name that is a symbolic link stays one: the file
// that it leads to is replaced. Not thread-safe; errors are kept: after one,
// every call returns it.
//
//   ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open("out/report.json", {}));
//   RETURN_IF_ERROR(file.Append(json));
//   return file.Commit();
//
// For a set of files that appears as one: Finish each, Publish each,
// SyncFolder.
class AtomicFile {
 public:
  // FailedPrecondition if `path` is there and is no regular file (a folder, a
  // device, a pipe, a link that leads nowhere).
  static absl::StatusOr<AtomicFile> Open(std::string path,
                                         const AtomicFileOptions& options);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;
  ~AtomicFile();

  absl::Status Append(std::string_view bytes);
  // Overwrites bytes that were appended before. Requires `options.patched` and
  // `offset + bytes.size() <= size_bytes()`.
  absl::Status WriteAt(int64_t offset, std::string_view bytes);

  // Writes out the rest and waits until the disk has it. No Append after it.
  absl::Status Finish();
  // Renames the finished file to its name, over an older one.
  absl::Status Publish();
  // Finish, Publish and SyncFolder.
  absl::Status Commit();

  const std::string& path() const { return path_; }
  int64_t size_bytes() const {
    return written_ + static_cast<int64_t>(buffer_.size());
  }
  // XXH3-128 of the whole content. Requires Finish.
  const Digest128& digest() const { return digest_; }

 private:
  AtomicFile() = default;
  absl::Status CreateTemporary();
  absl::Status Fail(absl::Status error);
  absl::Status Flush();
  absl::Status Write(std::string_view bytes);
  absl::Status DigestFromFile();
  void Discard();

  std::string path_;
  std::string target_path_;  // `path_`, or where it leads as a link
  std::string temporary_path_;
  AtomicFileOptions options_;
  int fd_ = -1;
  BufferBuilder<char> buffer_;
  int64_t written_ = 0;
  int64_t write_back_started_ = 0;
  Xxh3Hasher hasher_;
  Digest128 digest_{};
  bool finished_ = false;
  absl::Status status_;
};

// OK if `path` is a regular file or a link to one, or nothing at all;
// FailedPrecondition otherwise, as for AtomicFile::Open.
absl::Status CheckReplaceable(const std::string& path);

// Holds a folder against other processes, and against other locks in this one.
// It ends with the process, however that ends.
class FolderLock {
 public:
  // FailedPrecondition if the folder is held. A file system without locks holds
  // nobody out.
  static absl::StatusOr<FolderLock> Acquire(const std::string& folder);
  FolderLock() = default;  // of no folder
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int fd_ = -1;
};

// Waits until the disk has the names in `folder` ("" is the current one).
absl::Status SyncFolder(const std::string& folder);

// Removes the temporary files in `folder` that a killed process left behind:
// those that no process holds open. Returns how many.
absl::StatusOr<int64_t> RemoveStaleTemporaries(const std::string& folder);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_ATOMIC_FILE_H_
