#include "rowsplit/ops/one_hot.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::AnyTensor;
using ::testing::ElementsAre;
using testing::FailsWith;
using testing::NestedList;
using testing::ToNested;

NestedList Model(const NestedList& indices, const NestedList& on,
                 const NestedList& off, int64_t depth) {
  NestedList result;
  if (!indices.is_item) {
    for (const NestedList& index : indices.list)
      result.list.push_back(Model(index, on, off, depth));
    return result;
  }
  for (int64_t place = 0; place < depth; ++place)
    result.list.push_back(indices.item[0] == place ? on : off);
  return result;
}

TEST(OneHot, OfEveryDTypeAndDepthIsOnAtTheIndex) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
    BufferBuilder<int8_t> items(static_cast<size_t>(shape.num_values() * 2));
    for (int8_t& item : items.span())
      item = static_cast<int8_t>(testing::Below(random, 6)) - 1;
    const Tensor indices = Tensor::FromPartitionsUnchecked(
        {shape.partitions().begin(), shape.partitions().end()},
        *Tensor::Dense(std::move(items).Build(), {shape.num_values(), 2}));
    for (const DType dtype : testing::AllDTypes()) {
      const Tensor values = AnyTensor(dtype, {}, {2});
      const auto value = [&](int i) {
        return dtype == DType::kString
                   ? Tensor::Scalar(values.strings()[i])
                   : Tensor::DenseBytesUnchecked(
                         dtype,
                         values.bytes().Slice(i * DTypeSize(dtype),
                                              DTypeSize(dtype)),
                         {});
      };
      for (const int64_t depth : {0, 1, 4}) {
        const auto hot = OneHot(indices, depth,
                                {.on_value = value(0), .off_value = value(1)});
        ASSERT_TRUE(hot.ok()) << hot.status();
        EXPECT_EQ(ToNested(*hot), Model(ToNested(indices), ToNested(value(0)),
                                        ToNested(value(1)), depth));
      }
    }
  }
}

Tensor Indices() {
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{0, 2, 3, -1}),
                                {0, 1, 1, 4});
}

TEST(OneHot, IsFloatUnlessAsked) {
  EXPECT_EQ(*OneHot(Indices(), 3),
            *Indices().WithFlatValues(*Tensor::Dense(
                Buffer<float>{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}, {4, 3})));
  for (const DType dtype : testing::AllDTypes()) {
    if (dtype == DType::kString) continue;
    EXPECT_EQ(OneHot(Indices(), 3, {.dtype = dtype})->dtype(), dtype);
  }
  const Tensor half =
      *OneHot(Tensor::Scalar(uint8_t{1}), 2, {.dtype = DType::kFloat16});
  EXPECT_THAT(half.items<Float16>(), ElementsAre(Float16{0}, Float16{0x3C00}));
  EXPECT_EQ(*OneHot(Tensor::Scalar(int32_t{1}), 2,
                    {.off_value = Tensor::Scalar(int16_t{-5})}),
            Tensor::Vector(Buffer<int16_t>{-5, 1}));
}

TEST(OneHot, PutsTheAxisWhereAsked) {
  const Tensor indices = Tensor::Vector(Buffer<int32_t>{0, 1});
  EXPECT_EQ(*OneHot(indices, 3, {.axis = 0}),
            *Tensor::Dense(Buffer<float>{1, 0, 0, 1, 0, 0}, {3, 2}));
  EXPECT_EQ(*OneHot(indices, 3, {.axis = 1}), *OneHot(indices, 3));
  const Tensor inner = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int64_t>{0, 1, 1, 5}, {2, 2}), {0, 1, 2});
  const Tensor hot = *OneHot(inner, 2, {.axis = 2});
  EXPECT_EQ(hot, *inner.WithFlatValues(*Tensor::Dense(
                     Buffer<float>{1, 0, 0, 1, 0, 0, 1, 0}, {2, 2, 2})));
}

TEST(OneHot, TakesIndicesOfAnySize) {
  EXPECT_EQ(*OneHot(Tensor::Vector(Buffer<uint64_t>{
                        std::numeric_limits<uint64_t>::max(), 0}),
                    1),
            *Tensor::Dense(Buffer<float>{0, 1}, {2, 1}));
  EXPECT_EQ(*OneHot(Tensor::Vector(
                        Buffer<int64_t>{std::numeric_limits<int64_t>::min()}),
                    1),
            *Tensor::Dense(Buffer<float>{0}, {1, 1}));
}

TEST(OneHot, NamesWhatIsWrong) {
  EXPECT_THAT(OneHot(Tensor::Vector(Buffer<float>{0}), 3),
              FailsWith(kInvalid, "must be integers, got float32"));
  EXPECT_THAT(OneHot(Indices(), -3), FailsWith(kInvalid, "negative: -3"));
  EXPECT_THAT(OneHot(Indices(), 3, {.axis = 1}),
              FailsWith(kInvalid, "the ragged rank of indices, 1: 1"));
  EXPECT_THAT(OneHot(Indices(), 3, {.axis = 3}),
              FailsWith(kInvalid, "-1 or in [0, 2]: 3"));
  EXPECT_THAT(OneHot(Indices(), 3, {.axis = -2}), FailsWith(kInvalid, ": -2"));
  EXPECT_THAT(
      OneHot(Indices(), 3, {.on_value = Tensor::Vector(Buffer<float>{1})}),
      FailsWith(kInvalid, "must be scalars, got ranks 1 and 0"));
  EXPECT_THAT(OneHot(Indices(), 3,
                     {.on_value = Tensor::Scalar(1),
                      .off_value = Tensor::Scalar(0.5f)}),
              FailsWith(kInvalid, "one dtype, got int32 and float32"));
  EXPECT_THAT(
      OneHot(Indices(), 3, {.on_value = Tensor::Scalar(std::string_view("a"))}),
      FailsWith(kInvalid, "strings need both"));
  EXPECT_THAT(OneHot(Indices(), std::numeric_limits<int64_t>::max()),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

TEST(OneHot, FailsWhereSizesBehindAZeroDoNotFit) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  EXPECT_THAT(OneHot(*Tensor::Dense(Buffer<int64_t>(), {0, kHuge}), kHuge),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

}  // namespace
}  // namespace rowsplit
