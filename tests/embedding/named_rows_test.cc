#include "embedding/named_rows.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"
#include "support/named_rows.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;
using testing::NamedRowList;
using testing::RowsOf;

absl::StatusOr<NamedRows> Named(const std::vector<std::string_view>& tokens,
                                const std::vector<float>& values) {
  BufferBuilder<float> builder;
  builder.Append(values);
  const int64_t width =
      tokens.empty() ? 2 : static_cast<int64_t>(values.size() / tokens.size());
  return NameRows(StringTensor::FromStrings(tokens), std::move(builder), width,
                  "f.txt", {});
}

TEST(NameRows, PutsTokensAndRowsTogether) {
  const auto rows = Named({"b", "", "a"}, {1, 2, 3, 4, 5, 6});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(RowsOf(*rows),
            (NamedRowList{{"b", {1, 2}}, {"", {3, 4}}, {"a", {5, 6}}}));
  EXPECT_EQ(rows->report, LoadReport());
  EXPECT_EQ(Named({}, {})->table.width(), 2);
}

TEST(NameRows, KeepsTheFirstOfRowsWithOneToken) {
  const auto rows =
      Named({"a", "b", "a", "c", "b", "a\"\xFF"}, {1, 2, 3, 4, 5, 6});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(
      RowsOf(*rows),
      (NamedRowList{{"a", {1}}, {"b", {2}}, {"c", {4}}, {"a\"\xFF", {6}}}));
  EXPECT_EQ(rows->report.duplicates.count, 2);
  EXPECT_EQ(rows->report.duplicates.first,
            "f.txt, row 2: its token is that of row 0: \"a\"");
}

TEST(NameRows, DropsDuplicatesAsAPlainLoopDoes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> tokens(1 + testing::Below(random, 100));
    std::vector<float> values;
    NamedRowList expected;
    for (std::string& token : tokens) {
      token = std::to_string(testing::Below(random, 60));
      values.push_back(static_cast<float>(values.size()));
      const bool is_new =
          std::none_of(expected.begin(), expected.end(),
                       [&](const auto& row) { return row.first == token; });
      if (is_new) expected.push_back({token, {values.back()}});
    }
    const auto rows = Named({tokens.begin(), tokens.end()}, values);
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(RowsOf(*rows), expected);
    EXPECT_EQ(rows->report.duplicates.count,
              static_cast<int64_t>(tokens.size() - expected.size()));
  }
}

TEST(Quoted, EscapesAndCuts) {
  EXPECT_EQ(Quoted("a\tb\"\\\xC3"), R"("a\x09b\"\\\xC3")");
  EXPECT_EQ(Quoted(std::string(41, 'x')), "\"" + std::string(40, 'x') + "\"…");
}

TEST(MergeReport, KeepsTheFirstAndAddsCounts) {
  LoadReport report;
  MergeReport(report, {.skipped = {2, "x"}, .replaced = {1, "y"}});
  MergeReport(report, {.skipped = {3, "z"}, .duplicates = {1, "d"}});
  EXPECT_EQ(report, (LoadReport{.skipped = {5, "x"},
                                .replaced = {1, "y"},
                                .duplicates = {1, "d"}}));
}

TEST(CountIfTolerated, LetsOnlyBrokenDataPass) {
  LoadReport report;
  const absl::Status broken = absl::DataLossError("cut");
  EXPECT_EQ(CountIfTolerated(broken, {}, report), broken);
  const ReadRowsOptions skip{.policy = ErrorPolicy::kSkip};
  EXPECT_TRUE(CountIfTolerated(broken, skip, report).ok());
  EXPECT_EQ(report.skipped, (LoadFault{1, "cut"}));
  const absl::Status cancelled = absl::CancelledError("");
  EXPECT_EQ(CountIfTolerated(cancelled, skip, report), cancelled);
}

TEST(JoinTokens, KeepsTheOrder) {
  const StringTensor parts[] = {
      StringTensor::FromStrings(std::vector<std::string_view>{"a", ""}),
      StringTensor(),
      StringTensor::FromStrings(std::vector<std::string_view>{"b"})};
  EXPECT_EQ(
      JoinTokens(parts),
      StringTensor::FromStrings(std::vector<std::string_view>{"a", "", "b"}));
}

TEST(CheckNames, WantsATokenForEachRow) {
  const NamedRows rows = testing::NamedRowsOf({{"a", {1}}, {"b", {2}}});
  EXPECT_TRUE(CheckNames(rows.vocabulary, rows.table).ok());
  EXPECT_THAT(CheckNames({}, rows.table),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "each row must have a token: 2 rows, 0 tokens"));
}

}  // namespace
}  // namespace rowsplit::internal
