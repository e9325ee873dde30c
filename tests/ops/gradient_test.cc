#include "rowsplit/ops/gradient.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ops/reduce_axes.h"
#include "rowsplit/ops/softmax.h"
#include "rowsplit/ops/to_dense.h"
#include "rowsplit/ragged/row_partition.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

// The plain model of a ragged tensor: an item under each index path, in the
// order of the flat values.
using Path = std::vector<int64_t>;
using Model = std::map<Path, double>;

void AddPaths(const Tensor& tensor, int axis, int64_t node, Path& path,
              std::vector<Path>& paths) {
  if (axis == tensor.rank()) return paths.push_back(path);
  int64_t begin = 0;
  int64_t size = 0;
  if (axis == 0) {
    size = tensor.num_rows();
  } else if (axis <= tensor.ragged_rank()) {
    begin = tensor.partition(axis - 1).row_splits()[node];
    size = tensor.partition(axis - 1).row_length(node);
  } else {
    size = tensor.flat_shape()[axis - tensor.ragged_rank()];
  }
  for (int64_t i = 0; i < size; ++i) {
    path.push_back(i);
    AddPaths(tensor, axis + 1, begin + i, path, paths);
    path.pop_back();
  }
}

std::vector<Path> PathsOf(const Tensor& tensor) {
  std::vector<Path> paths;
  Path path;
  AddPaths(tensor, 0, 0, path, paths);
  return paths;
}

Model ModelOf(const Tensor& tensor) {
  Model model;
  const std::vector<Path> paths = PathsOf(tensor);
  for (size_t i = 0; i < paths.size(); ++i)
    model[paths[i]] = tensor.items<double>()[i];
  return model;
}

std::vector<double> ItemsOf(const Model& model) {
  std::vector<double> items;
  for (const auto& [path, value] : model) items.push_back(value);
  return items;
}

Tensor VectorOf(const std::vector<double>& values) {
  return Tensor::Vector(Buffer<double>::Copy(values));
}

Tensor WithItems(const Tensor& shape, const std::vector<double>& items) {
  return Tensor::FromPartitionsUnchecked(
      {shape.partitions().begin(), shape.partitions().end()},
      *Tensor::Dense(Buffer<double>::Copy(items), shape.flat_shape()));
}

// Distinct, so that a small step does not change which is the greatest.
std::vector<double> AnyItems(testing::Random& random, int64_t size) {
  std::vector<double> items;
  for (int64_t i = 0; i < size; ++i)
    items.push_back((static_cast<double>(i) - 3.0) / 8);
  std::shuffle(items.begin(), items.end(), random);
  return items;
}

// Ragged ranks 0 to 3, with and without inner dimensions.
std::vector<Tensor> Inputs() {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<Tensor> inputs;
  const auto add = [&](std::vector<RowPartition> partitions,
                       const std::vector<int64_t>& shape) {
    int64_t size = 1;
    for (const int64_t dimension : shape) size *= dimension;
    inputs.push_back(*Tensor::FromPartitions(
        std::move(partitions),
        *Tensor::Dense(Buffer<double>::Copy(AnyItems(random, size)), shape)));
  };
  add({}, {});
  add({}, {5});
  add({}, {2, 3, 2});
  add({}, {0, 3});
  for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
    if (shape.ragged_rank() > 3) continue;
    for (const std::vector<int64_t>& inner :
         {std::vector<int64_t>{}, {2}, {2, 2}}) {
      std::vector<int64_t> flat_shape = {shape.num_values()};
      flat_shape.insert(flat_shape.end(), inner.begin(), inner.end());
      add({shape.partitions().begin(), shape.partitions().end()}, flat_shape);
    }
  }
  return inputs;
}

// Items of the result of an op of one input.
using Forward = std::function<std::vector<double>(const Tensor& input)>;

