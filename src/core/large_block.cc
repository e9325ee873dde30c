#include "core/large_block.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>
#include <vector>

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

struct Block {
  void* data;
  size_t size;
};

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
    for (auto block = kept_.rbegin(); block != kept_.rend(); ++block) {
      if (block->size < size || block->size / 2 > size) continue;
      void* data = block->data;
      in_use_.emplace(data, block->size);
      kept_bytes_ -= block->size;
      kept_.erase(std::next(block).base());
      return data;
    }
    return nullptr;
  }

  // The size of a block in use; it is none from then on. 0 if it is none.
  size_t Take(void* data) {
    const std::lock_guard lock(mutex_);
    const auto found = in_use_.find(data);
    if (found == in_use_.end()) return 0;
    const size_t size = found->second;
    in_use_.erase(found);
    return size;
  }

  void Add(Block block) {
    const std::lock_guard lock(mutex_);
    in_use_.emplace(block.data, block.size);
  }

  bool Free(void* data) {
    std::vector<Block> unmapped;
    {
      const std::lock_guard lock(mutex_);
      const auto found = in_use_.find(data);
      if (found == in_use_.end()) return false;
      const Block block{data, found->second};
      in_use_.erase(found);
      if (block.size > kMaxKeptBytes) {
        unmapped.push_back(block);
      } else {
        while (kept_.size() == kMaxKeptBlocks ||
               kept_bytes_ + block.size > kMaxKeptBytes) {
          unmapped.push_back(kept_.front());
          kept_bytes_ -= kept_.front().size;
          kept_.erase(kept_.begin());
        }
        // Its pages stay until the system needs them.
        madvise(data, block.size, MADV_FREE);
        kept_.push_back(block);
        kept_bytes_ += block.size;
      }
    }
    for (const Block block : unmapped) munmap(block.data, block.size);
    return true;
  }

  void ReleaseKept() {
    std::vector<Block> unmapped;
    {
      const std::lock_guard lock(mutex_);
      unmapped.swap(kept_);
      kept_bytes_ = 0;
    }
    for (const Block block : unmapped) munmap(block.data, block.size);
  }

  size_t kept_bytes() {
    const std::lock_guard lock(mutex_);
    return kept_bytes_;
  }

 private:
  std::mutex mutex_;
  std::map<void*, size_t> in_use_;
  std::vector<Block> kept_;
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
void* MovePages(Block block, size_t size) {
  // Addresses only, which the moved pages take.
  void* const room = mmap(nullptr, size + kHugePage, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(room);
  const size_t before = -reinterpret_cast<uintptr_t>(begin) % kHugePage;
  char* const aligned = begin + before;
  if (mremap(block.data, block.size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
             aligned) == MAP_FAILED) {
    munmap(begin, size + kHugePage);
    return nullptr;
  }
  if (before > 0) munmap(begin, before);
  munmap(aligned + size, kHugePage - before);
  return aligned;
}

size_t WholePages(size_t size_bytes) {
  return (size_bytes + kHugePage - 1) / kHugePage * kHugePage;
}

}  // namespace

void* AllocateLarge(size_t size_bytes) {
  const size_t size = WholePages(size_bytes);
  Blocks& blocks = Blocks::Get();
  if (void* const kept = blocks.Reuse(size)) return kept;
  void* data = MapAligned(size);
  if (data == nullptr) {
    blocks.ReleaseKept();
    data = MapAligned(size);
  }
  if (data != nullptr) blocks.Add({data, size});
  return data;
}

void* GrowLarge(void* data, size_t used_bytes, size_t size_bytes) {
  if (data == nullptr || reinterpret_cast<uintptr_t>(data) % kHugePage != 0) {
    return nullptr;
  }
  Blocks& blocks = Blocks::Get();
  // Nobody else gets these addresses while they are on the way.
  const Block block{data, blocks.Take(data)};
  if (block.size == 0) return nullptr;
  const size_t size = WholePages(size_bytes);
  if (void* const kept = blocks.Reuse(size)) {
    std::memcpy(kept, data, used_bytes);
    blocks.Add(block);
    blocks.Free(data);
    return kept;
  }
  void* const moved = MovePages(block, size);
  blocks.Add(moved == nullptr ? block : Block{moved, size});
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
