#include "text/unicode_encoder.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using namespace std::string_literals;

std::string Encode(const std::vector<int32_t>& points,
                   OutputEncoding encoding) {
  BufferBuilder<char> out;
  out.Append('!');
  AppendEncoded(points, encoding, out);
  return {out.data(), out.size()};
}

TEST(UnicodeEncoder, WritesEachEncodingBehindWhatIsThere) {
  const std::vector<int32_t> points = {'a', 0xE9, 0x4E2D, 0x1F44D, 0x10FFFF};
  EXPECT_EQ(Encode(points, OutputEncoding::kUtf8), "!aé中👍\U0010FFFF");
  EXPECT_EQ(Encode(points, OutputEncoding::kUtf16Be),
            "!\0a\0\xE9\x4E\x2D\xD8\x3D\xDC\x4D\xDB\xFF\xDF\xFF"s);
  EXPECT_EQ(Encode(points, OutputEncoding::kUtf32Be),
            "!\0\0\0a\0\0\0\xE9\0\0\x4E\x2D\0\x01\xF4\x4D\0\x10\xFF\xFF"s);
  EXPECT_EQ(Encode({}, OutputEncoding::kUtf8), "!");
}

TEST(UnicodeEncoder, MendsSurrogatesInUtf8Only) {
  const std::vector<int32_t> points = {0xD800, 'a', 0xDFFF};
  EXPECT_EQ(Encode(points, OutputEncoding::kUtf8), "!\uFFFDa\uFFFD");
  EXPECT_EQ(Encode(points, OutputEncoding::kUtf16Be), "!\xD8\0\0a\xDF\xFF"s);
}

TEST(UnicodeEncoder, ChecksItsArguments) {
  EXPECT_EQ(*FindOutputEncoding("op", "UTF-16-BE"), OutputEncoding::kUtf16Be);
  for (const char* name : {"", "utf-8", "UTF-16", "latin1"}) {
    EXPECT_THAT(FindOutputEncoding("UnicodeEncode", name),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "UnicodeEncode: the output encoding must be"));
  }
  EXPECT_TRUE(CheckReplacement("op", 0).ok());
  EXPECT_TRUE(CheckReplacement("op", 0x10FFFF).ok());
  for (const int32_t replacement : {-1, 0x110000}) {
    EXPECT_THAT(CheckReplacement("op", replacement),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          std::to_string(replacement)));
  }
}

}  // namespace
}  // namespace rowsplit::internal