// The derivative of sum(upstream * forward(input)) by central differences.
void ExpectGradient(const Forward& forward, const Tensor& input,
                    const std::vector<double>& upstream,
                    const absl::StatusOr<Tensor>& gradient) {
  ASSERT_TRUE(gradient.ok()) << gradient.status();
  ASSERT_EQ(gradient->flat_shape(), input.flat_shape());
  ASSERT_TRUE(std::ranges::equal(gradient->partitions(), input.partitions()));
  constexpr double kStep = 1e-5;
  // Rounding grows with what is summed.
  double tolerance = 1e-7;
  for (const double item : upstream) tolerance += 1e-10 * std::abs(item * item);
  std::vector<double> items(input.items<double>().begin(),
                            input.items<double>().end());
  const auto value_at = [&](size_t i, double item) {
    const double kept = std::exchange(items[i], item);
    const std::vector<double> result = forward(WithItems(input, items));
    items[i] = kept;
    double sum = 0;
    EXPECT_EQ(result.size(), upstream.size());
    for (size_t j = 0; j < result.size(); ++j) sum += upstream[j] * result[j];
    return sum;
  };
  for (size_t i = 0; i < items.size(); ++i) {
    const double expected =
        (value_at(i, items[i] + kStep) - value_at(i, items[i] - kStep)) /
        (2 * kStep);
    EXPECT_NEAR(gradient->items<double>()[i], expected, tolerance)
        << "item " << i;
  }
}

using Fold = double (*)(const std::vector<double>&);

double Sum(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}
double Mean(const std::vector<double>& values) {
  return Sum(values) / static_cast<double>(values.size());
}
double Max(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}
double LogSumExp(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::exp(value);
  return std::log(sum);
}

Path DropAxes(const Path& path, const std::vector<int>& axes) {
  Path kept;
  for (int axis = 0; axis < static_cast<int>(path.size()); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end())
      kept.push_back(path[axis]);
  }
  return kept;
}

// Paths of all items that meet, and of targets that get none: an empty row's.
std::map<Path, std::vector<double>> Groups(const Tensor& input,
                                           const std::vector<int>& axes) {
  std::map<Path, std::vector<double>> groups;
  for (const auto& [path, value] : ModelOf(input))
    groups[DropAxes(path, axes)].push_back(value);
  return groups;
}

// Whether every row that is reduced has values; the model knows no others.
bool IsFull(const Tensor& input, const std::vector<int>& axes) {
  const auto sum = SumGradient(input, VectorOf({}), {.axes = axes});
  const std::string wanted =
      "expected " + std::to_string(Groups(input, axes).size()) + ",";
  return sum.ok() || sum.status().message().find(wanted) != std::string::npos;
}

void ExpectReduceGradient(Fold fold, absl::StatusOr<Tensor> (*gradient)(
                                         const Tensor&, const Tensor&,
                                         const ReduceGradientOptions&)) {
  ROWSPLIT_SEEDED_RANDOM(random);
  int num_checked = 0;
  for (const Tensor& input : Inputs()) {
    for (int mask = 0; mask < 1 << input.rank(); ++mask) {
      std::vector<int> axes;
      for (int axis = 0; axis < input.rank(); ++axis) {
        if ((mask >> axis & 1) != 0) axes.push_back(axis);
      }
      if (!IsFull(input, axes)) continue;
      const Forward forward = [&](const Tensor& at) {
        std::vector<double> result;
        for (const auto& [path, values] : Groups(at, axes))
          result.push_back(fold(values));
        return result;
      };
      const auto size = static_cast<int64_t>(forward(input).size());
      const std::vector<double> upstream = AnyItems(random, size);
      ExpectGradient(forward, input, upstream,
                     gradient(input, VectorOf(upstream), {.axes = axes}));
      ++num_checked;
    }
  }
  EXPECT_GT(num_checked, 40);
}

TEST(SumGradient, EqualsCentralDifferences) {
  ExpectReduceGradient(Sum, SumGradient);
}
TEST(MeanGradient, EqualsCentralDifferences) {
  ExpectReduceGradient(Mean, MeanGradient);
}
TEST(MaxGradient, EqualsCentralDifferences) {
  ExpectReduceGradient(Max, MaxGradient);
}
TEST(LogSumExpGradient, EqualsCentralDifferences) {
  ExpectReduceGradient(LogSumExp, LogSumExpGradient);
}

