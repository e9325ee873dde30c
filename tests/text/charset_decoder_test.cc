#include "text/charset_decoder.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Random;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Decoded {
  std::vector<int32_t> code_points;
  std::vector<Offset> starts;
  CharsetDecoder::Fault fault;
};

Decoded Decode(std::string_view encoding, std::string_view text,
               const DecodeRules& rules = {}) {
  auto decoder = CharsetDecoder::Open(*Charset::Find("op", encoding));
  BufferBuilder<int32_t> points;
  BufferBuilder<Offset> starts;
  Decoded decoded;
  decoded.fault = decoder->Append(text, rules, points, &starts);
  decoded.code_points.assign(points.span().begin(), points.span().end());
  decoded.starts.assign(starts.span().begin(), starts.span().end());
  return decoded;
}

void NoteBad(const void* context, UConverterToUnicodeArgs* args,
             const char* units, int32_t length, UConverterCallbackReason reason,
             UErrorCode* error) {
  if (reason <= UCNV_IRREGULAR)
    *static_cast<bool*>(const_cast<void*>(context)) = true;
  UCNV_TO_U_CALLBACK_SUBSTITUTE(nullptr, args, units, length, reason, error);
}

// One call of ICU for each character.
Decoded DecodePlainly(const char* encoding, std::string_view text,
                      int32_t replacement) {
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(encoding, &error);
  bool is_bad = false;
  ucnv_setToUCallBack(converter, NoteBad, &is_bad, nullptr, nullptr, &error);
  Decoded decoded;
  const char* source = text.data();
  while (source < text.data() + text.size()) {
    is_bad = false;
    decoded.starts.push_back(source - text.data());
    const UChar32 point = ucnv_getNextUChar(converter, &source,
                                            text.data() + text.size(), &error);
    decoded.code_points.push_back(is_bad ? replacement : point);
  }
  ucnv_close(converter);
  return decoded;
}

TEST(CharsetDecoder, EqualsIcuForRandomBytes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const char* encoding :
       {"UTF-8", "utf8", "latin1", "US-ASCII", "windows-1252", "windows-1251",
        "KOI8-R", "ISO-8859-7", "ibm-37", "Shift_JIS", "EUC-JP", "Big5",
        "gb18030", "UTF-16-BE", "UTF-16LE", "UTF-32-BE", "UTF-32LE"}) {
    for (int round = 0; round < 300; ++round) {
      std::string text;
      for (uint64_t i = Below(random, 40); i > 0; --i) {
        const bool wide = Below(random, 2) == 0;
        text += static_cast<char>(wide ? 0x80 + Below(random, 0x80)
                                       : Below(random, 0x80));
      }
      const Decoded expected = DecodePlainly(encoding, text, 0x2A);
      const Decoded got = Decode(encoding, text, {.replacement = 0x2A});
      ASSERT_EQ(got.code_points, expected.code_points) << encoding;
      ASSERT_EQ(got.starts, expected.starts) << encoding;
    }
  }
}

TEST(CharsetDecoder, EqualsIcuForAllShortUtf8) {
  std::string text(3, '\0');
  for (int first = 0xC0; first < 0x100; ++first) {
    for (int second = 0x70; second < 0xD0; ++second) {
      for (const char third : {'a', '\x80', '\xBF', '\xE2'}) {
        text = {static_cast<char>(first), static_cast<char>(second), third};
        for (size_t size = 1; size <= 3; ++size) {
          const Decoded expected =
              DecodePlainly("UTF-8", text.substr(0, size), 0xFFFD);
          const Decoded got = Decode("UTF-8", text.substr(0, size));
          ASSERT_EQ(got.code_points, expected.code_points);
          ASSERT_EQ(got.starts, expected.starts);
        }
      }
    }
  }
}

