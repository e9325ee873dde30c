#ifndef ROWSPLIT_DATA_TFRECORD_H_
#define ROWSPLIT_DATA_TFRECORD_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rowsplit/core/buffer.h"

namespace rowsplit {

// A TFRecord file is records one after the other, each
//   uint64 length | uint32 masked CRC-32C of length | payload |
//   uint32 masked CRC-32C of payload
// with little-endian numbers.
inline constexpr size_t kTfrecordHeaderBytes = 12;
inline constexpr size_t kTfrecordFooterBytes = 4;

// Appends one whole record. O(payload).
void AppendTfrecord(std::string_view payload, BufferBuilder<char>& out);

// The same for a payload that is written straight into `out`:
//
//   const size_t begin = BeginTfrecord(out);
//   …append the payload to out…
//   EndTfrecord(begin, out);
size_t BeginTfrecord(BufferBuilder<char>& out);
void EndTfrecord(size_t begin, BufferBuilder<char>& out);

struct TfrecordHeader {
  // The payload's bytes. Means nothing unless `valid`.
  uint64_t length;
  // The length's checksum matches.
  bool valid;
};

// Reads a header. Requires 12 bytes.
TfrecordHeader ParseTfrecordHeader(const char* bytes);

// Whether the payload matches the checksum in the 4 bytes that follow it.
// Requires 4 bytes after `payload`. O(payload), no state: records that were cut
// apart can be checked in parallel.
bool TfrecordPayloadMatches(std::string_view payload);

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_TFRECORD_H_
