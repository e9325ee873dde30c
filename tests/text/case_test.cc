#include "rowsplit/text/case.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
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
using ::rowsplit::testing::StringsAre;

TEST(ToLower, LowersAsciiLettersOnly) {
  EXPECT_THAT(*ToLower(Strings({"The QUICK 123 @[`{", "", "ÉİΣ", "\xFF\xC3Z"})),
              StringsAre({"the quick 123 @[`{", "", "ÉİΣ", "\xFF\xC3z"}));
}

TEST(ToUpper, RaisesAsciiLettersOnly) {
  EXPECT_THAT(*ToUpper(Strings({"The quick 123 @[`{", "", "éıß", "\xFF\xC3z"})),
              StringsAre({"THE QUICK 123 @[`{", "", "éıß", "\xFF\xC3Z"}));
}

TEST(ToLower, KeepsNulBytes) {
  const std::string_view text("A\0B", 3);
  EXPECT_EQ((*ToLower(Strings({text})))[0], std::string_view("a\0b", 3));
}

TEST(Case, IsIdempotentAndInvertsOnLetters) {
  for (const StringCase& c : StringCases(Seed(), "abzAZ09 .\x80\xFF")) {
    SCOPED_TRACE(c.name);
    const StringTensor lower = *ToLower(c.view());
    EXPECT_EQ(*ToLower(lower), lower);
    const StringTensor upper = *ToUpper(c.view());
    EXPECT_EQ(*ToLower(upper), lower);
    EXPECT_EQ(*ToUpper(lower), upper);
    EXPECT_EQ(lower.size(), c.view().size());
  }
}

TEST(Case, TakesNoRowsAndCancellation) {
  EXPECT_EQ(ToLower(StringTensorView())->size(), 0);
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(ToUpper(Strings({"a"}), {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
