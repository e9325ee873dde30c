#include "rowsplit/corpus/vectorize.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/files.h"

namespace rowsplit {
namespace {

Vectorizer MakeVectorizer(TextVectorizationOptions options) {
  const std::vector<std::string_view> tokens = {"a", "b c"};
  return {
      *TextPlan::Compile({DropFullMatch{"x.*"}}),
      *TextVectorization::Create(
          options, *Vocabulary::FromTokens(StringTensor::FromStrings(tokens)))};
}

absl::StatusOr<std::string> VectorizeText(const Vectorizer& vectorizer,
                                          const std::string& text,
                                          RecordFormat format, int threads = 1,
                                          int64_t block_bytes = 1 << 20) {
  const testing::TempFolder temporary;
  temporary.Write("in.txt", text);
  InputConfig input;
  input.paths = {temporary.path() + "/in.txt"};
  input.read.block_bytes = block_bytes;
  std::string out;
  const auto report = VectorizeInputs(input, vectorizer, format,
                                      [&](std::string_view bytes) {
                                        out += bytes;
                                        return absl::OkStatus();
                                      },
                                      {.num_threads = threads});
  if (!report.ok()) return report.status();
  return out;
}

TEST(VectorizeInputs, KeepsOutputLinesBesideInputLines) {
  const Vectorizer vectorizer = MakeVectorizer({.output_sequence_length = 3});
  const std::string text = "x 1\nA, z\nx 2\nx 3\n\na a a a\nx";
  const std::string expected = "\n2 1 0\n\n\n0 0 0\n2 2 2\n\n";
  EXPECT_EQ(*VectorizeText(vectorizer, text, RecordFormat::kText), expected);
  EXPECT_EQ(*VectorizeText(vectorizer, text, RecordFormat::kText, 8, 4),
            expected);
}

TEST(VectorizeInputs, WritesJsonLines) {
  EXPECT_EQ(
      *VectorizeText(MakeVectorizer({}), "x\na z\n", RecordFormat::kJsonLines),
      "{\"ids\":[]}\n{\"ids\":[2,1]}\n");
}

TEST(VectorizeInputs, LooksUpWholeLinesWithoutSplitting) {
  EXPECT_EQ(*VectorizeText(MakeVectorizer({.split = Split::kNone}),
                           "B C!\nb\n\n", RecordFormat::kText),
            "3\n1\n0\n");
}

TEST(VectorizeInputs, ReturnsTheErrorOfTheWriter) {
  const testing::TempFolder temporary;
  temporary.Write("in.txt", "a\n");
  InputConfig input;
  input.paths = {temporary.path() + "/in.txt"};
  const auto report = VectorizeInputs(
      input, MakeVectorizer({}), RecordFormat::kText,
      [](std::string_view) { return absl::UnavailableError("closed"); }, {});
  EXPECT_EQ(report.status().message(), "closed");
}

TEST(VectorizeInputs, RefusesFormatsThatAreNoLines) {
  EXPECT_EQ(VectorizeText(MakeVectorizer({}), "a\n", RecordFormat::kNpy)
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

// What is no word by itself: n-grams, and characters behind steps.
TEST(VectorizeInputs, TakesEveryVectorizerOfIds) {
  EXPECT_EQ(*VectorizeText(MakeVectorizer({.ngrams = {2, 1}}),
                           "b c a\nx\n\na\n", RecordFormat::kText),
            "3 1 1 1 2\n\n\n2\n");
  EXPECT_EQ(
      *VectorizeText(MakeVectorizer({.steps = {ReplaceRegex{"[0-9]", "a"}},
                                     .split = Split::kCharacter,
                                     .output_sequence_length = 3}),
                     "1b\nabcd\n", RecordFormat::kText),
      "2 1 0\n2 1 1\n");
}

TEST(VectorizeInputs, RefusesAVectorizerOfColumns) {
  const auto text =
      VectorizeText(MakeVectorizer({.output_mode = OutputMode::kCount}), "a\n",
                    RecordFormat::kText);
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(text.status().message()),
              ::testing::HasSubstr("output_mode must be int"));
}

}  // namespace
}  // namespace rowsplit
