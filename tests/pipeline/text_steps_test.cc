#include "rowsplit/pipeline/text_steps.h"

#include "gtest/gtest.h"

namespace rowsplit {
namespace {

TEST(DescribeStep, SaysWhatEachStepDoes) {
  EXPECT_EQ(DescribeStep(ReplaceRegex{"a", "b", false}),
            "replace the first match of \"a\" by \"b\"");
  EXPECT_EQ(DescribeStep(NormalizeText{NormalForm::kNfkc}),
            "normalize to nfkc");
  EXPECT_EQ(DescribeStep(UnicodeUpperCase{}), "Unicode upper case");
  EXPECT_EQ(DescribeStep(UnicodeTitleCase{"nl"}),
            "Unicode title case by the rules of nl");
  EXPECT_EQ(DescribeStep(DropAccents{}), "strip accents");
  EXPECT_EQ(DescribeStep(TransliterateText{"Any-Latin"}),
            "transliterate by \"Any-Latin\"");
  EXPECT_EQ(DescribeStep(DecodeHtml{}), "HTML tags and references to text");
  EXPECT_EQ(DescribeStep(DecodeHtml{.references = false}), "HTML tags to text");
  EXPECT_EQ(DescribeStep(MaskText{.urls = "<u>", .numbers = "0"}),
            "mask URLs by \"<u>\", numbers by \"0\"");
  EXPECT_EQ(DescribeStep(ShortenRepeats{3, 1}),
            "limit repeats to 3 characters and 1 lines");
  EXPECT_EQ(DescribeStep(KeepLanguages{{"en", "de"}, 0.75, false}),
            "drop rows not in en, de, or not surely (confidence 0.75)");
}

TEST(TextSteps, KnowWhatTheyCount) {
  EXPECT_TRUE(DropsRows(DropFullMatch{"a"}));
  EXPECT_TRUE(DropsRows(KeepLanguages{}));
  EXPECT_FALSE(DropsRows(DecodeHtml{}));
  EXPECT_TRUE(CountsChanges(RepairEncoding{}));
  EXPECT_FALSE(CountsChanges(LowerCase{}));
  EXPECT_TRUE(DependsOnUnicode(UnicodeFoldCase{}));
  EXPECT_TRUE(DependsOnUnicode(DropAccents{}));
  EXPECT_TRUE(DependsOnUnicode(TransliterateText{"Any-Latin"}));
  EXPECT_FALSE(DependsOnUnicode(LowerCase{}));
}

}  // namespace
}  // namespace rowsplit
