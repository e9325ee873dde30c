#include "rowsplit/text/unicode_split.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/text/split.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToRows;

// The bytes of letters, of white space, of a character of three bytes, and what
// is no UTF-8.
constexpr std::string_view kAlphabet = "ab \xC3\xA4\xE2\x80\x83\xFF";

std::vector<std::string> CharactersPlainly(std::string_view row) {
  std::vector<std::string> characters;
  for (size_t at = 0; at < row.size();) {
    internal::Utf8Sequence piece = {1, true};
    if (static_cast<uint8_t>(row[at]) >= 0x80)
      piece = internal::ReadUtf8Sequence(row, at);
    characters.emplace_back(piece.good ? row.substr(at, piece.size)
                                       : internal::kReplacementCharacter);
    at += piece.size;
  }
  return characters;
}

TEST(SplitCharacters, GivesEachCharacter) {
  EXPECT_THAT(*SplitCharacters(Strings({"aé日", "", "👍", "a b"})),
              RaggedIs({{"a", "é", "日"}, {}, {"👍"}, {"a", " ", "b"}}));
}

TEST(SplitCharacters, ReplacesEachMaximalIllFormedSubpart) {
  EXPECT_THAT(
      *SplitCharacters(Strings({"a\xE2\x82z", "\xED\xA0\x80", "\xC3"})),
      RaggedIs(
          {{"a", "\uFFFD", "z"}, {"\uFFFD", "\uFFFD", "\uFFFD"}, {"\uFFFD"}}));
}

TEST(SplitCharacters, EqualsAPlainLoopForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), kAlphabet, 400'000)) {
    SCOPED_TRACE(c.name);
    std::vector<std::vector<std::string>> expected;
    for (int64_t row = 0; row < c.view().size(); ++row)
      expected.push_back(CharactersPlainly(c.view()[row]));
    for (const int threads : {1, 2, 8}) {
      const auto characters =
          SplitCharacters(c.view(), {.exec = {.num_threads = threads}});
      ASSERT_TRUE(characters.ok());
      ASSERT_EQ(ToRows(*characters), expected);
    }
  }
}

TEST(SplitCharacters, OfWellFormedTextJoinBackToIt) {
  for (const StringCase& c : StringCases(Seed(), "abc xyz", 400'000)) {
    const auto characters = SplitCharacters(c.view());
    ASSERT_TRUE(characters.ok());
    ASSERT_EQ(characters->flat_values().view().text(), c.view().text());
  }
}

TEST(SplitUnicodeWhitespace, SplitsAtUnicodeWhitespace) {
  const StringTensor input =
      Strings({"a\u3000\u00A0b c", "", "\u2003", "\u200B\u0085d"});
  EXPECT_THAT(*CopyTokens(*SplitUnicodeWhitespace(input), input.bytes().span()),
              RaggedIs({{"a", "b", "c"}, {}, {}, {"\u200B", "d"}}));
}

TEST(SplitUnicodeWhitespace, GivesTheTokensOfEachRowForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), kAlphabet, 400'000)) {
    SCOPED_TRACE(c.name);
    std::vector<std::vector<std::string>> expected;
    for (int64_t row = 0; row < c.view().size(); ++row) {
      std::vector<std::string>& tokens = expected.emplace_back();
      std::string token;
      const std::string_view text = c.view()[row];
      for (size_t at = 0; at <= text.size();) {
        const bool wide =
            text.substr(at, 3) == "\u2003" || text.substr(at, 3) == "\u2000";
        if (at == text.size() || text[at] == ' ' || wide) {
          if (!token.empty()) tokens.push_back(token);
          token.clear();
        } else {
          token += text[at];
        }
        at += wide ? 3 : 1;
      }
    }
    for (const int threads : {1, 2, 8}) {
      const auto tokens =
          SplitUnicodeWhitespace(c.view(), {.exec = {.num_threads = threads}});
      ASSERT_TRUE(tokens.ok());
      ASSERT_EQ(ToRows(tokens->view(), c.view().bytes()), expected);
    }
  }
}

TEST(SplitUnicodeWhitespace, RefusesWhatSpansCanNotAddress) {
  const std::vector<Offset> offsets = {kMaxBatchBytes, kMaxBatchBytes + 1};
  // The bytes are not looked at.
  EXPECT_THAT(SplitUnicodeWhitespace(StringTensorView(offsets, {})),
              FailsWith(absl::StatusCode::kResourceExhausted,
                        "ends at byte 4294967296"));
}

TEST(UnicodeSplit, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const UnicodeSplitOptions options{.exec = {.cancellation = &token}};
  EXPECT_THAT(SplitCharacters(Strings({"a"}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(SplitUnicodeWhitespace(Strings({"a"}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
