#include "rowsplit/vocab/encode_ids.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/row_partition.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

constexpr OutputMode kModes[] = {OutputMode::kOneHot, OutputMode::kMultiHot,
                                 OutputMode::kCount, OutputMode::kTfIdf};

Tensor Ids(std::vector<int64_t> values, std::vector<int64_t> shape) {
  return *Tensor::Dense(Buffer<int64_t>::Copy(values), std::move(shape));
}

Tensor Rows(std::vector<int64_t> values, std::vector<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>::Copy(values)),
                                splits);
}

EncodeIdsOptions Options(OutputMode mode, int64_t num_ids,
                         DType dtype = DType::kInt64, int num_threads = 1) {
  EncodeIdsOptions options{.mode = mode,
                           .num_ids = num_ids,
                           .dtype = dtype,
                           .exec = {.num_threads = num_threads}};
  if (mode == OutputMode::kTfIdf) {
    BufferBuilder<float> weights(static_cast<size_t>(num_ids));
    for (int64_t id = 0; id < num_ids; ++id)
      weights[id] = 0.5f + static_cast<float>(id % 97) / 8;
    options.idf_weights = std::move(weights).Build();
  }
  return options;
}

// Any dtype as doubles, which hold what the tests use.
std::vector<double> Items(const Tensor& tensor) {
  std::vector<double> items;
  const auto append = [&](auto span) {
    for (const auto item : span) items.push_back(static_cast<double>(item));
  };
  if (tensor.dtype() == DType::kInt64) append(tensor.items<int64_t>());
  if (tensor.dtype() == DType::kInt32) append(tensor.items<int32_t>());
  if (tensor.dtype() == DType::kFloat32) append(tensor.items<float>());
  return items;
}

// One sample, one id at a time.
std::map<int64_t, double> ReferenceRow(std::span<const int64_t> ids,
                                       const EncodeIdsOptions& options) {
  std::map<int64_t, double> row;
  for (const int64_t id : ids) {
    if (id < 0 || id >= options.num_ids) continue;
    const bool adds = options.mode == OutputMode::kCount ||
                      options.mode == OutputMode::kTfIdf;
    row[id] = adds ? row[id] + 1 : 1;
  }
  if (options.idf_weights.has_value()) {
    for (auto& [id, value] : row)
      value = static_cast<float>(value) * (*options.idf_weights)[id];
  }
  return row;
}

void ExpectReference(const RaggedView<int64_t>& rows, const Tensor& ids,
                     const EncodeIdsOptions& options) {
  std::vector<double> dense, values;
  std::vector<int64_t> columns;
  std::vector<Offset> splits = {0};
  const auto add = [&](std::span<const int64_t> row) {
    const std::map<int64_t, double> expected = ReferenceRow(row, options);
    for (int64_t id = 0; id < options.num_ids; ++id) {
      const auto at = expected.find(id);
      dense.push_back(at == expected.end() ? 0 : at->second);
    }
    for (const auto& [id, value] : expected) {
      columns.push_back(id);
      values.push_back(value);
    }
    splits.push_back(static_cast<Offset>(columns.size()));
  };
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    if (options.mode != OutputMode::kOneHot) {
      add(rows.row(row));
    } else {
      for (const int64_t& id : rows.row(row)) add({&id, 1});
    }
  }
  const auto encoded = EncodeIds(ids, options);
  ASSERT_TRUE(encoded.ok()) << encoded.status();
  EXPECT_EQ(Items(*encoded), dense);
  const auto sparse = EncodeIdsCsr(ids, options);
  ASSERT_TRUE(sparse.ok()) << sparse.status();
  EXPECT_EQ(
      std::vector<int64_t>(sparse->columns.begin(), sparse->columns.end()),
      columns);
  EXPECT_EQ(Items(sparse->values), values);
  EXPECT_EQ(sparse->values.dtype(), encoded->dtype());
  const auto got = sparse->rows.row_splits();
  EXPECT_EQ(std::vector<Offset>(got.begin(), got.end()), splits);
  EXPECT_EQ(sparse->num_columns, options.num_ids);
}

TEST(EncodeIds, EqualsTheReferenceForAllRowsModesAndThreads) {
  testing::Random random(testing::Seed(5));
  for (const testing::RaggedCase& ragged : testing::RaggedCases(7, 3000)) {
    if (ragged.splits.front() != 0) continue;
    std::vector<int64_t> values(static_cast<size_t>(ragged.num_values));
    for (const int64_t num_ids : {0, 1, 7, 130}) {
      for (int64_t& value : values)
        value = static_cast<int64_t>(testing::Below(random, num_ids + 3)) - 1;
      const Tensor ids = Rows(values, ragged.splits);
      for (const OutputMode mode : kModes) {
        for (const DType dtype :
             {DType::kInt64, DType::kInt32, DType::kFloat32}) {
          for (const int threads : {1, 3}) {
            SCOPED_TRACE(ragged.name + ", " + std::to_string(num_ids));
            ExpectReference({ragged.splits, values}, ids,
                            Options(mode, num_ids, dtype, threads));
          }
        }
      }
    }
  }
}

