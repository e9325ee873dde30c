#include "rowsplit/ops/segment.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/coordinates.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Coordinates;
using ::rowsplit::testing::CoordinatesOf;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::SmallTensors;
using ::testing::ElementsAre;

constexpr SegmentOp kAllOps[] = {SegmentOp::kSum,  SegmentOp::kProd,
                                 SegmentOp::kMean, SegmentOp::kMax,
                                 SegmentOp::kMin,  SegmentOp::kSqrtN};

template <typename T>
std::vector<T> Items(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  if (!tensor.ok()) return {};
  EXPECT_EQ(tensor->dtype(), kDTypeOf<T>);
  return {tensor->items<T>().begin(), tensor->items<T>().end()};
}

Tensor Ids(Buffer<int64_t> ids) { return Tensor::Vector(std::move(ids)); }

// [[1, 2, 3], [], [4, 5]]
Tensor Numbers() {
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<float>{1, 2, 3, 4, 5}),
                                {0, 3, 3, 5});
}

double Model(SegmentOp op, const std::vector<double>& values) {
  double result = op == SegmentOp::kProd ? 1 : 0;
  const auto count = static_cast<double>(values.size());
  for (const double value : values)
    result = op == SegmentOp::kProd ? result * value : result + value;
  switch (op) {
    case SegmentOp::kMean:
      return result / count;
    case SegmentOp::kSqrtN:
      return result / std::sqrt(count);
    case SegmentOp::kMax:
      return *std::max_element(values.begin(), values.end());
    case SegmentOp::kMin:
      return *std::min_element(values.begin(), values.end());
    default:
      return result;
  }
}

// Ids for the rows: each result coordinate is {id, coordinates below the row}.
void ExpectModel(const Tensor& data, const std::vector<int64_t>& ids,
                 int64_t num_segments, SegmentOp op) {
  const auto result = UnsortedSegmentReduce(
      data, Ids(Buffer<int64_t>::Copy(ids)), num_segments, op);
  ASSERT_TRUE(result.ok()) << result.status();
  std::map<Coordinates, std::vector<double>> groups;
  const std::vector<Coordinates> from = CoordinatesOf(data);
  for (size_t i = 0; i < from.size(); ++i) {
    Coordinates at = from[i];
    at[0] = ids[at[0]];
    if (at[0] >= 0) groups[at].push_back(data.items<double>()[i]);
  }
  const std::vector<Coordinates> to = CoordinatesOf(*result);
  size_t found = 0;
  for (size_t i = 0; i < to.size(); ++i) {
    const auto group = groups.find(to[i]);
    if (group == groups.end()) continue;
    ++found;
    const double want = Model(op, group->second);
    EXPECT_NEAR(result->items<double>()[i], want,
                1e-9 * std::max(1.0, std::abs(want)));
  }
  EXPECT_EQ(found, groups.size());
  EXPECT_EQ(result->num_rows(), num_segments);
}

TEST(UnsortedSegmentReduce, EqualsAModel) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& data : SmallTensors<double>(random())) {
    for (const SegmentOp op : kAllOps) {
      std::vector<int64_t> ids;
      for (int64_t row = 0; row < data.num_rows(); ++row) {
        ids.push_back(static_cast<int64_t>(testing::Below(random, 4)) -
                      (data.is_ragged() ? 0 : 1));
      }
      ExpectModel(data, ids, 4, op);
    }
  }
}

TEST(UnsortedSegmentReduce, GivesTheExamplesOfTheHeader) {
  const Tensor vector = Tensor::Vector(Buffer<int32_t>{1, 2, 3});
  EXPECT_THAT(Items<int32_t>(UnsortedSegmentReduce(vector, Ids({1, -1, 1}), 3,
                                                   SegmentOp::kSum)),
              ElementsAre(0, 4, 0));
  const Tensor ragged = *Tensor::FromRowSplits(vector, {0, 2, 2, 3});
  EXPECT_EQ(
      *UnsortedSegmentReduce(ragged, Ids({0, 1, 0}), 2, SegmentOp::kSum),
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{4, 2}), {0, 2, 2}));
  const Tensor ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{0, 1, 0}), {0, 2, 2, 3});
  EXPECT_THAT(
      Items<int32_t>(UnsortedSegmentReduce(ragged, ids, 2, SegmentOp::kSum)),
      ElementsAre(4, 2));
}

