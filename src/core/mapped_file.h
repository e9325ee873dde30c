#ifndef ROWSPLIT_SRC_CORE_MAPPED_FILE_H_
#define ROWSPLIT_SRC_CORE_MAPPED_FILE_H_

#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// How a mapping will be read: the system's choice of what to read ahead.
enum class MapAccess {
  kSequential,
  // Only the pages that are touched are read from the disk.
  kRandom,
};

// The bytes of a regular file, read only, without reading them: pages come from
// the disk when they are touched, and all processes that map the file share
// them. The buffer starts at a page and unmaps it with its last copy. An empty
// file is an empty buffer.
//
// What is not there is NotFound, a folder or a pipe FailedPrecondition. The
// file must not change while it is mapped: bytes written into it show through,
// and touching what was cut off ends the process with SIGBUS. Replacing it by
// a rename (AtomicFile) is safe: the mapping keeps the old file.
absl::StatusOr<Buffer<char>> MapFile(const std::string& path, MapAccess access);

// Changes how a mapping will be read. Only a hint; does nothing for memory that
// is not mapped from its first byte.
void AdviseAccess(std::span<const char> mapped, MapAccess access);

// Asks the disk for a part of a mapping that will be read soon, and returns at
// once. Only a hint; harmless for other memory.
void ReadAhead(std::span<const char> part);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_MAPPED_FILE_H_
