#include "corpus/output_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
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
#include "rowsplit/data/inputs.h"

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
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
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

using FileId = std::pair<dev_t, ino_t>;

// Of the file that a path leads to, or standard input for "-"; none if there is
// nothing.
std::optional<FileId> IdOf(const std::string& path) {
  struct stat info;
  const int result =
      path == "-" ? ::fstat(STDIN_FILENO, &info) : ::stat(path.c_str(), &info);
  if (result != 0) return std::nullopt;
  return FileId(info.st_dev, info.st_ino);
}

// Whether `folder` is `path` or below it.
bool Holds(const std::string& path, const std::string& folder) {
  std::error_code error;
  const auto id = IdOf(path);
  std::filesystem::path above = std::filesystem::canonical(folder, error);
  while (id.has_value() && !error) {
    if (IdOf(above.string()) == id) return true;
    if (!above.has_relative_path()) return false;
    above = above.parent_path();
  }
  return false;
}

}  // namespace

absl::Status RefuseAsInputs(std::span<const std::string> replaced,
                            const InputConfig& input) {
  std::map<FileId, std::string_view> ids;
  for (const std::string& path : replaced) {
    if (const auto id = IdOf(path); id.has_value()) ids.emplace(*id, path);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<InputFile> files,
                            FindInputs(input.paths));
  for (const InputFile& file : files) {
    const auto id = IdOf(file.path);
    const auto found = id.has_value() ? ids.find(*id) : ids.end();
    if (found == ids.end()) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "the input %s is the file %s, which this run would replace or remove: "
        "name another output",
        file.path, found->second));
  }
  return absl::OkStatus();
}

absl::StatusOr<NewFolders> NewFolders::Make(const std::string& path) {
  NewFolders folders;
  std::error_code error;
  std::filesystem::path missing = path;
  if (!missing.has_filename()) missing = missing.parent_path();
  while (!missing.empty() && !std::filesystem::exists(missing, error)) {
    folders.made_.push_back(missing);
    missing = missing.parent_path();
  }
  std::filesystem::create_directories(path, error);
  if (error) {
    return absl::UnavailableError(absl::StrFormat(
        "can't make the output folder %s: %s", path, error.message()));
  }
  return folders;
}

NewFolders::~NewFolders() {
  for (const std::filesystem::path& folder : made_) ::rmdir(folder.c_str());
}

absl::StatusOr<OutputFolder> OutputFolder::Open(const OutputConfig& output) {
  OutputFolder folder;
  folder.folder_ = output.folder;
  ROWSPLIT_ASSIGN_OR_RETURN(NewFolders new_folders,
                            NewFolders::Make(output.folder));
  absl::StatusOr<FolderLock> lock = FolderLock::Acquire(output.folder);
  if (!lock.ok()) {
    new_folders.Keep();  // The one who holds it needs it.
    return std::move(lock).status();
  }
  folder.lock_ = *std::move(lock);
  folder.new_folders_ = std::move(new_folders);
  ROWSPLIT_RETURN_IF_ERROR(RemoveStaleTemporaries(output.folder).status());
  ROWSPLIT_ASSIGN_OR_RETURN(folder.earlier_,
                            FindRunFiles(output.folder, output.prefix));
  if (!folder.earlier_.empty() && !output.force) {
    return absl::AlreadyExistsError(absl::StrFormat(
        "%s holds another run's files (%s); --force replaces them",
        output.folder, folder.earlier_.front()));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckReplaceable(folder.Path(kManifestName)));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<std::string> named,
                            ManifestFiles(folder.Path(kManifestName)));
  folder.earlier_.insert(folder.earlier_.end(), named.begin(), named.end());
  ROWSPLIT_RETURN_IF_ERROR(folder.CheckReplaceableFiles());
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

absl::Status OutputFolder::CheckInputs(const InputConfig& input) const {
  for (const std::string& path : input.paths) {
    if (path == "-" || !Holds(path, folder_)) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "the input folder %s holds the output folder %s, whose files would be "
        "read as text: name another output folder, or the input files",
        path, folder_));
  }
  std::vector<std::string> replaced;
  replaced.reserve(earlier_.size());
  for (const std::string& name : earlier_) replaced.push_back(Path(name));
  return RefuseAsInputs(replaced, input);
}

absl::Status OutputFolder::CheckReplaceableFiles() const {
  for (const std::string& name : earlier_) {
    ROWSPLIT_RETURN_IF_ERROR(CheckReplaceable(Path(name)));
  }
  for (const ManifestFile& file : files_) {
    ROWSPLIT_RETURN_IF_ERROR(CheckReplaceable(Path(file.name)));
  }
  return absl::OkStatus();
}

absl::Status OutputFolder::Remove(std::string_view name) const {
  if (::unlink(Path(name).c_str()) == 0 || errno == ENOENT) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(errno,
                             absl::StrFormat("can't remove %s", Path(name)));
}

absl::Status OutputFolder::Publish(ShardWriter& shards) {
  // A folder with a manifest is whole, and has no other run's shards: the old
  // one goes first, the new one, which was added last, comes last.
  ROWSPLIT_RETURN_IF_ERROR(CheckReplaceableFiles());
  ROWSPLIT_RETURN_IF_ERROR(Remove(kManifestName));
  ROWSPLIT_RETURN_IF_ERROR(SyncFolder(folder_));
  ROWSPLIT_RETURN_IF_ERROR(shards.Publish());
  for (size_t i = 0; i + 1 < added_.size(); ++i) {
    ROWSPLIT_RETURN_IF_ERROR(added_[i].Publish());
  }
  std::set<std::string_view> names;
  for (const ManifestFile& file : files_) names.insert(file.name);
  for (const std::string& name : earlier_) {
    if (!names.contains(name)) ROWSPLIT_RETURN_IF_ERROR(Remove(name));
  }
  ROWSPLIT_RETURN_IF_ERROR(SyncFolder(folder_));
  if (!added_.empty()) ROWSPLIT_RETURN_IF_ERROR(added_.back().Publish());
  return SyncFolder(folder_);
}

}  // namespace rowsplit::internal
