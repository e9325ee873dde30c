#ifndef ROWSPLIT_SRC_CORPUS_OUTPUT_FOLDER_H_
#define ROWSPLIT_SRC_CORPUS_OUTPUT_FOLDER_H_

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/atomic_file.h"
#include "corpus/manifest.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/data/shard_writer.h"

namespace rowsplit::internal {

// InvalidArgument if one of the inputs is, by whatever path or link, one of the
// files `replaced`, which are to be replaced or removed; NotFound as
// FindInputs.
absl::Status RefuseAsInputs(std::span<const std::string> replaced,
                            const InputConfig& input);

// Makes a folder and those above it, and removes the ones that it made, where
// they are empty, at the end.
class NewFolders {
 public:
  static absl::StatusOr<NewFolders> Make(const std::string& path);
  NewFolders() = default;
  NewFolders(NewFolders&& other) noexcept : made_(std::move(other.made_)) {
    other.Keep();
  }
  NewFolders& operator=(NewFolders&& other) noexcept {
    std::swap(made_, other.made_);
    return *this;
  }
  ~NewFolders();

  void Keep() { made_.clear(); }

 private:
  std::vector<std::filesystem::path> made_;  // the deepest first
};

// A folder that gets the files of a run together, when all are whole. No other
// run can open it meanwhile. Destroyed before Publish, it leaves the folder as
// it was, or removes it if Open made it.
class OutputFolder {
 public:
  // Makes the folder if it is missing and removes what killed runs left there.
  // Fails with FailedPrecondition if another run has it open, or if the name of
  // one of a run's files is taken by something that is no regular file; with
  // AlreadyExists if it holds another run's files, unless `output.force`.
  static absl::StatusOr<OutputFolder> Open(const OutputConfig& output);

  // Fails with InvalidArgument if an input is a file that Publish would replace
  // or remove, or a folder that holds this one; with NotFound if there is none.
  absl::Status CheckInputs(const InputConfig& input) const;

  // Writes a file that appears with Publish.
  absl::Status AddFile(std::string_view name, std::string_view content);

  // The files added so far, for the manifest.
  const std::vector<ManifestFile>& files() const { return files_; }
  void AddShard(ManifestFile shard) { files_.push_back(std::move(shard)); }

  // Removes the old manifest, puts the shards and the added files under their
  // names, removes those of the earlier run that are not among them, and puts
  // the file added last, the manifest, under its name. What can be checked is
  // checked before the first step; an error of the disk between the first and
  // the last leaves whole files, of both runs, and no manifest.
  absl::Status Publish(ShardWriter& shards);

 private:
  OutputFolder() = default;
  std::string Path(std::string_view name) const;
  absl::Status CheckReplaceableFiles() const;
  absl::Status Remove(std::string_view name) const;

  // In this order: destroyed last to first.
  FolderLock lock_;
  NewFolders new_folders_;
  std::string folder_;
  std::vector<std::string> earlier_;  // files of the run before
  std::vector<AtomicFile> added_;
  std::vector<ManifestFile> files_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_OUTPUT_FOLDER_H_
