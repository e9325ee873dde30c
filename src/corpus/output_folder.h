#ifndef ROWSPLIT_SRC_CORPUS_OUTPUT_FOLDER_H_
#define ROWSPLIT_SRC_CORPUS_OUTPUT_FOLDER_H_

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

// A folder that gets all files of a run or none of them.
class OutputFolder {
 public:
  // Makes the folder if it is missing, removes what killed runs left there, and
  // fails with AlreadyExists if it holds another run's files, unless
  // `output.force`.
  static absl::StatusOr<OutputFolder> Open(const OutputConfig& output);

  // Writes a file that appears with Publish.
  absl::Status AddFile(std::string_view name, std::string_view content);

  // The files added so far, for the manifest.
  const std::vector<ManifestFile>& files() const { return files_; }
  void AddShard(ManifestFile shard) { files_.push_back(std::move(shard)); }

  // Puts the shards and the added files under their names, the one added last
  // at the end, and removes those of the earlier run that are not among them.
  absl::Status Publish(ShardWriter& shards);

 private:
  OutputFolder() = default;
  std::string Path(std::string_view name) const;

  std::string folder_;
  std::vector<std::string> earlier_;  // files of the run before
  std::vector<AtomicFile> added_;
  std::vector<ManifestFile> files_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_OUTPUT_FOLDER_H_
