#include "rowsplit/ops/gather.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename T>
std::vector<T> Iota(int64_t size) {
  std::vector<T> values(static_cast<size_t>(size));
  std::iota(values.begin(), values.end(), T{1});
  return values;
}

template <typename T>
void ExpectGathersRows() {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const int64_t width : {1, 3, 10, 64}) {
    const int64_t num_rows = 50;
    const auto values = Iota<T>(num_rows * width);
    const TableView<T> table{values, num_rows, width};
    for (const auto& shape : testing::DeepShapes(random_seed)) {
      BufferBuilder<int64_t> ids;
      for (int64_t i = 0; i < shape.num_values(); ++i)
        ids.Append(static_cast<int64_t>(testing::Below(random, num_rows)));
      const auto tensor =
          *RaggedTensor<int64_t>::FromFlatValues(shape, std::move(ids).Build());
      const auto gathered = Gather(table, tensor);
      ASSERT_TRUE(gathered.ok()) << gathered.status();
      EXPECT_EQ(gathered->shape(), shape);
      EXPECT_THAT(gathered->inner_shape(), ElementsAre(width));
      std::vector<T> expected;
      for (const int64_t id : tensor.flat_values()) {
        const auto row = table.row(id);
        expected.insert(expected.end(), row.begin(), row.end());
      }
      const auto& flat = gathered->flat_values();
      EXPECT_EQ(std::vector<T>(flat.begin(), flat.end()), expected);
    }
  }
}

TEST(Gather, CopiesTheRowOfEachId) {
  ExpectGathersRows<float>();
  ExpectGathersRows<double>();
  ExpectGathersRows<int32_t>();
  ExpectGathersRows<int64_t>();
  ExpectGathersRows<uint8_t>();
}

TEST(Gather, SharesTheShapeOfTheIds) {
  const std::vector<float> values = {1, 2, 3, 4};
  const auto ids = *RaggedTensor<int64_t>::FromRowSplits({1, 0, 1}, {0, 1, 3});
  const auto gathered = *Gather(TableView<float>{values, 2, 2}, ids);
  EXPECT_EQ(gathered.shape().partition(0).row_splits().data(),
            ids.shape().partition(0).row_splits().data());
  EXPECT_THAT(gathered.flat_values(), ElementsAre(3, 4, 1, 2, 3, 4));
}

TEST(Gather, OfEveryRowInOrderIsTheTable) {
  const auto values = Iota<float>(20'000 * 3);
  auto ids = Iota<int64_t>(20'000);
  for (int64_t& id : ids) --id;
  for (const int threads : {1, 3}) {
    const auto gathered = *Gather(TableView<float>{values, 20'000, 3}, ids,
                                  {.exec = {.num_threads = threads}});
    EXPECT_TRUE(std::equal(gathered.begin(), gathered.end(), values.begin(),
                           values.end()));
  }
}

TEST(Gather, KeepsAnInnerShapeOfTheIds) {
  const std::vector<float> values = {1, 2, 3, 4};
  const RaggedShape shape(
      *RowPartition::FromRowLengths(std::vector<int64_t>{1, 0}));
  const auto ids =
      *RaggedTensor<int64_t>::FromFlatValues(shape, {1, 0, 1}, {3});
  const auto gathered = *Gather(TableView<float>{values, 2, 2}, ids);
  EXPECT_THAT(gathered.inner_shape(), ElementsAre(3, 2));
  EXPECT_THAT(gathered.flat_values(), ElementsAre(3, 4, 1, 2, 3, 4));
}

TEST(Gather, OfNothing) {
  const std::vector<float> values = {1, 2};
  const std::vector<int64_t> none;
  EXPECT_THAT(*Gather(TableView<float>{values, 1, 2}, none), IsEmpty());
  EXPECT_THAT(*Gather(TableView<float>{}, none), IsEmpty());
  const std::vector<int64_t> two = {0, 0};
  EXPECT_THAT(*Gather(TableView<float>{{}, 1, 0}, two), IsEmpty());
}

auto FailsWith(const char* part) {
  return testing::FailsWith(absl::StatusCode::kInvalidArgument, part);
}

TEST(Gather, NamesTheFirstIdThatIsNoRow) {
  const std::vector<double> values = {1, 2, 3};
  const TableView<double> table{values, 3, 1};
  EXPECT_THAT(Gather(table, std::vector<int64_t>{0, 3, -1}),
              FailsWith("ids must be in [0, 3): ids[1]=3"));
  EXPECT_THAT(Gather(table, std::vector<int64_t>{-1}), FailsWith("ids[0]=-1"));
  EXPECT_THAT(
      Gather(table, std::vector<int64_t>{std::numeric_limits<int64_t>::min()}),
      FailsWith("ids[0]=-9223372036854775808"));
  EXPECT_THAT(Gather(TableView<double>{{}, 0, 1}, std::vector<int64_t>{0}),
              FailsWith("ids must be in [0, 0): ids[0]=0"));
  const auto ragged = *RaggedTensor<int64_t>::FromRowSplits({0, 1, 2, 0, 7, 9},
                                                            {0, 2, 2, 3, 3, 6});
  EXPECT_THAT(Gather(table, ragged), FailsWith("[0, 3): ids[4][1]=7"));
  std::vector<int64_t> many(30'000, 1);
  many[20'000] = 5;
  many[9'001] = 4;
  EXPECT_THAT(Gather(table, many, {.exec = {.num_threads = 4}}),
              FailsWith("ids[9001]=4"));
}

TEST(Gather, ChecksTheTable) {
  const std::vector<float> values = {1, 2, 3};
  const std::vector<int64_t> ids = {0};
  EXPECT_THAT(Gather(TableView<float>{values, 2, 2}, ids),
              FailsWith("num_rows * width values: 2 * 2, got 3"));
  EXPECT_THAT(Gather(TableView<float>{values, -1, 2}, ids),
              FailsWith("num_rows=-1"));
  EXPECT_THAT(Gather(TableView<float>{values, 1, -3}, ids),
              FailsWith("width=-3"));
  EXPECT_THAT(Gather(TableView<float>{values, INT64_MAX, 2}, ids),
              testing::FailsWith(absl::StatusCode::kResourceExhausted,
                                 "does not fit 64 bits"));
  EXPECT_THAT(Gather(TableView<float>{{}, 0, INT64_MAX}, ids),
              testing::FailsWith(absl::StatusCode::kResourceExhausted,
                                 "does not fit 64 bits"));
}

TEST(Gather, CanBeCancelled) {
  const std::vector<float> values = {1};
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Gather(TableView<float>{values, 1, 1}, std::vector<int64_t>{0},
                     {.exec = {.cancellation = &token}}),
              testing::FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
