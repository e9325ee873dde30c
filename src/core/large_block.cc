#include "core/large_block.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#include <pthread.h>
#include <sys/mman.h>
#endif

namespace rowsplit::internal {

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)

namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kMaxKeptBlocks = 8;

using BlockMap = std::map<void*, size_t>;
// Where a block is and its size. To hand one on allocates nothing, so that what
// is in no list can't come from running out of memory.
using Block = BlockMap::node_type;

Block NewBlock(size_t size) {
  BlockMap map;
  map.emplace(nullptr, size);
  return map.extract(map.begin());
}

// The blocks in use by address, and those that are kept, the oldest first.
class Blocks {
 public:
  // Never destroyed: buffers may outlive static objects.
  static Blocks& Get() {
    static Blocks* const blocks = [] {
      // A child would otherwise inherit the lock of a thread that it lacks.
      pthread_atfork([] { Get().mutex_.lock(); }, [] { Get().mutex_.unlock(); },
                     [] { Get().mutex_.unlock(); });
      return new Blocks;
    }();
    return *blocks;
  }

  // A kept block that is large enough and not more than twice that.
  void* Reuse(size_t size) {
    const std::lock_guard lock(mutex_);
    for (size_t i = num_kept_; i-- > 0;) {
      if (kept_[i].mapped() < size || kept_[i].mapped() / 2 > size) continue;
      Block block = TakeKept(i);
      void* const data = block.key();
      in_use_.insert(std::move(block));
      return data;
    }
    return nullptr;
  }

  // The size of a block in use; 0 if it is none.
  size_t SizeOf(void* data) {
    const std::lock_guard lock(mutex_);
    const auto found = in_use_.find(data);
    return found == in_use_.end() ? 0 : found->second;
  }

  // A block in use, which is in no list from then on.
  Block Take(void* data) {
    const std::lock_guard lock(mutex_);
    return in_use_.extract(data);
  }
  void Put(Block block) {
    const std::lock_guard lock(mutex_);
    in_use_.insert(std::move(block));
  }

  bool Free(void* data) {
    std::array<Block, kMaxKeptBlocks + 1> unmapped;
    size_t num_unmapped = 0;
    {
      const std::lock_guard lock(mutex_);
      Block block = in_use_.extract(data);
      if (block.empty()) return false;
      const size_t size = block.mapped();
      if (size > kMaxKeptBytes) {
        unmapped[num_unmapped++] = std::move(block);
      } else {
        while (num_kept_ == kMaxKeptBlocks ||
               kept_bytes_ + size > kMaxKeptBytes)
          unmapped[num_unmapped++] = TakeKept(0);
        // Its pages stay until the system needs them.
        madvise(data, size, MADV_FREE);
        kept_[num_kept_++] = std::move(block);
        kept_bytes_ += size;
      }
    }
    for (size_t i = 0; i < num_unmapped; ++i)
      munmap(unmapped[i].key(), unmapped[i].mapped());
    return true;
  }

  void ReleaseKept() {
    const std::lock_guard lock(mutex_);
    while (num_kept_ > 0) {
      const Block block = TakeKept(0);
      munmap(block.key(), block.mapped());
    }
  }

  size_t kept_bytes() {
    const std::lock_guard lock(mutex_);
    return kept_bytes_;
  }

 private:
  // Requires the lock.
  Block TakeKept(size_t index) {
    Block block = std::move(kept_[index]);
    std::move(kept_.begin() + index + 1, kept_.begin() + num_kept_,
              kept_.begin() + index);
    --num_kept_;
    kept_bytes_ -= block.mapped();
    return block;
  }

  std::mutex mutex_;
  BlockMap in_use_;
  std::array<Block, kMaxKeptBlocks> kept_;
  size_t num_kept_ = 0;
  size_t kept_bytes_ = 0;
};

// An aligned piece of a larger mapping; what is around it is given back. Memory
// that the machine does not have is refused here, as malloc does, and not by
// ending the process when it is written.
void* MapAligned(size_t size) {
  void* const mapped = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(mapped);
  const size_t before = -reinterpret_cast<uintptr_t>(begin) % kHugePage;
  if (before > 0) munmap(begin, before);
  munmap(begin + before + size, kHugePage - before);
  madvise(begin + before, size, MADV_HUGEPAGE);
  return begin + before;
}

// Moves the pages of a block to a place with room for `size` bytes. Null, and
// the block stays, if there is none.
void* MovePages(void* data, size_t data_size, size_t size) {
  // Addresses only, which the moved pages take.
  void* const room = mmap(nullptr, size + kHugePage, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(room);
  const size_t before = -reinterpret_cast<uintptr_t>(begin) % kHugePage;
  char* const aligned = begin + before;
  void* const moved =
      mremap(data, data_size, size, MREMAP_MAYMOVE | MREMAP_FIXED, aligned);
  if (before > 0) munmap(begin, before);
  munmap(aligned + size, kHugePage - before);
  // Where it fails, the kernel may have unmapped the place before, and another
  // thread may have it by now: it is not ours to unmap.
  return moved == MAP_FAILED ? nullptr : moved;
}

size_t WholePages(size_t size_bytes) {
  return (size_bytes + kHugePage - 1) / kHugePage * kHugePage;
}

}  // namespace

void* AllocateLarge(size_t size_bytes) {
  const size_t size = WholePages(size_bytes);
  Blocks& blocks = Blocks::Get();
  if (void* const kept = blocks.Reuse(size)) return kept;
  Block block = NewBlock(size);
  void* data = MapAligned(size);
  if (data == nullptr) {
    blocks.ReleaseKept();
    data = MapAligned(size);
  }
  if (data == nullptr) return nullptr;
  block.key() = data;
  blocks.Put(std::move(block));
  return data;
}

void* GrowLarge(void* data, size_t used_bytes, size_t size_bytes) {
  if (data == nullptr || reinterpret_cast<uintptr_t>(data) % kHugePage != 0) {
    return nullptr;
  }
  Blocks& blocks = Blocks::Get();
  const size_t size = WholePages(size_bytes);
  const size_t old_size = blocks.SizeOf(data);
  if (old_size == 0) return nullptr;
  if (old_size >= size) return data;
  if (void* const kept = blocks.Reuse(size)) {
    std::memcpy(kept, data, used_bytes);
    blocks.Free(data);
    return kept;
  }
  // Another thread may get its addresses when its pages have moved.
  Block block = blocks.Take(data);
  void* const moved = MovePages(data, old_size, size);
  if (moved != nullptr) {
    block.key() = moved;
    block.mapped() = size;
  }
  blocks.Put(std::move(block));
  return moved;
}

bool FreeLarge(void* data) {
  if (data == nullptr || reinterpret_cast<uintptr_t>(data) % kHugePage != 0) {
    return false;
  }
  return Blocks::Get().Free(data);
}

void ReleaseKeptBlocks() { Blocks::Get().ReleaseKept(); }
size_t KeptBytes() { return Blocks::Get().kept_bytes(); }

#else

// malloc's blocks, which the sanitizers watch.
void* AllocateLarge(size_t) { return nullptr; }
void* GrowLarge(void*, size_t, size_t) { return nullptr; }
bool FreeLarge(void*) { return false; }
void ReleaseKeptBlocks() {}
size_t KeptBytes() { return 0; }

#endif

}  // namespace rowsplit::internal