TEST(EncodeIdsCsr, PutsThePiecesOfSeveralThreadsTogether) {
  testing::Random random(testing::Seed(6));
  std::vector<int64_t> values(1'000'000);
  std::vector<Offset> splits = {0};
  for (int64_t& value : values)
    value = static_cast<int64_t>(testing::Below(random, 40));
  while (splits.back() < 1'000'000) {
    splits.push_back(std::min<Offset>(
        splits.back() + static_cast<Offset>(testing::Below(random, 60)),
        1'000'000));
  }
  const Tensor ids = Rows(values, splits);
  const auto one = *EncodeIdsCsr(ids, Options(OutputMode::kTfIdf, 39));
  const auto four =
      *EncodeIdsCsr(ids, Options(OutputMode::kTfIdf, 39, DType::kInt64, 4));
  EXPECT_EQ(one.rows, four.rows);
  EXPECT_TRUE(std::equal(one.columns.begin(), one.columns.end(),
                         four.columns.begin(), four.columns.end()));
  EXPECT_EQ(one.values, four.values);
  for (const int64_t row : {int64_t{0}, one.rows.num_rows() / 2}) {
    const auto expected = ReferenceRow(
        std::span(values).subspan(splits[row], splits[row + 1] - splits[row]),
        Options(OutputMode::kTfIdf, 39));
    EXPECT_EQ(one.rows.row_length(row), static_cast<int64_t>(expected.size()));
  }
}

std::vector<int64_t> DenseShape(const Tensor& ids, OutputMode mode) {
  const auto encoded = EncodeIds(ids, Options(mode, 4));
  EXPECT_TRUE(encoded.ok()) << encoded.status();
  EXPECT_FALSE(encoded->is_ragged());
  return encoded->flat_shape();
}

// What Keras 3 gives for these shapes.
TEST(EncodeIds, HasKerasRanks) {
  using Shape = std::vector<int64_t>;
  const struct {
    Shape ids, one_hot, count;
  } cases[] = {
      {{}, {1, 4}, {4}},
      {{3}, {3, 4}, {4}},
      {{1}, {1, 4}, {4}},
      {{0}, {0, 4}, {4}},
      {{2, 3}, {2, 3, 4}, {2, 4}},
      {{2, 1}, {2, 4}, {2, 4}},
      {{0, 2}, {0, 2, 4}, {0, 4}},
      {{1, 2, 1}, {1, 2, 4}, {1, 1, 4}},
      {{2, 3, 5}, {2, 3, 5, 4}, {2, 5, 4}},
      {{1, 2, 1, 2}, {1, 2, 1, 2, 4}, {1, 1, 2, 4}},
      {{2, 0, 3}, {2, 0, 3, 4}, {2, 3, 4}},
      {{2, 3, 0}, {2, 3, 0, 4}, {2, 0, 4}},
  };
  for (const auto& c : cases) {
    int64_t size = 1;
    for (const int64_t dim : c.ids) size *= dim;
    const Tensor ids = Ids(std::vector<int64_t>(size, 1), c.ids);
    EXPECT_EQ(DenseShape(ids, OutputMode::kOneHot), c.one_hot);
    EXPECT_EQ(DenseShape(ids, OutputMode::kMultiHot), c.count);
    EXPECT_EQ(DenseShape(ids, OutputMode::kCount), c.count);
    EXPECT_EQ(DenseShape(ids, OutputMode::kTfIdf), c.count);
  }
}

// [[[1, 2, 1], [0, 3, 2]]]: samples go down, not along.
TEST(EncodeIds, CountsAlongTheSecondDimension) {
  const Tensor ids = Ids({1, 2, 1, 0, 3, 2}, {1, 2, 3});
  EXPECT_EQ(*EncodeIds(ids, Options(OutputMode::kCount, 4)),
            Ids({1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0}, {1, 3, 4}));
  const auto sparse = *EncodeIdsCsr(ids, Options(OutputMode::kCount, 4));
  EXPECT_EQ(sparse.rows.num_rows(), 3);
  EXPECT_THAT(sparse.columns, ::testing::ElementsAre(0, 1, 2, 3, 1, 2));
}

// [[[1, 2], [3]], [], [[1]]], as Keras.
TEST(EncodeIds, CountsAlongTheSecondDimensionOfRaggedRows) {
  const Tensor ids =
      *Tensor::FromRowSplits(Rows({1, 2, 3, 1}, {0, 2, 3, 4}), {0, 2, 2, 3});
  const auto counts = *EncodeIds(ids, Options(OutputMode::kCount, 4));
  EXPECT_EQ(counts, *Tensor::FromRowSplits(
                        Ids({0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0}, {3, 4}),
                        {0, 2, 2, 3}));
  EXPECT_EQ(*EncodeIds(ids, Options(OutputMode::kMultiHot, 4)), counts);
  const auto one_hot = *EncodeIds(ids, Options(OutputMode::kOneHot, 4));
  EXPECT_EQ(one_hot.ragged_rank(), 2);
  EXPECT_EQ(one_hot.flat_shape(), (std::vector<int64_t>{4, 4}));
}

