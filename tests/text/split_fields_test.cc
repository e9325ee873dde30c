#include "rowsplit/text/split_fields.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
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
using ::rowsplit::testing::ToRows;

RaggedStringTensor Fields(StringTensorView input, std::string_view separator,
                          const SplitFieldsOptions& options = {}) {
  return *CopyTokens(*SplitFields(input, separator, options), input.bytes());
}

// Python's bytes.split with a separator.
std::vector<std::string> FieldsPlainly(std::string_view text,
                                       std::string_view separator,
                                       int64_t maxsplit) {
  std::vector<std::string> fields;
  for (size_t at = text.find(separator);
       at != std::string_view::npos && maxsplit-- != 0;
       at = text.find(separator)) {
    fields.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  fields.emplace_back(text);
  return fields;
}

TEST(SplitFields, CutsAtEachSeparator) {
  EXPECT_THAT(Fields(Strings({"a<><>b", "", "<>"}), "<>"),
              RaggedIs({{"a", "", "b"}, {""}, {"", ""}}));
  EXPECT_THAT(Fields(Strings({"a,b,c"}), ",", {.maxsplit = 1}),
              RaggedIs({{"a", "b,c"}}));
  EXPECT_THAT(Fields(Strings({"a,b"}), ",", {.maxsplit = 0}),
              RaggedIs({{"a,b"}}));
}

TEST(SplitFields, EqualsThePlainWayForAllRows) {
  const std::string_view separators[] = {"a",
                                         "ab",
                                         "aba",
                                         "aaaaaaaaaaaaaaab",
                                         "abababababababababab",
                                         "aaaaaaaaaaaaaaaaaaaaa"};
  for (const std::string_view alphabet : {"ab", "aaaaaaaab"}) {
    for (const StringCase& strings : StringCases(Seed(), alphabet, 3000)) {
      for (const std::string_view separator : separators) {
        for (const int64_t maxsplit : {-1, 0, 2}) {
          std::vector<std::vector<std::string>> expected;
          for (int64_t i = 0; i < strings.view().size(); ++i) {
            expected.push_back(
                FieldsPlainly(strings.view()[i], separator, maxsplit));
          }
          const ExecOptions exec{.num_threads = maxsplit == 0 ? 4 : 1};
          ASSERT_EQ(ToRows(Fields(strings.view(), separator,
                                  {.maxsplit = maxsplit, .exec = exec})),
                    expected)
              << strings.name << " " << separator << " " << maxsplit;
        }
      }
    }
  }
}

TEST(SplitFields, RefusesAnEmptySeparatorAndHugeBatches) {
  EXPECT_THAT(SplitFields(Strings({"a"}), ""),
              FailsWith(absl::StatusCode::kInvalidArgument, "separator"));
  const std::vector<Offset> offsets = {0, kMaxBatchBytes + 1};
  EXPECT_THAT(SplitFields(StringTensorView(offsets, {}), ","),
              FailsWith(absl::StatusCode::kResourceExhausted,
                        "ends at byte 4294967296"));
  CancellationToken cancelled;
  cancelled.Cancel();
  EXPECT_THAT(
      SplitFields(Strings({"a"}), ",", {.exec = {.cancellation = &cancelled}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(SplitBytes, MakesAStringOfEachByte) {
  EXPECT_THAT(*SplitBytes(Strings({"ab", "", "\xC3\xA9"})),
              RaggedIs({{"a", "b"}, {}, {"\xC3", "\xA9"}}));
  EXPECT_EQ(SplitBytes(StringTensorView())->num_rows(), 0);
}

TEST(SplitBytes, IsUndoneByConcatenation) {
  for (const StringCase& strings : StringCases(Seed(), "ab\x80")) {
    const RaggedStringTensor split =
        *SplitBytes(strings.view(), {.exec = {.num_threads = 4}});
    const auto rows = ToRows(split);
    ASSERT_EQ(static_cast<int64_t>(rows.size()), strings.view().size());
    for (size_t row = 0; row < rows.size(); ++row) {
      std::string all;
      for (const std::string& byte : rows[row]) {
        ASSERT_EQ(byte.size(), 1u);
        all += byte;
      }
      ASSERT_EQ(all, strings.view()[static_cast<int64_t>(row)]);
    }
  }
}

}  // namespace
}  // namespace rowsplit
