#include "rowsplit/text/transliterate.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/icu_normalize.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Strings;

TEST(Transliterate, WritesByTheTransformOfTheId) {
  EXPECT_EQ(*Transliterate(
                Strings({"\u041C\u043E\u0441\u043A\u0432\u0430", "", "a\xFF"}),
                "Any-Latin; Latin-ASCII"),
            Strings({"Moskva", "", "a\uFFFD"}));
  EXPECT_EQ(*Transliterate(Strings({"abc"}), "Any-Upper"), Strings({"ABC"}));
}

TEST(Transliterate, RefusesAnUnknownId) {
  EXPECT_THAT(Transliterate(Strings({"a"}), "Latin-Quenya"),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "ICU knows no transform 'Latin-Quenya'"));
}

TEST(Transliterate, IsTheSameForAnyNumberOfThreads) {
  std::vector<std::string> rows(3000, "\u00C9t\u00E9 \u0394 and so on, ");
  for (std::string& row : rows)
    for (int i = 0; i < 4; ++i) row += row.substr(0, 20);
  const StringTensor input = Strings({rows.begin(), rows.end()});
  EXPECT_EQ(*Transliterate(input, "Any-Upper", {.exec = {.num_threads = 1}}),
            *Transliterate(input, "Any-Upper", {.exec = {.num_threads = 3}}));
}

// The transform of ICU that says the same.
TEST(StripAccents, EqualsIcu) {
  EXPECT_EQ(*StripAccents(Strings({"\u00C9t\u00E9, \u00C5ngstro\u0308m",
                                   "\uD55C", "\xFF", "\u00F8"})),
            Strings({"Ete, Angstrom", "\uD55C", "\xFF", "\u00F8"}));
  ROWSPLIT_SEEDED_RANDOM(random);
  // Mostly marks; jamo and syllables; Indic vowels; marks of music.
  const std::pair<uint32_t, uint32_t> ranges[] = {
      {0, 0x2000},      {0x300, 0x370},     {0x900, 0xE00},    {0x1100, 0x1200},
      {0xAC00, 0xAD00}, {0x302A, 0x30A0},   {0xF900, 0xFB50},  {0x1100, 0x1200},
      {0x41, 0x180},    {0x11000, 0x11A00}, {0x1D100, 0x1D1FF}};
  std::vector<std::string> rows;
  for (int i = 0; i < 600; ++i) {
    std::string row;
    for (int c = 0; c < 20; ++c) {
      const auto [begin, end] = ranges[static_cast<size_t>(
          rowsplit::testing::Below(random, std::size(ranges)))];
      row += rowsplit::testing::Utf8Of(
          begin +
          static_cast<uint32_t>(rowsplit::testing::Below(random, end - begin)));
    }
    rows.push_back(std::move(row));
  }
  const StringTensor input = Strings({rows.begin(), rows.end()});
  EXPECT_EQ(*StripAccents(input),
            *Transliterate(input, "NFD; [:Mn:] Remove; NFC"));
}

TEST(ConfusableSkeleton, IsTheSameForWhatLooksAlike) {
  const StringTensor skeletons =
      *ConfusableSkeleton(Strings({"p\u0430yp\u0430l", "paypal", "xy", ""}));
  EXPECT_EQ(skeletons[0], skeletons[1]);
  EXPECT_NE(skeletons[2], skeletons[1]);
  EXPECT_EQ(skeletons[3], "");
}

TEST(Transliterate, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const TransliterateOptions options{.exec = {.cancellation = &token}};
  EXPECT_THAT(Transliterate(Strings({"a"}), "Any-Upper", options),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(StripAccents(Strings({"a"}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(ConfusableSkeleton(Strings({"a"}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
