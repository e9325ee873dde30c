#include "rowsplit/text/regex_split.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

RegexSplitOptions Keep(std::string_view pattern, int threads = 1) {
  return {.keep = *Regex::Compile(pattern), .exec = {.num_threads = threads}};
}

std::vector<std::vector<std::string>> Split(
    StringTensorView input, std::string_view delimiter,
    const RegexSplitOptions& options = {}) {
  const auto tokens = RegexSplit(input, *Regex::Compile(delimiter), options);
  EXPECT_TRUE(tokens.ok()) << tokens.status();
  return ToRows(tokens->view(), input.bytes());
}

using Rows = std::vector<std::vector<std::string>>;

TEST(RegexSplit, DropsDelimitersAndEmptyTokens) {
  EXPECT_EQ(Split(Strings({"hello  there", "", "  ", " a"}), "\\s"),
            (Rows{{"hello", "there"}, {}, {}, {"a"}}));
  EXPECT_EQ(Split(Strings({"hello", "all"}), "(l+)"),
            (Rows{{"he", "o"}, {"a"}}));
}

TEST(RegexSplit, KeepsTheDelimitersThatAreToBeKept) {
  const StringTensor input = Strings({"a, b.", ","});
  EXPECT_EQ(Split(input, "[ ,.]", Keep("[,.]")),
            (Rows{{"a", ",", "b", "."}, {","}}));
  EXPECT_EQ(Split(input, "(?:, |[.,])", Keep(".")),
            (Rows{{"a", "b", "."}, {","}}));
}

TEST(RegexSplit, SeeksEachMatchInWhatIsBehindTheOneBefore) {
  EXPECT_EQ(Split(Strings({"aab", "baa"}), "^a"), (Rows{{"b"}, {"baa"}}));
  EXPECT_EQ(Split(Strings({"a-b- -c"}), "\\b-|x"), (Rows{{"a", "b", " -c"}}));
}

TEST(RegexSplit, TakesAnyBytes) {
  const StringTensor input =
      StringTensor::FromStrings(std::vector<std::string_view>{
          std::string_view("a\0b c", 5), "\xFF \xC3 "});
  EXPECT_EQ(Split(input, " +"),
            (Rows{{std::string("a\0b", 3), "c"}, {"\xFF", "\xC3"}}));
}

// A class of bytes takes another way than the same class as a group.
TEST(RegexSplit, OfAClassEqualsThatOfAPatternForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), "ab ,.", 300'000)) {
    SCOPED_TRACE(c.name);
    const Rows rows = Split(c.view(), "(?: |,|\\.)", Keep("(?:,)"));
    ASSERT_EQ(Split(c.view(), "[ ,.]", Keep(",")), rows);
    ASSERT_EQ(Split(c.view(), "[ ,.]", Keep(",", 4)), rows);
    ASSERT_EQ(
        Split(c.view(), "(?: |,|\\.)+"),
        ToRows(*CopyTokens(*RegexSplit(c.view(), *Regex::Compile("[ ,.]")),
                           c.view().bytes())));
  }
}

// Each way to look for a delimiter beside the same one that RE2 must find.
TEST(RegexSplit, EqualsRe2ForEveryFormOfADelimiter) {
  const std::pair<std::string_view, std::string_view> forms[] = {
      {"\\s+|[,.]", "(?:\\s)+|(?:[,.]){1}"},  // classes
      {"b ,", "b {1},"},                      // a literal
      {"ab|b|,a", "a{1}b|b{1}|,{1}a"},        // literals
      {"[ab]+", "[ab]{1,}"},                  // a run
      {"b(a|b)+ ", "(?:b(?:a|b)+ ){1}"},      // what begins with a byte
      {"\\b,|\\.", "(?:\\b,|\\.){1}"},        // what asks for the byte before
      {"(a|b)+$", "(?:a|b)+$"}};
  for (const StringCase& c : StringCases(Seed(), "ab ,.\xC3\xA9\xFF", 20'000)) {
    SCOPED_TRACE(c.name);
    for (const auto& [form, plain] : forms) {
      SCOPED_TRACE(form);
      ASSERT_EQ(Split(c.view(), form), Split(c.view(), plain));
      ASSERT_EQ(Split(c.view(), form, Keep("[,b]|\\s+")),
                Split(c.view(), plain, Keep("(?:[,b]{1}|\\s{1,})")));
    }
  }
}

TEST(RegexSplit, RefusesADelimiterThatMatchesNothing) {
  const StringTensor input = Strings({"b"});
  EXPECT_THAT(RegexSplit(input, *Regex::Compile("a*")),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "'a*' does at byte 0 of a string of 1 bytes"));
  EXPECT_TRUE(RegexSplit(Strings({"-"}), *Regex::Compile("\\b")).ok());
}

TEST(RegexSplit, RefusesWhatSpansCanNotAddress) {
  const std::vector<Offset> offsets = {kMaxBatchBytes, kMaxBatchBytes + 1};
  EXPECT_THAT(
      RegexSplit(StringTensorView(offsets, {}), *Regex::Compile("a")),
      FailsWith(absl::StatusCode::kResourceExhausted, "RegexSplit: a batch"));
}

TEST(RegexSplit, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(RegexSplit(Strings({"a"}), *Regex::Compile("b"),
                         {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
