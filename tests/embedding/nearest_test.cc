#include "rowsplit/embedding/nearest.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using testing::FailsWith;

constexpr Similarity kAll[] = {Similarity::kCosine, Similarity::kDot,
                               Similarity::kL2};

EmbeddingTable Table(const Buffer<float>& values, int64_t width) {
  const auto size = static_cast<int64_t>(values.size());
  return *EmbeddingTable::FromValues(values, size / width, width);
}

Tensor Query(const Buffer<float>& values) { return Tensor::Vector(values); }

// All rows in order, the plain way.
std::vector<std::pair<float, int64_t>> Reference(const EmbeddingTable& table,
                                                 std::span<const float> query,
                                                 Similarity similarity) {
  std::vector<std::pair<float, int64_t>> scored;
  std::vector<float> row(static_cast<size_t>(table.width()));
  for (int64_t id = 0; id < table.num_rows(); ++id) {
    EXPECT_TRUE(table.ReadRow(id, row).ok());
    double dot = 0;
    double qq = 0;
    double xx = 0;
    double distance = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      dot += static_cast<double>(query[i]) * row[i];
      qq += static_cast<double>(query[i]) * query[i];
      xx += static_cast<double>(row[i]) * row[i];
      distance += std::pow(static_cast<double>(query[i]) - row[i], 2);
    }
    double score = dot;
    if (similarity == Similarity::kCosine)
      score = qq * xx == 0 ? 0 : dot / (std::sqrt(qq) * std::sqrt(xx));
    if (similarity == Similarity::kL2) score = std::sqrt(distance);
    scored.emplace_back(static_cast<float>(score), id);
  }
  std::ranges::sort(scored, [&](const auto& a, const auto& b) {
    if (a.first == b.first) return a.second < b.second;
    return similarity == Similarity::kL2 ? a.first < b.first
                                         : a.first > b.first;
  });
  return scored;
}

TEST(FindNearest, GivesTheNearestRowsFirst) {
  const EmbeddingTable table = Table({1, 0, 0, 2, 1, 1, -3, 0}, 2);
  const NearestRows cosine = *FindNearest(table, Query({2, 0}), {.k = 2});
  EXPECT_THAT(cosine.ids.flat_shape(), ElementsAre(1, 2));
  EXPECT_THAT(cosine.ids.items<int64_t>(), ElementsAre(0, 2));
  EXPECT_FLOAT_EQ(cosine.scores.items<float>()[0], 1);
  EXPECT_FLOAT_EQ(cosine.scores.items<float>()[1], std::sqrt(0.5f));
  const NearestRows dot = *FindNearest(
      table, Query({1, 1}), {.similarity = Similarity::kDot, .k = 9});
  EXPECT_THAT(dot.ids.items<int64_t>(), ElementsAre(1, 2, 0, 3));
  EXPECT_THAT(dot.scores.items<float>(), ElementsAre(2, 2, 1, -3));
  const NearestRows l2 = *FindNearest(
      table, Query({1, 0}), {.similarity = Similarity::kL2, .exclude = {0, 0}});
  EXPECT_THAT(l2.ids.items<int64_t>(), ElementsAre(2, 1, 3));
  EXPECT_THAT(l2.scores.items<float>(), ElementsAre(1, std::sqrt(5.0f), 4));
}

TEST(FindNearest, IsAFullSortForEveryFormatAndSimilarity) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const EmbeddingTable floats =
      *EmbeddingTable::Uniform(1500, 20, {.limit = 2, .seed = random()});
  const EmbeddingTable query_rows =
      *EmbeddingTable::Uniform(3, 20, {.seed = 9});
  const Tensor queries = *Tensor::Dense(query_rows.values(), {3, 20});
  for (const RowFormat format :
       {RowFormat::kFloat32, RowFormat::kFloat16, RowFormat::kBfloat16,
        RowFormat::kInt8, RowFormat::kInt4}) {
    const EmbeddingTable table = *floats.ConvertTo(format);
    for (const Similarity similarity : kAll) {
      const auto found =
          FindNearest(table, queries, {.similarity = similarity, .k = 25});
      ASSERT_TRUE(found.ok()) << found.status();
      for (int64_t query = 0; query < 3; ++query) {
        const auto expected =
            Reference(table, query_rows.view().row(query), similarity);
        for (int64_t i = 0; i < 25; ++i) {
          EXPECT_EQ(found->ids.items<int64_t>()[query * 25 + i],
                    expected[i].second);
          EXPECT_FLOAT_EQ(found->scores.items<float>()[query * 25 + i],
                          expected[i].first);
        }
      }
    }
  }
}

TEST(FindNearest, BreaksTiesById) {
  std::vector<float> values;
  for (int i = 0; i < 2000; ++i)
    values.insert(values.end(), {1, i % 2 == 0 ? 0.0f : 1.0f});
  const EmbeddingTable table = Table(Buffer<float>::Copy(values), 2);
  for (const int num_threads : {1, 4}) {
    for (const Similarity similarity : kAll) {
      const NearestRows found =
          *FindNearest(table, Query({1, 0}),
                       {.similarity = similarity,
                        .k = 4,
                        .exec = {.num_threads = num_threads}});
      // Every second row is equally near; by the dot product all are.
      EXPECT_THAT(found.ids.items<int64_t>(), similarity == Similarity::kDot
                                                  ? ElementsAre(0, 1, 2, 3)
                                                  : ElementsAre(0, 2, 4, 6));
    }
  }
}

