#include "rowsplit/text/ngrams.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::ToRows;
using ::testing::ElementsAre;
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

TEST(Ngrams, PadsEachRow) {
  const RaggedStringTensor tokens = FromRows({{"a", "b"}, {}, {"c"}});
  NgramsOptions options{
      .widths = {2}, .pad_width = -1, .left_pad = "<", .right_pad = ">"};
  EXPECT_THAT(*Ngrams(tokens, options),
              RaggedIs({{"< a", "a b", "b >"}, {"< >"}, {"< c", "c >"}}));
  options.widths = {3, 1};
  options.pad_width = 1;
  EXPECT_THAT(*Ngrams(tokens, options),
              RaggedIs({{"< a b", "a b >", "a", "b"}, {}, {"< c >", "c"}}));
  // Nothing at all stays nothing.
  EXPECT_THAT(*Ngrams(FromRows({{}, {}}), options),
              RaggedIs<std::string_view>({{}, {}}));
}

TEST(Ngrams, KeepsShortRowsWhole) {
  const RaggedStringTensor tokens = FromRows({{"a", "b"}, {}, {"c"}});
  NgramsOptions options{.widths = {5}, .preserve_short_sequences = true};
  EXPECT_THAT(*Ngrams(tokens, options), RaggedIs({{"a b"}, {}, {"c"}}));
  options.pad_width = 1;
  options.left_pad = options.right_pad = "P";
  EXPECT_THAT(*Ngrams(tokens, options), RaggedIs({{"P a b P"}, {}, {"P c P"}}));
  options.widths = {};
  EXPECT_THAT(*Ngrams(tokens, options), RaggedIs({{"P a b P"}, {}, {"P c P"}}));
  EXPECT_THAT(*Ngrams(tokens, {}), RaggedIs<std::string_view>({{}, {}, {}}));
}

// The n-grams of a row that is really padded.
std::vector<std::string> PaddedPlainly(const std::vector<std::string>& row,
                                       const NgramsOptions& options) {
  std::vector<std::string> ngrams;
  const auto padded = [&](int64_t pad) {
    std::vector<std::string> all(static_cast<size_t>(pad),
                                 std::string(options.left_pad));
    all.insert(all.end(), row.begin(), row.end());
    all.insert(all.end(), static_cast<size_t>(pad),
               std::string(options.right_pad));
    return all;
  };
  const auto add = [&](const std::vector<std::string>& tokens, size_t first,
                       size_t width) {
    std::string ngram = tokens[first];
    for (size_t i = first + 1; i < first + width; ++i)
      ngram += std::string(options.separator) + tokens[i];
    ngrams.push_back(std::move(ngram));
  };
  for (const int64_t width : options.widths) {
    const int64_t most = width - 1;
    const auto tokens = padded(
        options.pad_width < 0 ? most : std::min(options.pad_width, most));
    for (size_t i = 0; i + static_cast<size_t>(width) <= tokens.size(); ++i)
      add(tokens, i, static_cast<size_t>(width));
  }
  if (ngrams.empty() && options.preserve_short_sequences && !row.empty()) {
    const auto tokens = padded(options.pad_width);
    add(tokens, 0, tokens.size());
  }
  return ngrams;
}

TEST(Ngrams, EqualsPaddingTheRows) {
  const std::vector<std::vector<std::string>> rows = {
      {"a"}, {}, {"bb", ""}, {"c", "d", "e"}, {"f", "g", "h", "i"}};
  RaggedStringTensor tokens =
      FromRows({{"a"}, {}, {"bb", ""}, {"c", "d", "e"}, {"f", "g", "h", "i"}});
  for (const auto& widths :
       std::vector<std::vector<int64_t>>{{1}, {2}, {4, 2}, {6}, {1, 7}}) {
    for (int64_t pad_width = -1; pad_width < 4; ++pad_width) {
      for (const bool preserve : {false, true}) {
        const NgramsOptions options{.widths = widths,
                                    .separator = "_",
                                    .pad_width = pad_width,
                                    .left_pad = "<<",
                                    .right_pad = ">",
                                    .preserve_short_sequences = preserve};
        std::vector<std::vector<std::string>> expected;
        for (const auto& row : rows)
          expected.push_back(PaddedPlainly(row, options));
        ASSERT_EQ(ToRows(*Ngrams(tokens, options)), expected)
            << widths[0] << " " << pad_width << " " << preserve;
      }
    }
  }
}

TEST(Ngrams, KeepsADenseTensorDense) {
  const StringTensor strings = StringTensor::FromStrings(
      std::vector<std::string_view>{"a", "b", "c", "d", "e", "f"});
  const Tensor ngrams =
      *Ngrams(*Tensor::Dense(strings, {1, 2, 3}), {.widths = {1, 2}});
  EXPECT_EQ(ngrams.flat_shape(), (std::vector<int64_t>{1, 2, 5}));
  EXPECT_EQ(ngrams.strings()[3], "a b");
  EXPECT_EQ(ngrams.strings()[9], "e f");
  const Tensor ragged =
      *Ngrams(*Tensor::FromRowSplits(strings, {0, 2, 6}), {.widths = {2}});
  EXPECT_EQ(ragged.num_items(), 4);
  EXPECT_EQ(Ngrams(*Tensor::Dense(StringTensor(), {0, 2}), {.widths = {2}})
                ->flat_shape(),
            (std::vector<int64_t>{0, 0}));
  EXPECT_EQ(Ngrams(Tensor::Scalar(std::string_view("a")), {.widths = {2}})
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Ngrams, RefusesWrongWidths) {
  const RaggedStringTensor tokens = FromRows({{"a"}});
  const absl::Status none =
      Ngrams(tokens, {.pad_width = -1, .preserve_short_sequences = true})
          .status();
  EXPECT_EQ(none.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(none.message()), HasSubstr("without a width only"));
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

TEST(JoinNgrams, JoinsAlongTheLastAxisOfAnyRank) {
  const std::vector<std::string_view> words = {"a", "b", "c", "d", "e", "f"};
  const StringTensor flat = StringTensor::FromStrings(words);
  const auto strings = [](const Tensor& tensor) {
    std::vector<std::string> list;
    for (int64_t i = 0; i < tensor.strings().size(); ++i)
      list.emplace_back(tensor.strings()[i]);
    return list;
  };
  const Tensor dense = *JoinNgrams(*Tensor::Dense(flat, {2, 3}), 2, "-");
  EXPECT_THAT(strings(dense), ElementsAre("a-b", "b-c", "d-e", "e-f"));
  EXPECT_EQ(dense.flat_shape(), (std::vector<int64_t>{2, 2}));
  const Tensor deep = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(flat), {0, 3, 3, 6}), {0, 1, 3});
  const Tensor joined = *JoinNgrams(deep, 3, "");
  EXPECT_THAT(strings(joined), ElementsAre("abc", "def"));
  EXPECT_EQ(joined.partition(0), deep.partition(0));
  EXPECT_EQ(*JoinNgrams(deep, 1, " "), deep);
  EXPECT_EQ(JoinNgrams(*Tensor::Dense(flat, {6}), 9, " ")->num_items(), 0);
  EXPECT_EQ(
      JoinNgrams(Tensor::Scalar(std::string_view("a")), 1, " ").status().code(),
      absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(JoinNgrams(Tensor::Scalar(1), 1, " ").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(JoinNgrams(deep, 0, " ").status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rowsplit
