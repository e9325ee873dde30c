#include "rowsplit/ops/sparse.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ops/select_rows.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using absl::StatusCode;
using testing::FailsWith;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Tensor Rows(Buffer<int32_t> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values)), splits);
}

SparseTensor Sparse(Buffer<int64_t> indices, Buffer<int32_t> values,
                    std::vector<int64_t> dense_shape) {
  return {std::move(indices), Tensor::Vector(std::move(values)),
          std::move(dense_shape)};
}

TEST(ToSparse, GivesThePositionOfEachItem) {
  EXPECT_EQ(*ToSparse(Rows({5, 0, 7}, {0, 2, 2, 3})),
            Sparse({0, 0, 0, 1, 2, 0}, {5, 0, 7}, {3, 2}));
  const Tensor deep =
      *Tensor::FromRowSplits(Rows({1, 2, 3, 4}, {0, 2, 3, 4}), {0, 2, 2, 3});
  EXPECT_EQ(*ToSparse(deep), Sparse({0, 0, 0, 0, 0, 1, 0, 1, 0, 2, 0, 0},
                                    {1, 2, 3, 4}, {3, 2, 2}));
  const Tensor pairs = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{1, 2, 3, 4}, {2, 2}), {0, 0, 2});
  EXPECT_EQ(*ToSparse(pairs), Sparse({1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1},
                                     {1, 2, 3, 4}, {2, 2, 2}));
}

TEST(ToSparse, TakesTensorsWithoutItems) {
  EXPECT_EQ(*ToSparse(Rows({}, {0})), Sparse({}, {}, {0, 0}));
  EXPECT_EQ(*ToSparse(Rows({}, {0, 0, 0})), Sparse({}, {}, {2, 0}));
  const Tensor flat = *Tensor::Dense(Buffer<int32_t>(), {3, 0});
  EXPECT_EQ(*ToSparse(*Tensor::FromRowSplits(flat, {0, 2, 3})),
            Sparse({}, {}, {2, 2, 0}));
}

// By going down the partitions for each position.
TEST(ToSparse, FindsEveryItemAgainForEveryDType) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const auto& shape : testing::DeepShapes(9)) {
      const Tensor all = testing::RandomRagged(
          random, dtype, {shape.partitions().begin(), shape.partitions().end()},
          {2});
      const Tensor input = internal::SliceRows(all, 1, 4);
      const auto sparse = ToSparse(input);
      ASSERT_TRUE(sparse.ok()) << sparse.status();
      ASSERT_EQ(sparse->values.num_items(), input.num_items());
      const size_t rank = sparse->dense_shape.size();
      for (int64_t item = 0; item < input.num_items(); ++item) {
        const int64_t* position = sparse->indices.data() + item * rank;
        for (size_t axis = 0; axis < rank; ++axis)
          EXPECT_LT(position[axis], sparse->dense_shape[axis]);
        int64_t row = position[0];
        for (int axis = 0; axis < input.ragged_rank(); ++axis)
          row = input.partition(axis).row_splits()[row] + position[axis + 1];
        EXPECT_EQ(row * 2 + position[rank - 1], item);
        EXPECT_EQ(testing::ItemOf(sparse->values, item),
                  testing::ItemOf(input, item));
      }
    }
  }
}

TEST(FromSparse, UndoesToSparse) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : {DType::kInt8, DType::kString}) {
    for (const RowPartition& rows : testing::AllPartitions(6, 5)) {
      const Tensor input = testing::RandomRagged(random, dtype, {rows});
      EXPECT_EQ(*FromSparse(*ToSparse(input)), input);
    }
  }
}

TEST(FromSparse, TakesRowsInAnyOrder) {
  EXPECT_EQ(*FromSparse(Sparse({1, 0, 0, 0, 0, 1}, {1, 2, 3}, {2, 2})),
            Rows({1, 2, 3}, {0, 2, 3}));
  EXPECT_EQ(*FromSparse(Sparse({0, 0, 0, 1, 1, 0, 0, 0}, {1, 2, 3, 4}, {2, 2})),
            Rows({1, 2, 3, 4}, {0, 3, 4}));
  EXPECT_EQ(*FromSparse(Sparse({0, 0, 0, 1, 0, 2}, {1, 2, 3}, {2, 2})),
            Rows({1, 2, 3}, {0, 3, 3}));
}

