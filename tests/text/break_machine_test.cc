#include "text/break_machine.h"

#include <cstddef>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "text/break_iterator.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;

// Debian's and Ubuntu's ICU have rules of the form that is read; without an
// automaton the answers are the same, but slow.
TEST(BreakMachine, IsMadeOfTheRulesOfEachUnit) {
  for (const BreakUnit unit :
       {BreakUnit::kWord, BreakUnit::kSentence, BreakUnit::kGrapheme}) {
    for (const char* locale : {"", "root", "th"}) {
      const auto rules = FindBreakRules(unit, locale);
      ASSERT_TRUE(rules.ok());
      EXPECT_TRUE((*rules)->machine.has_value());
      EXPECT_EQ(*FindBreakRules(unit, locale), *rules);
    }
  }
  EXPECT_TRUE((*FindBreakRules(BreakUnit::kWord, ""))
                  ->machine->ascii_words()
                  .has_value());
}

TEST(BreakMachine, FindsTheEndOfASegment) {
  const auto rules = FindBreakRules(BreakUnit::kWord, "root");
  ASSERT_TRUE(rules.ok());
  const BreakMachine& machine = *(*rules)->machine;
  EXPECT_EQ(machine.FindEnd("can't go", 0).end, 5);
  EXPECT_EQ(machine.FindEnd("can't go", 5).end, 6);
  EXPECT_FALSE(machine.FindEnd("can't go", 0).has_dictionary);
  EXPECT_TRUE(machine.FindEnd("ภาษาไทย", 0).has_dictionary);
}

TEST(BreakMachine, IsNotMadeWithoutRules) {
  const auto filtered =
      BreakIterator::OpenLocale(BreakUnit::kSentence, "en-u-ss-standard");
  ASSERT_TRUE(filtered.ok());
  EXPECT_FALSE(BreakMachine::Make(*filtered).has_value());
}

TEST(BreakIterator, GivesTheEndsOfSegments) {
  const auto iterator = BreakIterator::OpenPlain(BreakUnit::kWord);
  ASSERT_TRUE(iterator.ok());
  std::vector<size_t> ends;
  iterator->Clone()->AppendEnds("a bc", ends);
  EXPECT_THAT(ends, ::testing::ElementsAre(1, 2, 4));
}

TEST(BreakIterator, RefusesWhatIsNoLocale) {
  EXPECT_THAT(BreakIterator::OpenLocale(BreakUnit::kWord, "a b"),
              FailsWith(absl::StatusCode::kInvalidArgument, "got 'a b'"));
}

}  // namespace
}  // namespace rowsplit::internal