TEST(SoftmaxGradient, EqualsCentralDifferences) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& input : Inputs()) {
    for (int axis = -input.rank(); axis < input.rank(); ++axis) {
      const std::vector<int> axes = {axis < 0 ? axis + input.rank() : axis};
      const Forward softmax = [&](const Tensor& at) {
        const auto groups = Groups(at, axes);
        Model result = ModelOf(at);
        for (auto& [path, value] : result)
          value = std::exp(value - LogSumExp(groups.at(DropAxes(path, axes))));
        return ItemsOf(result);
      };
      const std::vector<double> upstream = AnyItems(random, input.num_items());
      ExpectGradient(softmax, input, upstream,
                     SoftmaxGradient(WithItems(input, softmax(input)),
                                     WithItems(input, upstream), axis));
    }
  }
}

// Of the library's own ops, where the plain models above may be wrong together
// with the gradient.
std::vector<double> ItemsOf(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  if (!tensor.ok()) return {};
  return {tensor->items<double>().begin(), tensor->items<double>().end()};
}

TEST(Gradient, IsThatOfReduce) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::pair<ReduceOp, decltype(&SumGradient)> ops[] = {
      {ReduceOp::kSum, SumGradient},
      {ReduceOp::kMean, MeanGradient},
      {ReduceOp::kMax, MaxGradient},
      {ReduceOp::kLogSumExp, LogSumExpGradient}};
  for (const Tensor& input : Inputs()) {
    for (int mask = 1; mask < 1 << input.rank(); ++mask) {
      std::vector<int> axes;
      for (int axis = 0; axis < input.rank(); ++axis) {
        if ((mask >> axis & 1) != 0) axes.push_back(axis);
      }
      if (!IsFull(input, axes)) continue;
      for (const auto& [op, gradient] : ops) {
        const Forward reduce = [&, op = op](const Tensor& at) {
          return ItemsOf(Reduce(at, op, {.axes = axes}));
        };
        const auto size = static_cast<int64_t>(reduce(input).size());
        const std::vector<double> upstream = AnyItems(random, size);
        ExpectGradient(reduce, input, upstream,
                       gradient(input, VectorOf(upstream), {.axes = axes}));
      }
    }
  }
}

TEST(Gradient, IsThatOfSoftmaxConcatAndToDense) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& input : Inputs()) {
    if (input.rank() == 0 || input.num_items() == 0) continue;
    const std::vector<double> upstream = AnyItems(random, input.num_items());
    const auto weights = Softmax(input);
    ASSERT_TRUE(weights.ok()) << weights.status();
    ExpectGradient([](const Tensor& at) { return ItemsOf(Softmax(at)); }, input,
                   upstream, SoftmaxGradient(*weights, VectorOf(upstream)));
    for (int axis = 0; axis < input.rank(); ++axis) {
      const Forward twice = [&](const Tensor& at) {
        return ItemsOf(Concat(std::vector<Tensor>{at, input}, axis));
      };
      const auto both = AnyItems(random, 2 * input.num_items());
      const auto gradients = ConcatGradient(std::vector<Tensor>{input, input},
                                            axis, VectorOf(both));
      ASSERT_TRUE(gradients.ok()) << gradients.status();
      ExpectGradient(twice, input, both, gradients->front());
    }
    const auto dense = ToDense(input);
    ASSERT_TRUE(dense.ok()) << dense.status();
    const auto padded = AnyItems(random, dense->num_items());
    ExpectGradient([](const Tensor& at) { return ItemsOf(ToDense(at)); }, input,
                   padded, ToDenseGradient(input, WithItems(*dense, padded)));
  }
}

TEST(GatherGradient, EqualsCentralDifferences) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& input : Inputs()) {
    if (input.rank() == 0 || input.num_rows() == 0) continue;
    BufferBuilder<int64_t> indices;
    for (int i = 0; i < 7; ++i) {
      indices.Append(
          static_cast<int64_t>(testing::Below(random, input.num_rows())));
    }
    const Tensor rows = Tensor::Vector(std::move(indices).Build());
    const Forward gather = [&](const Tensor& at) {
      std::vector<double> result;
      for (const int64_t row : rows.items<int64_t>()) {
        for (const auto& [path, value] : ModelOf(at)) {
          if (path[0] == row) result.push_back(value);
        }
      }
      return result;
    };
    const auto size = static_cast<int64_t>(gather(input).size());
    const std::vector<double> upstream = AnyItems(random, size);
    ExpectGradient(gather, input, upstream,
                   GatherGradient(input, rows, VectorOf(upstream)));
  }
}

