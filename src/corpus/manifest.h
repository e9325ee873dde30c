#ifndef ROWSPLIT_SRC_CORPUS_MANIFEST_H_
#define ROWSPLIT_SRC_CORPUS_MANIFEST_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/data/corpus_reader.h"

namespace rowsplit::internal {

inline constexpr std::string_view kManifestName = "manifest.json";

// A file that a run wrote.
struct ManifestFile {
  std::string name;
  int64_t records;  // -1: it has none
  int64_t size_bytes;
  Digest128 digest;
};

// What a run read, with which settings, and what it wrote. Settings that don't
// change the files (threads, the folder) are left out.
std::string ManifestToJson(const CorpusConfig& config,
                           std::span<const InputFile> inputs,
                           std::span<const InputSummary> summaries,
                           std::span<const ManifestFile> files);

// The names of the files in a manifest. Fails with InvalidArgument for a
// document that is no manifest or names a file outside its folder.
absl::StatusOr<std::vector<std::string>> ManifestFileNames(
    std::string_view json, std::string_view source);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_MANIFEST_H_
