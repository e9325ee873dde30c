#include "rowsplit/text/token_offsets.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/text/split.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::testing::ElementsAre;

RaggedTensor<TokenSpan> Tokens(std::initializer_list<TokenSpan> spans,
                               std::initializer_list<Offset> splits) {
  return *RaggedTensor<TokenSpan>::FromRowSplits(Buffer<TokenSpan>(spans),
                                                 Buffer<Offset>(splits));
}

TEST(WithOffsets, CountsFromTheStringOfEachToken) {
  const StringTensor input = Strings({"ab c", "", "d"});
  const auto made = WithOffsets(*SplitWhitespace(input), input);
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(made->tokens, RaggedIs({{"ab", "c"}, {}, {"d"}}));
  EXPECT_THAT(made->starts, ElementsAre(0, 3, 0));
  EXPECT_THAT(made->ends, ElementsAre(2, 4, 1));
}

TEST(WithOffsets, OfNoStringsIsNothing) {
  const auto made = WithOffsets(RaggedTensor<TokenSpan>(), StringTensor());
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->tokens.num_rows(), 0);
  EXPECT_TRUE(made->starts.empty());
  EXPECT_TRUE(made->ends.empty());
}

TEST(WithOffsets, CutsTheTokensOutOfTheirStringsForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), "ab \t", 100'000)) {
    SCOPED_TRACE(c.name);
    const auto spans = SplitWhitespace(c.view());
    ASSERT_TRUE(spans.ok());
    for (const int threads : {1, 4}) {
      const auto made =
          WithOffsets(*spans, c.view(), {.exec = {.num_threads = threads}});
      ASSERT_TRUE(made.ok());
      ASSERT_EQ(made->tokens.shape(), spans->shape());
      const auto splits = spans->row_splits();
      for (int64_t row = 0; row < c.view().size(); ++row) {
        for (Offset token = splits[row]; token < splits[row + 1]; ++token) {
          ASSERT_EQ(
              c.view()[row].substr(made->starts[token],
                                   made->ends[token] - made->starts[token]),
              made->tokens.flat_values()[token]);
        }
      }
    }
  }
}

TEST(WithOffsets, RefusesTokensOfAnotherNumberOfStrings) {
  EXPECT_THAT(WithOffsets(Tokens({{0, 1}}, {0, 1}), Strings({"a", "b"})),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "a row for each of the 2 strings, got 1 rows"));
}

TEST(WithOffsets, RefusesATokenOutsideOfItsString) {
  const StringTensor input = Strings({"ab", "cd"});
  EXPECT_THAT(WithOffsets(Tokens({{0, 1}, {1, 2}}, {0, 1, 2}), input),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "bytes 2 to 4: row 1 has one of begin=1, size=2"));
  EXPECT_THAT(WithOffsets(Tokens({{1, 2}}, {0, 1, 1}), input),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "bytes 0 to 2: row 0 has one of begin=1, size=2"));
  EXPECT_THAT(WithOffsets(Tokens({{1, 0xFFFFFFFF}}, {0, 1, 1}), input),
              FailsWith(absl::StatusCode::kInvalidArgument, "row 0"));
}

TEST(WithOffsets, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const StringTensor input = Strings({"a"});
  EXPECT_THAT(WithOffsets(*SplitWhitespace(input), input,
                          {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