TEST(ConcatGradient, EqualsCentralDifferences) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& input : Inputs()) {
    for (int axis = 0; axis < input.rank(); ++axis) {
      // The input beside a copy of itself: along the axis the copy's items come
      // after the input's, under one path up to the axis.
      const Tensor other =
          WithItems(input, AnyItems(random, input.num_items()));
      const auto concat = [&](const Tensor& left, const Tensor& right) {
        Model result;
        for (const auto& [path, value] : ModelOf(left)) result[path] = value;
        for (const auto& [path, value] : ModelOf(right)) {
          Path behind = path;
          behind[axis] += 1000;
          result[behind] = value;
        }
        return ItemsOf(result);
      };
      const std::vector<double> upstream =
          AnyItems(random, 2 * input.num_items());
      const auto gradients = ConcatGradient(std::vector<Tensor>{input, other},
                                            axis, VectorOf(upstream));
      ASSERT_TRUE(gradients.ok()) << gradients.status();
      ExpectGradient([&](const Tensor& at) { return concat(at, other); }, input,
                     upstream, (*gradients)[0]);
      ExpectGradient([&](const Tensor& at) { return concat(input, at); }, other,
                     upstream, (*gradients)[1]);
    }
  }
}

TEST(ConcatGradient, TakesInputsOfOtherSizes) {
  const Tensor none = *Tensor::Dense(Buffer<double>(), {2, 0});
  const Tensor some = *Tensor::Dense(Buffer<double>{0, 0, 0, 0}, {2, 2});
  const Tensor rows = *Tensor::FromRowSplits(VectorOf({0, 0, 0}), {0, 3, 3});
  const auto gradients = ConcatGradient(std::vector<Tensor>{none, some, rows},
                                        1, VectorOf({1, 2, 3, 4, 5, 6, 7}));
  ASSERT_TRUE(gradients.ok()) << gradients.status();
  EXPECT_EQ((*gradients)[0], none);
  EXPECT_EQ((*gradients)[1],
            *Tensor::Dense(Buffer<double>{1, 2, 6, 7}, {2, 2}));
  EXPECT_EQ((*gradients)[2],
            *Tensor::FromRowSplits(VectorOf({3, 4, 5}), {0, 3, 3}));
}

TEST(ToDenseGradient, EqualsCentralDifferences) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& input : Inputs()) {
    if (!input.is_ragged()) continue;
    for (const int64_t size : {0, 1, 2, 5}) {
      std::vector<int64_t> shape(input.ragged_rank() + 1, size);
      for (const int64_t inner : input.inner_shape()) shape.push_back(inner);
      size_t num_items = 1;
      for (const int64_t dimension : shape) num_items *= dimension;
      const Tensor zeros = *Tensor::Dense(
          Buffer<double>::Copy(std::vector<double>(num_items)), shape);
      const Forward to_dense = [&](const Tensor& at) {
        Model result = ModelOf(zeros);
        for (const auto& [path, value] : ModelOf(at)) {
          if (result.contains(path)) result[path] = value;
        }
        return ItemsOf(result);
      };
      const std::vector<double> upstream = AnyItems(random, zeros.num_items());
      ExpectGradient(to_dense, input, upstream,
                     ToDenseGradient(input, WithItems(zeros, upstream)));
    }
  }
}

TEST(MaxGradient, SharesAmongEqualsAndLeavesNanOut) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor input = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, 5, 5, nan, 2, nan, -inf}),
      {0, 3, 3, 5, 6, 7});
  EXPECT_EQ(*MaxGradient(input, Tensor::Vector(Buffer<float>{8, 1, 2, 3, 4}),
                         {.axes = {{1}}}),
            *input.WithFlatValues(
                Tensor::Vector(Buffer<float>{0, 4, 4, 0, 2, 0, 4})));
}

