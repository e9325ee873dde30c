#include "rowsplit/embedding/bag.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/tensor.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/stored_rows.h"

namespace rowsplit {
namespace {

using testing::Below;
using testing::FailsWith;
using testing::Random;

constexpr BagMode kModes[] = {
    BagMode::kSum, BagMode::kMean,      BagMode::kSqrtN, BagMode::kMax,
    BagMode::kMin, BagMode::kLogSumExp, BagMode::kFirst, BagMode::kLast};
constexpr OutOfRangeIds kPolicies[] = {
    OutOfRangeIds::kSkip, OutOfRangeIds::kZero, OutOfRangeIds::kRow};

std::vector<float> RandomFloats(Random& random, size_t size) {
  std::vector<float> values(size);
  for (float& value : values)
    value =
        static_cast<float>(static_cast<int64_t>(Below(random, 4001)) - 2000) /
        1000;
  return values;
}

EmbeddingTable FloatTable(Random& random, int64_t num_rows, int64_t width) {
  const std::vector<float> values =
      RandomFloats(random, static_cast<size_t>(num_rows * width));
  return *EmbeddingTable::FromValues(Buffer<float>::Copy(values), num_rows,
                                     width);
}

EmbeddingTable TableOf(RowFormat format, Random& random, int64_t num_rows,
                       int64_t width) {
  const testing::StoredRows stored(format, static_cast<size_t>(num_rows),
                                   static_cast<size_t>(width), random);
  const kernels::TableRows rows = stored.table();
  const Buffer<std::byte> bytes =
      Buffer<std::byte>::Copy({reinterpret_cast<const std::byte*>(rows.rows),
                               static_cast<size_t>(num_rows) * rows.row_bytes});
  return *EmbeddingTable::FromBytes(format, bytes, num_rows, width);
}

// A row with its weight, as the options leave it.
struct PlainRow {
  std::vector<float> items;
  float weight;
  float norm_factor;
};

std::vector<PlainRow> PlainRows(const EmbeddingTable& table,
                                const std::vector<int64_t>& ids,
                                const std::vector<float>& weights,
                                const BagOptions& options) {
  std::vector<PlainRow> rows;
  const auto add = [&](std::optional<int64_t> id, float weight) {
    PlainRow row{std::vector<float>(table.width()), weight, 1};
    if (id.has_value()) {
      EXPECT_TRUE(table.ReadRow(*id, row.items).ok());
    }
    double squares = 0;
    for (const float item : row.items) squares += double{item} * item;
    const double norm = std::sqrt(squares);
    if (options.max_norm.has_value() && norm > *options.max_norm)
      row.norm_factor = static_cast<float>(*options.max_norm / norm);
    rows.push_back(std::move(row));
  };
  for (size_t i = 0; i < ids.size(); ++i) {
    const float weight = weights.empty() ? 1 : weights[i];
    if (ids[i] == options.padding_idx) continue;
    if (ids[i] >= 0 && ids[i] < table.num_rows()) {
      add(ids[i], weight);
    } else if (options.out_of_range == OutOfRangeIds::kZero) {
      add(std::nullopt, weight);
    } else if (options.out_of_range == OutOfRangeIds::kRow) {
      add(options.out_of_range_row, weight);
    }
  }
  if (rows.empty() && options.empty_row.has_value()) add(options.empty_row, 1);
  return rows;
}

float PlainColumn(const std::vector<PlainRow>& rows, size_t column,
                  BagMode mode) {
  if (rows.empty()) return 0;
  std::vector<float> items;
  double weight_sum = 0;
  double square_sum = 0;
  float sum = 0;
  double exp_sum = 0;
  for (const PlainRow& row : rows) {
    items.push_back(row.weight * row.norm_factor * row.items[column]);
    sum += items.back();
    weight_sum += row.weight;
    square_sum += double{row.weight} * row.weight;
    exp_sum += std::exp(double{items.back()});
  }
  switch (mode) {
    case BagMode::kSum:
      return sum;
    case BagMode::kMean:
      return weight_sum == 0 ? 0 : sum / static_cast<float>(weight_sum);
    case BagMode::kSqrtN:
      return square_sum == 0 ? 0
                             : sum / static_cast<float>(std::sqrt(square_sum));
    case BagMode::kMax:
      return *std::max_element(items.begin(), items.end());
    case BagMode::kMin:
      return *std::min_element(items.begin(), items.end());
    case BagMode::kLogSumExp:
      return static_cast<float>(std::log(exp_sum));
    case BagMode::kFirst:
      return items.front();
    case BagMode::kLast:
      return items.back();
  }
  return 0;
}

struct Ids {
  std::vector<Offset> splits = {0};
  std::vector<int64_t> ids;
  std::vector<float> weights;
};

// Bags of 0 to `max_length` ids between low and high.
Ids RandomIds(Random& random, int64_t num_bags, int64_t max_length, int64_t low,
              int64_t high) {
  Ids made;
  for (int64_t bag = 0; bag < num_bags; ++bag) {
    const auto length = static_cast<int64_t>(Below(random, max_length + 1));
    for (int64_t i = 0; i < length; ++i)
      made.ids.push_back(low + static_cast<int64_t>(Below(random, high - low)));
    made.splits.push_back(static_cast<Offset>(made.ids.size()));
  }
  made.weights = RandomFloats(random, made.ids.size());
  return made;
}

std::vector<float> PlainBag(const EmbeddingTable& table, const Ids& ids,
                            bool weighted, const BagOptions& options) {
  std::vector<float> output;
  for (size_t bag = 0; bag + 1 < ids.splits.size(); ++bag) {
    const Offset begin = ids.splits[bag];
    const Offset end = ids.splits[bag + 1];
    const std::vector<PlainRow> rows =
        PlainRows(table, {ids.ids.begin() + begin, ids.ids.begin() + end},
                  weighted ? std::vector<float>(ids.weights.begin() + begin,
                                                ids.weights.begin() + end)
                           : std::vector<float>(),
                  options);
    for (int64_t column = 0; column < table.width(); ++column)
      output.push_back(
          PlainColumn(rows, static_cast<size_t>(column), options.mode));
  }
  return output;
}

Tensor Ragged(Tensor values, const std::vector<Offset>& splits) {
  return *Tensor::FromRowSplits(std::move(values), splits);
}
Tensor IdTensor(const Ids& ids) {
  return Ragged(Tensor::Vector(Buffer<int64_t>::Copy(ids.ids)), ids.splits);
}
Tensor NarrowIdTensor(const Ids& ids) {
  const std::vector<int32_t> narrow(ids.ids.begin(), ids.ids.end());
  return Ragged(Tensor::Vector(Buffer<int32_t>::Copy(narrow)), ids.splits);
}
Tensor WeightTensor(const Ids& ids) {
  return Ragged(Tensor::Vector(Buffer<float>::Copy(ids.weights)), ids.splits);
}

void ExpectNear(const Tensor& actual, const std::vector<float>& expected,
                float tolerance) {
  const auto items = actual.items<float>();
  ASSERT_EQ(items.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(items[i], expected[i], tolerance) << "item " << i;
}

// With and without weights, ids of both widths.
void ExpectAsPlain(const EmbeddingTable& table, const Ids& ids,
                   const BagOptions& options, float tolerance) {
  SCOPED_TRACE(::testing::Message()
               << RowFormatName(table.format()) << ", width " << table.width()
               << ", mode " << static_cast<int>(options.mode) << ", policy "
               << static_cast<int>(options.out_of_range));
  const auto plain = EmbeddingBag(table, IdTensor(ids), options);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->flat_shape(),
            (std::vector<int64_t>{static_cast<int64_t>(ids.splits.size()) - 1,
                                  table.width()}));
  ExpectNear(*plain, PlainBag(table, ids, false, options), tolerance);
  const auto narrow =
      EmbeddingBag(table, NarrowIdTensor(ids), WeightTensor(ids), options);
  ASSERT_TRUE(narrow.ok()) << narrow.status();
  ExpectNear(*narrow, PlainBag(table, ids, true, options), tolerance);
}

// The tolerance is that of a mean by a small sum of weights, which are between
// -2 and 2 in steps of 1/1000.
float Tolerance(BagMode mode) {
  return mode == BagMode::kMean || mode == BagMode::kSqrtN ? 4e-3f : 4e-5f;
}

TEST(EmbeddingBag, EveryModeOfEveryFormat) {
  Random random(testing::Seed(1));
  const Ids ids = RandomIds(random, 40, 9, 0, 31);
  for (const RowFormat format : testing::kRowFormats) {
    for (const int64_t width : {1, 5, 16, 33}) {
      const EmbeddingTable table = TableOf(format, random, 31, width);
      for (const BagMode mode : kModes)
        ExpectAsPlain(table, ids, {.mode = mode}, Tolerance(mode));
    }
  }
}

TEST(EmbeddingBag, EveryModeAndPolicy) {
  Random random(testing::Seed(2));
  const EmbeddingTable table = FloatTable(random, 10, 7);
  const Ids ids = RandomIds(random, 60, 5, -3, 14);
  for (const BagMode mode : kModes) {
    for (const OutOfRangeIds policy : kPolicies) {
      BagOptions options{
          .mode = mode, .out_of_range = policy, .out_of_range_row = 9};
      ExpectAsPlain(table, ids, options, Tolerance(mode));
      options.padding_idx = 3;
      ExpectAsPlain(table, ids, options, Tolerance(mode));
      options.padding_idx = -1;
      options.empty_row = 4;
      ExpectAsPlain(table, ids, options, Tolerance(mode));
      options.max_norm = 2.5f;
      ExpectAsPlain(table, ids, options, Tolerance(mode));
    }
  }
}

TEST(EmbeddingBag, MaxNormOfEveryFormat) {
  Random random(testing::Seed(3));
  const Ids ids = RandomIds(random, 30, 6, 0, 20);
  for (const RowFormat format : testing::kRowFormats) {
    const EmbeddingTable table = TableOf(format, random, 20, 19);
    for (const BagMode mode : {BagMode::kSum, BagMode::kMax, BagMode::kMean}) {
      for (const float max_norm : {0.0f, 1.0f, 1000.0f}) {
        ExpectAsPlain(table, ids, {.mode = mode, .max_norm = max_norm},
                      Tolerance(mode));
      }
    }
  }
}

TEST(EmbeddingBag, FactorizedTablesInEveryMode) {
  Random random(testing::Seed(4));
  const Ids ids = RandomIds(random, 50, 6, -1, 20);
  for (const RowFormat format : {RowFormat::kFloat32, RowFormat::kInt4}) {
    const std::vector<float> projection = RandomFloats(random, 6 * 21);
    const EmbeddingTable table = *EmbeddingTable::Factorized(
        TableOf(format, random, 20, 6), Buffer<float>::Copy(projection), 21);
    for (const BagMode mode : kModes) {
      BagOptions options{.mode = mode, .out_of_range = OutOfRangeIds::kZero};
      ExpectAsPlain(table, ids, options, 4 * Tolerance(mode));
      options.empty_row = 2;
      options.max_norm = 3;
      ExpectAsPlain(table, ids, options, 4 * Tolerance(mode));
    }
  }
}

// Sums of numbers are the plain loop's, bit for bit.
TEST(EmbeddingBag, SumsInTheOrderOfTheIds) {
  Random random(testing::Seed(5));
  for (const int64_t width : {3, 64, 300}) {
    const EmbeddingTable table = FloatTable(random, 50, width);
    const Ids ids = RandomIds(random, 40, 40, 0, 50);
    const BagOptions options{.mode = BagMode::kSum};
    const Tensor actual =
        *EmbeddingBag(table, IdTensor(ids), WeightTensor(ids), options);
    const std::vector<float> expected = PlainBag(table, ids, true, options);
    const auto items = actual.items<float>();
    EXPECT_TRUE(std::equal(items.begin(), items.end(), expected.begin(),
                           expected.end()));
  }
}

TEST(EmbeddingBag, AnyRaggedCaseOnOneAndManyThreads) {
  Random random(testing::Seed(6));
  const EmbeddingTable table = FloatTable(random, 100, 10);
  for (const testing::RaggedCase& test : testing::RaggedCases(7)) {
    if (test.splits[0] != 0) continue;  // a tensor's splits start at 0
    Ids ids;
    ids.splits = test.splits;
    for (Offset i = 0; i < ids.splits.back(); ++i)
      ids.ids.push_back(static_cast<int64_t>(Below(random, 100)));
    BagOptions options{.mode = BagMode::kMean, .padding_idx = 7};
    options.exec.num_threads = 1;
    const auto one = EmbeddingBag(table, IdTensor(ids), options);
    options.exec.num_threads = 3;
    const auto many = EmbeddingBag(table, IdTensor(ids), options);
    ASSERT_TRUE(one.ok()) << test.name;
    EXPECT_EQ(*one, *many) << test.name;
    if (ids.ids.size() > 5000) continue;
    ExpectNear(*one, PlainBag(table, ids, false, options), 1e-5f);
  }
}

TEST(EmbeddingBag, InnermostAxisOfAnyRank) {
  const EmbeddingTable table =
      *EmbeddingTable::FromValues({1, 2, 3, 4, 5, 6}, 3, 2);
  const BagOptions sum{.mode = BagMode::kSum};
  // [2, 3] -> [2, 2]; [3] -> [2]; [2, 0] -> zeros.
  const Tensor matrix =
      *Tensor::Dense(Buffer<int32_t>{0, 1, 2, 2, 2, 0}, {2, 3});
  EXPECT_EQ(*EmbeddingBag(table, matrix, sum),
            *Tensor::Dense(Buffer<float>{9, 12, 11, 14}, {2, 2}));
  const Tensor vector = Tensor::Vector(Buffer<int64_t>{0, 2});
  EXPECT_EQ(*EmbeddingBag(table, vector, sum),
            Tensor::Vector(Buffer<float>{6, 8}));
  const Tensor nothing = *Tensor::Dense(Buffer<int64_t>{}, {2, 0});
  EXPECT_EQ(*EmbeddingBag(table, nothing, sum),
            *Tensor::Dense(Buffer<float>{0, 0, 0, 0}, {2, 2}));
  // {{{0, 2}, {}}, {}, {{1}}} -> {{{6, 8}, {0, 0}}, {}, {{3, 4}}}
  const Tensor deep = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{0, 2, 1}),
                             {0, 2, 2, 3}),
      {0, 2, 2, 3});
  EXPECT_EQ(*EmbeddingBag(table, deep, sum),
            *Tensor::FromRowSplits(
                *Tensor::Dense(Buffer<float>{6, 8, 0, 0, 3, 4}, {3, 2}),
                {0, 2, 2, 3}));
  // Ragged rows of pairs: the pairs are the bags.
  const Tensor pairs = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int64_t>{0, 1, 2, 2}, {2, 2}), {0, 0, 2});
  EXPECT_EQ(
      *EmbeddingBag(table, pairs, sum),
      *Tensor::FromRowSplits(
          *Tensor::Dense(Buffer<float>{4, 6, 10, 12}, {2, 2}), {0, 0, 2}));
}

