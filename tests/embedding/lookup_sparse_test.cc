#include "rowsplit/embedding/lookup_sparse.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/elementwise.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using testing::FailsWith;

constexpr Combiner kCombiners[] = {Combiner::kSum, Combiner::kMean,
                                   Combiner::kSqrtN};

Tensor Matrix(const Buffer<float>& values, int64_t width) {
  const auto size = static_cast<int64_t>(values.size());
  return *Tensor::Dense(values, {size / width, width});
}

Tensor Table() { return Matrix({1, 2, 3, 4, 5, 6}, 2); }

Tensor Ids(const Buffer<int64_t>& ids) { return Tensor::Vector(ids); }

Tensor Rows(const Buffer<int64_t>& ids, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Ids(ids), splits);
}

Tensor Floats(const Buffer<float>& values) { return Tensor::Vector(values); }

SparseTensor Sparse(Buffer<int64_t> indices, Tensor values,
                    std::vector<int64_t> dense_shape) {
  return {std::move(indices), std::move(values), std::move(dense_shape)};
}

std::vector<float> Items(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  if (!tensor.ok()) return {};
  return {tensor->items<float>().begin(), tensor->items<float>().end()};
}

// One row, the plain way and in double.
std::vector<double> CombineReference(const Tensor& table,
                                     const std::vector<int64_t>& ids,
                                     const std::vector<double>& weights,
                                     Combiner combiner) {
  const auto width = static_cast<size_t>(table.value_items());
  std::vector<double> row(width, 0);
  double sum = 0;
  double squares = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    sum += weights[i];
    squares += weights[i] * weights[i];
    for (size_t k = 0; k < width; ++k) {
      row[k] += weights[i] *
                table.items<float>()[static_cast<size_t>(ids[i]) * width + k];
    }
  }
  const double divisor = combiner == Combiner::kSum    ? 1
                         : combiner == Combiner::kMean ? sum
                                                       : std::sqrt(squares);
  for (double& x : row) x = divisor == 0 ? 0 : x / divisor;
  return row;
}

TEST(EmbeddingLookupSparse, CombinesEachRow) {
  const Tensor ids = Rows({0, 1, 2}, {0, 2, 2, 3, 3});
  EXPECT_EQ(*EmbeddingLookupSparse({Table()}, ids),
            Matrix({2, 3, 0, 0, 5, 6, 0, 0}, 2));
  EXPECT_EQ(Items(EmbeddingLookupSparse({Table()}, ids, std::nullopt,
                                        {.combiner = Combiner::kSum,
                                         .drop_trailing_empty_rows = true})),
            (std::vector<float>{4, 6, 0, 0, 5, 6}));
  const SparseTensor sparse =
      Sparse({0, 0, 0, 3, 2, 1}, Ids({0, 1, 2}), {4, 4});
  EXPECT_EQ(*EmbeddingLookupSparse({Table()}, sparse),
            *EmbeddingLookupSparse({Table()}, ids));
  EXPECT_EQ(EmbeddingLookupSparse({Table()}, sparse, std::nullopt,
                                  {.drop_trailing_empty_rows = true})
                ->num_rows(),
            3);
}

TEST(EmbeddingLookupSparse, KeepsOuterRaggedAxes) {
  const Tensor deep =
      *Tensor::FromRowSplits(Rows({0, 1, 2}, {0, 2, 2, 3}), {0, 1, 1, 3});
  EXPECT_EQ(
      *EmbeddingLookupSparse({Table()}, deep),
      *Tensor::FromRowSplits(Matrix({2, 3, 0, 0, 5, 6}, 2), {0, 1, 1, 3}));
  EXPECT_THAT(EmbeddingLookupSparse({Table()}, deep, std::nullopt,
                                    {.drop_trailing_empty_rows = true}),
              FailsWith(StatusCode::kInvalidArgument, "got rank 3"));
}

