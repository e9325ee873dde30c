#include "rowsplit/ops/broadcast.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ops/broadcast_plan.h"
#include "rowsplit/ops/elementwise.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor Ints(std::vector<int64_t> values, std::vector<int64_t> shape) {
  return *Tensor::Dense(Buffer<int64_t>::Copy(values), std::move(shape));
}

Tensor Column() { return Ints({1, 2, 3}, {3, 1}); }

Tensor Like() {
  return *Tensor::FromRowSplits(Ints({0, 0, 0, 0, 0}, {5}), {0, 2, 2, 5});
}

TEST(BroadcastTo, RepeatsAColumnAlongRaggedRows) {
  const auto result = BroadcastTo(Column(), Like());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->items<int64_t>(), ElementsAre(1, 1, 3, 3, 3));
  EXPECT_EQ(result->partition(0), Like().partition(0));
}

TEST(BroadcastTo, RepeatsScalarsOfEveryDtype) {
  const auto sevens = BroadcastTo(Tensor::Scalar<int64_t>(7), Like());
  ASSERT_TRUE(sevens.ok()) << sevens.status();
  EXPECT_THAT(sevens->items<int64_t>(), ElementsAre(7, 7, 7, 7, 7));
  const auto words =
      BroadcastTo(Tensor::Scalar(std::string_view("ab")), Like());
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_EQ(words->strings()[4], "ab");
  for (const DType dtype : {DType::kBool, DType::kInt16, DType::kFloat16,
                            DType::kFloat32, DType::kFloat64, DType::kUInt8}) {
    const Tensor one = *Cast(Tensor::Scalar(true), dtype);
    EXPECT_EQ(*BroadcastTo(one, Like()), *Cast(*OnesLike(Like()), dtype));
  }
}

