#include "rowsplit/text/reduce_join.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/nested_list.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::ListOf;
using ::rowsplit::testing::NestedList;
using ::rowsplit::testing::StringsAre;
using ::rowsplit::testing::ToNested;
using ::testing::ElementsAre;

Tensor Dense(std::vector<std::string_view> strings,
             std::vector<int64_t> shape) {
  return *Tensor::Dense(StringTensor::FromStrings(strings), std::move(shape));
}

Tensor Vector(std::vector<std::string_view> strings) {
  return Tensor::Vector(StringTensor::FromStrings(strings));
}

Tensor Ragged(std::vector<std::string_view> strings,
              std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Vector(std::move(strings)), splits);
}

Tensor Join(const Tensor& tensor, std::optional<std::vector<int>> axes,
            bool keepdims = false) {
  return *ReduceJoin(
      tensor,
      {.axes = std::move(axes), .keepdims = keepdims, .separator = ","});
}

NestedList Item(std::string item) { return {true, std::move(item), {}}; }

TEST(ReduceJoin, JoinsDenseAxesTheFirstOneFastest) {
  const Tensor cube =
      Dense({"a", "b", "c", "d", "e", "f", "g", "h"}, {2, 2, 2});
  EXPECT_THAT(Join(cube, std::nullopt).strings(),
              StringsAre({"a,b,c,d,e,f,g,h"}));
  EXPECT_THAT(Join(cube, {{0, 1}}).strings(),
              StringsAre({"a,e,c,g", "b,f,d,h"}));
  EXPECT_THAT(Join(cube, {{1, 0}}).strings(),
              StringsAre({"a,c,e,g", "b,d,f,h"}));
  EXPECT_THAT(Join(cube, {{0, 2, 1}}).strings(),
              StringsAre({"a,e,b,f,c,g,d,h"}));
  EXPECT_THAT(Join(cube, {{-1, 0}}).strings(),
              StringsAre({"a,b,e,f", "c,d,g,h"}));
  EXPECT_EQ(Join(cube, std::vector<int>{}), cube);
  const Tensor kept = Join(cube, {{1}}, true);
  EXPECT_THAT(kept.flat_shape(), ElementsAre(2, 1, 2));
  EXPECT_THAT(kept.strings(), StringsAre({"a,c", "b,d", "e,g", "f,h"}));
}

TEST(ReduceJoin, JoinsNothingToNothing) {
  EXPECT_THAT(Join(Dense({}, {0, 3}), {{0}}).strings(),
              StringsAre({"", "", ""}));
  EXPECT_EQ(Join(Dense({}, {0, 3}), {{1}}).num_items(), 0);
  EXPECT_THAT(Join(Dense({}, {2, 0}), std::nullopt).strings(),
              StringsAre({""}));
  EXPECT_THAT(Join(Dense({"a"}, {}), std::nullopt).strings(),
              StringsAre({"a"}));
}

TEST(ReduceJoin, JoinsRaggedAxes) {
  const Tensor rows = Ragged({"a", "b", "c"}, {0, 2, 2, 3});
  EXPECT_THAT(Join(rows, std::nullopt).strings(), StringsAre({"a,b,c"}));
  EXPECT_THAT(Join(rows, {{1}}).strings(), StringsAre({"a,b", "", "c"}));
  EXPECT_THAT(Join(rows, {{0}}).strings(), StringsAre({"a,c", "b"}));
  // One axis after the other: an empty row is an empty string then.
  EXPECT_THAT(Join(rows, {{0, 1}}).strings(), StringsAre({"a,b,,c"}));
  EXPECT_EQ(Join(rows, std::vector<int>{}), rows);
  EXPECT_THAT(Join(rows, std::nullopt, true).flat_shape(), ElementsAre(1, 1));
  const Tensor deep =
      *Tensor::FromRowSplits(Ragged({"a", "b", "c"}, {0, 1, 3}), {0, 2, 2});
  EXPECT_EQ(ToNested(Join(deep, {{1}})),
            ListOf({ListOf({Item("a,b"), Item("c")}), ListOf({})}));
  EXPECT_THAT(Join(deep, {{0, 2}}).strings(), StringsAre({"a", "b,c"}));
  const Tensor inner = *Tensor::FromRowSplits(
      Dense({"a", "b", "c", "d", "e", "f"}, {3, 2}), {0, 2, 3});
  EXPECT_EQ(
      ToNested(Join(inner, {{2}})),
      ListOf({ListOf({Item("a,b"), Item("c,d")}), ListOf({Item("e,f")})}));
}

