#include "rowsplit/embedding/factorize.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using testing::FailsWith;

double RelativeError(const EmbeddingTable& a, const EmbeddingTable& b) {
  const auto x = *a.ToDense();
  const auto y = *b.ToDense();
  double differences = 0;
  double items = 0;
  for (size_t i = 0; i < x.values().size(); ++i) {
    differences += std::pow(x.values()[i] - y.values()[i], 2.0);
    items += std::pow(x.values()[i], 2.0);
  }
  return std::sqrt(differences / items);
}

EmbeddingTable ProductOf(int64_t num_rows, int64_t rank, int64_t width) {
  return *EmbeddingTable::Factorized(
              *EmbeddingTable::Uniform(num_rows, rank, {.limit = 1}),
              EmbeddingTable::Uniform(rank, width, {.limit = 1, .seed = 9})
                  ->values(),
              width)
              ->ToDense();
}

TEST(Factorize, FindsTheFactorsOfAProduct) {
  const EmbeddingTable table = ProductOf(1300, 7, 90);
  const auto found = *Factorize(table, 7);
  EXPECT_TRUE(found.table.is_factorized());
  EXPECT_EQ(found.table.num_rows(), 1300);
  EXPECT_EQ(found.table.width(), 90);
  EXPECT_EQ(found.table.factor().width(), 7);
  EXPECT_LT(found.relative_error, 1e-6);
  EXPECT_LT(RelativeError(table, found.table), 1e-6);
  // One direction less loses something.
  EXPECT_GT(Factorize(table, 6)->relative_error, 0.01);
}

TEST(Factorize, IsTheNearestTableOfItsRank) {
  // Along the axes: what is dropped is the least of three.
  const auto axes =
      *EmbeddingTable::FromValues({3, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0}, 4, 3);
  EXPECT_NEAR(Factorize(axes, 2)->relative_error, std::sqrt(1 / 14.0), 1e-6);
  EXPECT_NEAR(Factorize(axes, 1)->relative_error, std::sqrt(5 / 14.0), 1e-6);
  EXPECT_NEAR(Factorize(axes, 3)->relative_error, 0, 1e-6);
}

TEST(Factorize, ReportsTheErrorOfWhatItReturns) {
  const auto table = *EmbeddingTable::Normal(700, 40, {.seed = 3});
  double last = 1;
  for (const int64_t rank : {5, 20, 35, 40}) {
    for (const RowFormat format : {RowFormat::kFloat32, RowFormat::kInt8}) {
      const auto found = *Factorize(table, rank, {.format = format});
      EXPECT_EQ(found.table.format(), format);
      EXPECT_NEAR(found.relative_error, RelativeError(table, found.table),
                  1e-6);
      if (format == RowFormat::kFloat32) {
        EXPECT_LT(found.relative_error, last);
        last = found.relative_error;
      }
    }
  }
  EXPECT_LT(last, 1e-6);
}

TEST(Factorize, ProjectsOnOrthonormalRows) {
  const auto found = *Factorize(ProductOf(500, 30, 70), 10);
  const auto& projection = found.table.projection();
  for (int a = 0; a < 10; ++a) {
    for (int b = 0; b < 10; ++b) {
      double product = 0;
      for (int i = 0; i < 70; ++i) {
        product += projection[a * 70 + i] * projection[b * 70 + i];
      }
      EXPECT_NEAR(product, a == b ? 1 : 0, 1e-5);
    }
  }
}

TEST(Factorize, IsTheSameForAnyNumberOfThreads) {
  const auto table = *EmbeddingTable::Normal(1700, 130, {.seed = 3});
  const auto one = *Factorize(table, 9, {.exec = {.num_threads = 1}});
  const auto several = *Factorize(table, 9, {.exec = {.num_threads = 3}});
  EXPECT_TRUE(
      std::ranges::equal(one.table.projection(), several.table.projection()));
  EXPECT_TRUE(std::ranges::equal(one.table.factor().bytes(),
                                 several.table.factor().bytes()));
  EXPECT_EQ(one.relative_error, several.relative_error);
}

TEST(Factorize, TakesTablesOfNothing) {
  const auto zeros = *EmbeddingTable::Uniform(5, 4, {.limit = 0});
  EXPECT_EQ(Factorize(zeros, 2)->relative_error, 0);
  const auto empty = *EmbeddingTable::FromValues({}, 0, 4);
  EXPECT_EQ(Factorize(empty, 2)->table.num_rows(), 0);
  // Fewer rows than the rank.
  EXPECT_LT(Factorize(*EmbeddingTable::Uniform(2, 9), 5)->relative_error, 1e-6);
}

TEST(Factorize, ChecksItsArguments) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const auto table = *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2);
  EXPECT_THAT(Factorize(table, 0),
              FailsWith(kInvalid, "from 1 to the width 2: 0"));
  EXPECT_THAT(Factorize(table, 3), FailsWith(kInvalid, ": 3"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(Factorize(*EmbeddingTable::FromValues({1, 2, 3, nan}, 2, 2), 1),
              FailsWith(kInvalid, "the item in row 1, column 1 is nan"));
  EXPECT_THAT(Factorize(*EmbeddingTable::FromValues({1e6f, 0}, 2, 1), 1,
                        {.format = RowFormat::kInt4}),
              FailsWith(kInvalid, "can't be stored as int4"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Factorize(table, 1, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