TEST(EmbeddingLookupSparse, IsTheReferenceForAllRaggedCases) {
  ROWSPLIT_SEEDED_RANDOM(random);
  BufferBuilder<float> values(7 * 3);
  for (float& x : values.span())
    x = static_cast<float>(testing::Below(random, 2001)) / 500.0f - 2;
  const Tensor table = Matrix(std::move(values).Build(), 3);
  for (const auto& ragged : testing::RaggedCases(random(), 300)) {
    const std::vector<Offset>& all = ragged.splits;
    BufferBuilder<Offset> splits;
    for (const Offset split : all) splits.Append(split - all.front());
    const auto size = static_cast<size_t>(all.back() - all.front());
    BufferBuilder<int64_t> ids(size);
    BufferBuilder<float> weights(size);
    for (size_t i = 0; i < size; ++i) {
      ids[i] = static_cast<int64_t>(testing::Below(random, 7));
      weights[i] = static_cast<float>(testing::Below(random, 9)) - 3;
    }
    const auto partition =
        *RowPartition::FromRowSplits(std::move(splits).Build());
    const Tensor rows = *Tensor::FromPartition(
        partition, Tensor::Vector(std::move(ids).Build()));
    const Tensor factors = *Tensor::FromPartition(
        partition, Tensor::Vector(std::move(weights).Build()));
    for (const Combiner combiner : kCombiners) {
      for (const bool weighted : {false, true}) {
        const auto found = EmbeddingLookupSparse(
            {table}, rows,
            weighted ? std::optional<Tensor>(factors) : std::nullopt,
            {.combiner = combiner});
        ASSERT_TRUE(found.ok()) << found.status();
        for (int64_t row = 0; row < partition.num_rows(); ++row) {
          std::vector<int64_t> of_row;
          std::vector<double> by;
          for (Offset i = partition.row_splits()[row];
               i < partition.row_splits()[row + 1]; ++i) {
            of_row.push_back(rows.items<int64_t>()[i]);
            by.push_back(weighted ? factors.items<float>()[i] : 1);
          }
          const std::vector<double> expected =
              CombineReference(table, of_row, by, combiner);
          double magnitude = 1;
          for (const double w : by) magnitude += 2 * std::abs(w);
          for (size_t k = 0; k < 3; ++k) {
            ASSERT_NEAR(found->items<float>()[row * 3 + k], expected[k],
                        1e-5 * magnitude)
                << ragged.name << " row " << row;
          }
        }
      }
    }
  }
}

TEST(EmbeddingLookupSparse, GivesZeroOverASumOfZero) {
  const Tensor ids = Rows({0, 1}, {0, 2});
  for (const auto& [combiner, expected] :
       {std::pair(Combiner::kMean, std::vector<float>{0, 0}),
        std::pair(Combiner::kSum, std::vector<float>{2, 2})}) {
    EXPECT_EQ(Items(EmbeddingLookupSparse({Table()}, ids, Floats({-1, 1}),
                                          {.combiner = combiner})),
              expected);
  }
  const Tensor infinite = Matrix({INFINITY, 1}, 2);
  EXPECT_EQ(
      Items(EmbeddingLookupSparse({infinite}, Rows({0}, {0, 1}), Floats({0}),
                                  {.combiner = Combiner::kSqrtN})),
      (std::vector<float>{0, 0}));
}

TEST(EmbeddingLookupSparse, TakesPartsAndMaxNormAndWeightsOfAnyDType) {
  const std::vector<Tensor> parts = {Matrix({3, 4, 0, 1}, 2),
                                     Matrix({6, 8}, 2)};
  EXPECT_EQ(Items(EmbeddingLookupSparse(
                parts, Rows({0, 2, 1}, {0, 2, 3}), std::nullopt,
                {.combiner = Combiner::kSum, .max_norm = 2.5})),
            (std::vector<float>{3, 4, 0, 1}));
  EXPECT_EQ(Items(EmbeddingLookupSparse(parts, Rows({0, 1}, {0, 2}),
                                        Tensor::Vector(Buffer<int32_t>{2, -1}),
                                        {.combiner = Combiner::kSum})),
            (std::vector<float>{6, 7}));
  EXPECT_EQ(
      Items(EmbeddingLookupSparse(parts, Rows({1, 0}, {0, 2}),
                                  Tensor::Vector(Buffer<double>{1, 3}), {})),
      (std::vector<float>{2.25f, 3.25f}));
}