TEST(FindNearest, TakesFactorizedTables) {
  const EmbeddingTable rows = *EmbeddingTable::Uniform(700, 3, {.limit = 1});
  const EmbeddingTable table = *EmbeddingTable::Factorized(
      rows, {1, 0, 2, 1, 0, 1, 0, 1, 1, 1, 0, 0}, 4);
  const EmbeddingTable dense = *table.ToDense();
  for (const Similarity similarity : kAll) {
    const NearestOptions options{.similarity = similarity};
    EXPECT_EQ(FindNearest(table, Query({1, 2, 0, -1}), options)->ids,
              FindNearest(dense, Query({1, 2, 0, -1}), options)->ids);
  }
}

TEST(FindNearest, PutsNaNLastAndZerosAtZero) {
  const EmbeddingTable table = Table({NAN, 1, 0, 0, -1, 0, INFINITY, 0}, 2);
  const NearestRows cosine = *FindNearest(table, Query({1, 0}));
  EXPECT_EQ(cosine.ids.items<int64_t>()[0], 1);
  EXPECT_EQ(cosine.scores.items<float>()[0], 0);
  EXPECT_THAT(cosine.ids.items<int64_t>(), ElementsAre(1, 2, 0, 3));
  const NearestRows l2 =
      *FindNearest(table, Query({1, 0}), {.similarity = Similarity::kL2});
  EXPECT_THAT(l2.ids.items<int64_t>().first(2), ElementsAre(1, 2));
  EXPECT_EQ(FindNearest(table, Query({0, 0}))->scores.items<float>()[0], 0);
}

TEST(FindNearest, TakesTablesAndQueriesWithoutRows) {
  const EmbeddingTable empty = Table({}, 2);
  EXPECT_THAT(FindNearest(empty, Query({1, 0}))->ids.flat_shape(),
              ElementsAre(1, 0));
  const EmbeddingTable table = Table({1, 2}, 2);
  EXPECT_THAT(FindNearest(table, *Tensor::Dense(Buffer<float>(), {0, 2}))
                  ->ids.flat_shape(),
              ElementsAre(0, 1));
  EXPECT_THAT(FindNearest(table, Query({1, 0}), {.k = 0})->ids.flat_shape(),
              ElementsAre(1, 0));
  EXPECT_THAT(
      FindNearest(table, Query({1, 0}), {.exclude = {0}})->ids.flat_shape(),
      ElementsAre(1, 0));
}

TEST(FindNearest, NamesWhatDoesNotFit) {
  const EmbeddingTable table = Table({1, 2}, 2);
  const auto fails = [&](const Tensor& queries, const NearestOptions& options,
                         const char* part) {
    EXPECT_THAT(FindNearest(table, queries, options),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Query({1}), {},
        "shape [2] or [queries, 2], got float32 of rank 1 and "
        "width 1");
  fails(Tensor::Vector(Buffer<double>{1, 2}), {}, "got float64");
  fails(Tensor::Scalar(1.0f), {}, "rank 0");
  fails(Query({1, 2}), {.k = -1}, "k must not be negative: -1");
  fails(Query({1, 2}), {.exclude = {1}},
        "exclude must be a row of the table, "
        "of 1 rows: 1");
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(
      FindNearest(table, Query({1, 2}), {.exec = {.cancellation = &token}})
          .status()
          .code(),
      StatusCode::kCancelled);
}

TEST(FindAnalogies, AddsAndSubtractsUnitRows) {
  // 0 man, 1 woman, 2 king (long), 3 queen, 4 apple.
  const EmbeddingTable table =
      Table({1, 0, 0, 1, 1, 0, 3, 0, 3, 1, 1, 1, 0, 1, 0}, 3);
  const int64_t positive[] = {2, 1};
  const int64_t negative[] = {0};
  const NearestRows found = *FindAnalogies(table, positive, negative, {.k = 1});
  EXPECT_THAT(found.ids.items<int64_t>(), ElementsAre(3));
  const NearestRows l2 =
      *FindAnalogies(table, positive, negative,
                     {.similarity = Similarity::kL2, .exclude = {4}});
  EXPECT_THAT(l2.ids.items<int64_t>(), ElementsAre(3));
  EXPECT_FLOAT_EQ(l2.scores.items<float>()[0], std::sqrt(8.0f));
  EXPECT_THAT(FindAnalogies(table, {}, {}),
              FailsWith(StatusCode::kInvalidArgument, "needs a row"));
  const int64_t none[] = {9};
  EXPECT_THAT(
      FindAnalogies(table, positive, none),
      FailsWith(StatusCode::kInvalidArgument, "negative must be a row"));
  // No memory for a width that costs a file nothing.
  const auto wide =
      *EmbeddingTable::FromBytes(RowFormat::kInt8, {}, 0, kMaxRowWidth);
  EXPECT_THAT(
      FindAnalogies(wide, positive, negative),
      FailsWith(StatusCode::kInvalidArgument, "positive must be a row"));
}

TEST(Similarity, HasNames) {
  for (const Similarity similarity : kAll)
    EXPECT_EQ(*ParseSimilarity(SimilarityName(similarity)), similarity);
  EXPECT_THAT(ParseSimilarity("near"),
              FailsWith(StatusCode::kInvalidArgument,
                        "cosine, dot or l2, got \"near\""));
}

}  // namespace
}  // namespace rowsplit