TEST(FromSparse, NamesTheFirstWrongPosition) {
  const auto fails = [](const SparseTensor& input, const char* part) {
    EXPECT_THAT(FromSparse(input),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Sparse({0, 1}, {1}, {1, 2}), "indices[0] has column 1 of row 0");
  fails(Sparse({0, 0, 0, 0}, {1, 2}, {2, 2}), "indices[1]");
  fails(Sparse({0, 0, 0, 5}, {1, 2}, {2, 2}), "expected 1");
  fails(Sparse({0, kMost}, {1}, {2, 2}), "not right-ragged");
  fails(Sparse({2, 0}, {1}, {2, 2}), "row 2, the dense shape has 2 rows");
  fails(Sparse({-1, 0}, {1}, {2, 2}), "row -1");
  fails(Sparse({0, 0, 5, 0, 1, 0}, {1, 2, 3}, {2, 2}), "indices[1] has row 5");
}

TEST(FromSparse, NamesSizesThatDoNotFit) {
  const auto fails = [](const SparseTensor& input, const char* part) {
    EXPECT_THAT(FromSparse(input),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Sparse({0}, {1}, {2}), "rank 1");
  fails(Sparse({0, 0, 0}, {1}, {2, 2, 2}), "rank 3");
  fails(Sparse({}, {}, {-2, 2}), "dense_shape[0]=-2");
  fails(Sparse({0, 0, 1}, {1}, {2, 2}), "got 3 for 1");
  fails(Sparse({0, 0}, {1, 2}, {2, 2}), "got 2 for 2");
  fails({{0, 0}, Tensor::Scalar(1), {2, 2}}, "dense vector");
  fails({{0, 0}, Rows({1}, {0, 1}), {2, 2}}, "dense vector");
  EXPECT_THAT(ToSparse(Tensor::Vector(Buffer<int32_t>{1})),
              FailsWith(StatusCode::kInvalidArgument, "must be ragged"));
  EXPECT_EQ(FromSparse(Sparse({}, {}, {kMost, 1})).status().code(),
            StatusCode::kResourceExhausted);
}

TEST(FillEmptyRows, GivesEachEmptyRowTheDefault) {
  const FilledRows filled = *FillEmptyRows(
      Sparse({2, 1, 0, 3, 2, 0}, {1, 2, 3}, {4, 4}), Tensor::Scalar(9));
  EXPECT_EQ(filled.tensor,
            Sparse({0, 3, 1, 0, 2, 1, 2, 0, 3, 0}, {2, 9, 1, 3, 9}, {4, 4}));
  EXPECT_EQ(filled.was_empty,
            Tensor::Vector(Buffer<bool>{false, true, false, true}));
  EXPECT_EQ(FillEmptyRows(Sparse({}, {}, {0, 4}), Tensor::Scalar(9))->tensor,
            Sparse({}, {}, {0, 4}));
  EXPECT_EQ(FillEmptyRows(Sparse({}, {}, {1}), Tensor::Scalar(9))->tensor,
            Sparse({0}, {9}, {1}));
}

// Every row has a value, and what was there is still there.
TEST(FillEmptyRows, TakesEveryDType) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    const Tensor values = testing::RandomDense(random, dtype, {3});
    const Tensor one = testing::RandomDense(random, dtype, {});
    const SparseTensor input = {{0, 1, 3, 0, 3, 1}, values, {5, 2}};
    const auto filled = FillEmptyRows(input, one);
    ASSERT_TRUE(filled.ok()) << filled.status();
    EXPECT_THAT(testing::ItemsOf(filled->tensor.values),
                ::testing::ElementsAre(
                    testing::ItemOf(values, 0), testing::ItemOf(one, 0),
                    testing::ItemOf(one, 0), testing::ItemOf(values, 1),
                    testing::ItemOf(values, 2), testing::ItemOf(one, 0)));
  }
}

TEST(FillEmptyRows, NamesWhatDoesNotFit) {
  const auto fails = [](const SparseTensor& input, const Tensor& value,
                        const char* part) {
    EXPECT_THAT(FillEmptyRows(input, value),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  const SparseTensor good = Sparse({0, 0}, {1}, {2, 2});
  fails(good, Tensor::Scalar(1.0f), "int32, got rank 0 of float32");
  fails(good, Tensor::Vector(Buffer<int32_t>{1}), "got rank 1");
  fails(Sparse({2, 0}, {1}, {2, 2}), Tensor::Scalar(1), "indices[0] has row 2");
  fails(Sparse({0, 0}, {1}, {0, 2}), Tensor::Scalar(1), "0 rows");
  fails(Sparse({0}, {1}, {2, 2}), Tensor::Scalar(1), "got 1 for 1");
  fails(Sparse({}, {}, {}), Tensor::Scalar(1), "0 numbers a value");
  fails(Sparse({}, {}, {2, -1}), Tensor::Scalar(1), "dense_shape[1]=-1");
  EXPECT_EQ(
      FillEmptyRows(Sparse({}, {}, {kMost}), Tensor::Scalar(1)).status().code(),
      StatusCode::kResourceExhausted);
}

TEST(Sparse, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const SparseOptions options{.exec = {.cancellation = &token}};
  const Tensor rows = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{5, 6, 7}), {0, 2, 3});
  EXPECT_EQ(ToSparse(rows, options).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(FromSparse(*ToSparse(rows), options).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