TEST(ReduceJoin, PutsNoSeparatorBeforeTheFirstStringOfARaggedRow) {
  const Tensor rows = Ragged({"", "a", "", "", "", "b", ""}, {0, 2, 5, 7});
  EXPECT_THAT(Join(rows, {{1}}).strings(), StringsAre({"a", "", "b,"}));
  EXPECT_THAT(Join(rows, {{0}}).strings(), StringsAre({"b", "a,,", ""}));
  EXPECT_THAT(Join(rows, std::nullopt).strings(), StringsAre({",a,,,,b,"}));
}

TEST(ReduceJoin, GivesTheSameOnAnyThreads) {
  StringTensorBuilder strings;
  BufferBuilder<Offset> splits;
  for (int64_t row = 0; row < 3000; ++row) {
    splits.Append(strings.size());
    for (int64_t i = 0; i < row % 90; ++i)
      strings.Append(std::string(static_cast<size_t>(i % 5), 'x'));
  }
  splits.Append(strings.size());
  const Tensor rows = *Tensor::FromRowSplits(
      Tensor::Vector(std::move(strings).Build()), splits.span());
  const ReduceJoinOptions options{.axes = {{1}}, .separator = "--"};
  ReduceJoinOptions threads = options;
  threads.exec.num_threads = 4;
  EXPECT_EQ(*ReduceJoin(rows, options), *ReduceJoin(rows, threads));
}

TEST(ReduceJoin, RefusesAxesThatAreNotThere) {
  const Tensor dense = Dense({"a"}, {1, 1});
  const Tensor ragged = Ragged({"a"}, {0, 1});
  EXPECT_THAT(ReduceJoin(dense, {.axes = {{2}}}),
              FailsWith(absl::StatusCode::kOutOfRange, "in [-2, 2), got 2"));
  EXPECT_THAT(ReduceJoin(dense, {.axes = {{0, -2}}}),
              FailsWith(absl::StatusCode::kInvalidArgument, "given twice"));
  EXPECT_THAT(ReduceJoin(ragged, {.axes = {{2}}}),
              FailsWith(absl::StatusCode::kInvalidArgument, "ReduceJoin"));
  EXPECT_THAT(ReduceJoin(ragged, {.axes = {{1, 1}}}),
              FailsWith(absl::StatusCode::kInvalidArgument, "given twice"));
  EXPECT_THAT(ReduceJoin(Tensor::Scalar(1)),
              FailsWith(absl::StatusCode::kInvalidArgument, "must be strings"));
}

TEST(UnsortedSegmentJoin, JoinsByIds) {
  const auto join = [](const Tensor& input, const Tensor& ids, int64_t number) {
    return *UnsortedSegmentJoin(input, ids, number, {.separator = ","});
  };
  EXPECT_THAT(
      join(Vector({"a", "b", "c"}), Tensor::Vector(Buffer<int32_t>{1, 0, 1}), 3)
          .strings(),
      StringsAre({"b", "a,c", ""}));
  EXPECT_THAT(join(Vector({"", "a", "", "b", ""}),
                   Tensor::Vector(Buffer<int64_t>{0, 0, 0, 0, 0}), 1)
                  .strings(),
              StringsAre({"a,,b,"}));
  const Tensor square = Dense({"a", "b", "c", "d"}, {2, 2});
  EXPECT_THAT(
      join(square, *Tensor::Dense(Buffer<int32_t>{0, 1, 1, 0}, {2, 2}), 2)
          .strings(),
      StringsAre({"a,d", "b,c"}));
  const Tensor rows = join(square, Tensor::Vector(Buffer<int32_t>{1, 1}), 2);
  EXPECT_THAT(rows.flat_shape(), ElementsAre(2, 2));
  EXPECT_THAT(rows.strings(), StringsAre({"", "", "a,c", "b,d"}));
  EXPECT_EQ(join(Vector({}), Tensor::Vector(Buffer<int32_t>{}), 0).num_items(),
            0);
}