TEST(EmbeddingLookupSparse, KeepsTheDTypeOfTheTable) {
  for (const DType dtype :
       {DType::kFloat16, DType::kBFloat16, DType::kFloat64}) {
    const Tensor table = *Cast(Table(), dtype);
    const Tensor found =
        *EmbeddingLookupSparse({table}, Rows({0, 1}, {0, 2}), Floats({1, 3}));
    EXPECT_EQ(found.dtype(), dtype);
    EXPECT_EQ(Items(Cast(found, DType::kFloat32)),
              (std::vector<float>{2.5f, 3.5f}));
  }
  const Tensor bytes = *Tensor::Dense(Buffer<int8_t>{100, -1}, {2, 1});
  const LookupSparseOptions sum{.combiner = Combiner::kSum};
  EXPECT_THAT(EmbeddingLookupSparse({bytes}, Rows({0, 0, 1}, {0, 3}),
                                    Floats({1, 2, 1.9f}), sum)
                  ->items<int8_t>(),
              ElementsAre(43));
  // (100 * 2 - 1) / 3, and over 0.
  const Tensor counts = *Cast(bytes, DType::kInt32);
  EXPECT_THAT(EmbeddingLookupSparse({counts}, Rows({0, 1, 0}, {0, 2, 3}),
                                    Floats({2, 1, 0}))
                  ->items<int32_t>(),
              ElementsAre(66, 0));
  const Tensor lowest = Tensor::Vector(Buffer<int32_t>{INT32_MIN});
  EXPECT_THAT(EmbeddingLookupSparse({lowest}, Rows({0}, {0, 1}), Floats({-1}))
                  ->items<int32_t>(),
              ElementsAre(INT32_MIN));
  EXPECT_THAT(EmbeddingLookupSparse({bytes}, Rows({0}, {0, 1})),
              FailsWith(StatusCode::kInvalidArgument, "a table of int8"));
  EXPECT_THAT(EmbeddingLookupSparse({*Cast(bytes, DType::kBool)},
                                    Rows({0}, {0, 1}), std::nullopt, sum),
              FailsWith(StatusCode::kInvalidArgument, "a table of bool"));
}

