#include "text/locale_case.h"

#include <string>

#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;

std::string Mapped(CaseKind kind, const std::string& tag,
                   const std::string& source) {
  const auto map = LocaleCase::Create(kind, tag);
  if (!map.ok()) return map.status().ToString();
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(source);
  map->Map(text);
  std::string made;
  return text.toUTF8String(made);
}

bool IsRoot(CaseKind kind, const std::string& tag) {
  return LocaleCase::Create(kind, tag)->is_root();
}

TEST(LocaleCase, MapsByTheRulesOfTheLocale) {
  EXPECT_EQ(Mapped(CaseKind::kLower, "tr", "Iİ"), "ıi");
  EXPECT_EQ(Mapped(CaseKind::kLower, "", "IA"), "ia");
  EXPECT_EQ(Mapped(CaseKind::kUpper, "az-Latn", "iı"), "İI");
  EXPECT_EQ(Mapped(CaseKind::kTitle, "nl_BE", "ijs en"), "IJs En");
  EXPECT_EQ(Mapped(CaseKind::kFold, "tr", "Iß"), "ıss");
  EXPECT_EQ(Mapped(CaseKind::kFold, "", "Iß"), "iss");
}

TEST(LocaleCase, KnowsWhenTheRootLocaleIsTheSame) {
  for (const CaseKind kind :
       {CaseKind::kLower, CaseKind::kUpper, CaseKind::kFold}) {
    EXPECT_TRUE(IsRoot(kind, ""));
    EXPECT_TRUE(IsRoot(kind, "root"));
    EXPECT_FALSE(IsRoot(kind, "tr"));
    EXPECT_FALSE(IsRoot(CaseKind::kTitle, ""));
  }
  EXPECT_TRUE(IsRoot(CaseKind::kFold, "lt"));
  EXPECT_FALSE(IsRoot(CaseKind::kLower, "lt"));
}

TEST(LocaleCase, NamesTheOpAndTheTag) {
  EXPECT_THAT(LocaleCase::Create(CaseKind::kTitle, "no tag"),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "title: the locale must be a language tag such as 'th' "
                        "or 'en-u-ss-standard', got 'no tag'"));
  EXPECT_THAT(
      LocaleCase::Create(CaseKind::kFold, "qq"),
      FailsWith(
          absl::StatusCode::kInvalidArgument,
          "fold_case: ICU does not know the language of the locale 'qq'"));
}

}  // namespace
}  // namespace rowsplit::internal
