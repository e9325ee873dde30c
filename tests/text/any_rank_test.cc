#include "rowsplit/text/any_rank.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::ListOf;
using ::rowsplit::testing::NestedList;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToNested;

// Tensors of the strings "0", "00", "000" … in shapes of all kinds.
std::vector<Tensor> Shapes() {
  const auto dense = [](std::vector<int64_t> shape) {
    int64_t size = 1;
    for (const int64_t axis : shape) size *= axis;
    StringTensorBuilder builder;
    for (int64_t i = 0; i < size; ++i)
      builder.Append(std::string(static_cast<size_t>(i % 4), '0'));
    return *Tensor::Dense(std::move(builder).Build(), std::move(shape));
  };
  std::vector<Tensor> tensors = {
      dense({}),     dense({0}),       dense({3}),
      dense({2, 3}), dense({2, 0}),    dense({0, 3}),
      dense({1, 1}), dense({2, 2, 2}), dense({2, 0, 3})};
  tensors.push_back(*Tensor::FromRowSplits(dense({3}), {0, 2, 2, 3}));
  tensors.push_back(*Tensor::FromRowSplits(dense({0}), {0}));
  tensors.push_back(*Tensor::FromRowSplits(dense({3, 2}), {0, 2, 2, 3}));
  tensors.push_back(*Tensor::FromRowSplits(tensors[9], {0, 0, 1, 3}));
  return tensors;
}

// What `fn` makes of each item of nested lists.
template <typename Fn>
NestedList MapItems(const NestedList& nested, const Fn& fn) {
  if (nested.is_item) return fn(nested.item);
  NestedList mapped;
  for (const NestedList& child : nested.list)
    mapped.list.push_back(MapItems(child, fn));
  return mapped;
}

NestedList Item(std::string item) { return {true, std::move(item), {}}; }

TEST(MapStrings, KeepsTheShapeOfEachTensor) {
  for (const Tensor& strings : Shapes()) {
    const Tensor doubled = *MapStrings(strings, [](StringTensorView view) {
      StringTensorBuilder builder;
      for (int64_t i = 0; i < view.size(); ++i)
        builder.Append(std::string(view[i]) + std::string(view[i]));
      return absl::StatusOr<StringTensor>(std::move(builder).Build());
    });
    EXPECT_EQ(doubled.ragged_rank(), strings.ragged_rank());
    EXPECT_EQ(doubled.flat_shape(), strings.flat_shape());
    EXPECT_EQ(ToNested(doubled),
              MapItems(ToNested(strings), [](const std::string& item) {
                return Item(item + item);
              }));
  }
}

TEST(MapStrings, GivesNumbersToo) {
  const Tensor strings =
      *Tensor::FromRowSplits(Strings({"a", "bcd", ""}), {0, 2, 2, 3});
  const Tensor sizes = *MapStrings(strings, [](StringTensorView view) {
    BufferBuilder<int32_t> sizes;
    for (int64_t i = 0; i < view.size(); ++i)
      sizes.Append(static_cast<int32_t>(view[i].size()));
    return absl::StatusOr<Buffer<int32_t>>(std::move(sizes).Build());
  });
  EXPECT_EQ(*sizes.As<int32_t>(), *RaggedTensor<int32_t>::FromRowSplits(
                                      {1, 3, 0}, Buffer<Offset>{0, 2, 2, 3}));
}

// A row of the bytes of each string.
absl::StatusOr<RaggedStringTensor> SplitBytes(StringTensorView view) {
  BufferBuilder<Offset> splits;
  splits.Append(Offset{0});
  StringTensorBuilder bytes;
  for (int64_t i = 0; i < view.size(); ++i) {
    for (const char& byte : view[i]) bytes.Append({&byte, 1});
    splits.Append(bytes.size());
  }
  return RaggedStringTensor::FromFlatValues(
      RaggedShape(
          RowPartition::FromRowSplitsUnchecked(std::move(splits).Build())),
      std::move(bytes).Build());
}

TEST(SplitStrings, GivesOneMoreDimension) {
  for (const Tensor& strings : Shapes()) {
    const Tensor split = *SplitStrings(strings, SplitBytes);
    EXPECT_EQ(split.rank(), strings.rank() + 1);
    // All dimensions but the outermost are ragged then.
    EXPECT_EQ(split.ragged_rank(), strings.rank());
    EXPECT_EQ(ToNested(split),
              MapItems(ToNested(strings), [](const std::string& item) {
                NestedList bytes;
                for (const char byte : item)
                  bytes.list.push_back(Item(std::string(1, byte)));
                return bytes;
              }));
  }
}

TEST(SplitStrings, TakesRowsOfATensorOfAnyDepth) {
  const auto two_levels = [](StringTensorView view) -> absl::StatusOr<Tensor> {
    absl::StatusOr<RaggedStringTensor> bytes = SplitBytes(view);
    if (!bytes.ok()) return bytes.status();
    const Tensor rows(*bytes);
    std::vector<RowPartition> partitions = {
        *RowPartition::FromUniformRowLength(1, rows.num_rows()),
        rows.partition(0)};
    return Tensor::FromPartitions(std::move(partitions), rows.flat_values());
  };
  const Tensor vector = *SplitStrings(Strings({"ab", ""}), two_levels);
  EXPECT_EQ(vector.ragged_rank(), 2);
  EXPECT_EQ(ToNested(vector), ListOf({ListOf({ListOf({Item("a"), Item("b")})}),
                                      ListOf({ListOf({})})}));
  const Tensor scalar =
      *SplitStrings(Tensor::Scalar(std::string_view("ab")), two_levels);
  EXPECT_EQ(ToNested(scalar), ListOf({ListOf({Item("a"), Item("b")})}));
}

TEST(AnyRank, RefusesWhatIsNoString) {
  const Tensor numbers = Tensor::Vector(Buffer<int32_t>{1});
  const auto never = [](StringTensorView) -> absl::StatusOr<StringTensor> {
    return absl::InternalError("called");
  };
  EXPECT_THAT(MapStrings(numbers, never),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "must be strings, got int32"));
  EXPECT_THAT(SplitStrings(numbers, SplitBytes),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "must be strings, got int32"));
}

TEST(AnyRank, ReturnsTheErrorOfTheFunction) {
  EXPECT_THAT(MapStrings(Strings({"a"}),
                         [](StringTensorView) -> absl::StatusOr<StringTensor> {
                           return absl::CancelledError("stopped");
                         }),
              FailsWith(absl::StatusCode::kCancelled, "stopped"));
  EXPECT_THAT(
      SplitStrings(Strings({"a"}),
                   [](StringTensorView) -> absl::StatusOr<RaggedStringTensor> {
                     return absl::CancelledError("stopped");
                   }),
      FailsWith(absl::StatusCode::kCancelled, "stopped"));
}

TEST(AnyRank, RefusesAnotherNumberOfItemsOrRows) {
  const Tensor like(Strings({"a", "b"}));
  EXPECT_THAT(InShapeOf(like, Strings({"a"})),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "each of the 2 strings, in a vector: got 1 items"));
  EXPECT_THAT(InShapeOf(like, *Tensor::Dense(Strings({"a", "b"}), {2, 1})),
              FailsWith(absl::StatusCode::kInvalidArgument, "of rank 2"));
  EXPECT_THAT(RowsUnder(like, *SplitBytes(Strings({"a"}))),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "each of the 2 strings: got a ragged tensor of 1"));
  EXPECT_THAT(RowsUnder(like, like),
              FailsWith(absl::StatusCode::kInvalidArgument, "no ragged one"));
}

}  // namespace
}  // namespace rowsplit
