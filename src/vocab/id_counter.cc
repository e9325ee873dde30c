#include "vocab/id_counter.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

namespace rowsplit::internal {

namespace {

// Fresh pages are zeros already: only those that are used cost anything.
void* Zeros(size_t count, size_t size) {
  void* const memory = std::calloc(count, size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void IdCounter::Free::operator()(void* memory) const { std::free(memory); }

void IdCounter::MakeLevels() {
  std::vector<size_t> words;
  auto size = static_cast<size_t>(std::max<int64_t>(num_ids_, 1));
  counts_memory_.reset(static_cast<uint32_t*>(Zeros(size, sizeof(uint32_t))));
  counts_ = counts_memory_.get();
  size_t total = 0;
  do {
    size = (size + 63) / 64;
    words.push_back(size);
    total += size;
  } while (size > 1);
  bits_memory_.reset(static_cast<uint64_t*>(Zeros(total, sizeof(uint64_t))));
  uint64_t* next = bits_memory_.get();
  for (const size_t count : words) {
    levels_.push_back(next);
    next += count;
  }
}

void IdCounter::Sort() {
  constexpr size_t kRadixRow = 4096;
  if (sorted_.size() < kRadixRow) {
    std::sort(sorted_.begin(), sorted_.end());
    return;
  }
  // A byte a pass, from the lowest; a byte that all ids share needs none.
  scratch_.resize(sorted_.size());
  for (int shift = 0; shift < 64 && (num_ids_ - 1) >> shift != 0; shift += 8) {
    std::array<size_t, 256> ends{};
    const auto digit = [shift](int64_t id) {
      return static_cast<size_t>(id >> shift & 0xFF);
    };
    for (const int64_t id : sorted_) ++ends[digit(id)];
    if (ends[digit(sorted_[0])] == sorted_.size()) continue;
    size_t sum = 0;
    for (size_t& end : ends) end = sum += end;
    for (size_t i = sorted_.size(); i-- > 0;)
      scratch_[--ends[digit(sorted_[i])]] = sorted_[i];
    sorted_.swap(scratch_);
  }
}

}  // namespace rowsplit::internal