TEST(EmbeddingLookupSparse, NamesWhatDoesNotFit) {
  const auto fails = [](const Tensor& ids, const std::optional<Tensor>& weights,
                        const char* part) {
    EXPECT_THAT(EmbeddingLookupSparse({Table()}, ids, weights),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Ids({0}), {}, "got a dense tensor of rank 1");
  fails(*Tensor::FromRowSplits(*Tensor::Dense(Buffer<int64_t>{0, 1}, {1, 2}),
                               {0, 1}),
        {}, "inner dimensions");
  fails(*Tensor::FromRowSplits(Floats({0}), {0, 1}), {}, "int32 or int64");
  fails(Rows({0, 3}, {0, 2}), {}, "[0, 3): 3 at position 1");
  fails(Rows({0, 1}, {0, 2}), Floats({1}), "1 weights, 2 ids");
  fails(Rows({0}, {0, 1}),
        Tensor::Vector(*StringTensor::FromBytes(RowPartition(), {})),
        "weights must be numbers");
  EXPECT_THAT(EmbeddingLookupSparse({}, Rows({}, {0})),
              FailsWith(StatusCode::kInvalidArgument, "no parts"));
}

TEST(EmbeddingLookupSparse, ChecksSparseIds) {
  const auto fails = [](const SparseTensor& ids, const char* part) {
    EXPECT_THAT(EmbeddingLookupSparse({Table()}, ids),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Sparse({1, 0, 0, 0}, Ids({0, 1}), {2, 2}),
        "must not decrease and lie in [0, 2): 0 at position 1 after 1");
  fails(Sparse({2, 0}, Ids({0}), {2, 2}), "2 at position 0");
  fails(Sparse({-1, 0}, Ids({0}), {2, 2}), "-1 at position 0");
  fails(Sparse({0, 0}, Ids({0, 1}), {2, 2}), "got 2 for 2 values");
  fails(Sparse({}, Ids({}), {}), "0 numbers a value");
  fails(Sparse({0}, Floats({0}), {1}), "int32 or int64");
  const SparseTensor ids = Sparse({0, 5}, Ids({0, 1}), {6});
  EXPECT_EQ(EmbeddingLookupSparse({Table()}, ids)->num_rows(), 6);
  EXPECT_THAT(
      EmbeddingLookupSparse({Table()}, ids, Sparse({0}, Floats({1}), {6})),
      FailsWith(StatusCode::kInvalidArgument, "1 weights, 2 ids"));
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const LookupSparseOptions drop{.drop_trailing_empty_rows = true};
  EXPECT_EQ(EmbeddingLookupSparse({Table()}, Sparse({kMost}, Ids({0}), {1}),
                                  std::nullopt, drop)
                .status()
                .code(),
            StatusCode::kResourceExhausted);
  EXPECT_EQ(EmbeddingLookupSparse(
                {Table()}, Sparse({0, 0}, Ids({0}), {int64_t{1} << 60, 1}))
                .status()
                .code(),
            StatusCode::kResourceExhausted);
}

TEST(SafeEmbeddingLookupSparse, LeavesOutWhatIsInvalid) {
  const Tensor ids = Rows({0, -1, 1, 2, -5}, {0, 2, 2, 4, 5});
  EXPECT_EQ(Items(SafeEmbeddingLookupSparse({Table()}, ids)),
            (std::vector<float>{1, 2, 0, 0, 4, 5, 0, 0}));
  EXPECT_EQ(Items(SafeEmbeddingLookupSparse({Table()}, ids, std::nullopt,
                                            {.default_id = 1})),
            (std::vector<float>{1, 2, 3, 4, 4, 5, 3, 4}));
  const Tensor weights = Floats({2, 1, -1, 3, 1});
  EXPECT_EQ(Items(SafeEmbeddingLookupSparse({Table()}, ids, weights)),
            (std::vector<float>{1, 2, 0, 0, 5, 6, 0, 0}));
  EXPECT_EQ(Items(SafeEmbeddingLookupSparse(
                {Table()}, ids, weights,
                {.combiner = Combiner::kSum, .default_id = 0})),
            (std::vector<float>{2, 4, 1, 2, 12, 14, 1, 2}));
  const Tensor nan = Floats({NAN, 1, 1, 1, 1});
  EXPECT_EQ(Items(SafeEmbeddingLookupSparse({Table()}, ids, nan))[0], 0);
}

TEST(SafeEmbeddingLookupSparse, TakesSparseIdsInAnyOrderAndRank) {
  const SparseTensor ids = Sparse({1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1},
                                  Ids({2, 1, 0, 0}), {2, 2, 2});
  const auto found = SafeEmbeddingLookupSparse({Table()}, ids);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(found->flat_shape(), ElementsAre(2, 2, 2));
  EXPECT_EQ(Items(found), (std::vector<float>{1, 2, 3, 4, 0, 0, 3, 4}));
  EXPECT_THAT(
      SafeEmbeddingLookupSparse({Table()}, Sparse({0, 5}, Ids({0, 2}), {6}))
          ->flat_shape(),
      ElementsAre(2));
  EXPECT_THAT(
      SafeEmbeddingLookupSparse({Table()},
                                Sparse({0, 2, 0}, Ids({0}), {2, 2, 2})),
      FailsWith(StatusCode::kInvalidArgument, "indices[0][1]=2, size 2"));
  EXPECT_EQ(SafeEmbeddingLookupSparse(
                {Table()},
                Sparse({}, Ids({}), {int64_t{1} << 40, int64_t{1} << 40, 1}))
                .status()
                .code(),
            StatusCode::kResourceExhausted);
}

// Without anything to leave out it is the plain function.
TEST(SafeEmbeddingLookupSparse, AgreesWithThePlainFunction) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 20; ++round) {
    const RowPartition partition = testing::RandomPartition(random, 8, 4);
    BufferBuilder<int64_t> ids(static_cast<size_t>(partition.num_values()));
    BufferBuilder<float> weights(ids.size());
    for (size_t i = 0; i < ids.size(); ++i) {
      ids[i] = static_cast<int64_t>(testing::Below(random, 3));
      weights[i] = static_cast<float>(testing::Below(random, 5)) + 0.5f;
    }
    const Tensor rows = *Tensor::FromPartition(
        partition, Tensor::Vector(std::move(ids).Build()));
    const Tensor factors = Floats(std::move(weights).Build());
    const SparseTensor sparse = *ToSparse(rows);
    for (const Combiner combiner : kCombiners) {
      const Tensor plain = *EmbeddingLookupSparse({Table()}, rows, factors,
                                                  {.combiner = combiner});
      EXPECT_EQ(*SafeEmbeddingLookupSparse({Table()}, rows, factors,
                                           {.combiner = combiner}),
                plain);
      EXPECT_EQ(*SafeEmbeddingLookupSparse(
                    {Table()}, sparse,
                    SparseTensor{sparse.indices, factors, sparse.dense_shape},
                    {.combiner = combiner}),
                plain);
    }
  }
}

