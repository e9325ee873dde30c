#include "rowsplit/ragged/tensor.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Strings;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Tensor, DenseHoldsItsShapeAndItems) {
  const auto tensor = Tensor::Dense(Buffer<float>{1, 2, 3, 4, 5, 6}, {2, 3});
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  EXPECT_EQ(tensor->dtype(), DType::kFloat32);
  EXPECT_EQ(tensor->rank(), 2);
  EXPECT_FALSE(tensor->is_ragged());
  EXPECT_THAT(tensor->flat_shape(), ElementsAre(2, 3));
  EXPECT_EQ(tensor->num_rows(), 2);
  EXPECT_EQ(tensor->value_items(), 3);
  EXPECT_THAT(tensor->items<float>(), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Tensor, DenseRefusesAShapeThatDoesNotFit) {
  const Buffer<int64_t> values{1, 2, 3};
  EXPECT_THAT(Tensor::Dense(values, {2}).status().message(),
              HasSubstr("expected 16 bytes (2 items of int64), got 24"));
  EXPECT_THAT(Tensor::Dense(values, {-3}).status().message(),
              HasSubstr("shape[0]=-3"));
  const int64_t large = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Tensor::Dense(values, {large, 2}).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Tensor::Dense(values, {large}).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(Tensor::Dense(Strings({"a"}), {2}).ok());
  EXPECT_FALSE(Tensor::DenseBytes(DType::kString, {}, {0}).ok());
}

TEST(Tensor, AnEmptyDimensionDoesNotHideOverflowOfTheOthers) {
  const int64_t large = std::numeric_limits<int64_t>::max();
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{large, large, 0}, {0, large}, {large, 0, 2}}) {
    EXPECT_EQ(Tensor::Dense(Buffer<float>(), shape).status().code(),
              absl::StatusCode::kResourceExhausted);
  }
  const auto rows = Tensor::Dense(Buffer<float>(), {large / 8, 0});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->num_items(), 0);
  EXPECT_EQ(rows->num_rows(), large / 8);
}

TEST(Tensor, NestedPartitionsAndValues) {
  const Tensor flat = Tensor::Vector(Strings({"a", "b", "c"}));
  const auto inner = Tensor::FromRowSplits(flat, {0, 2, 2, 3});
  ASSERT_TRUE(inner.ok()) << inner.status();
  const auto outer = Tensor::FromRowSplits(*inner, {0, 1, 3});
  ASSERT_TRUE(outer.ok()) << outer.status();
  EXPECT_EQ(outer->ragged_rank(), 2);
  EXPECT_EQ(outer->rank(), 3);
  EXPECT_EQ(outer->num_rows(), 2);
  EXPECT_EQ(outer->values(), *inner);
  EXPECT_EQ(outer->flat_values(), flat);
  EXPECT_EQ(outer->values().values(), flat);
  EXPECT_EQ(outer->strings()[2], "c");
}

TEST(Tensor, RefusesPartitionsThatDoNotFit) {
  const Tensor flat = Tensor::Vector(Buffer<int32_t>{1, 2, 3});
  EXPECT_THAT(Tensor::FromRowSplits(flat, {0, 2}).status().message(),
              HasSubstr("axis 0 ends at 2, values: 3"));
  EXPECT_FALSE(Tensor::FromRowSplits(flat, {0, 4, 3}).ok());
  EXPECT_FALSE(Tensor::FromRowSplits(flat, {1, 3}).ok());
  EXPECT_FALSE(Tensor::FromRowSplits(Tensor::Scalar(int32_t{3}), {0, 1}).ok());
  EXPECT_FALSE(flat.WithFlatValues(Tensor::Scalar(1.0f))->is_ragged());
}

TEST(Tensor, WithFlatValuesKeepsTheRows) {
  const Tensor tensor =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2}), {0, 0, 2});
  const auto other =
      tensor.WithFlatValues(Tensor::Vector(Buffer<bool>{true, false}));
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->partition(0), tensor.partition(0));
  EXPECT_EQ(other->dtype(), DType::kBool);
  EXPECT_FALSE(tensor.WithFlatValues(Tensor::Vector(Buffer<float>{1})).ok());
}

TEST(Tensor, TypedFormsShareTheMemory) {
  const auto typed =
      *RaggedTensor<int64_t>::FromRowSplits({1, 2, 3}, {0, 2, 3});
  const Tensor tensor = typed;
  EXPECT_EQ(tensor.items<int64_t>().data(), typed.flat_values().data());
  const auto back = tensor.As<int64_t>();
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, typed);
  EXPECT_EQ(back->flat_values().data(), typed.flat_values().data());
  EXPECT_THAT(tensor.As<float>().status().message(),
              HasSubstr("expected float32, got int64"));
  EXPECT_FALSE(tensor.flat_values().As<int64_t>().ok());
}

TEST(Tensor, RaggedStringsAndBack) {
  const auto typed = *RaggedStringTensor::FromFlatValues(
      RaggedShape(*RowPartition::FromRowLengths(std::vector<int64_t>{1, 1})),
      Strings({"x", "yz"}));
  const Tensor tensor = typed;
  const auto back = tensor.AsStrings();
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, typed);
}

TEST(Tensor, EqualityComparesDTypeRowsAndItems) {
  const Tensor a = Tensor::Vector(Buffer<int32_t>{1, 2});
  EXPECT_EQ(a, Tensor::Vector(Buffer<int32_t>{1, 2}));
  EXPECT_FALSE(a == Tensor::Vector(Buffer<uint32_t>{1, 2}));
  EXPECT_FALSE(a == Tensor::Vector(Buffer<int32_t>{1, 3}));
  EXPECT_FALSE(a == *Tensor::FromRowSplits(a, {0, 2}));
  EXPECT_FALSE(*Tensor::FromRowSplits(a, {0, 1, 2}) ==
               *Tensor::FromRowSplits(a, {0, 2, 2}));
}

TEST(Tensor, CopiesBytesThatAreNotAligned) {
  const Buffer<int64_t> numbers{1, 2, 3};
  std::vector<std::byte> shifted(3 * sizeof(int64_t) + 8);
  std::byte* at = shifted.data();
  while (reinterpret_cast<uintptr_t>(at) % 8 != 1) ++at;
  std::memcpy(at, numbers.data(), 3 * sizeof(int64_t));
  const auto borrowed = Buffer<std::byte>::Borrow({at, 3 * sizeof(int64_t)});
  const auto tensor = Tensor::DenseBytes(DType::kInt64, borrowed, {3});
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor->bytes().data()) % 8, 0);
  EXPECT_EQ(*tensor, Tensor::Vector(numbers));
  EXPECT_EQ(Tensor::DenseBytes(DType::kInt8, borrowed, {24})->bytes().data(),
            at);
}

}  // namespace
}  // namespace rowsplit
