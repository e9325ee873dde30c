#include "text/charset_stream.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "gtest/gtest.h"
#include "rowsplit/text/unicode_codec.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Random;

// Converts in steps of `in_size` and `out_size` bytes.
std::string Convert(const std::string& encoding, std::string_view text,
                    size_t in_size, size_t out_size) {
  auto stream = CharsetStream::Open(encoding);
  std::string converted;
  std::string out(out_size, '\0');
  size_t end = 0;
  size_t at = 0;
  while (true) {
    end = std::min(text.size(), std::max(end, at + in_size));
    const bool last = end == text.size();
    const CharsetStream::Step step = stream->Convert(
        std::span<const char>(text.data() + at, end - at), last, out);
    at += step.consumed;
    converted.append(out, 0, step.produced);
    if (last && step.produced == 0) return converted;
  }
}

// What the op makes of it, and the mark for each ill-formed piece.
std::string ConvertPlainly(std::string_view encoding, std::string_view text) {
  const std::vector<std::string_view> texts = {text};
  const auto utf8 = UnicodeTranscode(StringTensor::FromStrings(texts), encoding,
                                     "UTF-8", {.replacement = 0x10FFFE});
  constexpr std::string_view kStandIn = "\xF4\x8F\xBF\xBE";
  std::string expected;
  for (std::string_view rest = (*utf8)[0]; !rest.empty();) {
    const size_t at = rest.find(kStandIn);
    expected += rest.substr(0, at);
    if (at == std::string_view::npos) break;
    expected += kIllFormedMark;
    rest = rest.substr(at + kStandIn.size());
  }
  if (expected.starts_with("\xEF\xBB\xBF")) expected.erase(0, 3);
  return expected;
}

TEST(CharsetStream, ConvertsInStepsOfAnySize) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const char* encoding : {"latin1", "windows-1252", "Shift_JIS", "gb18030",
                               "EUC-KR", "UTF-16BE", "UTF-16LE", "UTF-32LE"}) {
    for (int round = 0; round < 60; ++round) {
      std::string text;
      for (uint64_t i = Below(random, 60); i > 0; --i)
        text +=
            static_cast<char>(Below(random, 3) == 0 ? 0x80 + Below(random, 128)
                                                    : Below(random, 128));
      const std::string expected = ConvertPlainly(encoding, text);
      for (const size_t in_size : {1, 2, 7, 1000}) {
        for (const size_t out_size : {1, 5, 1000})
          ASSERT_EQ(Convert(encoding, text, in_size, out_size), expected)
              << encoding;
      }
    }
  }
}

TEST(CharsetStream, KeepsPairsThatABufferCuts) {
  std::string text;
  std::string expected;
  for (int i = 0; i < 9000; ++i) {
    // U+103FF is D800 DFFF.
    text +=
        i % 2 == 0 ? std::string("\xD8\x00\xDF\xFF", 4) : std::string("\0a", 2);
    expected += i % 2 == 0 ? "\U000103FF" : "a";
  }
  EXPECT_EQ(Convert("UTF-16BE", text, 4097, 1001), expected);
  EXPECT_EQ(Convert("UTF-16BE", text, 1 << 20, 1 << 20), expected);
}

TEST(CharsetStream, DropsAByteOrderMarkAtTheBegin) {
  EXPECT_EQ(Convert("UTF-16LE",
                    std::string_view("\xFF\xFE"
                                     "a\0\xFF\xFE",
                                     6),
                    1, 9),
            "a\uFEFF");
  EXPECT_EQ(Convert("UTF-16", std::string_view("\xFE\xFF\0a", 4), 1, 9), "a");
  EXPECT_EQ(Convert("latin1", "", 1, 9), "");
}

TEST(CharsetStream, MarksWhatTheEndCutsOff) {
  EXPECT_EQ(Convert("Shift_JIS", "a\x93", 1, 9), "a\xFF");
  EXPECT_EQ(Convert("UTF-16BE", std::string_view("\0a\xD8\x3D", 4), 1, 9),
            "a\xFF");
  EXPECT_EQ(Convert("UTF-16BE", std::string_view("\0a\0", 3), 1, 9), "a\xFF");
}

TEST(CharsetStream, TakesLongIllFormedTextInLinearTime) {
  for (const char byte : {'\xFF', '\x81', ' ', 'a'}) {
    const std::string text(1 << 18, byte);
    EXPECT_EQ(Convert("Shift_JIS", text, 1 << 16, 1 << 16),
              ConvertPlainly("Shift_JIS", text));
  }
}

TEST(CharsetStream, RefusesUnknownEncodings) {
  EXPECT_THAT(CharsetStream::Open("nosuch"),
              FailsWith(absl::StatusCode::kInvalidArgument, "\"nosuch\""));
}

}  // namespace
}  // namespace rowsplit::internal
