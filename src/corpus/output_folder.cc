#include "corpus/output_folder.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/read_file.h"
#include "core/status_macros.h"

namespace rowsplit::internal {

namespace {

// Whether `name` is a shard's, such as train-00000-of-00008.ids.npy.
bool IsShard(std::string_view name, std::string_view prefix) {
  const std::string_view pattern = "-ddddd-of-ddddd";
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  if (name.size() < pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool is_digit = name[i] >= '0' && name[i] <= '9';
    if (pattern[i] == 'd' ? !is_digit : name[i] != pattern[i]) return false;
  }
  name.remove_prefix(pattern.size());
  for (const std::string_view ending :
       {".tfrecord", ".jsonl", ".txt", ".ids.npy", ".labels.npy"}) {
    if (name == ending) return true;
  }
  return false;
}

// The files in the folder that a run of `prefix` has written, in order.
absl::StatusOr<std::vector<std::string>> FindRunFiles(const std::string& folder,
                                                      std::string_view prefix) {
  std::error_code error;
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name == kManifestName || name == "vocab.txt" ||
        name == "vectorizer.json" || name == "report.json" ||
        IsShard(name, prefix)) {
      found.push_back(name);
    }
  }
  if (error) {
    return absl::UnavailableError(absl::StrFormat(
        "can't list the output folder %s: %s", folder, error.message()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The files that the manifest in the folder names, which may be of another
// prefix; none if there is no manifest.
absl::StatusOr<std::vector<std::string>> ManifestFiles(
    const std::string& manifest_path) {
  const absl::StatusOr<std::string> text = ReadFile(manifest_path);
  if (absl::IsNotFound(text.status())) return std::vector<std::string>();
  if (!text.ok()) return text.status();
  return ManifestFileNames(*text, manifest_path);
}

}  // namespace

absl::StatusOr<OutputFolder> OutputFolder::Open(const OutputConfig& output) {
  std::error_code error;
  std::filesystem::create_directories(output.folder, error);
  if (error) {
    return absl::UnavailableError(absl::StrFormat(
        "can't make the output folder %s: %s", output.folder, error.message()));
  }
  ROWSPLIT_RETURN_IF_ERROR(RemoveStaleTemporaries(output.folder).status());
  OutputFolder folder;
  folder.folder_ = output.folder;
  ROWSPLIT_ASSIGN_OR_RETURN(folder.earlier_,
                            FindRunFiles(output.folder, output.prefix));
  if (!folder.earlier_.empty() && !output.force) {
    return absl::AlreadyExistsError(absl::StrFormat(
        "%s holds another run's files (%s); --force replaces them",
        output.folder, folder.earlier_.front()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<std::string> named,
                            ManifestFiles(folder.Path(kManifestName)));
  folder.earlier_.insert(folder.earlier_.end(), named.begin(), named.end());
  return folder;
}

std::string OutputFolder::Path(std::string_view name) const {
  return (std::filesystem::path(folder_) / name).string();
}

absl::Status OutputFolder::AddFile(std::string_view name,
                                   std::string_view content) {
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open(Path(name), {}));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(content));
  ROWSPLIT_RETURN_IF_ERROR(file.Finish());
  files_.push_back({std::string(name), -1, file.size_bytes(), file.digest()});
  added_.push_back(std::move(file));
  return absl::OkStatus();
}

absl::Status OutputFolder::Publish(ShardWriter& shards) {
  // A folder with a manifest is whole: the old one goes first, the new one,
  // which was added last, comes last.
  std::error_code error;
  std::filesystem::remove(Path(kManifestName), error);
  ROWSPLIT_RETURN_IF_ERROR(shards.Publish());
  for (const std::string& name : earlier_) {
    const bool is_new = std::any_of(
        files_.begin(), files_.end(),
        [&](const ManifestFile& file) { return file.name == name; });
    if (!is_new) std::filesystem::remove(Path(name), error);
  }
  for (AtomicFile& file : added_) ROWSPLIT_RETURN_IF_ERROR(file.Publish());
  return SyncFolder(folder_);
}

}  // namespace rowsplit::internal