TEST(SafeEmbeddingLookupSparse, NamesWhatDoesNotFit) {
  const Tensor ids = Rows({0, 9}, {0, 2, 2});
  EXPECT_THAT(SafeEmbeddingLookupSparse({Table()}, ids),
              FailsWith(StatusCode::kInvalidArgument,
                        "safe_embedding_lookup_sparse: ids must be in [0, 3): "
                        "9 at position 1"));
  const Tensor good = Rows({0}, {0, 1, 1});
  for (const int64_t id : {-1, 3}) {
    EXPECT_THAT(SafeEmbeddingLookupSparse({Table()}, good, std::nullopt,
                                          {.default_id = id}),
                FailsWith(StatusCode::kInvalidArgument, "for row 1"));
    EXPECT_TRUE(SafeEmbeddingLookupSparse({Table()}, Rows({0}, {0, 1}),
                                          std::nullopt, {.default_id = id})
                    .ok());
  }
  EXPECT_THAT(SafeEmbeddingLookupSparse({Table()}, good,
                                        Tensor::Vector(Buffer<double>{1})),
              FailsWith(StatusCode::kInvalidArgument, "float32, got float64"));
  EXPECT_THAT(SafeEmbeddingLookupSparse({Table()}, good, Floats({1, 2})),
              FailsWith(StatusCode::kInvalidArgument, "2 weights, 1 ids"));
  EXPECT_THAT(SafeEmbeddingLookupSparse({Table()}, Ids({0})),
              FailsWith(StatusCode::kInvalidArgument, "dense tensor"));
  EXPECT_EQ(
      SafeEmbeddingLookupSparse({Matrix({}, 2)}, Rows({}, {0, 0}))->num_rows(),
      1);
}

TEST(SparseSegmentReduce, CombinesRowsOfOneSegment) {
  const Tensor indices = Tensor::Vector(Buffer<int32_t>{1, 1, 0});
  const Tensor segments = Tensor::Vector(Buffer<int32_t>{0, 0, 2});
  EXPECT_EQ(*SparseSegmentReduce(Table(), indices, segments, Combiner::kSum),
            Matrix({6, 8, 0, 0, 1, 2}, 2));
  EXPECT_EQ(Items(SparseSegmentReduce(Table(), indices, segments,
                                      Combiner::kMean, {.num_segments = 4})),
            (std::vector<float>{3, 4, 0, 0, 1, 2, 0, 0}));
  EXPECT_FLOAT_EQ(Items(SparseSegmentReduce(Table(), indices, segments,
                                            Combiner::kSqrtN))[0],
                  6 / std::sqrt(2.0f));
  EXPECT_EQ(SparseSegmentReduce(Table(), Ids({}), Ids({}), Combiner::kSum)
                ->num_rows(),
            0);
}

TEST(SparseSegmentReduce, ChecksIndicesAndSegments) {
  const auto fails = [](const Tensor& indices, const Tensor& segments,
                        std::optional<int64_t> num_segments, const char* part) {
    EXPECT_THAT(SparseSegmentReduce(Table(), indices, segments, Combiner::kSum,
                                    {.num_segments = num_segments}),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Ids({0}), Ids({0, 1}), {}, "2 segment ids, 1 indices");
  fails(Ids({3}), Ids({0}), {}, "3 at position 0");
  fails(Ids({0, 0}), Ids({1, 0}), {}, "0 at position 1 after 1");
  fails(Ids({0}), Ids({-1}), {}, "-1 at position 0");
  fails(Ids({0}), Ids({2}), 2, "in [0, 2): 2 at position 0");
  fails(Ids({0}), Ids({0}), -1, "num_segments must not be negative: -1");
  fails(Tensor::Scalar(int64_t{0}), Ids({0}), {}, "must be a vector");
  fails(Ids({0}), Floats({0}), {}, "int32 or int64");
  EXPECT_EQ(SparseSegmentReduce(Table(), Ids({0}), Ids({int64_t{1} << 60}),
                                Combiner::kSum)
                .status()
                .code(),
            StatusCode::kResourceExhausted);
}

TEST(LookupSparse, IsTheSameOnSeveralThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const RowPartition partition = testing::RandomPartition(random, 800, 6);
  BufferBuilder<int64_t> ids(static_cast<size_t>(partition.num_values()));
  for (int64_t& id : ids.span())
    id = static_cast<int64_t>(testing::Below(random, 40));
  BufferBuilder<float> values(40 * 100);
  for (float& x : values.span())
    x = static_cast<float>(testing::Below(random, 1000)) / 7;
  const Tensor table = Matrix(std::move(values).Build(), 100);
  const Tensor rows =
      *Tensor::FromPartition(partition, Tensor::Vector(std::move(ids).Build()));
  const auto run = [&](const ExecOptions& exec) {
    return EmbeddingLookupSparse({table}, rows, std::nullopt, {.exec = exec});
  };
  EXPECT_EQ(*run({.num_threads = 1}), *run({.num_threads = 4}));
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(run({.cancellation = &token}).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
