#include "rowsplit/ops/gather_nd.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/slice.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::AnyTensor;
using ::testing::ElementsAre;
using testing::FailsWith;
using testing::NestedList;
using testing::ToNested;

Tensor Matrix(std::vector<int64_t> values, int64_t num_rows, int64_t width) {
  return *Tensor::Dense(Buffer<int64_t>::Copy(values), {num_rows, width});
}

// Random tuples of `depth` places that are there, and what they name.
TEST(GatherNd, GivesWhatTheTuplesName) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
      const Tensor whole = AnyTensor(
          dtype, {shape.partitions().begin(), shape.partitions().end()},
          {shape.num_values(), 2});
      const Tensor dense = AnyTensor(dtype, {}, {3, 2, 2});
      for (const Tensor& params :
           {*Slice(whole, {SliceRange{.begin = 1}}), dense}) {
        const NestedList nested = ToNested(params);
        for (int depth = 1; depth <= params.rank(); ++depth) {
          std::vector<int64_t> tuples;
          NestedList expected;
          for (int tries = 0; tries < 100; ++tries) {
            const NestedList* at = &nested;
            std::vector<int64_t> tuple;
            while (tuple.size() < static_cast<size_t>(depth) &&
                   !at->list.empty()) {
              tuple.push_back(static_cast<int64_t>(
                  testing::Below(random, at->list.size())));
              at = &at->list[tuple.back()];
            }
            if (tuple.size() < static_cast<size_t>(depth)) continue;
            tuples.insert(tuples.end(), tuple.begin(), tuple.end());
            expected.list.push_back(*at);
          }
          const auto num_tuples = static_cast<int64_t>(expected.list.size());
          const auto gathered =
              GatherNd(params, Matrix(tuples, num_tuples, depth));
          ASSERT_TRUE(gathered.ok()) << gathered.status();
          EXPECT_EQ(ToNested(*gathered), expected);
        }
      }
    }
  }
}

// {{{1, 2}, {3}}, {{4, 5, 6}}}
Tensor Deep() {
  return *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4, 5, 6}),
                             {0, 2, 3, 6}),
      {0, 2, 3});
}

TEST(GatherNd, TakesTuplesInAnyShape) {
  const Tensor flat = Matrix({1, 0, 0, 0, 0, 1}, 3, 2);
  const Tensor gathered = *GatherNd(Deep(), flat);
  EXPECT_EQ(gathered, *Tensor::FromRowSplits(
                          Tensor::Vector(Buffer<int32_t>{4, 5, 6, 1, 2, 3}),
                          {0, 3, 5, 6}));
  EXPECT_EQ(*GatherNd(Deep(), *Tensor::FromRowSplits(flat, {0, 1, 1, 3})),
            *Tensor::FromRowSplits(gathered, {0, 1, 1, 3}));
  EXPECT_EQ(
      *GatherNd(Deep(), *Tensor::Dense(flat.buffer<int64_t>(), {1, 3, 2})),
      *Tensor::FromRowSplits(gathered, {0, 3}));
  // Single values in a dense shape stay dense.
  EXPECT_EQ(*GatherNd(Deep(), *Tensor::Dense(Buffer<int64_t>{1, 0, 2, 0, 1, 0},
                                             {2, 1, 3})),
            *Tensor::Dense(Buffer<int32_t>{6, 3}, {2, 1}));
  EXPECT_EQ(*GatherNd(Deep(), Tensor::Vector(Buffer<int64_t>{0, 1})),
            Tensor::Vector(Buffer<int32_t>{3}));
  EXPECT_EQ(*GatherNd(Deep(), Tensor::Vector(Buffer<int32_t>{1, 0, 2})),
            Tensor::Scalar(int32_t{6}));
  // One tuple of one place: a list of one slice.
  EXPECT_EQ(*GatherNd(Deep(), Tensor::Vector(Buffer<int64_t>{1})),
            *Slice(Deep(), {SliceRange{.begin = 1}}));
}

