#include "corpus/config_steps.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/pipeline/text_steps.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

std::vector<TextStep> Steps() {
  return {DropFullMatch{"x.*"},
          ReplaceRegex{"a", "b", false},
          LowerCase{},
          DeletePunctuation{},
          UnicodeLowerCase{},
          UnicodeLowerCase{"tr"},
          UnicodeUpperCase{"el"},
          UnicodeTitleCase{},
          UnicodeTitleCase{"nl"},
          UnicodeFoldCase{},
          UnicodeFoldCase{"az"},
          DropAccents{},
          TransliterateText{"Any-Latin; Latin-ASCII"},
          NormalizeText{NormalForm::kNfkcCasefold},
          DecodeHtml{false, true},
          MaskText{"<u>", std::nullopt, ""},
          ShortenRepeats{3, 0},
          ShortenRepeats{0, 1},
          DeleteControls{true, false, true, true},
          RepairEncoding{},
          KeepLanguages{{"en", "de"}, 0.25, false}};
}

TEST(ConfigSteps, AreReadAsTheyAreWritten) {
  CorpusConfig config;
  config.clean = Steps();
  const std::string toml = CorpusConfigToToml(config);
  const auto read = ParseCorpusConfig(toml, "t", {});
  ASSERT_TRUE(read.ok()) << read.status() << toml;
  EXPECT_EQ(read->clean, config.clean) << toml;
}

TEST(ConfigSteps, HaveDefaults) {
  const auto config = ParseCorpusConfig(
      "[[clean]]\nhtml = true\n[[clean]]\ndelete_controls = true\n"
      "[[clean]]\nkeep_languages = [\"en\"]\nmin_confidence = 1\n",
      "t", {});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->clean,
            (std::vector<TextStep>{DecodeHtml{}, DeleteControls{},
                                   KeepLanguages{{"en"}, 1.0, true}}));
}

TEST(ConfigSteps, NameWhatIsWrong) {
  const auto error = [](const std::string& step) {
    return ParseCorpusConfig("[[clean]]\n" + step, "t", {}).status();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(error("normalize = \"nfx\""), FailsWith(kInvalid, "nfkc"));
  EXPECT_THAT(error("tags = true\nlower = true"),
              FailsWith(kInvalid, "go with html only"));
  EXPECT_THAT(error("locale = \"tr\"\nlower = true"),
              FailsWith(kInvalid, "locale goes with lower_unicode"));
  EXPECT_THAT(error("title_case = false"), FailsWith(kInvalid, "leave it out"));
  EXPECT_THAT(error("transliterate = true"), FailsWith(kInvalid, "a string"));
  EXPECT_THAT(error("html = false"), FailsWith(kInvalid, "leave it out"));
  EXPECT_THAT(error("html = true\nlower = true"), FailsWith(kInvalid, "got 2"));
  EXPECT_THAT(error("limit_characters = 0"), FailsWith(kInvalid, "0"));
  EXPECT_THAT(error("lower = true\nkeep_unsure = true"),
              FailsWith(kInvalid, "keep_languages only"));
  EXPECT_THAT(error("lower = true\nbidi = true"),
              FailsWith(kInvalid, "delete_controls only"));
  EXPECT_THAT(error("keep_languages = [\"en\"]\nmin_confidence = \"a\""),
              FailsWith(kInvalid, "a number"));
}

}  // namespace
}  // namespace rowsplit