TEST(EmbeddingBag, WeightsThatCancelGiveZeros) {
  const EmbeddingTable table = *EmbeddingTable::FromValues(
      {1, std::numeric_limits<float>::infinity()}, 2, 1);
  const Tensor ids = *Tensor::Dense(Buffer<int64_t>{0, 1}, {1, 2});
  const Tensor opposite = *Tensor::Dense(Buffer<float>{1, -1}, {1, 2});
  const Tensor none = *Tensor::Dense(Buffer<float>{0, 0}, {1, 2});
  const Tensor zero = *Tensor::Dense(Buffer<float>{0}, {1, 1});
  EXPECT_EQ(*EmbeddingBag(table, ids, opposite, {.mode = BagMode::kMean}),
            zero);
  EXPECT_EQ(*EmbeddingBag(table, ids, none, {.mode = BagMode::kSqrtN}), zero);
}

TEST(EmbeddingBag, EmptyTablesAndWidths) {
  const EmbeddingTable empty = *EmbeddingTable::FromValues({}, 0, 3);
  const Tensor none =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{}), {0, 0, 0});
  EXPECT_EQ(*EmbeddingBag(empty, none),
            *Tensor::Dense(Buffer<float>{0, 0, 0, 0, 0, 0}, {2, 3}));
  const Tensor one =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{4}), {0, 1});
  EXPECT_EQ(*EmbeddingBag(empty, one, {.out_of_range = OutOfRangeIds::kZero}),
            *Tensor::Dense(Buffer<float>{0, 0, 0}, {1, 3}));
  const EmbeddingTable narrow = *EmbeddingTable::FromValues({}, 5, 0);
  EXPECT_EQ(EmbeddingBag(narrow, one)->flat_shape(),
            (std::vector<int64_t>{1, 0}));
}

