#include "rowsplit/embedding/embedding_lookup.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
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

Tensor Matrix(const Buffer<float>& values, int64_t width) {
  const auto size = static_cast<int64_t>(values.size());
  return *Tensor::Dense(values, {size / width, width});
}

Tensor Ids(const Buffer<int64_t>& ids) { return Tensor::Vector(ids); }

std::vector<float> Items(const absl::StatusOr<Tensor>& tensor) {
  return {tensor->items<float>().begin(), tensor->items<float>().end()};
}

TEST(EmbeddingLookup, HasTheShapeOfTheIdsAndThenOfARow) {
  const Tensor table = Matrix({1, 2, 3, 4, 5, 6}, 2);
  const Tensor ragged = *Tensor::FromRowSplits(Ids({2, 0, 1}), {0, 1, 1, 3});
  const Tensor found = *EmbeddingLookup({table}, ragged);
  EXPECT_EQ(found, *Tensor::FromRowSplits(Matrix({5, 6, 1, 2, 3, 4}, 2),
                                          {0, 1, 1, 3}));
  EXPECT_EQ(
      *EmbeddingLookup({table}, *Tensor::FromRowSplits(ragged, {0, 2, 3})),
      *Tensor::FromRowSplits(found, {0, 2, 3}));
  EXPECT_EQ(EmbeddingLookup({table}, Tensor::Scalar(int32_t{1}))->flat_shape(),
            std::vector<int64_t>{2});
  const Tensor cube = *Tensor::Dense(Buffer<int32_t>{0, 1, 2, 2}, {2, 1, 2});
  EXPECT_THAT(EmbeddingLookup({table}, cube)->flat_shape(),
              ElementsAre(2, 1, 2, 2));
  EXPECT_THAT(EmbeddingLookup({table}, Ids({}))->flat_shape(),
              ElementsAre(0, 2));
}

TEST(EmbeddingLookup, TakesRowsOfAnyShapeAndDType) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    if (dtype == DType::kString) continue;
    for (const std::vector<int64_t>& row_shape :
         {std::vector<int64_t>{}, {3}, {2, 2}, {0}}) {
      std::vector<int64_t> shape = row_shape;
      shape.insert(shape.begin(), 5);
      const Tensor table = testing::RandomDense(random, dtype, shape);
      const auto size = static_cast<size_t>(table.value_items()) *
                        static_cast<size_t>(DTypeSize(dtype));
      const Tensor found = *EmbeddingLookup({table}, Ids({4, 0, 4}));
      ASSERT_EQ(found.dtype(), dtype);
      ASSERT_EQ(found.inner_shape(), row_shape);
      for (size_t i = 0; i < 3 && size > 0; ++i) {
        EXPECT_EQ(
            std::memcmp(found.bytes().data() + i * size,
                        table.bytes().data() + (i == 1 ? 0 : 4 * size), size),
            0);
      }
    }
  }
}

// All rows in order, for every number of rows and parts.
TEST(EmbeddingLookup, FindsTheRowsOfPartsByBothStrategies) {
  for (int64_t num_parts = 1; num_parts <= 4; ++num_parts) {
    for (int64_t num_rows = num_parts; num_rows <= 11; ++num_rows) {
      for (const auto strategy :
           {PartitionStrategy::kDiv, PartitionStrategy::kMod}) {
        std::vector<BufferBuilder<float>> values(num_parts);
        std::vector<float> expected;
        BufferBuilder<int32_t> ids;
        for (int32_t row = 0; row < num_rows; ++row) {
          // By counting: the first rows % parts parts have one more.
          int64_t part = row % num_parts;
          if (strategy == PartitionStrategy::kDiv) {
            part = 0;
            for (int64_t end = 0;; ++part) {
              end += num_rows / num_parts + (part < num_rows % num_parts);
              if (row < end) break;
            }
          }
          values[part].Append(static_cast<float>(row));
          ids.Append(row);
          expected.push_back(static_cast<float>(row));
        }
        std::vector<Tensor> parts;
        parts.reserve(values.size());
        for (auto& part : values)
          parts.push_back(Matrix(std::move(part).Build(), 1));
        const auto found =
            EmbeddingLookup(parts, Tensor::Vector(std::move(ids).Build()),
                            {.partition_strategy = strategy});
        ASSERT_TRUE(found.ok()) << found.status();
        EXPECT_EQ(Items(found), expected);
      }
    }
  }
}

