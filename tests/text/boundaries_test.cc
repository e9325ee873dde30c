#include "rowsplit/text/boundaries.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/icu_boundaries.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "text/break_iterator.h"

namespace rowsplit {
namespace {

using ::rowsplit::internal::BreakIterator;
using ::rowsplit::internal::BreakUnit;
using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Random;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::SegmentsByIcu;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::ToRows;

using Segments = std::vector<std::string>;
using Split = absl::StatusOr<RaggedTensor<TokenSpan>> (*)(
    StringTensorView, const BoundaryOptions&);

struct Unit {
  const char* name;
  Split split;
  BreakUnit unit;
};
constexpr Unit kUnits[] = {{"words", SplitWords, BreakUnit::kWord},
                           {"sentences", SplitSentences, BreakUnit::kSentence},
                           {"graphemes", SplitGraphemes, BreakUnit::kGrapheme}};

std::vector<Segments> SplitRows(Split split, StringTensorView input,
                                const BoundaryOptions& options = {}) {
  const auto spans = split(input, options);
  EXPECT_TRUE(spans.ok()) << spans.status();
  return ToRows(spans->view(), input.bytes());
}

Segments SplitOne(Split split, std::string_view text,
                  const BoundaryOptions& options = {}) {
  const StringTensor input =
      StringTensor::FromStrings(std::vector<std::string_view>{text});
  return SplitRows(split, input, options)[0];
}

// Code points that the rules tell apart, and some that dictionaries cut.
std::string RandomText(Random& random, int size, bool dictionaries) {
  static const std::vector<std::string> kPieces = {
      "a",          "b",          "Z",          "0",      "9",
      "_",          " ",          " ",          ".",      ",",
      ":",          ";",          "'",          "\"",     "@",
      "-",          "!",          "?",          "\r",     "\n",
      "\t",         "(",          ")",          "é",      "ß",
      "Ω",          "б",          "\u0301",     "\u200D", "\u00AD",
      "\u05D0",     "\u05F4",     "\u3042",     "\u30A2", "\u3031",
      "\u4E00",     "\uAC00",     "\u1100",     "\u1161", "\u11A8",
      "\u0E01",     "\u0E31",     "\u0915",     "\u094D", "\u0937",
      "\u0600",     "\u0903",     "\u2028",     "\u0085", "\u3002",
      "\u2019",     "\u00B7",     "\uFF0E",     "\u180E", "\U0001F1E6",
      "\U0001F1E7", "\U0001F600", "\U0001F3FD", "\u2764", "\uFE0F",
      "\u2060",     "\u0661",     "\u066C",     "\u202F", "\u0020",
      "\uFFFD",     "\U000E0061"};
  std::string text;
  const uint64_t kinds = 1 + Below(random, kPieces.size());
  const uint64_t shift = Below(random, kPieces.size());
  for (int i = 0; i < size; ++i) {
    const std::string& piece =
        kPieces[(Below(random, kinds) + shift) % kPieces.size()];
    const bool is_cut = piece == "\u3042" || piece == "\u30A2" ||
                        piece == "\u4E00" || piece == "\uAC00" ||
                        piece == "\u0E01" || piece == "\u0E31";
    if (dictionaries || !is_cut) text += piece;
  }
  return text;
}

TEST(SplitWords, SplitsAsUnicodeSays) {
  EXPECT_EQ(
      SplitOne(SplitWords, "Don't go: 3.5% a_b."),
      (Segments{"Don't", " ", "go", ":", " ", "3.5", "%", " ", "a_b", "."}));
  EXPECT_EQ(SplitOne(SplitWords, "a\r\n  été日本"),
            (Segments{"a", "\r\n", "  ", "été", "日", "本"}));
  EXPECT_EQ(SplitOne(SplitWords, ""), Segments());
}

TEST(SplitWords, LeavesOutWhatHasNoLetterOrNumber) {
  EXPECT_EQ(SplitOne(SplitWords, "Don't _ go: 3,5! __a ÉÉ, 日 👍 x",
                     {.alphanumeric_only = true}),
            (Segments{"Don't", "go", "3,5", "__a", "ÉÉ", "日", "x"}));
}

TEST(SplitSentences, SplitsAsUnicodeSays) {
  EXPECT_EQ(SplitOne(SplitSentences, "Who? Me. (No.) 3.5 is\nit. e.g. this"),
            (Segments{"Who? ", "Me. ", "(No.) ", "3.5 is\n", "it. e.g. this"}));
}

TEST(SplitGraphemes, SplitsAsUnicodeSays) {
  EXPECT_EQ(SplitOne(SplitGraphemes, "ae\u0301\r\n🇩🇪🇫👩‍👧각"),
            (Segments{"a", "e\u0301", "\r\n", "🇩🇪", "🇫", "👩‍👧", "각"}));
}

TEST(Boundaries, TakeTheRulesOfALocale) {
  EXPECT_EQ(SplitOne(SplitWords, "ภาษาไทย", {.locale = "root"}),
            (Segments{"ภาษา", "ไทย"}));
  EXPECT_EQ(
      SplitOne(SplitSentences, "Mr. Smith. No", {.locale = "en-u-ss-standard"}),
      (Segments{"Mr. Smith. ", "No"}));
  EXPECT_EQ(SplitOne(SplitSentences, "α; Β", {.locale = "el"}),
            (Segments{"α; ", "Β"}));
}

// The version of Unicode that ICU knows, as "15.0".
std::string UnicodeVersion() {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  return std::to_string(version[0]) + "." + std::to_string(version[1]);
}

// Lines of Unicode's test files: "÷ 0061 × 0308 ÷ 0020 ÷ # …".
void TestFile(const char* name, Split split) {
  std::ifstream file(std::string("/usr/share/unicode/auxiliary/") + name);
  if (!file) GTEST_SKIP() << name << " of the package unicode-data is missing";
  int count = 0;
  int wrong = 0;
  std::string line;
  std::getline(file, line);  // "# WordBreakTest-15.0.0.txt"
  const bool is_same =
      line.find("-" + UnicodeVersion() + ".") != std::string::npos;
  while (std::getline(file, line)) {
    std::istringstream fields(line.substr(0, line.find('#')));
    std::string text;
    Segments expected;
    for (std::string field; fields >> field;) {
      if (field == "÷") {
        expected.emplace_back();
      } else if (field != "×") {
        char bytes[4];
        int32_t size = 0;
        U8_APPEND_UNSAFE(bytes, size, std::stoul(field, nullptr, 16));
        text.append(bytes, static_cast<size_t>(size));
        expected.back().append(bytes, static_cast<size_t>(size));
      }
    }
    if (expected.empty()) continue;
    expected.pop_back();
    ++count;
    const Segments got = SplitOne(split, text);
    if (is_same) {
      ASSERT_EQ(got, expected) << line;
    }
    wrong += got == expected ? 0 : 1;
  }
  EXPECT_GT(count, 400);
  EXPECT_LE(wrong, count / 20);
}

// Where ICU knows another version of Unicode than the files, a few lines may
// differ.
TEST(Boundaries, PassTheWordsOfUnicode) {
  TestFile("WordBreakTest.txt", SplitWords);
}
TEST(Boundaries, PassTheSentencesOfUnicode) {
  TestFile("SentenceBreakTest.txt", SplitSentences);
}
TEST(Boundaries, PassTheGraphemesOfUnicode) {
  TestFile("GraphemeBreakTest.txt", SplitGraphemes);
}

TEST(Boundaries, EqualTheIteratorOfIcuForRandomText) {
  Random random(Seed());
  for (const Unit& unit : kUnits) {
    for (const char* locale : {"", "root", "fi", "el", "en-US-posix"}) {
      SCOPED_TRACE(std::string(unit.name) + " of '" + locale + "'");
      const bool is_plain = locale[0] == '\0';
      const auto iterator = is_plain
                                ? BreakIterator::OpenPlain(unit.unit)
                                : BreakIterator::OpenLocale(unit.unit, locale);
      ASSERT_TRUE(iterator.ok());
      for (int i = 0; i < 300; ++i) {
        const std::string text = RandomText(
            random, 1 + static_cast<int>(Below(random, 200)), i % 8 == 0);
        ASSERT_EQ(SplitOne(unit.split, text, {.locale = locale}),
                  SegmentsByIcu(*iterator, text))
            << ::testing::PrintToString(text);
      }
    }
  }
}

TEST(Boundaries, EqualTheIteratorOfIcuForEveryCodePoint) {
  for (const Unit& unit : kUnits) {
    SCOPED_TRACE(unit.name);
    std::string text;
    for (UChar32 c = 1; c <= 0x10FFFF; c += c < 0x30000 ? 1 : 97) {
      if (c >= 0xD800 && c < 0xE000) continue;
      char bytes[4];
      int32_t size = 0;
      U8_APPEND_UNSAFE(bytes, size, c);
      text.append(bytes, static_cast<size_t>(size));
      if (c % 3 == 0) text += "a'";
    }
    const auto iterator = BreakIterator::OpenPlain(unit.unit);
    ASSERT_TRUE(iterator.ok());
    ASSERT_EQ(SplitOne(unit.split, text), SegmentsByIcu(*iterator, text));
  }
}

// Rows lie behind each other in the batch, and must not see each other.
TEST(Boundaries, OfEachRowAreItsOwnForAnyNumberOfThreads) {
  constexpr std::string_view kAlphabet =
      "aB1 _.:,'\r\n \xC3\xA9\xCC\x81\xE2\x80\x8D\xFF";
  for (const Unit& unit : kUnits) {
    SCOPED_TRACE(unit.name);
    const auto iterator = BreakIterator::OpenPlain(unit.unit);
    for (const StringCase& c : StringCases(Seed(), kAlphabet, 150'000)) {
      SCOPED_TRACE(c.name);
      for (const std::string_view locale : {"", "root"}) {
        const BoundaryOptions options = {.locale = std::string(locale),
                                         .exec = {.num_threads = 1}};
        const auto rows = SplitRows(unit.split, c.view(), options);
        if (locale.empty()) {
          for (int64_t row = 0; row < c.view().size(); ++row)
            ASSERT_EQ(rows[row], SegmentsByIcu(*iterator, c.view()[row]));
        }
        ASSERT_EQ(SplitRows(unit.split, c.view(),
                            {.locale = std::string(locale),
                             .exec = {.num_threads = 4}}),
                  rows);
      }
    }
  }
}

TEST(Boundaries, OfAsciiRowsEqualThoseOfEachRowAlone) {
  for (const StringCase& c : StringCases(Seed(), "aZ09_.:,;' \r\n-", 100'000)) {
    SCOPED_TRACE(c.name);
    for (const bool only : {false, true}) {
      const BoundaryOptions options = {.alphanumeric_only = only};
      const auto rows = SplitRows(SplitWords, c.view(), options);
      for (int64_t row = 0; row < c.view().size(); ++row)
        ASSERT_EQ(rows[row], SplitOne(SplitWords, c.view()[row], options));
    }
  }
}

TEST(Boundaries, LeaveOutTheSameSegmentsEverywhere) {
  Random random(Seed());
  for (int i = 0; i < 500; ++i) {
    const std::string text = RandomText(random, 150, true);
    Segments expected;
    for (const std::string& segment : SplitOne(SplitWords, text)) {
      bool is_wanted = false;
      UChar32 c = 0;
      for (size_t at = 0; at < segment.size();) {
        U8_NEXT_UNSAFE(segment.data(), at, c);
        is_wanted =
            is_wanted || (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
      }
      if (is_wanted) expected.push_back(segment);
    }
    ASSERT_EQ(SplitOne(SplitWords, text, {.alphanumeric_only = true}),
              expected);
  }
}

// What looks ahead must not do so again and again.
TEST(Boundaries, AreLinear) {
  for (const char* piece : {"a", " ", ".", "a.", "1,", "a'", "\u0301",
                            "a\u0301", "\U0001F1E6", "\u200D", "\u0915\u094D",
                            "\xE2\x80", "\u0600", "a. 1 ", "日", "\"\u05D0"}) {
    std::string text;
    while (text.size() < 200'000) text += piece;
    for (const Unit& unit : kUnits) {
      const auto begin = std::chrono::steady_clock::now();
      const Segments segments = SplitOne(unit.split, text);
      EXPECT_LT(std::chrono::steady_clock::now() - begin,
                std::chrono::seconds(4))
          << unit.name << " of " << ::testing::PrintToString(piece);
      size_t size = 0;
      for (const std::string& segment : segments) size += segment.size();
      EXPECT_EQ(size, text.size());
    }
  }
}

TEST(Boundaries, RefuseWhatIsNoLocale) {
  for (const char* locale : {"x y", "toolonglanguage", "-", "th-!"}) {
    EXPECT_THAT(SplitWords(StringTensor(), {.locale = locale}),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          std::string("got '") + locale + "'"));
  }
}

TEST(Boundaries, RefuseWhatSpansCanNotAddress) {
  const std::vector<Offset> offsets = {kMaxBatchBytes, kMaxBatchBytes + 1};
  EXPECT_THAT(
      SplitWords(StringTensorView(offsets, {})),
      FailsWith(absl::StatusCode::kResourceExhausted, "SplitWords: a batch"));
}

TEST(Boundaries, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const StringTensor input =
      StringTensor::FromStrings(std::vector<std::string_view>{"a"});
  EXPECT_THAT(SplitWords(input, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