TEST(UnsortedSegmentJoin, RefusesIdsThatDoNotFit) {
  const Tensor input = Vector({"a", "b"});
  const auto ids = [](std::initializer_list<int32_t> values) {
    return Tensor::Vector(Buffer<int32_t>(values));
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(UnsortedSegmentJoin(input, ids({0, 2}), 2),
              FailsWith(kInvalid, "in [0, 2): id 1 is 2"));
  EXPECT_THAT(UnsortedSegmentJoin(input, ids({-1, 0}), 2),
              FailsWith(kInvalid, "id 0 is -1"));
  EXPECT_THAT(UnsortedSegmentJoin(input, ids({0}), 2),
              FailsWith(kInvalid, "axis 0 has 1 ids and 2 strings"));
  EXPECT_THAT(UnsortedSegmentJoin(input, ids({0, 0}), -1),
              FailsWith(kInvalid, "must not be negative: -1"));
  EXPECT_THAT(UnsortedSegmentJoin(input, Tensor::Scalar(0), 2),
              FailsWith(kInvalid, "rank of 1 or more"));
  EXPECT_THAT(UnsortedSegmentJoin(
                  input, *Tensor::Dense(Buffer<int32_t>{0, 0}, {2, 1}), 2),
              FailsWith(absl::StatusCode::kOutOfRange, "2 and 1"));
  EXPECT_THAT(UnsortedSegmentJoin(Ragged({"a"}, {0, 1}), ids({0}), 1),
              FailsWith(kInvalid, "must be dense"));
  EXPECT_THAT(
      UnsortedSegmentJoin(input, Tensor::Vector(Buffer<float>{0, 0}), 2),
      FailsWith(kInvalid, "segment_ids"));
}

TEST(JoinElements, JoinsPlaceByPlace) {
  const std::vector<Tensor> inputs = {Vector({"a", "b"}), Dense({"-"}, {}),
                                      Vector({"c", ""})};
  EXPECT_THAT(JoinElements(inputs, "")->strings(), StringsAre({"a-c", "b-"}));
  EXPECT_THAT(JoinElements(inputs, "+")->strings(),
              StringsAre({"a+-+c", "b+-+"}));
  const Tensor none = *JoinElements({}, ",");
  EXPECT_EQ(none.rank(), 0);
  EXPECT_THAT(none.strings(), StringsAre({""}));
  const std::vector<Tensor> scalars = {Dense({"a"}, {}), Dense({"b"}, {})};
  EXPECT_EQ(JoinElements(scalars, ",")->rank(), 0);
  EXPECT_THAT(JoinElements(scalars, ",")->strings(), StringsAre({"a,b"}));
}

TEST(JoinElements, TakesRaggedTensorsOfOneShape) {
  const Tensor rows = Ragged({"a", "b"}, {0, 2, 2});
  const std::vector<Tensor> same = {rows, Dense({"-"}, {}), rows};
  const Tensor joined = *JoinElements(same, "");
  EXPECT_EQ(joined.partition(0), rows.partition(0));
  EXPECT_THAT(joined.strings(), StringsAre({"a-a", "b-b"}));
  const std::vector<Tensor> flat = {Vector({"x", "y"}), rows};
  EXPECT_EQ(JoinElements(flat, "")->partition(0), rows.partition(0));
  const std::vector<Tensor> other = {rows, Ragged({"a", "b"}, {0, 1, 2})};
  EXPECT_THAT(JoinElements(other, ""),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "tensor 1 has another one than tensor 0"));
}

TEST(JoinElements, RefusesOtherShapes) {
  const std::vector<Tensor> inputs = {Vector({"a", "b"}), Vector({"a"})};
  EXPECT_THAT(JoinElements(inputs, ""),
              FailsWith(absl::StatusCode::kInvalidArgument, "one shape"));
  const std::vector<Tensor> numbers = {Vector({"a"}), Tensor::Scalar(1)};
  EXPECT_THAT(JoinElements(numbers, ""),
              FailsWith(absl::StatusCode::kInvalidArgument, "must be strings"));
}

}  // namespace
}  // namespace rowsplit