TEST(GatherNd, RepeatsTheWholeForEmptyTuples) {
  EXPECT_EQ(*GatherNd(Deep(), *Tensor::Dense(Buffer<int64_t>(), {0})), Deep());
  const Tensor twice =
      *GatherNd(Deep(), *Tensor::Dense(Buffer<int64_t>(), {2, 0}));
  EXPECT_EQ(ToNested(twice),
            testing::ListOf({ToNested(Deep()), ToNested(Deep())}));
  const Tensor dense = AnyTensor(DType::kInt32, {}, {2});
  EXPECT_THAT(
      GatherNd(dense, *Tensor::Dense(Buffer<int64_t>(), {3, 0}))->flat_shape(),
      ElementsAre(3, 2));
}

TEST(GatherNd, TakesBatchesOfDenseTensors) {
  const Tensor params = AnyTensor(DType::kInt32, {}, {2, 3, 2});
  EXPECT_EQ(*GatherNd(params, Matrix({2, 0}, 2, 1), {.batch_dims = 1}),
            *Tensor::Dense(Buffer<int32_t>{5, 6, 7, 8}, {2, 2}));
  EXPECT_EQ(*GatherNd(params,
                      *Tensor::Dense(Buffer<int64_t>{2, 1, 0, 0, 1, 1, 1, 0},
                                     {2, 2, 2}),
                      {.batch_dims = 1}),
            *Tensor::Dense(Buffer<int32_t>{6, 1, 10, 9}, {2, 2}));
  EXPECT_THAT(GatherNd(params, Matrix({2, 0, 1}, 3, 1), {.batch_dims = 1}),
              FailsWith(kInvalid, "equal batch axes"));
}

TEST(GatherNd, NamesWhatIsWrong) {
  EXPECT_THAT(GatherNd(Deep(), Matrix({0, 1, 0, 2}, 2, 2)),
              FailsWith(kInvalid, "place 1 of tuple 1 must be in [0, 2): 2"));
  EXPECT_THAT(GatherNd(Deep(), Matrix({0, 1, 1}, 1, 3)),
              FailsWith(kInvalid, "place 2 of tuple 0 must be in [0, 1): 1"));
  EXPECT_THAT(GatherNd(Deep(), Matrix({0, -1}, 1, 2)),
              FailsWith(kInvalid, "must be in [0, 2): -1"));
  EXPECT_THAT(GatherNd(Deep(), Matrix({2}, 1, 1)),
              FailsWith(kInvalid, "place 0 of tuple 0 must be in [0, 2): 2"));
  EXPECT_THAT(GatherNd(Deep(), Tensor::Scalar(int64_t{0})),
              FailsWith(kInvalid, "rank of 1 or more"));
  EXPECT_THAT(GatherNd(Deep(), Tensor::Vector(Buffer<float>{0})),
              FailsWith(kInvalid, "int32 or int64, got float32"));
  EXPECT_THAT(GatherNd(Deep(), Matrix({0, 0, 0, 0}, 1, 4)),
              FailsWith(kInvalid, "4 places, rank 3"));
  const Tensor column = Matrix({0, 0}, 2, 1);
  EXPECT_THAT(GatherNd(Deep(), column, {.batch_dims = 1}),
              FailsWith(kInvalid, "batch_dims must be 0"));
  EXPECT_THAT(
      GatherNd(AnyTensor(DType::kInt32, {}, {2, 2}), column, {.batch_dims = 2}),
      FailsWith(kInvalid, "batch_dims must be in [0, 2): 2"));
  EXPECT_THAT(GatherNd(Deep(), *Tensor::FromRowSplits(
                                   Tensor::Vector(Buffer<int64_t>{0}), {0, 1})),
              FailsWith(kInvalid, "must not be ragged"));
}

TEST(GatherNd, TakesAnyNumberOfEmptyTuples) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor tuples = *Tensor::Dense(Buffer<int64_t>(), {kHuge, 0});
  EXPECT_EQ(*GatherNd(*Tensor::Dense(Buffer<float>(), {0}), tuples),
            *Tensor::Dense(Buffer<float>(), {kHuge, 0}));
  EXPECT_THAT(GatherNd(*Tensor::Dense(Buffer<float>(), {0, kHuge}), tuples),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

}  // namespace
}  // namespace rowsplit
