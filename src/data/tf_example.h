#ifndef ROWSPLIT_SRC_DATA_TF_EXAMPLE_H_
#define ROWSPLIT_SRC_DATA_TF_EXAMPLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// Writes a tf.train.Example in its wire format, without building the message.
// Features are written in order of their names, so equal examples are equal
// bytes. Allocates nothing but room in `out`. The views must live until
// AppendTo.
//
//   ExampleWriter example;
//   example.AddBytes("text", "a b");
//   example.AddInt64s("ids", ids);
//   example.AppendTo(out);
class ExampleWriter {
 public:
  static constexpr size_t kMaxFeatures = 16;

  // Each name at most once, at most kMaxFeatures of them.
  void AddBytes(std::string_view name, std::string_view value);
  void AddInt64s(std::string_view name, std::span<const int64_t> values);
  void AddFloats(std::string_view name, std::span<const float> values);

  void AppendTo(BufferBuilder<char>& out) const;
  void Clear() { num_features_ = 0; }

 private:
  enum class Kind : uint8_t { kBytes = 1, kFloats = 2, kInt64s = 3 };
  struct Feature {
    std::string_view name;
    Kind kind;
    const void* data;
    size_t count;        // Bytes, or numbers.
    size_t value_bytes;  // What the values take on the wire.
    size_t list_bytes() const;
    size_t feature_bytes() const;
    size_t entry_bytes() const;
  };
  void Add(const Feature& feature);
  static char* WriteFeature(const Feature& feature, char* out);

  std::span<const Feature> features() const {
    return {features_.data(), num_features_};
  }

  std::array<Feature, kMaxFeatures> features_;
  size_t num_features_ = 0;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_DATA_TF_EXAMPLE_H_