TEST(CharsetDecoder, TreatsIllFormedPiecesByTheRules) {
  const std::string_view text = "a\xE2\x82z\xFF";
  EXPECT_THAT(Decode("UTF-8", text).code_points,
              ElementsAre('a', 0xFFFD, 'z', 0xFFFD));
  EXPECT_THAT(Decode("UTF-8", text, {.replacement = '?'}).code_points,
              ElementsAre('a', '?', 'z', '?'));
  const Decoded skipped = Decode("UTF-8", text, {.errors = ErrorPolicy::kSkip});
  EXPECT_THAT(skipped.code_points, ElementsAre('a', 'z'));
  EXPECT_THAT(skipped.starts, ElementsAre(0, 3));
  const Decoded strict =
      Decode("UTF-8", text, {.errors = ErrorPolicy::kStrict});
  EXPECT_THAT(strict.code_points, ElementsAre('a'));
  EXPECT_EQ(strict.fault.begin, 1U);
  EXPECT_EQ(strict.fault.size, 2U);
}

TEST(CharsetDecoder, TreatsControlCharactersByTheRules) {
  const std::string_view text("a\t\0\x7F", 4);
  EXPECT_THAT(Decode("UTF-8", text).code_points, ElementsAre('a', 9, 0, 0x7F));
  const Decoded strict =
      Decode("UTF-8", text,
             {.errors = ErrorPolicy::kStrict, .replace_controls = true});
  EXPECT_THAT(strict.code_points, ElementsAre('a', 0xFFFD, 0xFFFD, 0x7F));
  EXPECT_EQ(strict.fault.size, 0U);
  EXPECT_THAT(Decode("latin1", text,
                     {.errors = ErrorPolicy::kSkip, .replace_controls = true})
                  .code_points,
              ElementsAre('a', 0x7F));
  const Decoded fault = Decode("latin1", text,
                               {.errors = ErrorPolicy::kStrict,
                                .replace_controls = true,
                                .controls_are_faults = true});
  EXPECT_EQ(fault.fault.begin, 1U);
}

TEST(CharsetDecoder, KeepsAByteOrderMarkWhereTheEncodingDoesNotEatIt) {
  EXPECT_THAT(Decode("UTF-8", "\xEF\xBB\xBF").code_points, ElementsAre(0xFEFF));
  EXPECT_THAT(Decode("UTF-16-BE", "\xFE\xFF").code_points, ElementsAre(0xFEFF));
  // A mark alone, and a change of state at the end, are no character.
  EXPECT_THAT(Decode("UTF-16", "\xFE\xFF").code_points, IsEmpty());
  EXPECT_THAT(Decode("ISO-2022-JP", "\x1B$B0l\x1B(B").code_points,
              ElementsAre(0x4E00));
}

TEST(CharsetDecoder, ForgetsTheStateOfTheStringBefore) {
  auto decoder = CharsetDecoder::Open(*Charset::Find("op", "ISO-2022-JP"));
  BufferBuilder<int32_t> points;
  decoder->Append("\x1B$B0l", {}, points, nullptr);
  decoder->Append("0l", {}, points, nullptr);
  EXPECT_THAT(points.span(), ElementsAre(0x4E00, '0', 'l'));
}

TEST(Charset, KnowsWhichIsWhich) {
  using enum Charset::Kind;
  EXPECT_EQ(Charset::Find("op", "utf8")->kind(), kUtf8);
  EXPECT_EQ(Charset::Find("op", "ISO-8859-1")->kind(), kSingleByte);
  EXPECT_EQ(Charset::Find("op", "Shift_JIS")->kind(), kConverter);
  EXPECT_EQ(Charset::Find("op", "UTF-16-BE")->kind(), kConverter);
}

TEST(Charset, RefusesUnknownNames) {
  for (const std::string_view name :
       {std::string_view(""), std::string_view("no such"),
        std::string_view("nosuch"), std::string_view("../x"),
        std::string_view("UTF-8\0", 6)}) {
    EXPECT_THAT(Charset::Find("Decode", name),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "Decode: ICU knows no encoding named"));
  }
  EXPECT_FALSE(Charset::Find("op", std::string(10000, 'x')).ok());
}

}  // namespace
}  // namespace rowsplit::internal
