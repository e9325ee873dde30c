#include "rowsplit/data/tfrecord.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace rowsplit {
namespace {

std::string Record(std::string_view payload) {
  BufferBuilder<char> out;
  AppendTfrecord(payload, out);
  return std::string(out.data(), out.size());
}

TEST(Tfrecord, WritesTheBytesThatTensorFlowWrites) {
  // What tf.io.TFRecordWriter wrote for b"rowsplit" and b"".
  EXPECT_EQ(Record("rowsplit"), std::string("\x08\0\0\0\0\0\0\0\xFF\x86\x24\x0F"
                                            "rowsplit"
                                            "\x54\x0F\x6D\xC1",
                                            24));
  EXPECT_EQ(
      Record(""),
      std::string("\0\0\0\0\0\0\0\0\x29\x03\x98\x07\xD8\xEA\x82\xA2", 16));
}

TEST(Tfrecord, ReadsBackWhatItWrote) {
  std::string payload;
  for (int size = 0; size < 700; ++size) {
    const std::string record = Record(payload);
    ASSERT_EQ(record.size(),
              payload.size() + kTfrecordHeaderBytes + kTfrecordFooterBytes);
    const TfrecordHeader header = ParseTfrecordHeader(record.data());
    ASSERT_TRUE(header.valid);
    ASSERT_EQ(header.length, payload.size());
    const std::string_view read(record.data() + kTfrecordHeaderBytes,
                                header.length);
    ASSERT_EQ(read, payload);
    ASSERT_TRUE(TfrecordPayloadMatches(read));
    payload += static_cast<char>(size * 7);
  }
}

TEST(Tfrecord, AppendsAfterWhatIsThere) {
  BufferBuilder<char> out;
  AppendTfrecord("a", out);
  const size_t begin = BeginTfrecord(out);
  out.Append('b');
  out.Append('c');
  EndTfrecord(begin, out);
  EXPECT_EQ(std::string(out.data(), out.size()), Record("a") + Record("bc"));
}

TEST(Tfrecord, FindsEveryFlippedBit) {
  const std::string good = Record("payload!");
  for (size_t byte = 0; byte < good.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[byte] = static_cast<char>(bad[byte] ^ (1 << bit));
      const bool in_header = byte < kTfrecordHeaderBytes;
      EXPECT_EQ(ParseTfrecordHeader(bad.data()).valid, !in_header) << byte;
      EXPECT_EQ(TfrecordPayloadMatches({bad.data() + kTfrecordHeaderBytes, 8}),
                in_header)
          << byte;
    }
  }
}

}  // namespace
}  // namespace rowsplit
