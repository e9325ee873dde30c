#ifndef ROWSPLIT_SRC_VOCAB_ID_COUNTER_H_
#define ROWSPLIT_SRC_VOCAB_ID_COUNTER_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace rowsplit::internal {

// Counts the ids of a row and gives them in ascending order, in time linear in
// the row, whatever its length: a set of bits with summaries (bit b of a
// level is set if word b of the level below is not 0) finds the ids that are
// there without sorting them. Very many columns have no room for a count each;
// rows are then sorted. Not for several threads at once.
//
//   IdCounter counter(100);
//   counter.Count({7, 3, 7, -1}, emit);  // emit(3, 1), emit(7, 2)
class IdCounter {
 public:
  // Up to this many columns each has a count: 4 bytes and a bit.
  static constexpr int64_t kMaxTableIds = int64_t{1} << 24;

  // Requires `num_ids >= 0`. Allocates nothing before it counts.
  explicit IdCounter(int64_t num_ids) : num_ids_(num_ids) {}

  // Calls `emit(id, count)` for each id of `ids` that is in [0, num_ids),
  // ascending. Id is int64_t or int32_t. Allocates nothing for rows up to the
  // longest so far.
  template <typename Id, typename Emit>
  void Count(std::span<const Id> ids, const Emit& emit) {
    if (ids.size() == 1) {
      if (Has(ids[0])) emit(static_cast<int64_t>(ids[0]), int64_t{1});
    } else if (num_ids_ <= kMaxTableIds && ids.size() < kMaxTableRow) {
      if (levels_.empty()) MakeLevels();
      for (const Id id : ids) {
        if (Has(id)) [[likely]] {
          Add(static_cast<uint64_t>(id));
        }
      }
      if (!ids.empty()) EmitWord(levels_.size() - 1, 0, emit);
    } else {
      sorted_.clear();
      for (const Id id : ids)
        if (Has(id)) sorted_.push_back(id);
      Sort();
      EmitSorted(emit);
    }
  }

 private:
  // A count has 32 bits.
  static constexpr size_t kMaxTableRow = size_t{1} << 32;

  template <typename Id>
  bool Has(Id id) const {
    return static_cast<uint64_t>(static_cast<int64_t>(id)) <
           static_cast<uint64_t>(num_ids_);
  }

  void MakeLevels();
  // Sorts sorted_.
  void Sort();

  void Add(uint64_t id) {
    ++counts_[id];
    for (uint64_t* const level : levels_) {
      uint64_t& word = level[id / 64];
      const uint64_t before = word;
      word |= uint64_t{1} << (id % 64);
      if (before != 0) return;
      id /= 64;
    }
  }

  // Emits what is below a word and clears it.
  template <typename Emit>
  void EmitWord(size_t level, uint64_t index, const Emit& emit) {
    uint64_t bits = levels_[level][index];
    levels_[level][index] = 0;
    for (; bits != 0; bits &= bits - 1) {
      const uint64_t below =
          index * 64 + static_cast<uint64_t>(std::countr_zero(bits));
      if (level > 0) {
        EmitWord(level - 1, below, emit);
      } else {
        emit(static_cast<int64_t>(below), int64_t{counts_[below]});
        counts_[below] = 0;
      }
    }
  }

  template <typename Emit>
  void EmitSorted(const Emit& emit) const {
    for (size_t i = 0; i < sorted_.size();) {
      const size_t begin = i;
      while (i < sorted_.size() && sorted_[i] == sorted_[begin]) ++i;
      emit(sorted_[begin], static_cast<int64_t>(i - begin));
    }
  }

  struct Free {
    void operator()(void* memory) const;
  };

  int64_t num_ids_;
  // Zeros between rows.
  std::unique_ptr<uint32_t, Free> counts_memory_;
  std::unique_ptr<uint64_t, Free> bits_memory_;
  uint32_t* counts_ = nullptr;
  // Bits of the ids, then of each summary; the last is one word.
  std::vector<uint64_t*> levels_;
  std::vector<int64_t> sorted_, scratch_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_ID_COUNTER_H_
