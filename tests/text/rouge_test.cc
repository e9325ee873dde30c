#include "rowsplit/text/rouge.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::testing::ElementsAre;

int64_t CommonLength(const std::vector<int64_t>& a,
                     const std::vector<int64_t>& b) {
  std::vector<int64_t> row(b.size() + 1, 0);
  for (const int64_t token : a) {
    int64_t diagonal = 0;
    for (size_t j = 0; j < b.size(); ++j) {
      const int64_t above = row[j + 1];
      row[j + 1] = token == b[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

Tensor FewTokens(testing::Random& random, const std::vector<int64_t>& lengths,
                 uint64_t distinct) {
  const RowPartition rows = *RowPartition::FromRowLengths(lengths);
  BufferBuilder<int64_t> tokens(static_cast<size_t>(rows.num_values()));
  for (int64_t& token : tokens.span())
    token = static_cast<int64_t>(testing::Below(random, distinct));
  return *Tensor::FromPartition(rows,
                                Tensor::Vector(std::move(tokens).Build()));
}

TEST(RougeL, EqualsThePlainTableForAllLengths) {
  ROWSPLIT_SEEDED_RANDOM(random);
  // Around blocks of 64 tokens.
  const std::vector<int64_t> lengths = {0,  1,   2,   63,  64,
                                        65, 127, 128, 129, 200};
  for (const uint64_t distinct : {1, 2, 5, 300}) {
    std::vector<int64_t> left;
    std::vector<int64_t> right;
    for (const int64_t a : lengths) {
      for (const int64_t b : lengths) {
        left.push_back(a);
        right.push_back(b);
      }
    }
    const Tensor hypotheses = FewTokens(random, left, distinct);
    const Tensor references = FewTokens(random, right, distinct);
    const auto scores = RougeL(hypotheses, references);
    ASSERT_TRUE(scores.ok()) << scores.status();
    const auto a = testing::ToRows(*hypotheses.As<int64_t>());
    const auto b = testing::ToRows(*references.As<int64_t>());
    for (size_t row = 0; row < a.size(); ++row) {
      const auto common = static_cast<float>(CommonLength(a[row], b[row]));
      const auto share = [&](size_t size) {
        return size == 0 ? 0 : common / static_cast<float>(size);
      };
      EXPECT_EQ(scores->precision[row], share(a[row].size()));
      EXPECT_EQ(scores->recall[row], share(b[row].size()));
    }
  }
}

Tensor Words(std::vector<std::string_view> words, Offset first_row) {
  const auto size = static_cast<Offset>(words.size());
  return *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings(words)), {0, first_row, size});
}

TEST(RougeL, WeighsPrecisionAndRecall) {
  // P = 2/3, R = 1/2 in the first row; nothing in common in the second.
  const Tensor a = Words({"a", "x", "b", "q"}, 3);
  const Tensor b = Words({"a", "b", "c", "d", "r"}, 4);
  const auto f = [&](float alpha) {
    return RougeL(a, b, {.alpha = alpha})->f_measure[0];
  };
  EXPECT_FLOAT_EQ(f(0.5F), 4.0F / 7);
  EXPECT_FLOAT_EQ(f(0), 0.5F);
  EXPECT_FLOAT_EQ(f(1), 2.0F / 3);
  // beta = 4/3.
  EXPECT_FLOAT_EQ(f(-1), (1 + 16.0F / 9) / 3 / (0.5F + 16.0F / 9 * 2 / 3));
  EXPECT_EQ(RougeL(a, b)->f_measure[1], 0);
  EXPECT_EQ(RougeL(a, b)->precision[1], 0);
}

TEST(RougeL, TakesStringsAndIntegersAndAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor a = FewTokens(random, std::vector<int64_t>(200, 9), 4);
  const Tensor b = FewTokens(random, std::vector<int64_t>(200, 7), 4);
  const auto one = *RougeL(a, b, {.exec = {.num_threads = 1}});
  const auto as = [](const Tensor& tensor, bool strings) {
    StringTensorBuilder builder;
    BufferBuilder<int32_t> narrow;
    for (const int64_t token : tensor.items<int64_t>()) {
      builder.Append(std::to_string(token));
      narrow.Append(static_cast<int32_t>(token));
    }
    return *tensor.WithFlatValues(
        strings ? Tensor::Vector(std::move(builder).Build())
                : Tensor::Vector(std::move(narrow).Build()));
  };
  for (const bool strings : {false, true}) {
    const auto scores =
        *RougeL(as(a, strings), as(b, strings), {.exec = {.num_threads = 4}});
    EXPECT_THAT(scores.f_measure.span(),
                ::testing::ElementsAreArray(one.f_measure.span()));
  }
}

TEST(RougeL, NamesWhatDoesNotFit) {
  const Tensor words = Words({"a", "b"}, 1);
  EXPECT_THAT(RougeL(words.flat_values(), words),
              FailsWith(kInvalid, "hypotheses must be of ragged rank 1"));
  EXPECT_THAT(RougeL(words, *Tensor::FromRowSplits(words, {0, 2})),
              FailsWith(kInvalid, "references must be of ragged rank 1"));
  const Tensor floats =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<float>{1, 2}), {0, 1, 2});
  EXPECT_THAT(RougeL(floats, floats), FailsWith(kInvalid, "float32"));
  EXPECT_THAT(RougeL(words, floats), FailsWith(kInvalid, "references is"));
  EXPECT_THAT(
      RougeL(words, *Tensor::FromRowSplits(words.flat_values(), {0, 2})),
      FailsWith(kInvalid, "2 and 1"));
  EXPECT_THAT(RougeL(words, words, {.alpha = 1.5F}),
              FailsWith(kInvalid, "1.5"));
  EXPECT_THAT(
      RougeL(words, words, {.alpha = std::numeric_limits<float>::quiet_NaN()}),
      FailsWith(kInvalid, "alpha"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(RougeL(words, words, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
