#include "rowsplit/text/utf8_binarize.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/text/unicode_codec.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::testing::ElementsAre;

TEST(Utf8Binarize, GivesBitsLowestFirst) {
  EXPECT_THAT(Utf8Binarize(Strings({"b", "", "abc"}),
                           {.word_length = 2, .bits_per_char = 3})
                  ->span(),
              ElementsAre(0, 1, 0, 0, 0, 0,  //
                          0, 0, 0, 0, 0, 0,  //
                          1, 0, 0, 0, 1, 0));
  EXPECT_TRUE(Utf8Binarize(Strings({"a"}), {.word_length = 0})->empty());
  EXPECT_TRUE(Utf8Binarize(Strings({"a"}), {.bits_per_char = 0})->empty());
  EXPECT_EQ(Utf8Binarize(Strings({"a"}))->size(), 16U * 24U);
}

TEST(Utf8Binarize, GivesTheBitsOfTheCodePoints) {
  const UnicodeCodecOptions decode{.replacement = 0x2A};
  for (const StringCase& c : StringCases(Seed(), "ab\xC3\xA9\xF0\x9F\x91")) {
    const auto points = *UnicodeDecode(c.view(), "UTF-8", decode);
    for (const int threads : {1, 3}) {
      const auto bits =
          Utf8Binarize(c.view(), {.word_length = 5,
                                  .bits_per_char = 35,
                                  .replacement = 0x2A,
                                  .exec = {.num_threads = threads}});
      ASSERT_TRUE(bits.ok());
      const float* got = bits->data();
      for (int64_t row = 0; row < c.view().size(); ++row) {
        const auto expected = points.view().row(row);
        for (size_t i = 0; i < 5; ++i) {
          for (int bit = 0; bit < 35; ++bit) {
            const int64_t point = i < expected.size() ? expected[i] : 0;
            ASSERT_EQ(*got++, static_cast<float>(point >> bit & 1)) << c.name;
          }
        }
      }
    }
  }
}

TEST(Utf8Binarize, TakesAnyReplacement) {
  EXPECT_THAT(
      Utf8Binarize(Strings({"\xFF"}),
                   {.word_length = 1, .bits_per_char = 3, .replacement = -1})
          ->span(),
      ElementsAre(1, 1, 1));
}

TEST(Utf8Binarize, ChecksSizes) {
  const StringTensor input = Strings({"a", "b"});
  EXPECT_THAT(Utf8Binarize(input, {.word_length = -1}),
              FailsWith(absl::StatusCode::kInvalidArgument, "-1 and 24"));
  EXPECT_THAT(Utf8Binarize(input, {.bits_per_char = -2}),
              FailsWith(absl::StatusCode::kInvalidArgument, "16 and -2"));
  for (const int64_t length : {INT64_MAX, INT64_MAX / 24, INT64_MAX / 60}) {
    EXPECT_THAT(Utf8Binarize(input, {.word_length = length}),
                FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
  }
}

TEST(Utf8Binarize, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Utf8Binarize(Strings({"a"}), {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
