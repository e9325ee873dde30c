#ifndef ROWSPLIT_SRC_VOCAB_SPILL_FILE_H_
#define ROWSPLIT_SRC_VOCAB_SPILL_FILE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rowsplit::internal {

// Bytes in a spill file: the places of its pages.
struct SpillRun {
  std::vector<int64_t> pages;
  int64_t size_bytes = 0;
};

// A temporary file without a name: the system removes it when it is closed,
// also after a crash. It holds any number of runs in pages, which are used
// again when a run is removed, and needs one open file for all of them. Safe on
// several threads at once, each with a run of its own.
class SpillFile {
 public:
  // In $TMPDIR or /tmp if `folder` is empty.
  static absl::StatusOr<std::unique_ptr<SpillFile>> Create(
      const std::string& folder);
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;
  ~SpillFile();

  absl::Status Append(std::string_view bytes, SpillRun& run);
  // Requires a range inside the run.
  absl::Status Read(const SpillRun& run, int64_t offset, char* bytes,
                    int64_t size) const;
  // Leaves the run empty.
  void Remove(SpillRun& run);

  // All that was written.
  int64_t written_bytes() const { return written_.load(); }
  const std::string& folder() const { return folder_; }

 private:
  SpillFile(int fd, std::string folder) : fd_(fd), folder_(std::move(folder)) {}
  int64_t NewPage();
  absl::Status WriteAt(int64_t offset, std::string_view bytes);

  int fd_ = -1;
  std::string folder_;
  std::mutex mutex_;
  int64_t end_ = 0;
  std::vector<int64_t> free_pages_;
  std::atomic<int64_t> written_{0};
};

// Reads all of a range of a file, or fails; DataLoss where the file ends early.
absl::Status ReadRange(int fd, const std::string& name, int64_t offset,
                       char* bytes, int64_t size);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_SPILL_FILE_H_
