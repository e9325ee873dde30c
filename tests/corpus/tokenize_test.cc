#include "rowsplit/corpus/tokenize.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

Tokenizer MakeTokenizer(std::string_view more, bool has_unknown = true) {
  std::string json = "{";
  json += more;
  json += R"("pre_tokenizer": {"type": "WhitespaceSplit"},
    "model": {"type": "WordPiece", "vocab": {"a": 1, "##b": 2, "c": 3)";
  json += has_unknown ? R"(, "[UNK]": 0}}})" : "}}}";
  auto tokenizer = Tokenizer::FromJson(json);
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status();
  return *std::move(tokenizer);
}

constexpr std::string_view kOfLongest =
    R"("padding": {"strategy": "BatchLongest", "direction": "Right",
        "pad_to_multiple_of": null, "pad_id": 9, "pad_type_id": 0,
        "pad_token": "[PAD]"},)";

absl::StatusOr<std::string> TokenizeText(
    const Tokenizer& tokenizer, const std::string& text,
    const TokenizeOptions& options, const std::vector<TextStep>& clean = {},
    int threads = 1, int64_t block_bytes = 1 << 20) {
  const testing::TempFolder temporary;
  temporary.Write("in.txt", text);
  InputConfig input;
  input.paths = {temporary / "in.txt"};
  input.read.block_bytes = block_bytes;
  std::string out;
  const auto report = TokenizeInputs(input, clean, tokenizer, options,
                                     [&](std::string_view bytes) {
                                       out += bytes;
                                       return absl::OkStatus();
                                     },
                                     {.num_threads = threads});
  if (!report.ok()) return report.status();
  return out;
}

TEST(TokenizeInputs, GivesALineForEachRow) {
  const std::string text = "ab c\nx 1\n\nc d";
  for (const int threads : {1, 4}) {
    EXPECT_EQ(*TokenizeText(MakeTokenizer(""), text, {}, {DropFullMatch{"x.*"}},
                            threads, 4),
              "1 2 3\n\n\n3 0\n");
  }
  EXPECT_EQ(*TokenizeText(MakeTokenizer(""), "ab\n",
                          {.encode = {.offsets = OffsetUnit::kBytes},
                           .format = RecordFormat::kJsonLines}),
            "{\"ids\":[1,2],\"offsets\":[[0,1],[1,2]]}\n");
}

TEST(TokenizeInputs, PadsToTheLongestOfAllRows) {
  const std::string text = "a\nx 1\nab c\n\n";
  for (const int threads : {1, 4}) {
    for (const int64_t block : {4, 1000}) {
      EXPECT_EQ(*TokenizeText(MakeTokenizer(kOfLongest), text, {},
                              {DropFullMatch{"x.*"}}, threads, block),
                "1 9 9\n\n1 2 3\n9 9 9\n");
    }
  }
  EXPECT_EQ(*TokenizeText(MakeTokenizer(kOfLongest), text,
                          {.encode = {.max_length = 2}}),
            "1 9\n0 0\n1 2\n9 9\n");
  EXPECT_EQ(*TokenizeText(MakeTokenizer(kOfLongest), text,
                          {.encode = {.pad = false}}),
            "1\n0 0\n1 2 3\n\n");
}

TEST(TokenizeInputs, PadsToAFixedLength) {
  const Tokenizer tokenizer = MakeTokenizer(
      R"("padding": {"strategy": {"Fixed": 2}, "direction": "Left",
          "pad_to_multiple_of": null, "pad_id": 9},)");
  EXPECT_EQ(*TokenizeText(tokenizer, "a\nab c\n", {}), "9 1\n1 2 3\n");
}

TEST(TokenizeInputs, SaysWhatIsWrong) {
  EXPECT_THAT(TokenizeText(MakeTokenizer("", false), "a\na zz\n", {}),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "text 1: the word \"zz\" is unknown"));
  EXPECT_THAT(TokenizeText(MakeTokenizer(""), "a\n",
                           {.format = RecordFormat::kTfrecord}),
              FailsWith(absl::StatusCode::kInvalidArgument, "text or jsonl"));
  EXPECT_THAT(TokenizeText(MakeTokenizer(kOfLongest), "a\n",
                           {.temporary_folder = "/nowhere/at/all"}),
              FailsWith(absl::StatusCode::kNotFound, "/nowhere/at/all"));
}

}  // namespace
}  // namespace rowsplit