TEST(EmbeddingBag, ErrorsNameWhatIsWrong) {
  Random random(testing::Seed(8));
  const EmbeddingTable table = FloatTable(random, 5, 2);
  const Tensor ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{0, 9, 1, -2, 5}), {0, 0, 1, 5});
  EXPECT_THAT(
      EmbeddingBag(table, ids),
      FailsWith(absl::StatusCode::kOutOfRange,
                "id 9 of bag 2, position 0 is not a row of a table of 5 "
                "rows"));
  EXPECT_THAT(
      EmbeddingBag(table, ids, {.padding_idx = 9}),
      FailsWith(absl::StatusCode::kOutOfRange, "id -2 of bag 2, position 2"));
  const auto invalid = [&](const absl::Status& status, const char* part) {
    EXPECT_THAT(status, FailsWith(absl::StatusCode::kInvalidArgument, part));
  };
  const Tensor good = Tensor::Vector(Buffer<int64_t>{0});
  invalid(EmbeddingBag(table, Tensor::Vector(Buffer<float>{0})).status(),
          "ids must be int32 or int64: float32");
  invalid(EmbeddingBag(table, Tensor::Scalar<int64_t>(0)).status(),
          "ids must have an axis to reduce: rank 0");
  invalid(EmbeddingBag(table, good, {.max_norm = -1.0f}).status(),
          "max_norm must not be negative: -1");
  invalid(EmbeddingBag(table, good, {.max_norm = NAN}).status(), "max_norm");
  invalid(EmbeddingBag(table, good, {.empty_row = 5}).status(),
          "empty_row must be a row of the table, in [0, 5): 5");
  invalid(EmbeddingBag(
              table, good,
              {.out_of_range = OutOfRangeIds::kRow, .out_of_range_row = -1})
              .status(),
          "out_of_range_row must be a row of the table, in [0, 5): -1");
  invalid(EmbeddingBag(table, good, Tensor::Vector(Buffer<double>{1})).status(),
          "weights must be float32: float64");
  invalid(
      EmbeddingBag(table, good, Tensor::Vector(Buffer<float>{1, 2})).status(),
      "weights must have the shape of the ids");
  EXPECT_THAT(EmbeddingBag(*EmbeddingTable::FromValues({}, 0, int64_t{1} << 40),
                           *Tensor::Dense(Buffer<int64_t>{}, {1 << 30, 0})),
              FailsWith(absl::StatusCode::kResourceExhausted, ""));
}

