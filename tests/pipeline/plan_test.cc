#include "rowsplit/pipeline/plan.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/case.h"
#include "rowsplit/text/punctuation.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/unicode_case.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Strings = std::vector<std::string>;

// Rows with bytes of no row before, between and behind them.
TextRows MakeRows(const Strings& rows) {
  TextRows text;
  const std::string_view gap = "\nX";
  text.bytes.Append(std::span<const char>(gap.data(), gap.size()));
  for (const std::string& row : rows) {
    text.rows.Append({static_cast<uint32_t>(text.bytes.size()),
                      static_cast<uint32_t>(row.size())});
    text.bytes.Append(std::span<const char>(row.data(), row.size()));
    text.bytes.Append(std::span<const char>(gap.data(), gap.size()));
  }
  return text;
}

Strings ToStrings(const TextRows& text) {
  Strings rows;
  for (const TokenSpan row : text.rows.span()) {
    rows.emplace_back(text.bytes.data() + row.begin, row.size);
  }
  return rows;
}

Strings Clean(const std::vector<TextStep>& steps, const Strings& rows,
              TextPlan::Result* result = nullptr) {
  const absl::StatusOr<TextPlan> plan = TextPlan::Compile(steps);
  EXPECT_TRUE(plan.ok()) << plan.status();
  TextRows text = MakeRows(rows);
  EXPECT_TRUE(plan->Apply(text, result).ok());
  return ToStrings(text);
}

// The same, one step at a time, with the ops on string tensors.
Strings CleanByOps(const std::vector<TextStep>& steps, const Strings& rows) {
  StringTensor text = StringTensor::FromStrings(
      std::vector<std::string_view>(rows.begin(), rows.end()));
  for (const TextStep& step : steps) {
    if (const auto* drop = std::get_if<DropFullMatch>(&step)) {
      const Regex regex = *Regex::Compile(drop->pattern);
      StringTensorBuilder kept;
      for (int64_t row = 0; row < text.size(); ++row) {
        if (!regex.FullMatch(text[row])) kept.Append(text[row]);
      }
      text = std::move(kept).Build();
    } else if (const auto* replace = std::get_if<ReplaceRegex>(&step)) {
      const Regex regex = *Regex::Compile(replace->pattern);
      text =
          *RegexReplace(text, regex, *Rewrite::Compile(replace->rewrite, regex),
                        {.replace_global = replace->replace_global});
    } else if (std::holds_alternative<LowerCase>(step)) {
      text = *ToLower(text);
    } else if (std::holds_alternative<UnicodeLowerCase>(step)) {
      text = *LowerUnicode(text);
    } else if (std::holds_alternative<UnicodeFoldCase>(step)) {
      text = *FoldCase(text);
    } else {
      text = *StripPunctuation(text);
    }
  }
  Strings result;
  for (int64_t row = 0; row < text.size(); ++row)
    result.emplace_back(text[row]);
  return result;
}

TEST(TextPlan, WithoutStepsChangesNothing) {
  const Strings rows = {"a B.", "", "\xff"};
  EXPECT_EQ(Clean({}, rows), rows);
  TextRows text = MakeRows(rows);
  ASSERT_TRUE(TextPlan().Apply(text, nullptr).ok());
  EXPECT_EQ(ToStrings(text), rows);
}

TEST(TextPlan, CleansLinesOfABook) {
  const std::vector<TextStep> steps = {DropFullMatch{"_BOOK_TITLE_.*"},
                                       ReplaceRegex{"[,.']", " "}};
  TextPlan::Result result;
  EXPECT_THAT(
      Clean(steps, {"_BOOK_TITLE_ : A", "it 's, he said.", "a _BOOK_TITLE_"},
            &result),
      ElementsAre("it  s  he said ", "a _BOOK_TITLE_"));
  EXPECT_THAT(result.dropped, ElementsAre(1, 0));
  EXPECT_THAT(result.kept, ElementsAre(1, 2));
}

TEST(TextPlan, MapsTheCaseOfAllAlphabets) {
  EXPECT_THAT(Clean({UnicodeLowerCase{}, DeletePunctuation{}},
                    {"ÉCOLE, ΟΔΟΣ.", "", "İ!", "\xFF", "日本"}),
              ElementsAre("école οδος", "", "i̇", "\uFFFD", "日本"));
  // The bytes that deleting leaves between the rows are no characters.
  EXPECT_THAT(
      Clean({DeletePunctuation{}, UnicodeFoldCase{}}, {"É.", "..Straße", ".Ⱥ"}),
      ElementsAre("é", "strasse", "ⱥ"));
  const auto plan =
      TextPlan::Compile({UnicodeLowerCase{}, LowerCase{}, UnicodeFoldCase{}});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->Explain(),
            "step 1: Unicode lower case, vectors and tables\n"
            "step 2: map bytes, vectors\n"
            "step 3: Unicode case folding, vectors and tables\n");
}

