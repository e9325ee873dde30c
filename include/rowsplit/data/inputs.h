#ifndef ROWSPLIT_DATA_INPUTS_H_
#define ROWSPLIT_DATA_INPUTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace rowsplit {

enum class InputFormat { kText, kJsonLines, kTfrecord };
enum class Compression { kNone, kGzip, kZstd };

// One file to read. The path "-" means standard input.
struct InputFile {
  std::string path;
  InputFormat format = InputFormat::kText;
  Compression compression = Compression::kNone;
  int64_t size_bytes = -1;  // as stored; -1 where it is not known
  // Set: no file, but a folder that can't be listed, and why. The reader
  // reports it as a file that can't be read.
  std::string unreadable = "";

  friend bool operator==(const InputFile&, const InputFile&) = default;
};

struct FindInputsOptions {
  // Set: taken for every file, whatever its name.
  std::optional<InputFormat> format = std::nullopt;
  std::optional<Compression> compression = std::nullopt;
  // Receives the files in folders that were left out: hidden ones are not
  // among them. Not owned; may be null.
  std::vector<std::string>* ignored = nullptr;
};

// Whether a file of this name in a folder is taken: .txt, .jsonl, .ndjson,
// .tfrecord or .tfrecords, alone or before .gz or .zst.
bool HasInputEnding(std::string_view path);

// The file of this name: .jsonl and .ndjson are JSON Lines, .tfrecord and
// .tfrecords are records, every other name is text; .gz and .zst are
// compressed. The size is asked of the file system; a file that can't be found
// has size -1 and is left for the reader to report.
InputFile DescribeInput(std::string_view path,
                        const FindInputsOptions& options = {});

// The files that `patterns` name, in this order: patterns as given; within a
// pattern by the bytes of the path. A file that is named twice keeps its first
// place. Each pattern is one of
//   - "-": standard input
//   - a file, whatever its name
//   - a folder: all files below it whose names HasInputEnding; files and
//     folders whose names begin with "." are left out; symbolic links to
//     folders are not followed
//   - a glob, if no file has that very name: * and ? and [a-z] within one
//     part of the path, ** for any number of folders; a folder that it matches
//     is read as above.
// A folder that can't be listed stands in the result, in its place by the bytes
// of its path, as InputFile::unreadable.
// NotFound names a pattern with nothing behind it. A folder with no known file
// in it is one.
//
//   FindInputs({{"books/", "more/*.txt.gz"}})
absl::StatusOr<std::vector<InputFile>> FindInputs(
    std::span<const std::string> patterns,
    const FindInputsOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_INPUTS_H_