TEST(Gradient, TakesFloatAndEmptyRows) {
  const Tensor input = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, 2, 3}), {0, 2, 2, 3});
  const Tensor upstream = Tensor::Vector(Buffer<float>{10, 20, 30});
  EXPECT_EQ(*SumGradient(input, upstream, {.axes = {{-1}}}),
            *input.WithFlatValues(Tensor::Vector(Buffer<float>{10, 10, 30})));
  EXPECT_EQ(*MeanGradient(input, upstream, {.axes = {{1}}}),
            *input.WithFlatValues(Tensor::Vector(Buffer<float>{5, 5, 30})));
  EXPECT_EQ(*SumGradient(input, Tensor::Scalar(4.0f)),
            *input.WithFlatValues(Tensor::Vector(Buffer<float>{4, 4, 4})));
}

TEST(Gradient, NamesWhatIsWrong) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const Tensor floats = Tensor::Vector(Buffer<float>{1, 2});
  const Tensor doubles = VectorOf({1, 2});
  const Tensor ints = Tensor::Vector(Buffer<int32_t>{1, 2});
  const Tensor bad = Tensor::Vector(Buffer<int32_t>{0, 2});
  EXPECT_THAT(SumGradient(ints, ints), FailsWith(kInvalid, "int32"));
  EXPECT_THAT(MeanGradient(floats, doubles),
              FailsWith(kInvalid, "expected float32, got float64"));
  EXPECT_THAT(MaxGradient(floats, floats),
              FailsWith(kInvalid, "expected 1, got 2"));
  EXPECT_THAT(SumGradient(floats, floats, {.axes = {{1}}}),
              FailsWith(kInvalid, "axis must be in [-1, 1): 1"));
  EXPECT_THAT(SoftmaxGradient(floats, floats, -2),
              FailsWith(kInvalid, "[-1, 1): -2"));
  EXPECT_THAT(GatherGradient(floats, bad, floats),
              FailsWith(absl::StatusCode::kOutOfRange, "indices[1]=2"));
  EXPECT_THAT(GatherGradient(floats, floats, floats),
              FailsWith(kInvalid, "int32 or int64: float32"));
  EXPECT_THAT(GatherGradient(floats, Tensor::Scalar(int32_t{1}), floats),
              FailsWith(kInvalid, "expected 1, got 2"));
  EXPECT_THAT(ConcatGradient({}, 0, floats), FailsWith(kInvalid, "empty"));
  EXPECT_THAT(ConcatGradient(std::vector<Tensor>{floats, doubles}, 0, floats),
              FailsWith(kInvalid, "expected float64, got float32"));
  const Tensor wide = *Tensor::Dense(Buffer<float>{1, 2}, {1, 2});
  const Tensor tall = *Tensor::Dense(Buffer<float>{1, 2}, {2, 1});
  EXPECT_THAT(ConcatGradient(std::vector<Tensor>{floats, wide}, 0, floats),
              FailsWith(kInvalid, "one rank"));
  EXPECT_THAT(ConcatGradient(std::vector<Tensor>{wide, tall}, 1, floats),
              FailsWith(kInvalid, "input 0 has 1, input 1 has 2"));
  EXPECT_THAT(ToDenseGradient(floats, wide),
              FailsWith(kInvalid, "expected rank 1, got 2"));
}

TEST(Gradient, TakesHugeShapesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 58;
  const Tensor hollow = *Tensor::Dense(Buffer<float>(), {kHuge, 3, 0});
  EXPECT_EQ(*SumGradient(hollow, Tensor(), {.axes = {{2}}}), hollow);
  EXPECT_EQ(*SoftmaxGradient(hollow, hollow, 1), hollow);
  EXPECT_EQ(
      ConcatGradient(std::vector<Tensor>{hollow, hollow}, 1, Tensor())->front(),
      hollow);
  EXPECT_EQ(ConcatGradient(std::vector<Tensor>{hollow}, 2, Tensor())->front(),
            hollow);
}

TEST(Gradient, FailsWhereTheTargetsOfEmptyRowsDoNotFit) {
  constexpr int64_t kHuge = int64_t{1} << 59;
  const Tensor rows =
      *Tensor::FromPartition(*RowPartition::FromUniformRowLength(0, 64),
                             *Tensor::Dense(Buffer<float>(), {0, kHuge}));
  EXPECT_EQ(SumGradient(rows, Tensor(), {.axes = {{1}}}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace rowsplit
