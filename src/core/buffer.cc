#include "rowsplit/core/buffer.h"

#include <cstddef>
#include <new>

namespace rowsplit::internal {

namespace {
constexpr std::align_val_t kAlignment{64};
}  // namespace

void* AllocateAligned(size_t count, size_t element_size) {
  size_t size_bytes;
  if (__builtin_mul_overflow(count, element_size, &size_bytes)) {
    throw std::bad_array_new_length();
  }
  return ::operator new(size_bytes, kAlignment);
}

void FreeAligned(void* data) { ::operator delete(data, kAlignment); }

}  // namespace rowsplit::internal