TEST(EmbeddingBag, CanBeCancelled) {
  Random random(testing::Seed(9));
  const EmbeddingTable table = FloatTable(random, 5, 2);
  CancellationToken token;
  token.Cancel();
  BagOptions options;
  options.exec.cancellation = &token;
  EXPECT_THAT(EmbeddingBag(table, Tensor::Vector(Buffer<int64_t>{0}), options),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

// softmax(scale * q . (w * x)) * w * x, by the plainest loop.
std::vector<float> PlainAttention(const EmbeddingTable& table, const Ids& ids,
                                  const std::vector<float>& queries,
                                  bool weighted, float scale,
                                  const BagOptions& options) {
  const auto width = static_cast<size_t>(table.width());
  std::vector<float> output;
  for (size_t bag = 0; bag + 1 < ids.splits.size(); ++bag) {
    const Offset begin = ids.splits[bag];
    const Offset end = ids.splits[bag + 1];
    const std::vector<PlainRow> rows =
        PlainRows(table, {ids.ids.begin() + begin, ids.ids.begin() + end},
                  weighted ? std::vector<float>(ids.weights.begin() + begin,
                                                ids.weights.begin() + end)
                           : std::vector<float>(),
                  options);
    std::vector<double> sums(width + 1);
    for (const PlainRow& row : rows) {
      const double factor = double{row.weight} * row.norm_factor;
      double dot = 0;
      for (size_t i = 0; i < width; ++i)
        dot += factor * row.items[i] * queries[bag * width + i];
      const double share = std::exp(scale * dot);
      for (size_t i = 0; i < width; ++i)
        sums[i] += share * factor * row.items[i];
      sums[width] += share;
    }
    for (size_t i = 0; i < width; ++i)
      output.push_back(
          rows.empty() ? 0.0f : static_cast<float>(sums[i] / sums[width]));
  }
  return output;
}

TEST(AttentionBag, AsThePlainLoopForEveryFormat) {
  Random random(testing::Seed(10));
  const Ids ids = RandomIds(random, 40, 9, -2, 20);
  for (const RowFormat format : testing::kRowFormats) {
    for (const int64_t width : {1, 7, 32}) {
      const EmbeddingTable table = TableOf(format, random, 20, width);
      const std::vector<float> queries =
          RandomFloats(random, 40 * static_cast<size_t>(width));
      const Tensor query_tensor =
          *Tensor::Dense(Buffer<float>::Copy(queries), {40, width});
      const BagOptions plain{.out_of_range = OutOfRangeIds::kSkip,
                             .max_norm = 2.0f,
                             .empty_row = 3};
      AttentionOptions options{.scale = 0.5f,
                               .out_of_range = OutOfRangeIds::kSkip,
                               .max_norm = 2.0f,
                               .empty_row = 3};
      const auto actual =
          AttentionBag(table, IdTensor(ids), query_tensor, options);
      ASSERT_TRUE(actual.ok()) << actual.status();
      ExpectNear(*actual,
                 PlainAttention(table, ids, queries, false, 0.5f, plain),
                 2e-5f);
      options.scale = std::nullopt;
      const auto weighted = AttentionBag(table, IdTensor(ids), query_tensor,
                                         WeightTensor(ids), options);
      ASSERT_TRUE(weighted.ok()) << weighted.status();
      ExpectNear(
          *weighted,
          PlainAttention(table, ids, queries, true,
                         1 / std::sqrt(static_cast<float>(width)), plain),
          5e-5f);
    }
  }
}

TEST(AttentionBag, FactorizedAndOnManyThreads) {
  Random random(testing::Seed(11));
  const Ids ids = RandomIds(random, 300, 20, 0, 20);
  const EmbeddingTable table = *EmbeddingTable::Factorized(
      FloatTable(random, 20, 3), Buffer<float>::Copy(RandomFloats(random, 15)),
      5);
  const std::vector<float> queries = RandomFloats(random, 1500);
  const Tensor query_tensor =
      *Tensor::Dense(Buffer<float>::Copy(queries), {300, 5});
  AttentionOptions options{.scale = 0.1f};
  options.exec.num_threads = 1;
  const Tensor one = *AttentionBag(table, IdTensor(ids), query_tensor, options);
  options.exec.num_threads = 3;
  EXPECT_EQ(one, *AttentionBag(table, IdTensor(ids), query_tensor, options));
  ExpectNear(one, PlainAttention(table, ids, queries, false, 0.1f, {}), 1e-4f);
}

TEST(AttentionBag, ErrorsNameWhatIsWrong) {
  Random random(testing::Seed(12));
  const EmbeddingTable table = FloatTable(random, 5, 2);
  const Tensor ids = *Tensor::Dense(Buffer<int64_t>{0, 1}, {1, 2});
  const Tensor queries = *Tensor::Dense(Buffer<float>{1, 2}, {1, 2});
  const auto invalid = [&](const absl::Status& status, const char* part) {
    EXPECT_THAT(status, FailsWith(absl::StatusCode::kInvalidArgument, part));
  };
  invalid(AttentionBag(table, ids, ids).status(),
          "queries must be float32: int64");
  invalid(
      AttentionBag(table, ids, Tensor::Vector(Buffer<float>{1, 2})).status(),
      "queries must have the shape of the result");
  invalid(AttentionBag(table, ids, queries, {.scale = INFINITY}).status(),
          "scale must be finite: inf");
  invalid(AttentionBag(table, ids, queries, {.max_norm = -1.0f}).status(),
          "max_norm");
  invalid(AttentionBag(table, ids, queries, Tensor::Vector(Buffer<float>{1}))
              .status(),
          "weights must have the shape of the ids");
}

}  // namespace
}  // namespace rowsplit
