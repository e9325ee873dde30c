#include "rowsplit/pipeline/options_json.h"

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

TextVectorizationOptions Unusual() {
  return {.max_tokens = 12,
          .steps = {ReplaceRegex{"\xff[a\"]", "\\0\n", false}, LowerCase{},
                    DeletePunctuation{}, DropFullMatch{"x"}},
          .standardize = Standardize::kStripPunctuation,
          .split = Split::kUnicodeWhitespace,
          .ngrams = {2, 1, 7},
          .output_mode = OutputMode::kTfIdf,
          .output_sequence_length = 5,
          .pad_to_max_tokens = true,
          .num_oov_indices = 3,
          .oov_hash = OovHash::kXxh3,
          .min_count = 4};
}

TEST(TextVectorizationOptionsFromJson, GivesBackWhatWasWritten) {
  for (const TextVectorizationOptions& options :
       {TextVectorizationOptions(), Unusual()}) {
    const std::string json = TextVectorizationOptionsToJson(options);
    const auto back = TextVectorizationOptionsFromJson(json, "o");
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, options);
    EXPECT_EQ(TextVectorizationOptionsToJson(*back), json);
  }
}

TEST(TextVectorizationOptionsFromJson, LeavesOutMeansTheDefault) {
  EXPECT_EQ(*TextVectorizationOptionsFromJson("{}", "o"),
            TextVectorizationOptions());
  const auto options = *TextVectorizationOptionsFromJson(
      R"({"steps": [{"step": "replace", "pattern": "a", "rewrite": ""}]})",
      "o");
  EXPECT_EQ(options.steps,
            (std::vector<TextStep>{ReplaceRegex{"a", "", true}}));
}

TEST(TextVectorizationOptionsFromJson, NamesThePlaceOfAnError) {
  const auto error = [](std::string_view json) {
    const auto options = TextVectorizationOptionsFromJson(json, "o.json");
    EXPECT_EQ(options.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(options.status().message());
  };
  EXPECT_THAT(error(R"({"max_token": 3})"), HasSubstr("max_token"));
  EXPECT_THAT(error(R"({"ngrams": [1, "2"]})"),
              HasSubstr("o.json: .ngrams[1]: expected"));
  EXPECT_THAT(error(R"({"split": "comma"})"),
              HasSubstr("o.json: .split: expected one of none, whitespace"));
  EXPECT_THAT(error(R"({"oov_hash": "md5"})"), HasSubstr("farmhash, xxh3"));
  EXPECT_THAT(error(R"({"steps": [{"step": "fold"}]})"),
              HasSubstr("o.json: .steps[0]: unknown step fold"));
  EXPECT_THAT(error(R"({"steps": {}})"), HasSubstr(".steps"));
  EXPECT_THAT(error("{"), HasSubstr("o.json"));
}

}  // namespace
}  // namespace rowsplit
