#include "rowsplit/text/join.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/text/split.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedCase;
using ::rowsplit::testing::RaggedCases;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::StringsAre;

RaggedShape Shape(std::vector<int64_t> row_lengths) {
  return RaggedShape(*RowPartition::FromRowLengths(row_lengths));
}

TEST(Join, PutsTheSeparatorBetweenTokens) {
  const auto tokens = *RaggedStringTensor::FromFlatValues(
      Shape({2, 0, 1, 2}), Strings({"a", "bc", "d", "", ""}));
  EXPECT_THAT(*Join(tokens, " "), StringsAre({"a bc", "", "d", " "}));
  EXPECT_THAT(*Join(tokens, ""), StringsAre({"abc", "", "d", ""}));
  EXPECT_THAT(*Join(tokens, "é, "), StringsAre({"aé, bc", "", "d", "é, "}));
}

TEST(Join, JoinsTheInnermostRows) {
  const RaggedShape shape = *RaggedShape::FromPartitions(
      {*RowPartition::FromRowLengths(std::vector<int64_t>{2, 0, 1}),
       *RowPartition::FromRowLengths(std::vector<int64_t>{2, 0, 1})});
  const auto tokens =
      *RaggedStringTensor::FromFlatValues(shape, Strings({"a", "b", "c"}));
  EXPECT_THAT(*Join(tokens, "-"), StringsAre({"a-b", "", "c"}));
}

TEST(Join, EqualsAPlainLoopOverSpans) {
  const std::string_view bytes = "some bytes of a batch";
  for (const RaggedCase& c : RaggedCases(Seed(), 300'000)) {
    SCOPED_TRACE(c.name);
    // Values that can't be reached are no spans at all.
    std::vector<TokenSpan> spans(c.num_values, {0xFFFFFFFF, 0xFFFFFFFF});
    std::vector<std::string> expected;
    for (size_t row = 0; row + 1 < c.splits.size(); ++row) {
      expected.emplace_back();
      for (Offset i = c.splits[row]; i < c.splits[row + 1]; ++i) {
        spans[i] = {static_cast<uint32_t>(i % 17),
                    static_cast<uint32_t>(i % 5)};
        if (i > c.splits[row]) expected.back() += "<>";
        expected.back() += bytes.substr(spans[i].begin, spans[i].size);
      }
    }
    for (const int threads : {1, 2, 8}) {
      const auto joined = Join(RaggedView<TokenSpan>{c.splits, spans}, bytes,
                               "<>", {.exec = {.num_threads = threads}});
      ASSERT_TRUE(joined.ok()) << joined.status();
      EXPECT_THAT(*joined, StringsAre(expected));
    }
  }
}

TEST(Join, UndoesASplitAtSingleBlanks) {
  for (const StringCase& c : StringCases(Seed(), "abc\xC3\xA9")) {
    SCOPED_TRACE(c.name);
    std::string text;
    for (const char byte : c.bytes) {
      text += byte;
      if (byte == 'c') text += " x";
    }
    const StringTensor input = Strings({text});
    const auto tokens = *SplitWhitespace(input);
    EXPECT_EQ(*Join(tokens.view(), input.bytes().span(), " "), input);
    EXPECT_EQ(*Join(*CopyTokens(tokens, input.bytes().span()), " "), input);
  }
}

TEST(Join, ChecksTheSpans) {
  const std::vector<Offset> splits = {0, 1, 3};
  const std::vector<TokenSpan> spans = {{0, 1}, {1, 3}, {2, 3}};
  EXPECT_THAT(
      Join(RaggedView<TokenSpan>{splits, spans}, std::string_view("abcd"), " "),
      FailsWith(absl::StatusCode::kInvalidArgument,
                "inside the 4 bytes: value 2, of row 1, has begin=2, size=3"));
}

TEST(Join, ChecksTheSizeBeforeItAllocates) {
  // The separator claims a size that nobody has.
  const std::string_view separator("", INT64_MAX / 4);
  const auto tokens = *RaggedStringTensor::FromFlatValues(
      Shape({9}), Strings({"", "", "", "", "", "", "", "", ""}));
  EXPECT_THAT(
      Join(tokens, separator),
      FailsWith(absl::StatusCode::kResourceExhausted, "does not fit 64 bits"));
}

TEST(Join, TakesNoRowsAndCancellation) {
  EXPECT_EQ(Join(RaggedStringTensor(), " ")->size(), 0);
  EXPECT_EQ(Join(RaggedView<TokenSpan>{}, {}, " ")->size(), 0);
  CancellationToken token;
  token.Cancel();
  const auto tokens =
      *RaggedStringTensor::FromFlatValues(Shape({1}), Strings({"a"}));
  EXPECT_THAT(Join(tokens, " ", {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
