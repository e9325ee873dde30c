#include "rowsplit/text/ngrams.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

using Rows = std::vector<std::vector<std::string>>;

RaggedStringTensor FromRows(const Rows& rows) {
  StringTensorBuilder strings;
  std::vector<int64_t> lengths;
  for (const auto& row : rows) {
    lengths.push_back(static_cast<int64_t>(row.size()));
    for (const std::string& token : row) strings.Append(token);
  }
  return *RaggedStringTensor::FromFlatValues(
      RaggedShape(*RowPartition::FromRowLengths(lengths)),
      std::move(strings).Build());
}

Rows ReferenceNgrams(const Rows& rows, const std::vector<int64_t>& widths,
                     const std::string& separator) {
  Rows result;
  for (const auto& row : rows) {
    std::vector<std::string>& ngrams = result.emplace_back();
    for (const int64_t width : widths) {
      for (size_t first = 0; first + width <= row.size(); ++first) {
        std::string joined = row[first];
        for (int64_t i = 1; i < width; ++i)
          joined += separator + row[first + i];
        ngrams.push_back(joined);
      }
    }
  }
  return result;
}

TEST(Ngrams, GivesOneWidthAfterAnother) {
  const RaggedStringTensor tokens = FromRows({{"a", "b", "c"}, {"d"}, {}});
  EXPECT_EQ(*Ngrams(tokens, {.widths = {1, 2}}),
            FromRows({{"a", "b", "c", "a b", "b c"}, {"d"}, {}}));
  EXPECT_EQ(*Ngrams(tokens, {.widths = {3, 2}, .separator = "--"}),
            FromRows({{"a--b--c", "a--b", "b--c"}, {}, {}}));
  EXPECT_EQ(*Ngrams(tokens, {.widths = {INT64_MAX}}), FromRows({{}, {}, {}}));
}

TEST(Ngrams, KeepsTheOuterShape) {
  const RaggedStringTensor flat = FromRows({{"a", "b"}, {}, {"c", "d", "e"}});
  const RowPartition outer =
      *RowPartition::FromRowLengths(std::vector<int64_t>{1, 0, 2});
  const RaggedStringTensor tokens = *RaggedStringTensor::FromFlatValues(
      *RaggedShape::FromPartitions({outer, flat.shape().innermost()}),
      flat.flat_values());
  const RaggedStringTensor ngrams = *Ngrams(tokens, {.widths = {2}});
  EXPECT_EQ(ngrams.shape().ragged_rank(), 2);
  EXPECT_EQ(ngrams.shape().partition(0), outer);
  EXPECT_EQ(ngrams.flat_values(),
            StringTensor::FromStrings(
                std::vector<std::string_view>{"a b", "c d", "d e"}));
}

TEST(Ngrams, EqualsAPlainJoin) {
  std::mt19937 random(13);
  for (int repeat = 0; repeat < 200; ++repeat) {
    Rows rows(random() % 20);
    for (auto& row : rows) {
      row.resize(random() % 8);
      for (std::string& token : row) token.assign(random() % 4, 'a');
    }
    std::vector<int64_t> widths(1 + random() % 3);
    for (int64_t& width : widths) width = 1 + random() % 5;
    const std::string separator(random() % 3, '-');
    EXPECT_EQ(
        *Ngrams(FromRows(rows), {.widths = widths, .separator = separator}),
        FromRows(ReferenceNgrams(rows, widths, separator)));
  }
}

TEST(Ngrams, DoesNotDependOnTheThreads) {
  Rows rows(5000);
  for (size_t row = 0; row < rows.size(); ++row) {
    rows[row].assign(row % 97, std::string(row % 5, 'x'));
  }
  const RaggedStringTensor tokens = FromRows(rows);
  EXPECT_EQ(*Ngrams(tokens, {.widths = {1, 3}, .exec = {.num_threads = 1}}),
            *Ngrams(tokens, {.widths = {1, 3}, .exec = {.num_threads = 4}}));
}

TEST(Ngrams, RefusesWrongWidths) {
  const RaggedStringTensor tokens = FromRows({{"a"}});
  const absl::Status none = Ngrams(tokens, {}).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(none.message()), HasSubstr("at least one width"));
  EXPECT_THAT(
      std::string(Ngrams(tokens, {.widths = {1, 0}}).status().message()),
      HasSubstr("must be positive, got 0"));
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(Ngrams(tokens, {.widths = {1}, .exec = {.cancellation = &token}})
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