TEST(BroadcastTo, RepeatsInnerAxes) {
  const auto result = BroadcastTo(Ints({1, 2}, {2, 1}), Ints({}, {3, 2, 0}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->flat_shape(), ElementsAre(3, 2, 0));
  const auto table = BroadcastTo(Ints({1, 2}, {2, 1}),
                                 Ints(std::vector<int64_t>(12), {2, 2, 3}));
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(table->items<int64_t>(),
              ElementsAre(1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2));
}

TEST(BroadcastTo, RefusesWhatDoesNotFit) {
  const auto status = BroadcastTo(Ints({1, 2, 3}, {3}), Like()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("axis 1 has the uniform size 3"));
  EXPECT_THAT(BroadcastTo(Like(), Column()).status().message(),
              HasSubstr("axis 1"));
  EXPECT_THAT(BroadcastTo(Column(), Ints({1, 2}, {2})).status().message(),
              HasSubstr("rank must not shrink"));
  EXPECT_THAT(BroadcastTo(Ints({1, 2}, {2}), Ints({1}, {1})).status().message(),
              HasSubstr("axis 0 has size 2"));
  const Tensor other =
      *Tensor::FromRowSplits(Ints({0, 0, 0, 0, 0}, {5}), {0, 2, 3, 5});
  EXPECT_THAT(BroadcastTo(Like(), other).status().message(),
              HasSubstr("row 1 of axis 1 has 0 values in one and 1"));
}

TEST(BroadcastTo, TakesADenseShape) {
  const std::vector<int64_t> shape = {3, 2};
  EXPECT_EQ(*BroadcastTo(Column(), shape), Ints({1, 1, 2, 2, 3, 3}, {3, 2}));
  const std::vector<int64_t> negative = {3, -2};
  EXPECT_THAT(BroadcastTo(Column(), negative).status().message(),
              HasSubstr("shape[1]=-2"));
  const std::vector<int64_t> huge = {int64_t{1} << 40, int64_t{1} << 40};
  EXPECT_EQ(BroadcastTo(Tensor::Scalar(1), huge).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(BroadcastTo, TakesUniformSizesThatRaggedRowsHave) {
  const Tensor like =
      *Tensor::FromRowSplits(Ints({0, 0, 0, 0, 0, 0}, {6}), {0, 3, 6});
  const auto result = BroadcastTo(Ints({1, 2, 3}, {3}), like);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->items<int64_t>(), ElementsAre(1, 2, 3, 1, 2, 3));
}

TEST(PlanBroadcast, RefusesSizesAbove64Bits) {
  const int64_t huge = int64_t{1} << 59;
  // No item, but 2^118 rows.
  const auto plan = internal::PlanBroadcast("add", Ints({}, {huge, 0}),
                                            Ints({}, {huge, 1, 0}));
  EXPECT_EQ(plan.status().code(), absl::StatusCode::kResourceExhausted);
  const Tensor one_row = *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(huge, 1), Ints({}, {huge, 0}));
  const auto ragged =
      internal::PlanBroadcast("add", one_row, Ints({}, {32, 1, 0}));
  EXPECT_EQ(ragged.status().code(), absl::StatusCode::kResourceExhausted);
}

// What follows is a plain model of the rules, on nested lists.
struct ModelAxis {
  bool ragged = false;
  int64_t size = 0;              // of a uniform axis
  std::vector<int64_t> lengths;  // of the rows
};
struct Model {
  std::vector<ModelAxis> axes;  // the outermost has one row
  int64_t num_items = 1;
};

Model ModelOf(const Tensor& tensor, int rank) {
  Model model;
  int64_t rows = 1;
  const auto add = [&](int64_t size) {
    model.axes.push_back(
        {false, size, std::vector<int64_t>(static_cast<size_t>(rows), size)});
    rows *= size;
  };
  for (int axis = tensor.rank(); axis < rank; ++axis) add(1);
  if (tensor.rank() > 0) add(tensor.num_rows());
  for (const RowPartition& partition : tensor.partitions()) {
    const Buffer<int64_t> lengths = partition.MakeRowLengths();
    model.axes.push_back({true, 0, {lengths.begin(), lengths.end()}});
    rows = partition.num_values();
  }
  for (int axis = 1; axis < static_cast<int>(tensor.flat_shape().size());
       ++axis)
    add(tensor.flat_shape()[axis]);
  model.num_items = rows;
  return model;
}

// The pairs of items, and whether the rules hold.
class ModelBroadcast {
 public:
  ModelBroadcast(Model x, Model y) : x_(std::move(x)), y_(std::move(y)) {
    for (size_t axis = 0; axis < x_.axes.size(); ++axis) {
      const ModelAxis& a = x_.axes[axis];
      const ModelAxis& b = y_.axes[axis];
      if (!a.ragged && !b.ragged && a.size != b.size && a.size != 1 &&
          b.size != 1)
        ok = false;
    }
    if (ok) Visit(0, 0, 0, false, false);
  }
  bool ok = true;
  std::vector<std::pair<int64_t, int64_t>> pairs;

 private:
  void Visit(size_t axis, int64_t x, int64_t y, bool x_stretched,
             bool y_stretched) {
    if (axis == x_.axes.size()) {
      pairs.emplace_back(x, y);
      return;
    }
    const ModelAxis& a = x_.axes[axis];
    const ModelAxis& b = y_.axes[axis];
    const int64_t x_length = a.lengths[static_cast<size_t>(x)];
    const int64_t y_length = b.lengths[static_cast<size_t>(y)];
    const bool x_one = !a.ragged && a.size == 1 && (b.ragged || b.size != 1);
    const bool y_one = !b.ragged && b.size == 1 && (a.ragged || a.size != 1);
    if (!x_one && !y_one && x_length != y_length) ok = false;
    if (b.ragged && !a.ragged && !x_one && x_stretched) ok = false;
    if (a.ragged && !b.ragged && !y_one && y_stretched) ok = false;
    if (!ok) return;
    const int64_t x_first = Before(a, x);
    const int64_t y_first = Before(b, y);
    const int64_t length = x_one ? y_length : x_length;
    const bool x_stretch = x_stretched || (x_one && !AllOnes(b));
    const bool y_stretch = y_stretched || (y_one && !AllOnes(a));
    for (int64_t i = 0; i < length; ++i) {
      Visit(axis + 1, x_first + (x_one ? 0 : i), y_first + (y_one ? 0 : i),
            x_stretch, y_stretch);
    }
  }
  static int64_t Before(const ModelAxis& axis, int64_t row) {
    int64_t sum = 0;
    for (int64_t i = 0; i < row; ++i) sum += axis.lengths[i];
    return sum;
  }
  static bool AllOnes(const ModelAxis& axis) {
    return std::all_of(axis.lengths.begin(), axis.lengths.end(),
                       [](int64_t length) { return length == 1; });
  }
  Model x_, y_;
};

// A tensor of the axes given: a size, or nothing for random ragged rows.
using Sizes = std::vector<std::optional<int64_t>>;
Tensor Make(testing::Random& random, const Sizes& sizes,
            std::vector<RowPartition>& rows_of_axis) {
  size_t partitions = 0;
  for (size_t axis = 0; axis < sizes.size(); ++axis)
    if (!sizes[axis].has_value()) partitions = axis;
  std::vector<RowPartition> parts;
  int64_t rows = sizes.empty() ? 1 : *sizes[0];
  for (size_t axis = 1; axis <= partitions; ++axis) {
    std::vector<int64_t> lengths;
    for (int64_t row = 0; row < rows; ++row) {
      lengths.push_back(sizes[axis].has_value()
                            ? *sizes[axis]
                            : static_cast<int64_t>(testing::Below(random, 4)));
    }
    RowPartition partition = *RowPartition::FromRowLengths(lengths);
    // The same rows as another tensor's of so many rows, most of the time.
    if (!sizes[axis].has_value() && rows_of_axis[axis].num_rows() == rows &&
        testing::Below(random, 8) != 0)
      partition = rows_of_axis[axis];
    rows_of_axis[axis] = partition;
    rows = partition.num_values();
    parts.push_back(std::move(partition));
  }
  std::vector<int64_t> shape;
  int64_t items = rows;
  if (!sizes.empty()) shape.push_back(rows);
  for (size_t axis = partitions + 1; axis < sizes.size(); ++axis) {
    shape.push_back(*sizes[axis]);
    items *= *sizes[axis];
  }
  std::vector<int64_t> values(static_cast<size_t>(items));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<int64_t>(i);
  return Tensor::FromPartitionsUnchecked(std::move(parts),
                                         Ints(std::move(values), shape));
}

// The same axes, some of them 1, some left out in front, some other ones.
Sizes Vary(testing::Random& random, Sizes sizes) {
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    const uint64_t choice = testing::Below(random, 12);
    if (choice < 4) sizes[axis] = 1;
    if (choice == 4) sizes[axis] = testing::Below(random, 4);
    if (choice == 5 && axis > 0) sizes[axis] = std::nullopt;
  }
  if (testing::Below(random, 3) == 0 && !sizes.empty()) {
    sizes.erase(sizes.begin(),
                sizes.begin() + testing::Below(random, sizes.size()) + 1);
    if (!sizes.empty() && !sizes[0].has_value()) sizes[0] = 1;
  }
  return sizes;
}

