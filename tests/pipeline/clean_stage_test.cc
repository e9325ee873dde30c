#include "pipeline/clean_stage.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_steps.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::testing::ElementsAre;

constexpr std::string_view kGerman =
    "Das ist ein ganz gewöhnlicher deutscher Satz, der etwas länger ist.";
constexpr std::string_view kEnglish =
    "This is quite an ordinary English sentence, and a little longer one.";

std::vector<std::string> Clean(const std::vector<TextStep>& steps,
                               const std::vector<std::string_view>& rows,
                               TextPlan::Result* result = nullptr) {
  TextRows text;
  for (const std::string_view row : rows) {
    text.rows.Append({static_cast<uint32_t>(text.bytes.size()),
                      static_cast<uint32_t>(row.size())});
    text.bytes.Append(std::span<const char>(row.data(), row.size()));
    text.bytes.Append('\n');
  }
  const auto plan = TextPlan::Compile(steps);
  EXPECT_TRUE(plan.ok()) << plan.status();
  EXPECT_TRUE(plan->Apply(text, result).ok());
  std::vector<std::string> cleaned;
  for (const TokenSpan row : text.rows.span())
    cleaned.emplace_back(text.bytes.data() + row.begin, row.size);
  return cleaned;
}

TEST(CleanStage, RunsEachStep) {
  EXPECT_THAT(Clean({NormalizeText{NormalForm::kNfkc}}, {"ﬁ", "", "a"}),
              ElementsAre("fi", "", "a"));
  EXPECT_THAT(Clean({DropAccents{}}, {"Été", "", "\xFF", "abc"}),
              ElementsAre("Ete", "", "\xFF", "abc"));
  EXPECT_THAT(Clean({TransliterateText{"Any-Latin; Latin-ASCII"}},
                    {"Москва", "", "a\xFF"}),
              ElementsAre("Moskva", "", "a\uFFFD"));
  EXPECT_THAT(Clean({DecodeHtml{}}, {"<b>a</b>&amp;"}), ElementsAre("a&"));
  EXPECT_THAT(Clean({MaskText{.numbers = "0"}}, {"12 a"}), ElementsAre("0 a"));
  EXPECT_THAT(Clean({ShortenRepeats{.max_characters = 1}}, {"aab"}),
              ElementsAre("ab"));
  EXPECT_THAT(Clean({DeleteControls{}}, {"a\u200B"}), ElementsAre("a"));
  EXPECT_THAT(Clean({RepairEncoding{}}, {"Ã©"}), ElementsAre("é"));
}

TEST(CleanStage, MapsCaseByTheRulesOfALocale) {
  EXPECT_THAT(Clean({UnicodeLowerCase{"tr"}}, {"II", "İ"}),
              ElementsAre("ıı", "i"));
  EXPECT_THAT(Clean({UnicodeUpperCase{}}, {"straße"}), ElementsAre("STRASSE"));
  EXPECT_THAT(Clean({UnicodeUpperCase{"tr"}}, {"iı"}), ElementsAre("İI"));
  EXPECT_THAT(Clean({UnicodeTitleCase{}}, {"in the éCOLE", "\xFF"}),
              ElementsAre("In The École", "\uFFFD"));
  EXPECT_THAT(Clean({UnicodeTitleCase{"nl"}}, {"ijs"}), ElementsAre("IJs"));
  EXPECT_THAT(Clean({UnicodeFoldCase{"tr"}}, {"Iß"}), ElementsAre("ıss"));
  EXPECT_THAT(Clean({UnicodeFoldCase{"de"}}, {"Iß"}), ElementsAre("iss"));
}

TEST(CleanStage, CountsChangesByStep) {
  TextPlan::Result result;
  EXPECT_THAT(Clean({LowerCase{}, DecodeHtml{}, MaskText{.numbers = "0"}},
                    {"<B>1</B> 2", "&#51;"}, &result),
              ElementsAre("0 0", "0"));
  EXPECT_THAT(result.changed, ElementsAre(0, 3, 3));
}

TEST(CleanStage, KeepsLanguages) {
  TextPlan::Result result;
  EXPECT_THAT(Clean({KeepLanguages{.languages = {"en"}}},
                    {kGerman, kEnglish, "ok"}, &result),
              ElementsAre(std::string(kEnglish), "ok"));
  EXPECT_THAT(result.dropped, ElementsAre(1));
  EXPECT_THAT(result.kept, ElementsAre(1, 2));
  EXPECT_THAT(Clean({KeepLanguages{.languages = {"en"}, .keep_unsure = false}},
                    {kGerman, kEnglish, "ok"}),
              ElementsAre(std::string(kEnglish)));
}

TEST(CleanStage, RefusesWhatDoesNothing) {
  const auto compile = [](TextStep step) {
    return TextPlan::Compile({LowerCase{}, std::move(step)});
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(compile(DecodeHtml{false, false}),
              FailsWith(kInvalid, "step 2: a step for HTML"));
  EXPECT_THAT(compile(MaskText{}), FailsWith(kInvalid, "urls, emails"));
  EXPECT_THAT(compile(TransliterateText{"Latin-Quenya"}),
              FailsWith(kInvalid,
                        "step 2: transliterate: ICU knows no transform "
                        "'Latin-Quenya'"));
  EXPECT_THAT(compile(TransliterateText{}), FailsWith(kInvalid, "''"));
  EXPECT_THAT(compile(UnicodeTitleCase{"no tag"}),
              FailsWith(kInvalid, "step 2: title: the locale must be"));
  EXPECT_THAT(compile(UnicodeLowerCase{"turkish"}),
              FailsWith(kInvalid, "does not know the language"));
  EXPECT_THAT(compile(ShortenRepeats{}), FailsWith(kInvalid, "0 and 0"));
  EXPECT_THAT(compile(ShortenRepeats{2, -1}), FailsWith(kInvalid, "2 and -1"));
  EXPECT_THAT(compile(KeepLanguages{}), FailsWith(kInvalid, "0 and 0.5"));
  EXPECT_THAT(compile(KeepLanguages{{"xx-none"}}),
              FailsWith(kInvalid, "'xx-none'"));
  EXPECT_THAT(compile(KeepLanguages{{"en"}, 1.5}), FailsWith(kInvalid, "1.5"));
  EXPECT_FALSE(MakeCleanStage(0, LowerCase{}).ok());
}

}  // namespace
}  // namespace rowsplit::internal
