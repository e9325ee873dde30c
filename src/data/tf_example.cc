#include "data/tf_example.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/check.h"

namespace rowsplit::internal {
namespace {

// Every tag here is a field number up to 15 with wire type 2 (a length and
// bytes), so it is one byte.
constexpr char Tag(int field) { return static_cast<char>(field << 3 | 2); }
constexpr size_t kTagBytes = 1;

// Seven bits a byte: ceil(bits / 7), with (9 * bits + 64) / 64 for bits <= 64.
size_t VarintBytes(uint64_t value) {
  const size_t bits = static_cast<size_t>(std::bit_width(value | 1));
  return (9 * bits + 64) / 64;
}

char* WriteVarint(uint64_t value, char* out) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

size_t FieldBytes(size_t size) { return kTagBytes + VarintBytes(size) + size; }

char* WriteFieldStart(int field, size_t size, char* out) {
  *out++ = Tag(field);
  return WriteVarint(size, out);
}

char* WriteField(int field, std::string_view bytes, char* out) {
  out = WriteFieldStart(field, bytes.size(), out);
  return std::copy(bytes.begin(), bytes.end(), out);
}

char* WriteFloat(float value, char* out) {
  const auto bits = std::bit_cast<uint32_t>(value);
  for (int byte = 0; byte < 4; ++byte) {
    *out++ = static_cast<char>(bits >> (8 * byte));
  }
  return out;
}

}  // namespace

// BytesList, FloatList or Int64List: its one field. A packed field without
// numbers is left out, as protobuf does.
size_t ExampleWriter::Feature::list_bytes() const {
  return count == 0 && kind != Kind::kBytes ? 0 : FieldBytes(value_bytes);
}
size_t ExampleWriter::Feature::feature_bytes() const {
  return FieldBytes(list_bytes());
}
// An entry of the map: the name is field 1, the feature field 2.
size_t ExampleWriter::Feature::entry_bytes() const {
  return FieldBytes(name.size()) + FieldBytes(feature_bytes());
}

void ExampleWriter::Add(const Feature& feature) {
  ROWSPLIT_DCHECK(num_features_ < kMaxFeatures);
  size_t place = num_features_;
  while (place > 0 && feature.name < features_[place - 1].name) {
    features_[place] = features_[place - 1];
    --place;
  }
  ROWSPLIT_DCHECK(place == 0 || features_[place - 1].name != feature.name);
  features_[place] = feature;
  ++num_features_;
}

void ExampleWriter::AddBytes(std::string_view name, std::string_view value) {
  Add({name, Kind::kBytes, value.data(), value.size(), value.size()});
}

void ExampleWriter::AddInt64s(std::string_view name,
                              std::span<const int64_t> values) {
  size_t value_bytes = 0;
  for (const int64_t value : values) {
    value_bytes += VarintBytes(static_cast<uint64_t>(value));
  }
  Add({name, Kind::kInt64s, values.data(), values.size(), value_bytes});
}

void ExampleWriter::AddFloats(std::string_view name,
                              std::span<const float> values) {
  Add({name, Kind::kFloats, values.data(), values.size(), 4 * values.size()});
}

char* ExampleWriter::WriteFeature(const Feature& feature, char* out) {
  out = WriteFieldStart(1, feature.entry_bytes(), out);
  out = WriteField(1, feature.name, out);
  out = WriteFieldStart(2, feature.feature_bytes(), out);
  out = WriteFieldStart(static_cast<int>(feature.kind), feature.list_bytes(),
                        out);
  if (feature.kind == Kind::kBytes) {
    return WriteField(
        1, {static_cast<const char*>(feature.data), feature.count}, out);
  }
  if (feature.count == 0) return out;
  out = WriteFieldStart(1, feature.value_bytes, out);
  if (feature.kind == Kind::kInt64s) {
    const auto* values = static_cast<const int64_t*>(feature.data);
    for (size_t i = 0; i < feature.count; ++i) {
      out = WriteVarint(static_cast<uint64_t>(values[i]), out);
    }
  } else {
    const auto* values = static_cast<const float*>(feature.data);
    for (size_t i = 0; i < feature.count; ++i) out = WriteFloat(values[i], out);
  }
  return out;
}

void ExampleWriter::AppendTo(BufferBuilder<char>& out) const {
  size_t features_bytes = 0;
  for (const Feature& feature : features()) {
    features_bytes += FieldBytes(feature.entry_bytes());
  }
  const size_t total = FieldBytes(features_bytes);
  char* const begin = out.AppendUninitialized(total);
  char* end = WriteFieldStart(1, features_bytes, begin);
  for (const Feature& feature : features()) end = WriteFeature(feature, end);
  ROWSPLIT_DCHECK(end == begin + total);
}

}  // namespace rowsplit::internal
