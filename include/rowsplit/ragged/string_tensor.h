#ifndef ROWSPLIT_RAGGED_STRING_TENSOR_H_
#define ROWSPLIT_RAGGED_STRING_TENSOR_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

// Strings that somebody else keeps alive: bytes and `size() + 1` offsets, as
// Arrow's large_string. `offsets[0]` may be above 0 and the bytes may run past
// the last offset, so a range of strings is two subspans.
class ROWSPLIT_VIEW StringTensorView {
 public:
  StringTensorView() = default;
  // Requires offsets that don't decrease and end inside `bytes`.
  StringTensorView(std::span<const Offset> offsets, std::span<const char> bytes)
      : offsets_(offsets), bytes_(bytes) {}

  int64_t size() const {
    return offsets_.empty() ? 0 : static_cast<int64_t>(offsets_.size()) - 1;
  }
  std::string_view operator[](int64_t index) const {
    return {bytes_.data() + offsets_[index],
            static_cast<size_t>(offsets_[index + 1] - offsets_[index])};
  }
  std::span<const Offset> offsets() const { return offsets_; }
  std::span<const char> bytes() const { return bytes_; }
  // The bytes of the strings, without what lies before and after them.
  std::string_view text() const {
    if (offsets_.empty()) return {};
    return {bytes_.data() + offsets_.front(),
            static_cast<size_t>(offsets_.back() - offsets_.front())};
  }
  // The strings [begin, end). Requires `0 <= begin <= end <= size()`.
  StringTensorView Slice(int64_t begin, int64_t end) const {
    return {offsets_.subspan(begin, end - begin + 1), bytes_};
  }

 private:
  std::span<const Offset> offsets_;
  std::span<const char> bytes_;
};

// A one-dimensional tensor of byte strings. Immutable; copies share memory.
class StringTensor {
 public:
  // No strings.
  StringTensor() = default;

  // Fails with InvalidArgument if the partition's values are not the bytes.
  static absl::StatusOr<StringTensor> FromBytes(RowPartition offsets,
                                                Buffer<char> bytes);
  // Copies the strings. O(bytes).
  static StringTensor FromStrings(std::span<const std::string_view> strings);

  int64_t size() const { return offsets_.num_rows(); }
  std::string_view operator[](int64_t index) const { return view()[index]; }
  StringTensorView view() const {
    return {offsets_.row_splits(), bytes_.span()};
  }
  operator StringTensorView() const {
    return view();
  }  // NOLINT: a view of itself
  const RowPartition& offsets() const { return offsets_; }
  const Buffer<char>& bytes() const { return bytes_; }

  friend bool operator==(const StringTensor& a, const StringTensor& b);

 private:
  StringTensor(RowPartition offsets, Buffer<char> bytes)
      : offsets_(std::move(offsets)), bytes_(std::move(bytes)) {}
  friend class StringTensorBuilder;

  RowPartition offsets_;
  Buffer<char> bytes_;
};

// Makes a StringTensor string by string, without an allocation for each.
//
//   StringTensorBuilder builder;
//   builder.Append("ab");
//   StringTensor strings = std::move(builder).Build();
class StringTensorBuilder {
 public:
  StringTensorBuilder() { offsets_.Append(Offset{0}); }

  void Reserve(int64_t num_strings, int64_t num_bytes) {
    offsets_.Reserve(num_strings + 1);
    bytes_.Reserve(num_bytes);
  }
  void Append(std::string_view string) {
    AppendPart(string);
    EndString();
  }
  // A string may be made of parts: any number of AppendPart, then EndString.
  void AppendPart(std::string_view part) {
    bytes_.Append(std::span<const char>(part.data(), part.size()));
  }
  void EndString() { offsets_.Append(static_cast<Offset>(bytes_.size())); }

  int64_t size() const { return static_cast<int64_t>(offsets_.size()) - 1; }
  StringTensor Build() &&;

 private:
  BufferBuilder<Offset> offsets_;
  BufferBuilder<char> bytes_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_RAGGED_STRING_TENSOR_H_
