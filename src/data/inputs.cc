#include "rowsplit/data/inputs.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
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
#include "core/status_macros.h"

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

// A folder's entries; none where it can't be read.
std::vector<fs::directory_entry> List(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  fs::directory_iterator it(folder.empty() ? fs::path(".") : folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    entries.push_back(*it);
  }
  return entries;
}

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// Adds the known files below `folder`, in no order yet.
void WalkFolder(const fs::path& folder, std::vector<std::string>& found,
                std::vector<std::string>& ignored) {
  for (const fs::directory_entry& entry : List(folder)) {
    if (IsHidden(entry.path())) continue;
    std::error_code error;
    const bool link = entry.is_symlink(error);
    if (entry.is_directory(error)) {
      if (!link) WalkFolder(entry.path(), found, ignored);
    } else if (HasInputEnding(entry.path().string())) {
      found.push_back(entry.path().string());
    } else {
      ignored.push_back(entry.path().string());
    }
  }
}

// Adds what `parts`, from index `part` on, match below `base`.
void WalkGlob(const fs::path& base, std::span<const std::string> parts,
              std::set<std::string>& matches) {
  if (parts.empty()) {
    matches.insert(base.string());
    return;
  }
  const std::string& part = parts[0];
  const auto rest = parts.subspan(1);
  if (part == "**") {
    WalkGlob(base, rest, matches);
    for (const fs::directory_entry& entry : List(base)) {
      std::error_code error;
      if (IsHidden(entry.path()) || entry.is_symlink(error)) continue;
      const fs::path next = base / entry.path().filename();
      if (entry.is_directory(error))
        WalkGlob(next, parts, matches);
      else if (rest.empty())
        matches.insert(next.string());
    }
  } else if (!IsGlob(part)) {
    std::error_code error;
    const fs::path next = base / part;
    if (fs::exists(fs::symlink_status(next, error))) {
      WalkGlob(next, rest, matches);
    }
  } else {
    for (const fs::directory_entry& entry : List(base)) {
      const std::string name = entry.path().filename().string();
      if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
      if (!rest.empty() && !IsFolder(entry.path())) continue;
      WalkGlob(base / name, rest, matches);
    }
  }
}

std::vector<std::string> MatchGlob(std::string_view pattern) {
  std::vector<std::string> parts;
  const fs::path path(pattern);
  for (const fs::path& part : path.relative_path()) {
    if (!part.empty()) parts.push_back(part.string());
  }
  std::set<std::string> matches;
  WalkGlob(path.root_path(), parts, matches);
  return {matches.begin(), matches.end()};
}

// The paths that one pattern names, in order.
std::vector<std::string> MatchPattern(const std::string& pattern,
                                      std::vector<std::string>& ignored) {
  std::error_code error;
  std::vector<std::string> found;
  if (pattern == "-") {
    found.push_back(pattern);
  } else if (IsFolder(pattern)) {
    WalkFolder(pattern, found, ignored);
  } else if (fs::exists(fs::symlink_status(pattern, error))) {
    found.push_back(pattern);
  } else if (IsGlob(pattern)) {
    for (std::string& match : MatchGlob(pattern)) {
      if (IsFolder(match))
        WalkFolder(match, found, ignored);
      else
        found.push_back(std::move(match));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
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
    const std::vector<std::string> found = MatchPattern(pattern, ignored);
    if (found.empty()) {
      return absl::NotFoundError(absl::StrFormat(
          "FindInputs: no input file behind \"%s\"%s", pattern,
          IsFolder(pattern) ? " (a folder with no file that ends in .txt, "
                              ".jsonl, .ndjson or .tfrecord, alone or before "
                              ".gz or .zst)"
                            : ""));
    }
    for (const std::string& path : found) {
      if (!seen.insert(path == "-" ? path : IdentityOf(path)).second) continue;
      files.push_back(DescribeInput(path, options));
    }
  }
  if (options.ignored != nullptr) {
    std::sort(ignored.begin(), ignored.end());
    ignored.erase(std::unique(ignored.begin(), ignored.end()), ignored.end());
    *options.ignored = std::move(ignored);
  }
  return files;
}

}  // namespace rowsplit