TEST(EncodeIds, MergesDeeperRaggedRowsByPlace) {
  // One row of two: {{1}, {2, 3}} and {{0, 0}}.
  const Tensor deep = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Rows({1, 2, 3, 0, 0}, {0, 1, 3, 5}), {0, 2, 3}),
      {0, 2});
  const auto counts = *EncodeIds(deep, Options(OutputMode::kCount, 4));
  ASSERT_EQ(counts.ragged_rank(), 2);
  // The places are {{0, 1}, {0, 1}}.
  EXPECT_EQ(counts.flat_values(),
            Ids({1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, {4, 4}));
  // An inner dimension after a ragged one: {{1}, {1}}, {{2}}.
  const Tensor inner =
      *Tensor::FromRowSplits(Ids({1, 1, 2}, {3, 1}), {0, 2, 3});
  EXPECT_EQ(*EncodeIds(inner, Options(OutputMode::kCount, 3)),
            Ids({0, 2, 0, 0, 0, 1}, {2, 1, 3}));
  EXPECT_EQ(EncodeIds(inner, Options(OutputMode::kOneHot, 3))->flat_shape(),
            (std::vector<int64_t>{3, 3}));
}

TEST(EncodeIds, CountsFloatsExactlyBeyondTheirPrecision) {
  const Tensor ids =
      Ids(std::vector<int64_t>((1 << 24) + 3, 1), {1, (1 << 24) + 3});
  EncodeIdsOptions options = Options(OutputMode::kCount, 2, DType::kFloat32);
  EXPECT_EQ(Items(*EncodeIds(ids, options))[1], (1 << 24) + 4);  // to even
}

TEST(EncodeIds, CastsIds) {
  const Tensor ids = Rows({1, 2}, {0, 1, 2});
  EXPECT_EQ(*EncodeIds(ids, Options(OutputMode::kInt, 4)), ids);
  EXPECT_EQ(EncodeIds(ids, Options(OutputMode::kInt, 4, DType::kInt32))
                ->items<int32_t>()[1],
            2);
  const Tensor narrow = *Tensor::Dense(Buffer<int32_t>{2, 0}, {2});
  EXPECT_EQ(*EncodeIds(narrow, Options(OutputMode::kCount, 3)),
            Ids({1, 0, 1}, {3}));
}

TEST(EncodeIds, RefusesWrongArguments) {
  const Tensor ids = Ids({1}, {1});
  const auto error = [&](const Tensor& input, EncodeIdsOptions options) {
    const absl::Status dense = EncodeIds(input, options).status();
    EXPECT_EQ(EncodeIdsCsr(input, options).status().code(), dense.code());
    return dense;
  };
  const absl::Status dtype =
      error(Tensor::Scalar(1.5f), Options(OutputMode::kCount, 2));
  EXPECT_EQ(dtype.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(dtype.message(), HasSubstr("int64 or int32, got float32"));
  EXPECT_THAT(error(ids, Options(OutputMode::kCount, -1)).message(),
              HasSubstr("num_ids must not be negative, got -1"));
  EXPECT_THAT(
      error(ids, Options(OutputMode::kCount, 2, DType::kFloat64)).message(),
      HasSubstr("int64, int32 or float32, got float64"));
  EncodeIdsOptions options = Options(OutputMode::kTfIdf, 2);
  options.idf_weights = Buffer<float>{1};
  EXPECT_THAT(error(ids, options).message(),
              HasSubstr("one for each of the 2 ids, got 1"));
  options.idf_weights = std::nullopt;
  EXPECT_THAT(error(ids, options).message(), HasSubstr("needs idf_weights"));
  options = Options(OutputMode::kCount, 2);
  options.idf_weights = Buffer<float>{1, 2};
  EXPECT_THAT(error(ids, options).message(), HasSubstr("only tf_idf"));
  EXPECT_THAT(
      EncodeIdsCsr(ids, Options(OutputMode::kInt, 2)).status().message(),
      HasSubstr("must not be int for a sparse"));
  const absl::Status size =
      EncodeIds(Ids({1, 1, 1}, {3}),
                Options(OutputMode::kOneHot, int64_t{1} << 61))
          .status();
  EXPECT_EQ(size.code(), absl::StatusCode::kResourceExhausted);
}

TEST(EncodeIds, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EncodeIdsOptions options = Options(OutputMode::kCount, 2);
  options.exec.cancellation = &token;
  const Tensor ids = Ids({1, 1}, {2, 1});
  EXPECT_EQ(EncodeIds(ids, options).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(EncodeIdsCsr(ids, options).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
