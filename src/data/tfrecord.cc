#include "rowsplit/data/tfrecord.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/crc32c.h"

namespace rowsplit {
namespace {

template <typename T>
void StoreLittleEndian(T value, char* bytes) {
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * i));
  }
}

template <typename T>
T LoadLittleEndian(const char* bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value |= static_cast<T>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  }
  return value;
}

uint32_t MaskedCrc(const char* bytes, size_t size) {
  return kernels::MaskedCrc32c(reinterpret_cast<const uint8_t*>(bytes), size);
}

}  // namespace

size_t BeginTfrecord(BufferBuilder<char>& out) {
  const size_t begin = out.size();
  static constexpr char kRoom[kTfrecordHeaderBytes] = {};
  out.Append(std::span<const char>(kRoom));
  return begin;
}

void EndTfrecord(size_t begin, BufferBuilder<char>& out) {
  const size_t size = out.size() - begin - kTfrecordHeaderBytes;
  char* header = out.data() + begin;
  StoreLittleEndian(static_cast<uint64_t>(size), header);
  StoreLittleEndian(MaskedCrc(header, 8), header + 8);
  char footer[kTfrecordFooterBytes];
  StoreLittleEndian(MaskedCrc(header + kTfrecordHeaderBytes, size), footer);
  out.Append(std::span<const char>(footer));
}

void AppendTfrecord(std::string_view payload, BufferBuilder<char>& out) {
  const size_t begin = BeginTfrecord(out);
  out.Append(std::span<const char>(payload.data(), payload.size()));
  EndTfrecord(begin, out);
}

TfrecordHeader ParseTfrecordHeader(const char* bytes) {
  return {LoadLittleEndian<uint64_t>(bytes),
          LoadLittleEndian<uint32_t>(bytes + 8) == MaskedCrc(bytes, 8)};
}

bool TfrecordPayloadMatches(std::string_view payload) {
  return LoadLittleEndian<uint32_t>(payload.data() + payload.size()) ==
         MaskedCrc(payload.data(), payload.size());
}

}  // namespace rowsplit
