#include "rowsplit/data/inputs.h"

#include <fnmatch.h>

#include <algorithm>
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

namespace rowsplit {
namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, InputFormat> kFormatEndings[] = {
    {".txt", InputFormat::kText},
    {".jsonl", InputFormat::kJsonLines},
    {".ndjson", InputFormat::kJsonLines},
    {".tfrecord", InputFormat::kTfrecord},
    {".tfrecords", InputFormat::kTfrecord},
};
constexpr std::pair<std::string_view, Compression> kCompressionEndings[] = {
    {".gz", Compression::kGzip},
    {".zst", Compression::kZstd},
};

// The name without its compression ending, and what the ending says.
std::pair<std::string_view, Compression> CutCompression(std::string_view name) {
  for (const auto& [ending, compression] : kCompressionEndings) {
    if (name.ends_with(ending)) {
      return {name.substr(0, name.size() - ending.size()), compression};
    }
  }
  return {name, Compression::kNone};
}

std::optional<InputFormat> FormatOf(std::string_view name) {
  for (const auto& [ending, format] : kFormatEndings) {
    if (name.ends_with(ending)) return format;
  }
  return std::nullopt;
}

bool IsHidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.empty() && name.front() == '.';
}

bool IsGlob(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool IsAbsent(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory ||
         error == std::errc::not_a_directory;
}

// Finds what one pattern names.
class Finder {
 public:
  explicit Finder(std::vector<std::string>& ignored) : ignored_(ignored) {}

  void Find(const std::string& pattern);

  // The paths in their order; with a folder that can't be listed, why.
  const std::map<std::string, std::string>& found() const { return found_; }

 private:
  // A folder's entries; adds the folder if they can't be read.
  std::vector<fs::directory_entry> List(const fs::path& folder);
  // Whether something has this name; adds the name if that can't be told.
  bool Exists(const fs::path& path);
  // Adds the known files below `folder`.
  void WalkFolder(const fs::path& folder);
  // Matches what `parts` match below `base`.
  void WalkGlob(const fs::path& base, std::span<const std::string> parts);
  void MatchGlob(std::string_view pattern);

  std::vector<std::string>& ignored_;
  std::map<std::string, std::string> found_;
  std::set<std::string> matches_;  // of a glob
};

std::vector<fs::directory_entry> Finder::List(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  const fs::path path = folder.empty() ? fs::path(".") : folder;
  std::error_code error;
  fs::directory_iterator it(path, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    entries.push_back(*it);
  }
  if (error && !IsAbsent(error)) found_[path.string()] = error.message();
  return entries;
}

bool Finder::Exists(const fs::path& path) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) return true;
  if (error && !IsAbsent(error)) found_[path.string()] = error.message();
  return false;
}

void Finder::WalkFolder(const fs::path& folder) {
  for (const fs::directory_entry& entry : List(folder)) {
    if (IsHidden(entry.path())) continue;
    std::error_code error;
    const bool link = entry.is_symlink(error);
    if (entry.is_directory(error)) {
      if (!link) WalkFolder(entry.path());
    } else if (HasInputEnding(entry.path().string())) {
      found_.emplace(entry.path().string(), "");
    } else {
      ignored_.push_back(entry.path().string());
    }
  }
}

void Finder::WalkGlob(const fs::path& base,
                      std::span<const std::string> parts) {
  if (parts.empty()) {
    matches_.insert(base.string());
    return;
  }
  const std::string& part = parts[0];
  const auto rest = parts.subspan(1);
  if (part == "**") {
    WalkGlob(base, rest);
    for (const fs::directory_entry& entry : List(base)) {
      std::error_code error;
      if (IsHidden(entry.path()) || entry.is_symlink(error)) continue;
      const fs::path next = base / entry.path().filename();
      if (entry.is_directory(error))
        WalkGlob(next, parts);
      else if (rest.empty())
        matches_.insert(next.string());
    }
  } else if (!IsGlob(part)) {
    if (Exists(base / part)) WalkGlob(base / part, rest);
  } else {
    for (const fs::directory_entry& entry : List(base)) {
      const std::string name = entry.path().filename().string();
      if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
      std::error_code error;
      if (!rest.empty() && !entry.is_directory(error)) continue;
      WalkGlob(base / name, rest);
    }
  }
}

void Finder::MatchGlob(std::string_view pattern) {
  std::vector<std::string> parts;
  const fs::path path(pattern);
  for (const fs::path& part : path.relative_path()) {
    if (!part.empty()) parts.push_back(part.string());
  }
  WalkGlob(path.root_path(), parts);
  for (const std::string& match : matches_) {
    if (IsFolder(match))
      WalkFolder(match);
    else
      found_.emplace(match, "");
  }
}

void Finder::Find(const std::string& pattern) {
  if (pattern != "-" && IsFolder(pattern)) {
    WalkFolder(pattern);
  } else if (pattern == "-" || Exists(pattern)) {
    found_.emplace(pattern, "");
  } else if (found_.empty() && IsGlob(pattern)) {
    MatchGlob(pattern);
  }
}

// The same for two names of one file, as far as the file system tells.
std::string IdentityOf(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? fs::path(path).lexically_normal().string() : real.string();
}

}  // namespace

bool HasInputEnding(std::string_view path) {
  return FormatOf(CutCompression(path).first).has_value();
}

InputFile DescribeInput(std::string_view path,
                        const FindInputsOptions& options) {
  const auto [name, compression] = CutCompression(path);
  InputFile file{.path = std::string(path),
                 .format = options.format.value_or(
                     FormatOf(name).value_or(InputFormat::kText)),
                 .compression = options.compression.value_or(compression)};
  std::error_code error;
  if (path != "-" && fs::is_regular_file(file.path, error)) {
    const auto size = fs::file_size(file.path, error);
    if (!error) file.size_bytes = static_cast<int64_t>(size);
  }
  return file;
}

absl::StatusOr<std::vector<InputFile>> FindInputs(
    std::span<const std::string> patterns, const FindInputsOptions& options) {
  std::vector<InputFile> files;
  std::set<std::string> seen;
  std::vector<std::string> ignored;
  for (const std::string& pattern : patterns) {
    Finder finder(ignored);
    finder.Find(pattern);
    if (finder.found().empty()) {
      return absl::NotFoundError(absl::StrFormat(
          "no input file behind \"%s\"%s", pattern,
          IsFolder(pattern) ? " (a folder with no file that ends in .txt, "
                              ".jsonl, .ndjson, .tfrecord or .tfrecords, alone "
                              "or before .gz or .zst)"
                            : ""));
    }
    for (const auto& [path, unreadable] : finder.found()) {
      if (!seen.insert(path == "-" ? path : IdentityOf(path)).second) continue;
      InputFile file = DescribeInput(path, options);
      if (!unreadable.empty()) {
        file.size_bytes = 0;
        file.unreadable = unreadable;
      }
      files.push_back(std::move(file));
    }
  }
  if (options.ignored != nullptr) {
    // What another pattern names is read.
    std::erase_if(ignored, [&](const std::string& path) {
      return seen.contains(IdentityOf(path));
    });
    std::sort(ignored.begin(), ignored.end());
    ignored.erase(std::unique(ignored.begin(), ignored.end()), ignored.end());
    *options.ignored = std::move(ignored);
  }
  return files;
}

}  // namespace rowsplit