TEST(EmbeddingLookup, NamesRowsThatPartsLack) {
  const std::vector<Tensor> parts = {Matrix({1}, 1), Matrix({2, 3, 4, 5}, 1)};
  // The first part should have 3 of 5 rows.
  EXPECT_EQ(Items(EmbeddingLookup(parts, Ids({0, 3, 4}))),
            (std::vector<float>{1, 2, 3}));
  EXPECT_THAT(
      EmbeddingLookup(parts, Ids({0, 1})),
      FailsWith(StatusCode::kInvalidArgument,
                "1 at position 1, of 5 rows in 2 parts (cut by 'div')"));
  for (const int64_t id :
       {int64_t{-1}, int64_t{5}, std::numeric_limits<int64_t>::max(),
        std::numeric_limits<int64_t>::min()}) {
    for (const auto strategy :
         {PartitionStrategy::kDiv, PartitionStrategy::kMod}) {
      const std::vector<Tensor> halves = {Matrix({1, 2, 3}, 1),
                                          Matrix({4, 5}, 1)};
      EXPECT_EQ(
          EmbeddingLookup(halves, Ids({id}), {.partition_strategy = strategy})
              .status()
              .code(),
          StatusCode::kInvalidArgument);
    }
  }
  const std::vector<Tensor> few = {Matrix({1}, 1), Matrix({}, 1)};
  EXPECT_THAT(EmbeddingLookup(few, Ids({0})),
              FailsWith(StatusCode::kInvalidArgument, "1 rows in 2 parts"));
  EXPECT_TRUE(EmbeddingLookup(few, Ids({})).ok());
}

TEST(EmbeddingLookup, ScalesLongRowsDown) {
  const Tensor table = Matrix({0, 0, 3, 4, 0.3f, 0.4f, -6, 8}, 2);
  const Tensor ids = Ids({0, 1, 2, 3, 1});
  EXPECT_EQ(Items(EmbeddingLookup({table}, ids, {.max_norm = 2.5})),
            (std::vector<float>{0, 0, 1.5f, 2, 0.3f, 0.4f, -1.5f, 2, 1.5f, 2}));
  const std::vector<float> none =
      Items(EmbeddingLookup({table}, ids, {.max_norm = 0}));
  EXPECT_TRUE(std::isnan(none[0]) && std::isnan(none[1]));
  EXPECT_EQ(none[2], 0);
  EXPECT_TRUE(std::signbit(none[6]));
  EXPECT_EQ(Items(EmbeddingLookup({table}, Ids({1}), {.max_norm = -1})),
            (std::vector<float>{0, 0}));
  // A row may hold scalars: each is its own vector.
  EXPECT_EQ(Items(EmbeddingLookup({Tensor::Vector(Buffer<float>{-4, 0.5f})},
                                  Ids({0, 1}), {.max_norm = 2})),
            (std::vector<float>{-2, 0.5f}));
  const Tensor doubles =
      *Tensor::Dense(Buffer<double>{3e200, 4e200, 0, 0}, {2, 2});
  // The squares do not fit a double.
  EXPECT_EQ(
      EmbeddingLookup({doubles}, Ids({0}), {.max_norm = 1})->items<double>()[0],
      0);
}

TEST(EmbeddingLookup, ScalesEveryFloatingDType) {
  const Tensor table = Matrix({3, 4, 0.5f, 0}, 2);
  for (const DType dtype :
       {DType::kFloat16, DType::kBFloat16, DType::kFloat32, DType::kFloat64}) {
    const Tensor found =
        *EmbeddingLookup({*Cast(table, dtype)}, Ids({1, 0}), {.max_norm = 2.5});
    EXPECT_EQ(found.dtype(), dtype);
    EXPECT_EQ(Items(Cast(found, DType::kFloat32)),
              (std::vector<float>{0.5f, 0, 1.5f, 2}));
  }
  EXPECT_THAT(
      EmbeddingLookup({*Cast(table, DType::kInt32)}, Ids({0}), {.max_norm = 1}),
      FailsWith(StatusCode::kInvalidArgument,
                "max_norm needs a table of floats, got int32"));
}

TEST(EmbeddingLookup, CountsFromTheEndIfAsked) {
  const Tensor table = Matrix({1, 2, 3}, 1);
  const EmbeddingLookupOptions options{.negative_from_end = true};
  EXPECT_EQ(Items(EmbeddingLookup({table}, Ids({-1, 0, -3}), options)),
            (std::vector<float>{3, 1, 1}));
  EXPECT_THAT(EmbeddingLookup({table}, Ids({-4}), options),
              FailsWith(StatusCode::kInvalidArgument, "-4 at position 0"));
  EXPECT_THAT(EmbeddingLookup({table}, Ids({3}), options),
              FailsWith(StatusCode::kInvalidArgument, "3 at position 0"));
  EXPECT_THAT(EmbeddingLookup({table}, Ids({0, -1})),
              FailsWith(StatusCode::kInvalidArgument,
                        "embedding_lookup: ids must be in [0, 3): -1 at "
                        "position 1"));
}

