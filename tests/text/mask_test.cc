#include "rowsplit/text/mask.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

std::string Masked(std::string_view text, const MaskOptions& options) {
  BufferBuilder<char> output;
  AppendMasked(text, options, output);
  return {output.data(), output.size()};
}
std::string Urls(std::string_view text) {
  return Masked(text, {.urls = "<u>"});
}
std::string Emails(std::string_view text) {
  return Masked(text, {.emails = "<m>"});
}
std::string Numbers(std::string_view text) {
  return Masked(text, {.numbers = "0"});
}

TEST(Mask, PutsMarksForUrls) {
  EXPECT_EQ(Urls("see http://a.b/c?d=e#f, now"), "see <u>, now");
  EXPECT_EQ(Urls("HTTPS://A.B (www.x.org/y_(z)) ftp://q"), "<u> (<u>) <u>");
  EXPECT_EQ(Urls("[http://a.b/] \"www.a.b\"."), "[<u>] \"<u>\".");
  EXPECT_EQ(Urls("中文http://a.b/中文"), "中文<u>中文");
  EXPECT_EQ(Urls("http:// www. xhttp://a awww.b.c"),
            "http:// www. xhttp://a awww.b.c");
  EXPECT_EQ(Urls("http://..."), "http://...");
}

TEST(Mask, PutsMarksForEmailAddresses) {
  EXPECT_EQ(Emails("mail a.b+c@d-e.co.uk. Or x_1@y.org!"), "mail <m>. Or <m>!");
  EXPECT_EQ(Emails("@a a@b a@b.c .@b.org a.@b.org a@b.c1 a@.org"),
            "@a a@b a@b.c .@b.org a.@b.org a@b.c1 a@.org");
  EXPECT_EQ(Emails("..a@b.org a@b.org@c.org"), "..<m> <m>@c.org");
  EXPECT_EQ(Emails("a@b.com.1"), "<m>.1");
}

TEST(Mask, PutsMarksForNumbers) {
  EXPECT_EQ(Numbers("in 1,000.50 of 3D, -7 and 2024."),
            "in 0 of 3D, -0 and 0.");
  EXPECT_EQ(Numbers("1..2 a1 1a _1 1_ 年2023年"), "0..0 a1 1a _1 1_ 年0年");
}

TEST(Mask, PrefersTheLongerMeaning) {
  const MaskOptions all{.urls = "<u>", .emails = "<m>", .numbers = "<n>"};
  EXPECT_EQ(Masked("12@x.org 12 http://1.2/3 a@b.org", all), "<m> <n> <u> <m>");
  EXPECT_EQ(Masked("12@x 3@4.5", all), "<n>@x <n>@<n>");
  EXPECT_EQ(Masked("as it is: 1 a@b.org", {}), "as it is: 1 a@b.org");
  BufferBuilder<char> output;
  EXPECT_EQ(AppendMasked("12@x.org 12 http://1.2/3", all, output), 3);
}

TEST(Mask, LeavesAnAddressWhole) {
  const MaskOptions all{.urls = "<u>", .emails = "<m>", .numbers = "0"};
  EXPECT_EQ(Masked("1/www.a@b.cc", all), "<m>");
  EXPECT_EQ(Masked("a/www.b@c.de 1", all), "<m> 0");
  EXPECT_EQ(Masked("x|www.a@b.cc", all), "<m>");
  // The URL begins where the address does, or before it.
  EXPECT_EQ(Masked(".www.a@b.cc", all), ".<u>");
  EXPECT_EQ(Masked("x/http://a@b.cc", all), "x/<u>");
  EXPECT_EQ(Masked("www.x|www.y@b.cc", all), "<u><m>");
  // What is no address hides nothing.
  EXPECT_EQ(Masked("1/www.a@b", all), "0/<u>");
  EXPECT_EQ(Masked("1/www.a@b.cc", {.urls = "<u>", .numbers = "0"}), "0/<u>");
  EXPECT_EQ(Masked("1,2@b.cc", all), "0,<m>");
  EXPECT_EQ(Masked("1,2.3,4@b.cc 5,6@b", all), "0,<m> 0@b");
  EXPECT_EQ(Masked("1,2@b.cc", {.numbers = "0"}), "0@b.cc");
}

// Linear whatever the text; nothing outside of masks changes.
TEST(Mask, TakesAnyBytes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const MaskOptions all{.urls = "", .emails = "", .numbers = ""};
  for (int repeat = 0; repeat < 3000; ++repeat) {
    std::string text;
    for (uint64_t i = Below(random, 40); i > 0; --i)
      text += "a1@.w:/ht,_ \xC3"[Below(random, 13)];
    const std::string masked = Masked(text, all);
    size_t at = 0;
    for (const char c : masked) {
      at = text.find(c, at);
      ASSERT_NE(at, std::string::npos) << text << " to " << masked;
      ++at;
    }
  }
  for (const std::string_view part :
       {"a", "1", "a@", "1@", "@", "www.", "http://", "1.", "a.", "1@a."}) {
    std::string text;
    while (text.size() < 300'000) text += part;
    Masked(text, all);
  }
}

TEST(Mask, WorksOnStringTensors) {
  const std::vector<std::string_view> texts = {"1", "", "a"};
  EXPECT_THAT(*Mask(StringTensor::FromStrings(texts), {.numbers = "N"}),
              ::rowsplit::testing::StringsAre({"N", "", "a"}));
}

}  // namespace
}  // namespace rowsplit
