#include "rowsplit/text/normalize.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/icu_normalize.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kNormalForms;
using ::rowsplit::testing::NormalizeByIcu;
using ::rowsplit::testing::RandomMarkedText;
using ::rowsplit::testing::Strings;
using ::testing::ElementsAre;

TEST(Normalize, BringsTextIntoEachForm) {
  const StringTensor input =
      Strings({"e\u0301 \u00E9", "\uFB01 \u00B2", "\u1E9B\u0323", "\uD55C",
               "\u00C9\u00DF\u00AD", ""});
  EXPECT_EQ(*Normalize(input, {.form = NormalForm::kNfc}),
            Strings({"\u00E9 \u00E9", "\uFB01 \u00B2", "\u1E9B\u0323", "\uD55C",
                     "\u00C9\u00DF\u00AD", ""}));
  EXPECT_EQ(*Normalize(input, {.form = NormalForm::kNfd}),
            Strings({"e\u0301 e\u0301", "\uFB01 \u00B2", "\u017F\u0323\u0307",
                     "\u1112\u1161\u11AB", "E\u0301\u00DF\u00AD", ""}));
  EXPECT_EQ(*Normalize(input), Strings({"\u00E9 \u00E9", "fi 2", "\u1E69",
                                        "\uD55C", "\u00C9\u00DF\u00AD", ""}));
  EXPECT_EQ(*Normalize(input, {.form = NormalForm::kNfkd}),
            Strings({"e\u0301 e\u0301", "fi 2", "s\u0323\u0307",
                     "\u1112\u1161\u11AB", "E\u0301\u00DF\u00AD", ""}));
  EXPECT_EQ(
      *Normalize(input, {.form = NormalForm::kNfkcCasefold}),
      Strings({"\u00E9 \u00E9", "fi 2", "\u1E69", "\uD55C", "\u00E9ss", ""}));
}

TEST(Normalize, KeepsIllFormedBytes) {
  const StringTensor input = Strings(
      {"\xFF", "a\xCC", "\x81o", "\xED\xA0\x80\u0301", "\xF4\x90\x80\x80"});
  for (const NormalForm form : kNormalForms)
    EXPECT_EQ(*Normalize(input, {.form = form}), input);
}

// Rows of a few bytes and long ones, in pieces for threads.
TEST(Normalize, IsTheSameForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<std::string> rows;
  for (int i = 0; i < 300; ++i)
    rows.push_back(
        RandomMarkedText(random, Below(random, i % 50 ? 90 : 30'000)));
  const StringTensor input = Strings({rows.begin(), rows.end()});
  for (const NormalForm form : kNormalForms) {
    std::vector<std::string> expected;
    for (const std::string& row : rows)
      expected.push_back(NormalizeByIcu(form, row));
    for (const int threads : {1, 3}) {
      const NormalizeOptions options = {.form = form,
                                        .exec = {.num_threads = threads}};
      const StringTensor strings = Strings({expected.begin(), expected.end()});
      ASSERT_EQ(*Normalize(input, options), strings);
      ASSERT_EQ(NormalizeWithOffsets(input, options)->strings, strings);
    }
  }
}

TEST(Normalize, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const NormalizeOptions options{.exec = {.cancellation = &token}};
  EXPECT_THAT(Normalize(Strings({"a"}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(NormalizeWithOffsets(Strings({"a"}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(NormalizeWithOffsets, GivesTheChangesOfEachString) {
  const auto normalized =
      NormalizeWithOffsets(Strings({"x\uFB01y", "", "\u00B2"}));
  EXPECT_EQ(normalized->strings, Strings({"xfiy", "", "2"}));
  using Change = SourceOffsets::Change;
  EXPECT_THAT(normalized->source_offsets.changes(0),
              ElementsAre(Change{1, 4, 1, 3}));
  EXPECT_THAT(normalized->source_offsets.changes(1), ElementsAre());
  EXPECT_THAT(normalized->source_offsets.changes(2),
              ElementsAre(Change{0, 2, 0, 1}));
}

// ICU's own answer for each offset, below 0 and beyond the end too.
TEST(SourceOffsets, FindsWhatIcuFinds) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 1500; ++repeat) {
    const NormalForm form = kNormalForms[repeat % 4];
    const std::string text = RandomMarkedText(random, Below(random, 80));
    const auto normalized = NormalizeWithOffsets(
        Strings({"\uFB01", text, "\u00B2"}), {.form = form});
    icu::Edits edits;
    const std::string expected = NormalizeByIcu(form, text, &edits);
    UErrorCode status = U_ZERO_ERROR;
    auto change = edits.getFineIterator();
    const auto size = static_cast<int32_t>(expected.size());
    for (int32_t offset = -2; offset < size + 3; ++offset) {
      ASSERT_EQ(normalized->source_offsets.Find(1, offset),
                change.sourceIndexFromDestinationIndex(offset, status))
          << offset << " of " << ::testing::PrintToString(text);
    }
  }
}

TEST(SourceOffsets, FindsTheEndForAnyOffsetBehindIt) {
  const auto normalized = NormalizeWithOffsets(Strings({"\uFB01x", "x"}));
  for (int64_t row = 0; row < 2; ++row) {
    EXPECT_EQ(normalized->source_offsets.Find(
                  row, std::numeric_limits<Offset>::max()),
              row == 0 ? 4 : 1);
    EXPECT_EQ(normalized->source_offsets.Find(
                  row, std::numeric_limits<Offset>::min()),
              0);
  }
}

TEST(FindSourceOffsets, KeepsTheShapeAndChecksIt) {
  const auto normalized = NormalizeWithOffsets(Strings({"\uFB01x", "a"}));
  const auto offsets =
      *RaggedTensor<Offset>::FromRowSplits({0, 1, 2, 3, 99, 0, 1}, {0, 5, 7});
  EXPECT_EQ(
      *FindSourceOffsets(normalized->source_offsets, offsets),
      *RaggedTensor<Offset>::FromRowSplits({0, 3, 3, 4, 4, 0, 1}, {0, 5, 7}));
  EXPECT_THAT(FindSourceOffsets(normalized->source_offsets,
                                *RaggedTensor<Offset>::FromRowSplits(
                                    Buffer<Offset>{0}, {0, 1})),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "got 1 rows for 2 strings"));
}

}  // namespace
}  // namespace rowsplit
