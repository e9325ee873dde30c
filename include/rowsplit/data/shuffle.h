#ifndef ROWSPLIT_DATA_SHUFFLE_H_
#define ROWSPLIT_DATA_SHUFFLE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {

struct ShuffleOptions {
  // Records that are held back to choose from. 0 and 1 leave the order alone.
  int64_t buffer_size = 1000;
  // Equal seeds give equal orders, on every machine and in every version.
  uint64_t seed = 0;
};

// Shuffles a stream of byte records through a bounded buffer, as tf.data's
// `shuffle`: once the buffer is full, each new record takes the place of a
// random one, which is emitted; at the end the rest comes in random order.
// Holds the records in one piece of memory; nothing is allocated for a record
// once the buffer has seen a few times its size. Not thread-safe.
//
//   auto shuffle = *ShuffleBuffer::Create({.buffer_size = 1000});
//   const auto emit = [&](std::string_view r) { return writer.Write(r); };
//   for (std::string_view record : records) {
//     RETURN_IF_ERROR(shuffle.Push(record, emit));
//   }
//   return shuffle.Flush(emit);
class ShuffleBuffer {
 public:
  // Fails with InvalidArgument if the buffer size is negative.
  static absl::StatusOr<ShuffleBuffer> Create(const ShuffleOptions& options);

  // Takes a copy of `record` and, if the buffer is full, emits one.
  // `emit(std::string_view)` returns absl::Status; its bytes live until it
  // returns. Where it fails, Push returns its error and `record` is not taken.
  template <typename Emit>
  absl::Status Push(std::string_view record, Emit&& emit) {
    if (options_.buffer_size <= 1) return emit(record);
    if (size() < options_.buffer_size) {
      Insert(record);
      return absl::OkStatus();
    }
    const size_t slot = Draw(slots_.size());
    if (absl::Status status = emit(Record(slot)); !status.ok()) return status;
    Replace(slot, record);
    return absl::OkStatus();
  }

  // Emits what is left. The buffer is then empty and may be used again.
  template <typename Emit>
  absl::Status Flush(Emit&& emit) {
    while (!slots_.empty()) {
      const size_t slot = Draw(slots_.size());
      if (absl::Status status = emit(Record(slot)); !status.ok()) return status;
      Remove(slot);
    }
    return absl::OkStatus();
  }

  // Records and memory held.
  int64_t size() const { return static_cast<int64_t>(slots_.size()); }
  int64_t size_bytes() const { return static_cast<int64_t>(bytes_.size()); }

 private:
  // A record's place in `bytes_`: `size` bytes of it, with room for `capacity`.
  struct Slot {
    size_t begin;
    size_t size;
    size_t capacity;
  };

  explicit ShuffleBuffer(const ShuffleOptions& options)
      : options_(options), state_(options.seed) {}
  std::string_view Record(size_t slot) const {
    return {bytes_.data() + slots_[slot].begin, slots_[slot].size};
  }
  size_t Draw(size_t bound);
  Slot Store(std::string_view record);
  void Insert(std::string_view record);
  void Replace(size_t slot, std::string_view record);
  void Remove(size_t slot);
  void Compact();

  ShuffleOptions options_;
  uint64_t state_;
  std::vector<Slot> slots_;
  BufferBuilder<char> bytes_;
  BufferBuilder<char> spare_;
  size_t live_bytes_ = 0;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_SHUFFLE_H_