TEST(UnsortedSegmentReduce, TellsSegmentsWithoutAValue) {
  using Limits = std::numeric_limits<float>;
  const Tensor dense = Tensor::Vector(Buffer<float>{1, 3});
  const Tensor ids = Ids({1, 1});
  const auto run = [&](SegmentOp op) {
    return Items<float>(UnsortedSegmentReduce(dense, ids, 2, op));
  };
  EXPECT_THAT(run(SegmentOp::kSum), ElementsAre(0, 4));
  EXPECT_THAT(run(SegmentOp::kProd), ElementsAre(1, 3));
  EXPECT_THAT(run(SegmentOp::kMean), ElementsAre(0, 2));
  EXPECT_THAT(run(SegmentOp::kMax), ElementsAre(Limits::lowest(), 3));
  EXPECT_THAT(run(SegmentOp::kMin), ElementsAre(Limits::max(), 1));
  EXPECT_THAT(run(SegmentOp::kSqrtN),
              ElementsAre(0, ::testing::FloatEq(4 / std::sqrt(2.0F))));
  const Tensor ragged_ids =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{1, 1}), {0, 2});
  EXPECT_THAT(
      Items<float>(UnsortedSegmentReduce(*Tensor::FromRowSplits(dense, {0, 2}),
                                         ragged_ids, 2, SegmentOp::kMean)),
      ElementsAre(::testing::IsNan(), 2));
}

TEST(UnsortedSegmentReduce, TakesIdsOfSeveralDimensions) {
  const Tensor data = *Tensor::Dense(Buffer<int32_t>{1, 2, 3, 4}, {2, 2});
  const Tensor ids = *Tensor::Dense(Buffer<int16_t>{0, 1, 1, 1}, {2, 2});
  EXPECT_THAT(
      Items<int32_t>(UnsortedSegmentReduce(data, ids, 2, SegmentOp::kSum)),
      ElementsAre(1, 9));
  const auto whole = UnsortedSegmentReduce(data, Tensor::Scalar(int64_t{1}), 2,
                                           SegmentOp::kSum);
  EXPECT_EQ(*whole,
            *Tensor::Dense(Buffer<int32_t>{0, 0, 0, 0, 1, 2, 3, 4}, {2, 2, 2}));
}

TEST(UnsortedSegmentReduce, DividesIntegersExactly) {
  const Tensor ids = Ids({0, 0});
  EXPECT_THAT(
      Items<float>(UnsortedSegmentReduce(
          Tensor::Vector(Buffer<int8_t>{100, 101}), ids, 1, SegmentOp::kMean)),
      ElementsAre(100.5F));
  EXPECT_THAT(
      Items<double>(UnsortedSegmentReduce(
          Tensor::Vector(Buffer<uint32_t>{1, 2}), ids, 1, SegmentOp::kMean)),
      ElementsAre(1.5));
  EXPECT_THAT(
      Items<int8_t>(SegmentReduce(Tensor::Vector(Buffer<int8_t>{100, 101}), ids,
                                  SegmentOp::kMean)),
      ElementsAre(100));
}

TEST(UnsortedSegmentReduce, RefusesWhatDoesNotMatch) {
  const Tensor dense = Tensor::Vector(Buffer<float>{1, 2});
  const auto run = [](const Tensor& data, const Tensor& ids,
                      int64_t num_segments = 2) {
    return UnsortedSegmentReduce(data, ids, num_segments, SegmentOp::kSum);
  };
  EXPECT_THAT(run(dense, Ids({0, 2})),
              FailsWith(kInvalid, "segment_ids[1] = 2 is out of range [0, 2)"));
  EXPECT_THAT(run(dense, Ids({0})), FailsWith(kInvalid, "prefix"));
  EXPECT_THAT(run(Numbers(), Ids({0, 1})), FailsWith(kInvalid, "prefix"));
  EXPECT_THAT(run(dense, Ids({0, 0}), -1), FailsWith(kInvalid, "negative: -1"));
  EXPECT_THAT(run(Numbers(), Ids({0, -1, 0})),
              FailsWith(kInvalid, "segment_ids[1] = -1"));
  EXPECT_THAT(run(dense, dense), FailsWith(kInvalid, "float32"));
  const Tensor ragged_ids =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{0, 0}), {0, 1, 2});
  EXPECT_THAT(run(dense, ragged_ids), FailsWith(kInvalid, "prefix"));
  EXPECT_THAT(run(Numbers(), ragged_ids), FailsWith(kInvalid, "prefix"));
  EXPECT_THAT(UnsortedSegmentReduce(Tensor::Vector(Buffer<bool>{true}),
                                    Ids({0}), 1, SegmentOp::kMax),
              FailsWith(kInvalid,
                        "unsorted_segment_max is not defined for "
                        "bool"));
  EXPECT_THAT(UnsortedSegmentReduce(Tensor::Vector(Buffer<int32_t>{1}),
                                    Ids({0}), 1, SegmentOp::kSqrtN),
              FailsWith(kInvalid, "sqrt_n"));
}

