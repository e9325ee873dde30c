#ifndef ROWSPLIT_SRC_CORE_READ_FILE_H_
#define ROWSPLIT_SRC_CORE_READ_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace rowsplit::internal {

// All bytes of a file; a pipe is read to its end. What can't be read is an
// error, a folder too: "can't read out/vocab.txt: No such file or directory",
// with the code that belongs to errno, such as NotFound or PermissionDenied.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_READ_FILE_H_
