#ifndef ROWSPLIT_SRC_CORE_LARGE_BLOCK_H_
#define ROWSPLIT_SRC_CORE_LARGE_BLOCK_H_

#include <cstddef>

// Memory of large buffers: on huge pages, as a fault on each page of 4 KiB
// costs more than filling it (2.3 us beside 0.1 us on the machine it was
// measured on), and kept for the next buffer of about the size, as a loop over
// batches frees and asks for the same ones again. What is kept is at most
// kMaxKeptBytes, and the system may take its pages back whenever it is short of
// memory.
namespace rowsplit::internal {

// From this size on; smaller ones are malloc's, which gives the memory of a few
// buffers of a megabyte back at once, so that each call faults anew.
inline constexpr size_t kMinLargeBytes = size_t{1} << 20;
inline constexpr size_t kMaxKeptBytes = size_t{128} << 20;

// Aligned to a huge page; null if there is no memory, or where the system has
// no such pages. Safe to call from any thread, and so are the others.
void* AllocateLarge(size_t size_bytes);

// Gives a block of AllocateLarge at least `size_bytes` and returns where it is
// then, its first `used_bytes` with it. If it has no room for them, they are
// copied to a kept block, or else its pages move, which costs no copy and no
// second set of pages. Null if `data` is no such block or there is no memory;
// the block is then as it was.
void* GrowLarge(void* data, size_t used_bytes, size_t size_bytes);

// Frees `data` and returns true if AllocateLarge gave it. O(1) for others.
bool FreeLarge(void* data);

// Gives what is kept back to the system.
void ReleaseKeptBlocks();
// What is kept, in bytes of addresses.
size_t KeptBytes();

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_LARGE_BLOCK_H_
