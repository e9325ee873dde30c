#ifndef ROWSPLIT_SRC_CORE_TRY_ALLOCATE_H_
#define ROWSPLIT_SRC_CORE_TRY_ALLOCATE_H_

#include <cstddef>
#include <cstdint>
#include <new>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// A builder of `size` elements, not initialised, for a size that a number of
// the caller's asks for and not the data that is there. Fails with
// ResourceExhausted, naming `what` they are, if there is no such memory.
// Requires a size of 0 or more.
template <typename T>
absl::StatusOr<BufferBuilder<T>> TryAllocate(int64_t size, const char* what) {
  try {
    return BufferBuilder<T>(static_cast<size_t>(size));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "no memory for %d %s of %d bytes", size, what, sizeof(T)));
  }
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_TRY_ALLOCATE_H_