TEST(TextPlan, KeepsTheNumbersOfRowsThroughSeveralFilters) {
  TextPlan::Result result;
  EXPECT_THAT(Clean({DropFullMatch{"a*"}, LowerCase{}, DropFullMatch{"b+"}},
                    {"aa", "B", "c", "", "bb", "d"}, &result),
              ElementsAre("c", "d"));
  EXPECT_THAT(result.dropped, ElementsAre(2, 0, 2));
  EXPECT_THAT(result.kept, ElementsAre(2, 5));
}

TEST(TextPlan, NamesTheStepThatIsWrong) {
  const auto pattern = TextPlan::Compile({LowerCase{}, DropFullMatch{"(a"}});
  EXPECT_EQ(pattern.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(pattern.status().message()), HasSubstr("step 2: "));
  const auto rewrite = TextPlan::Compile({ReplaceRegex{"(a)", "\\2"}});
  EXPECT_THAT(std::string(rewrite.status().message()), HasSubstr("step 1: "));
}

TEST(TextPlan, ExplainsThatByteStepsRunAsOne) {
  const std::string text =
      TextPlan::Compile({DropFullMatch{"x.*"}, ReplaceRegex{"[,.]", " "},
                         LowerCase{}, DeletePunctuation{},
                         ReplaceRegex{"a+", "b"}})
          ->Explain();
  EXPECT_EQ(
      text,
      "step 1: drop rows that fully match \"x.*\"\n"
      "steps 2 to 4: map bytes and drop some, vectors\n"
      "step 5: replace every match of \"a+\" by \"b\", found by vectors\n");
}

TEST(TextPlan, ExplainsWhatRunsAsOnePass) {
  const std::string text =
      TextPlan::Compile({DropFullMatch{"x.*"}, DropFullMatch{"y"},
                         ReplaceRegex{"[0-9]+", "0"},
                         ReplaceRegex{"cat", "dog"}, ReplaceRegex{"dog", "pet"},
                         ReplaceRegex{"a*", ""}})
          ->Explain();
  EXPECT_EQ(text,
            "steps 1 to 2: drop rows that fully match \"x.*\" or \"y\"\n"
            "steps 3 to 4: replace every match of \"[0-9]+\" by \"0\", replace "
            "every match of \"cat\" by \"dog\", one pass, found by vectors\n"
            "step 5: replace every match of \"dog\" by \"pet\", found by "
            "vectors\n"
            "step 6: replace every match of \"a*\" by \"\", row by row\n");
}

// Random steps on random rows give what the ops give one after the other.
TEST(TextPlan, EqualsTheOpsStepByStep) {
  const std::vector<TextStep> choices = {DropFullMatch{"[a-c]*"},
                                         DropFullMatch{"x.*"},
                                         ReplaceRegex{"[,.!]", " "},
                                         ReplaceRegex{"[,.!]", ""},
                                         ReplaceRegex{"[,.!]", "--"},
                                         ReplaceRegex{"[a-c]", "X"},
                                         ReplaceRegex{"(a)(b)?", "\\2"},
                                         ReplaceRegex{"[ab]", "!", false},
                                         ReplaceRegex{" ", "_"},
                                         ReplaceRegex{"", "^"},
                                         ReplaceRegex{"bc|a|ab", "<\\0>"},
                                         ReplaceRegex{"[0-9x]+", ""},
                                         ReplaceRegex{"bc", "y"},
                                         ReplaceRegex{"X+", "1"},
                                         ReplaceRegex{"a", "b", false},
                                         DropFullMatch{"b.*"},
                                         DropFullMatch{"a"},
                                         LowerCase{},
                                         DeletePunctuation{},
                                         UnicodeLowerCase{},
                                         UnicodeFoldCase{}};
  const std::string alphabet = std::string("abcxABCX ,.!-_'\"\0", 18) +
                               "\xc3\xa9\xff\t\xce\xa3\xc4\xb0\x89";
  std::mt19937 random(20261124);
  for (int repeat = 0; repeat < 400; ++repeat) {
    std::vector<TextStep> steps;
    for (size_t i = random() % 5; i > 0; --i)
      steps.push_back(choices[random() % choices.size()]);
    Strings rows(random() % 6);
    for (std::string& row : rows) {
      for (size_t i = random() % 3 == 0 ? random() % 200 : random() % 8; i > 0;
           --i) {
        row += alphabet[random() % alphabet.size()];
      }
    }
    EXPECT_EQ(Clean(steps, rows), CleanByOps(steps, rows))
        << "repeat " << repeat;
  }
}

}  // namespace
}  // namespace rowsplit
