#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/pipeline/options_json.h"
#include "rowsplit/pipeline/text_steps.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

TEST(StepsJson, AreReadAsTheyAreWritten) {
  TextVectorizationOptions options;
  options.steps = {DropFullMatch{"x.*"},
                   ReplaceRegex{"a", "\xFF", false},
                   LowerCase{},
                   DeletePunctuation{},
                   UnicodeLowerCase{},
                   UnicodeLowerCase{"tr"},
                   UnicodeUpperCase{"el"},
                   UnicodeTitleCase{},
                   UnicodeTitleCase{"nl"},
                   UnicodeFoldCase{},
                   DropAccents{},
                   TransliterateText{"Any-Latin; Latin-ASCII"},
                   NormalizeText{NormalForm::kNfkd},
                   DecodeHtml{false, true},
                   MaskText{"<u>", std::nullopt, "\xFF"},
                   ShortenRepeats{3, 1},
                   DeleteControls{true, false, true, true},
                   RepairEncoding{},
                   KeepLanguages{{"en", "de"}, 0.25, false}};
  const std::string json = TextVectorizationOptionsToJson(options);
  const auto read = TextVectorizationOptionsFromJson(json, "j");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->steps, options.steps) << json;
}

TEST(StepsJson, HaveDefaults) {
  const auto read = TextVectorizationOptionsFromJson(
      R"({"steps": [{"step": "html"}, {"step": "normalize"},
          {"step": "delete_controls"}, {"step": "mask", "urls": null},
          {"step": "keep_languages", "languages": ["en"]}]})",
      "j");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->steps, (std::vector<TextStep>{DecodeHtml{}, NormalizeText{},
                                                DeleteControls{}, MaskText{},
                                                KeepLanguages{{"en"}}}));
}

TEST(StepsJson, NameWhatIsWrong) {
  const auto error = [](const std::string& step) {
    return TextVectorizationOptionsFromJson("{\"steps\": [" + step + "]}", "j")
        .status();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(error(R"({"step": "nope"})"),
              FailsWith(kInvalid, "unknown step nope"));
  EXPECT_THAT(error(R"({"step": "html", "tag": true})"),
              FailsWith(kInvalid, "tag"));
  EXPECT_THAT(error(R"({"step": "normalize", "form": "nfx"})"),
              FailsWith(kInvalid, "nfkc_casefold"));
  EXPECT_THAT(error(R"({"step": "transliterate"})"),
              FailsWith(absl::StatusCode::kNotFound, "'id' is missing"));
  EXPECT_THAT(error(R"({"step": "fold_case", "locale": 1})"),
              FailsWith(kInvalid, "locale"));
  EXPECT_THAT(error(R"({"step": "lower", "locale": "tr"})"),
              FailsWith(kInvalid, "locale"));
  EXPECT_THAT(error(R"({"step": "keep_languages", "languages": [1]})"),
              FailsWith(kInvalid, "languages"));
}

}  // namespace
}  // namespace rowsplit
