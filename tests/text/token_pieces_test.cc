#include "text/token_pieces.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToRows;

// Each 'a' is a token of its row.
absl::Status AppendLetters(StringTensorView rows, Offset* row_ends,
                           BufferBuilder<TokenSpan>& tokens) {
  for (int64_t row = 0; row < rows.size(); ++row) {
    for (Offset at = rows.offsets()[row]; at < rows.offsets()[row + 1]; ++at) {
      if (rows.bytes()[at] == 'a')
        tokens.Append(TokenSpan{static_cast<uint32_t>(at), 1});
    }
    row_ends[row] = static_cast<Offset>(tokens.size());
  }
  return absl::OkStatus();
}

// Each 'a' is the token "<a>".
absl::Status AppendMarked(int64_t, std::string_view text, TokenList& tokens) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != 'a') continue;
    tokens.AppendPart("<");
    tokens.AppendPart(text.substr(at, 1));
    tokens.AppendPart(">");
    tokens.EndToken(static_cast<Offset>(at), static_cast<Offset>(at) + 1);
  }
  return absl::OkStatus();
}

std::vector<std::vector<std::string>> Letters(StringTensorView rows,
                                              const std::string& token) {
  std::vector<std::vector<std::string>> expected;
  for (int64_t row = 0; row < rows.size(); ++row) {
    expected.emplace_back();
    for (const char byte : rows[row]) {
      if (byte == 'a') expected.back().push_back(token);
    }
  }
  return expected;
}

TEST(SplitIntoSpans, PutsThePiecesTogetherForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), "abc", 400'000)) {
    SCOPED_TRACE(c.name);
    for (const int threads : {1, 4}) {
      const auto tokens = SplitIntoSpans(
          "Op", c.view(), {.num_threads = threads}, AppendLetters);
      ASSERT_TRUE(tokens.ok());
      ASSERT_EQ(ToRows(tokens->view(), c.view().bytes()),
                Letters(c.view(), "a"));
    }
  }
}

TEST(SplitIntoSpans, RefusesWhatSpansCanNotAddress) {
  const std::vector<Offset> offsets = {kMaxBatchBytes, kMaxBatchBytes + 1};
  EXPECT_THAT(
      SplitIntoSpans("Op", StringTensorView(offsets, {}), {}, AppendLetters),
      FailsWith(absl::StatusCode::kResourceExhausted,
                "Op: a batch must have at most"));
}

TEST(SplitIntoSpans, GivesTheErrorOfAPiece) {
  const StringTensor input = Strings({"a"});
  EXPECT_THAT(
      SplitIntoSpans("Op", input, {},
                     [](StringTensorView, Offset*, BufferBuilder<TokenSpan>&) {
                       return absl::InvalidArgumentError("no");
                     }),
      FailsWith(absl::StatusCode::kInvalidArgument, "no"));
}

// Rows of 50 KB, some of which have no token: several pieces of work.
std::vector<std::string> LongRows() {
  std::vector<std::string> rows;
  for (int row = 0; row < 30; ++row)
    rows.emplace_back(50'000, row % 7 < 4 ? 'b' : 'a');
  return rows;
}

TEST(SplitIntoSpans, TakesPiecesWithoutTokensAndErrorsAmongMany) {
  const std::vector<std::string> long_rows = LongRows();
  const StringTensor input = Strings({long_rows.begin(), long_rows.end()});
  for (const int threads : {1, 4}) {
    const auto tokens =
        SplitIntoSpans("Op", input, {.num_threads = threads}, AppendLetters);
    ASSERT_TRUE(tokens.ok());
    EXPECT_EQ(ToRows(tokens->view(), input.view().bytes()),
              Letters(input, "a"));
    EXPECT_THAT(
        SplitIntoSpans("Op", input, {.num_threads = threads},
                       [&](StringTensorView rows, Offset* row_ends,
                           BufferBuilder<TokenSpan>& spans) -> absl::Status {
                         if (rows.offsets().front() < 700'000)
                           return AppendLetters(rows, row_ends, spans);
                         return absl::InvalidArgumentError(absl::StrCat(
                             "at ", rows.offsets().front() / 700'000));
                       }),
        FailsWith(absl::StatusCode::kInvalidArgument, "at 1"));
  }
}

TEST(MakeTokens, TakesPiecesWithoutTokensAndErrorsAmongMany) {
  const std::vector<std::string> long_rows = LongRows();
  const StringTensor input = Strings({long_rows.begin(), long_rows.end()});
  for (const int threads : {1, 4}) {
    const ExecOptions exec = {.num_threads = threads};
    const auto made = MakeTokens(input, exec, AppendMarked);
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(ToRows(made->tokens), Letters(input, "<a>"));
    EXPECT_THAT(
        MakeTokens(input, exec,
                   [](int64_t row, std::string_view text, TokenList& tokens) {
                     return row < 20 ? AppendMarked(row, text, tokens)
                                     : absl::InvalidArgumentError(
                                           "row " + std::to_string(row));
                   }),
        FailsWith(absl::StatusCode::kInvalidArgument, "row 20"));
  }
}

TEST(MakeTokens, PutsThePiecesTogetherForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), "abc", 400'000)) {
    SCOPED_TRACE(c.name);
    for (const int threads : {1, 4}) {
      const auto made =
          MakeTokens(c.view(), {.num_threads = threads}, AppendMarked);
      ASSERT_TRUE(made.ok());
      ASSERT_EQ(ToRows(made->tokens), Letters(c.view(), "<a>"));
      const auto splits = made->tokens.shape().innermost().row_splits();
      for (int64_t row = 0; row < c.view().size(); ++row) {
        for (Offset token = splits[row]; token < splits[row + 1]; ++token) {
          ASSERT_EQ(c.view()[row][made->starts[token]], 'a');
          ASSERT_EQ(made->ends[token], made->starts[token] + 1);
        }
      }
    }
  }
}

TEST(MakeTokens, GivesTheFirstErrorOfARow) {
  const StringTensor input = Strings({"a", "b", "c"});
  EXPECT_THAT(MakeTokens(input, {},
                         [](int64_t row, std::string_view, TokenList&) {
                           return row == 0 ? absl::OkStatus()
                                           : absl::InvalidArgumentError(
                                                 "row " + std::to_string(row));
                         }),
              FailsWith(absl::StatusCode::kInvalidArgument, "row 1"));
}

TEST(TokenPieces, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const StringTensor input = Strings({"a"});
  const ExecOptions exec = {.cancellation = &token};
  EXPECT_THAT(SplitIntoSpans("Op", input, exec, AppendLetters),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(MakeTokens(input, exec, AppendMarked),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit::internal