TEST(SegmentReduce, FillsRowsWithoutAValue) {
  const Tensor data = *Tensor::Dense(Buffer<float>{1, 2, 3, 4, -5, -6}, {3, 2});
  const Tensor ids = Ids({1, 1, 3});
  const auto run = [&](SegmentOp op) {
    return Items<float>(SegmentReduce(data, ids, op));
  };
  EXPECT_THAT(run(SegmentOp::kSum), ElementsAre(0, 0, 4, 6, 0, 0, -5, -6));
  EXPECT_THAT(run(SegmentOp::kMean), ElementsAre(0, 0, 2, 3, 0, 0, -5, -6));
  EXPECT_THAT(run(SegmentOp::kMax), ElementsAre(0, 0, 3, 4, 0, 0, -5, -6));
  EXPECT_THAT(run(SegmentOp::kMin), ElementsAre(0, 0, 1, 2, 0, 0, -5, -6));
  EXPECT_THAT(run(SegmentOp::kProd), ElementsAre(1, 1, 3, 8, 1, 1, -5, -6));
  EXPECT_THAT(SegmentReduce(data, ids, SegmentOp::kSum)->flat_shape(),
              ElementsAre(4, 2));
}

TEST(SegmentReduce, KeepsInfinitiesAndTakesTheLaterOfNaN) {
  using Limits = std::numeric_limits<float>;
  const Tensor data = Tensor::Vector(Buffer<float>{
      -Limits::infinity(), Limits::quiet_NaN(), 1, 1, Limits::quiet_NaN()});
  EXPECT_THAT(
      Items<float>(SegmentReduce(data, Ids({0, 1, 1, 2, 2}), SegmentOp::kMax)),
      ElementsAre(-Limits::infinity(), 1, ::testing::IsNan()));
}

TEST(SegmentReduce, EqualsTheUnsortedFormOnSortedIds) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& data : SmallTensors<double>(random())) {
    if (data.is_ragged()) continue;
    std::vector<int64_t> ids;
    for (int64_t row = 0; row < data.num_rows(); ++row)
      ids.push_back((ids.empty() ? 0 : ids.back()) + (row % 3 == 2 ? 1 : 0));
    const Tensor id_tensor = Ids(Buffer<int64_t>::Copy(ids));
    for (const SegmentOp op : {SegmentOp::kSum, SegmentOp::kProd,
                               SegmentOp::kMean, SegmentOp::kMax}) {
      EXPECT_EQ(*SegmentReduce(data, id_tensor, op),
                *UnsortedSegmentReduce(data, id_tensor,
                                       ids.empty() ? 0 : ids.back() + 1, op));
    }
  }
}

TEST(SegmentReduce, RefusesWhatIsNotSorted) {
  const Tensor data = Tensor::Vector(Buffer<float>{1, 2, 3});
  const auto run = [&](const Tensor& ids) {
    return SegmentReduce(data, ids, SegmentOp::kSum);
  };
  EXPECT_THAT(run(Ids({0, 2, 1})),
              FailsWith(kInvalid, "segment_ids[2] = 1 after 2"));
  EXPECT_THAT(run(Ids({-1, 0, 0})), FailsWith(kInvalid, "segment_ids[0] = -1"));
  EXPECT_THAT(run(Ids({0, 0})), FailsWith(kInvalid, "3 rows, 2 ids"));
  EXPECT_THAT(run(Tensor::Scalar(int64_t{0})), FailsWith(kInvalid, "vector"));
  EXPECT_THAT(run(Tensor::Vector(Buffer<int16_t>{0, 0, 0})),
              FailsWith(kInvalid, "int16"));
  EXPECT_THAT(SegmentReduce(Numbers(), Ids({0, 0, 0}), SegmentOp::kSum),
              FailsWith(kInvalid, "dense"));
  EXPECT_THAT(SegmentReduce(data, Ids({0, 0, 0}), SegmentOp::kSqrtN),
              FailsWith(kInvalid, "sqrt_n"));
  EXPECT_EQ(
      SegmentReduce(data, Ids({0, 0, std::numeric_limits<int64_t>::max()}),
                    SegmentOp::kSum)
          .status()
          .code(),
      absl::StatusCode::kResourceExhausted);
}

TEST(UnsortedSegmentReduce, TakesAnyNumberOfSegmentsWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor data = *Tensor::Dense(Buffer<int32_t>(), {1, 0});
  for (const SegmentOp op :
       {SegmentOp::kSum, SegmentOp::kMax, SegmentOp::kMean}) {
    EXPECT_THAT(UnsortedSegmentReduce(data, Ids({0}), kHuge, op)->flat_shape(),
                ElementsAre(kHuge, 0));
  }
  const Tensor wide = *Tensor::Dense(Buffer<int32_t>(), {1, 0, kHuge});
  EXPECT_THAT(UnsortedSegmentReduce(wide, Ids({0}), kHuge, SegmentOp::kSum),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

}  // namespace
}  // namespace rowsplit