TEST(PlanBroadcast, AgreesWithTheModel) {
  ROWSPLIT_SEEDED_RANDOM(random);
  int num_ok = 0;
  for (int round = 0; round < 6'000; ++round) {
    Sizes base = {testing::Below(random, 4)};
    while (testing::Below(random, 4) != 0 && base.size() < 5) {
      if (testing::Below(random, 2) == 0)
        base.emplace_back(testing::Below(random, 4));
      else
        base.emplace_back(std::nullopt);
    }
    std::vector<RowPartition> rows(6);
    const Tensor x = Make(random, Vary(random, base), rows);
    const Tensor y = Make(random, Vary(random, base), rows);
    const int rank = std::max(x.rank(), y.rank());
    const ModelBroadcast model(ModelOf(x, rank), ModelOf(y, rank));
    const auto scaled =
        Binary(BinaryOp::kMultiply, x, Tensor::Scalar<int64_t>(100'000));
    ASSERT_TRUE(scaled.ok());
    const auto result = Binary(BinaryOp::kAdd, *scaled, y);
    // Lists without items don't show the sizes that they might have had.
    if (model.pairs.empty() && !result.ok()) continue;
    ASSERT_EQ(result.ok(), model.ok)
        << result.status() << "\n"
        << ::testing::PrintToString(x.flat_shape())
        << ::testing::PrintToString(y.flat_shape()) << x.ragged_rank() << " "
        << y.ragged_rank();
    if (!model.ok) continue;
    ++num_ok;
    std::vector<int64_t> expected;
    for (const auto& [a, b] : model.pairs) expected.push_back(a * 100'000 + b);
    ASSERT_EQ(std::vector(result->items<int64_t>().begin(),
                          result->items<int64_t>().end()),
              expected);
    // Both operands stretched to the result's shape add up to it.
    const auto full_x = BroadcastTo(*scaled, *result);
    const auto full_y = BroadcastTo(y, *result);
    ASSERT_TRUE(full_x.ok() && full_y.ok())
        << full_x.status() << full_y.status();
    ASSERT_EQ(*Binary(BinaryOp::kAdd, *full_x, *full_y), *result);
  }
  EXPECT_GT(num_ok, 1'000);
}

TEST(BroadcastTo, TakesStringsToAShapeWithoutItems) {
  const Tensor like = *Tensor::Dense(Buffer<float>(), {2, 0});
  const auto result = BroadcastTo(Tensor::Scalar(std::string_view("a")), like);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->num_items(), 0);
}

TEST(BroadcastTo, NeedsNoMemoryForInnerAxesWithoutRows) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor input = *Tensor::Dense(Buffer<float>(), {0, 2, 1});
  EXPECT_EQ(*BroadcastTo(input, std::vector<int64_t>{0, 2, kHuge}),
            *Tensor::Dense(Buffer<float>(), {0, 2, kHuge}));
}

}  // namespace
}  // namespace rowsplit
