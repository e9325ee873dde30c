#ifndef ROWSPLIT_CORE_BUFFER_H_
#define ROWSPLIT_CORE_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace rowsplit {

namespace internal {

// Room for `count` elements, aligned to 64 bytes; throws std::bad_alloc, also
// where the size does not fit a size_t.
void* AllocateAligned(size_t count, size_t element_size);
// The same for what AllocateAligned gave or null, whose first `used_bytes` stay
// and which is gone then, unless it throws.
void* GrowAligned(void* data, size_t used_bytes, size_t count,
                  size_t element_size);
void FreeAligned(void* data);

struct AlignedDeleter {
  void operator()(void* data) const { FreeAligned(data); }
};

}  // namespace internal

// An immutable array: a span and, unless the memory is borrowed, a shared owner
// of it. Copying shares the memory. Safe to read from any number of threads.
template <typename T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;
  using const_iterator = const T*;

  Buffer() = default;
  Buffer(std::initializer_list<T> values)
      : Buffer(Copy(std::span<const T>(values.begin(), values.size()))) {}

  // Shares memory that `owner` keeps alive.
  Buffer(std::span<const T> values, std::shared_ptr<const void> owner)
      : values_(values), owner_(std::move(owner)) {}

  // Refers to memory that the caller keeps alive and unchanged (a mapped file,
  // an array of another library).
  static Buffer Borrow(std::span<const T> values) {
    return Buffer(values, nullptr);
  }

  // Copies `values` into 64-byte aligned memory of its own.
  static Buffer Copy(std::span<const T> values);

  const T* data() const { return values_.data(); }
  size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  std::span<const T> span() const { return values_; }
  const T& operator[](size_t index) const { return values_[index]; }
  const T* begin() const { return values_.data(); }
  const T* end() const { return values_.data() + values_.size(); }

  // A part of this buffer that shares its owner. Requires
  // `begin + size <= this->size()`.
  Buffer Slice(size_t begin, size_t size) const {
    return Buffer(values_.subspan(begin, size), owner_);
  }

  // Keeps the memory alive; null if it is borrowed or empty.
  const std::shared_ptr<const void>& owner() const { return owner_; }
  bool is_borrowed() const { return owner_ == nullptr && !values_.empty(); }

 private:
  std::span<const T> values_;
  std::shared_ptr<const void> owner_;
};

// The one writer of a Buffer. Grows by doubling; `Build` and a move hand the
// memory over and leaves the builder empty.
//
//   BufferBuilder<int64_t> builder;
//   builder.Append(3);
//   Buffer<int64_t> buffer = std::move(builder).Build();
template <typename T>
class BufferBuilder {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  BufferBuilder() = default;
  // Starts with `size` elements, not initialised.
  explicit BufferBuilder(size_t size)
      : data_(internal::AllocateAligned(size, sizeof(T))),
        size_(size),
        capacity_(size) {}

  BufferBuilder(BufferBuilder&& other) noexcept { *this = std::move(other); }
  BufferBuilder& operator=(BufferBuilder&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  T* data() { return static_cast<T*>(data_.get()); }
  const T* data() const { return static_cast<const T*>(data_.get()); }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }
  T& operator[](size_t index) { return data()[index]; }

  void Reserve(size_t capacity) {
    if (capacity > capacity_) Grow(capacity);
  }
  // New elements are not initialised.
  void ResizeUninitialized(size_t size) {
    Reserve(size);
    size_ = size;
  }
  void Clear() { size_ = 0; }
  void Append(T value) {
    if (size_ == capacity_) Grow(capacity_ == 0 ? 64 : capacity_ * 2);
    data()[size_++] = value;
  }
  void Append(std::span<const T> values) {
    if (values.empty()) return;
    std::memcpy(AppendUninitialized(values.size()), values.data(),
                values.size_bytes());
  }
  // Adds `count` elements, not initialised, and returns where they start; the
  // memory grows by doubling.
  T* AppendUninitialized(size_t count) {
    if (size_ + count > capacity_) {
      const size_t doubled = capacity_ * 2;
      Grow(size_ + count > doubled ? size_ + count : doubled);
    }
    size_ += count;
    return data() + (size_ - count);
  }

  Buffer<T> Build() && {
    std::shared_ptr<void> owner(data_.release(), internal::AlignedDeleter());
    const std::span<const T> values(static_cast<const T*>(owner.get()), size_);
    size_ = capacity_ = 0;
    return Buffer<T>(values, std::move(owner));
  }

 private:
  void Grow(size_t capacity) {
    void* const grown = internal::GrowAligned(data_.get(), size_ * sizeof(T),
                                              capacity, sizeof(T));
    data_.release();  // NOLINT(bugprone-unused-return-value): it is freed
    data_.reset(grown);
    capacity_ = capacity;
  }

  std::unique_ptr<void, internal::AlignedDeleter> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

template <typename T>
Buffer<T> Buffer<T>::Copy(std::span<const T> values) {
  BufferBuilder<T> builder(values.size());
  if (!values.empty())
    std::memcpy(builder.data(), values.data(), values.size_bytes());
  return std::move(builder).Build();
}

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_BUFFER_H_