TEST(EmbeddingLookup, ReadsTablesOfEveryFormat) {
  const Tensor table = Matrix({3, 4, -1, 0.5f}, 2);
  const Tensor ids = *Tensor::FromRowSplits(Ids({1, 0, -1}), {0, 2, 3});
  for (const auto& [format, dtype] :
       {std::pair(RowFormat::kFloat32, DType::kFloat32),
        std::pair(RowFormat::kFloat16, DType::kFloat16),
        std::pair(RowFormat::kBfloat16, DType::kBFloat16)}) {
    const EmbeddingTable stored =
        *EmbeddingTable::FromBytes(format, Cast(table, dtype)->bytes(), 2, 2);
    EXPECT_EQ(*EmbeddingLookup(stored, ids, {.negative_from_end = true}),
              *Tensor::FromRowSplits(Matrix({-1, 0.5f, 3, 4, -1, 0.5f}, 2),
                                     {0, 2, 3}));
    EXPECT_EQ(Items(EmbeddingLookup(stored, Ids({0}), {.max_norm = 2.5})),
              (std::vector<float>{1.5f, 2}));
    const Tensor square = *Tensor::Dense(Buffer<int64_t>{1, 0}, {2, 1});
    const auto found = EmbeddingLookup(stored, square, {.max_norm = 2.5});
    EXPECT_THAT(found->flat_shape(), ElementsAre(2, 1, 2));
    EXPECT_EQ(Items(found), (std::vector<float>{-1, 0.5f, 1.5f, 2}));
    EXPECT_EQ(*EmbeddingLookup(stored, Tensor::Scalar(int64_t{1})),
              Tensor::Vector(Buffer<float>{-1, 0.5f}));
    EXPECT_THAT(EmbeddingLookup(stored, ids),
                FailsWith(StatusCode::kInvalidArgument, "-1 at position 2"));
    EXPECT_EQ(EmbeddingLookup(stored, Tensor::Scalar(1.0f)).status().code(),
              StatusCode::kInvalidArgument);
  }
}

TEST(EmbeddingLookup, TakesStringsInOnePart) {
  StringTensorBuilder words;
  words.Append("a");
  words.Append("b");
  const Tensor table = Tensor::Vector(std::move(words).Build());
  EXPECT_THAT(EmbeddingLookup({table}, Ids({1}))->strings(),
              testing::StringsAre({"b"}));
  EXPECT_THAT(EmbeddingLookup({table}, Ids({1}), {.max_norm = 1}),
              FailsWith(StatusCode::kInvalidArgument, "numbers"));
}

TEST(EmbeddingLookup, ChecksTheTable) {
  const auto fails = [](const std::vector<Tensor>& parts, const char* part) {
    EXPECT_THAT(EmbeddingLookup(parts, Ids({0})),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  const Tensor table = Matrix({1, 2}, 2);
  fails({}, "the table has no parts");
  fails({Tensor::Scalar(1.0f)}, "rank 1 or more: part 0");
  fails({table, *Tensor::FromRowSplits(table, {0, 1})}, "part 1");
  fails({table, Tensor::Vector(*StringTensor::FromBytes(RowPartition(), {}))},
        "numbers");
  fails({table, *Cast(table, DType::kFloat64)},
        "part 1 is float64, part 0 is float32");
  fails({table, Matrix({1, 2, 3}, 3)}, "[3] in part 1, [2] in part 0");
  EXPECT_THAT(EmbeddingLookup({table}, Tensor::Vector(Buffer<float>{0})),
              FailsWith(StatusCode::kInvalidArgument, "int32 or int64"));
}

TEST(EmbeddingLookup, NamesSizesThatDoNotFit) {
  const Tensor wide = *Tensor::Dense(Buffer<float>(), {0, int64_t{1} << 40});
  const Tensor ids = *Tensor::Dense(Buffer<int64_t>(), {0, int64_t{1} << 40});
  EXPECT_EQ(EmbeddingLookup({wide}, ids).status().code(),
            StatusCode::kResourceExhausted);
}

TEST(EmbeddingLookup, IsTheSameOnSeveralThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor table = testing::RandomDense(random, DType::kFloat32, {50, 3});
  BufferBuilder<int64_t> builder(5000);
  for (int64_t& id : builder.span())
    id = static_cast<int64_t>(testing::Below(random, 50));
  const Buffer<int64_t> ids = std::move(builder).Build();
  for (const std::optional<double> max_norm :
       {std::optional<double>(), std::optional<double>(1.5)}) {
    const auto run = [&](int num_threads) {
      return *EmbeddingLookup(
          {table}, Ids(ids),
          {.max_norm = max_norm, .exec = {.num_threads = num_threads}});
    };
    EXPECT_EQ(run(1), run(4));
  }
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(
      EmbeddingLookup({table}, Ids(ids), {.exec = {.cancellation = &token}})
          .status()
          .code(),
      StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
