#include "rowsplit/core/buffer.h"

#include <cstddef>
#include <cstring>
#include <new>

#include "core/large_block.h"

namespace rowsplit::internal {

namespace {
constexpr std::align_val_t kAlignment{64};

// More than a process can have. The address sanitizer's allocator ends the
// process above its own limit instead of failing.
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kMaxBytes = size_t{1} << 39;
#else
constexpr size_t kMaxBytes = size_t{1} << 47;
#endif
}  // namespace

void* AllocateAligned(size_t count, size_t element_size) {
  size_t size_bytes;
  if (__builtin_mul_overflow(count, element_size, &size_bytes)) {
    throw std::bad_array_new_length();
  }
  if (size_bytes > kMaxBytes) throw std::bad_alloc();
  if (size_bytes >= kMinLargeBytes) {
    if (void* const large = AllocateLarge(size_bytes)) return large;
  }
  return ::operator new(size_bytes, kAlignment);
}

void* GrowAligned(void* data, size_t used_bytes, size_t count,
                  size_t element_size) {
  size_t size_bytes;
  if (!__builtin_mul_overflow(count, element_size, &size_bytes) &&
      size_bytes >= kMinLargeBytes && size_bytes <= kMaxBytes) {
    if (void* const large = GrowLarge(data, used_bytes, size_bytes))
      return large;
  }
  void* const grown = AllocateAligned(count, element_size);
  if (used_bytes > 0) std::memcpy(grown, data, used_bytes);
  FreeAligned(data);
  return grown;
}

void FreeAligned(void* data) {
  if (!FreeLarge(data)) ::operator delete(data, kAlignment);
}

}  // namespace rowsplit::internal
