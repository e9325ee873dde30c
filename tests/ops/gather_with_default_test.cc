#include "rowsplit/ops/gather_with_default.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ops/gather_axes.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::RandomDense;

// The default in front of the params, and the indices one further.
Tensor GatherBehindDefault(const Tensor& params,
                           const std::vector<int64_t>& ids,
                           const std::vector<int64_t>& ids_shape,
                           const Tensor& other, int axis) {
  std::vector<int64_t> shape = params.flat_shape();
  shape[axis] = 1;
  int64_t outer = 1;
  for (int i = 0; i < axis; ++i) outer *= shape[i];
  std::vector<Tensor> repeated(static_cast<size_t>(outer), other);
  std::vector<int64_t> other_shape = other.flat_shape();
  other_shape.insert(other_shape.begin(), 1);
  for (Tensor& tensor : repeated) {
    tensor = other.is_string() ? *Tensor::Dense(other.strings(), other_shape)
                               : *Tensor::DenseBytes(
                                     other.dtype(), other.bytes(), other_shape);
  }
  Tensor rows = *Concat(repeated, 0);
  rows = rows.is_string()
             ? *Tensor::Dense(rows.strings(), shape)
             : *Tensor::DenseBytes(rows.dtype(), rows.bytes(), shape);
  const std::vector<Tensor> both = {rows, params};
  std::vector<int64_t> next = ids;
  for (int64_t& id : next) ++id;
  return *Gather(*Concat(both, axis),
                 *Tensor::Dense(Buffer<int64_t>::Copy(next), ids_shape),
                 {.axis = axis});
}

TEST(GatherWithDefault, EqualsAGatherBehindTheDefault) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<int64_t> ids = {2, -1, 0, 1, -1, 2};
  for (const DType dtype : testing::AllDTypes()) {
    const Tensor params = RandomDense(random, dtype, {3, 3, 3});
    for (int axis = 0; axis < 3; ++axis) {
      const Tensor other =
          RandomDense(random, dtype, std::vector<int64_t>(2 - axis, 3));
      const Tensor expected =
          GatherBehindDefault(params, ids, {2, 3}, other, axis);
      const Tensor indices = *Tensor::Dense(Buffer<int64_t>::Copy(ids), {2, 3});
      const auto got =
          GatherWithDefault(params, indices, other, {.axis = axis});
      ASSERT_TRUE(got.ok()) << got.status();
      EXPECT_EQ(*got, expected);
      EXPECT_EQ(*GatherWithDefault(params, indices, other, {.axis = axis - 3}),
                expected);
    }
  }
}

TEST(GatherWithDefault, TakesNoIndicesAndNoRows) {
  const Tensor none = Tensor::Vector(Buffer<int32_t>());
  const Tensor other = Tensor::Scalar(9);
  EXPECT_EQ(*GatherWithDefault(none, none, other), none);
  EXPECT_EQ(
      *GatherWithDefault(none, Tensor::Vector(Buffer<int32_t>{-1}), other),
      Tensor::Vector(Buffer<int32_t>{9}));
  EXPECT_EQ(*GatherWithDefault(none, Tensor::Scalar(-1), other), other);
}

TEST(GatherWithDefault, TakesHugeShapesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 40;
  const Tensor params =
      Tensor::DenseBytesUnchecked(DType::kInt32, {}, {kHuge, 3, 0});
  const Tensor indices = Tensor::Vector(Buffer<int64_t>{2, -1, 0, 1});
  const auto gathered = GatherWithDefault(
      params, indices, Tensor::DenseBytesUnchecked(DType::kInt32, {}, {0}),
      {.axis = 1});
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(gathered->flat_shape(), (std::vector<int64_t>{kHuge, 4, 0}));
  EXPECT_THAT(
      GatherWithDefault(params, Tensor::Vector(Buffer<int64_t>{3}),
                        Tensor::DenseBytesUnchecked(DType::kInt32, {}, {0}),
                        {.axis = 1}),
      FailsWith(absl::StatusCode::kInvalidArgument, "indices[0]=3"));
}

TEST(GatherWithDefault, NamesWhatDoesNotFit) {
  const Tensor params = Tensor::Vector(Buffer<int32_t>{1, 2});
  const Tensor other = Tensor::Scalar(9);
  const auto at = [&](int64_t index) {
    return GatherWithDefault(params, Tensor::Vector(Buffer<int64_t>{0, index}),
                             other);
  };
  EXPECT_THAT(at(2), FailsWith(kInvalid, "[-1, 2): indices[1]=2"));
  EXPECT_THAT(at(-2), FailsWith(kInvalid, "indices[1]=-2"));
  EXPECT_THAT(GatherWithDefault(params, params, Tensor::Scalar(1.0F)),
              FailsWith(kInvalid, "float32 and int32"));
  EXPECT_THAT(GatherWithDefault(params, params, params),
              FailsWith(kInvalid, "behind axis 0"));
  EXPECT_THAT(GatherWithDefault(params, params, other, {.axis = 1}),
              FailsWith(kInvalid, "axis=1"));
  EXPECT_THAT(
      GatherWithDefault(params, Tensor::Vector(Buffer<float>{0}), other),
      FailsWith(kInvalid, "float32"));
  const Tensor ragged = *Tensor::FromRowSplits(params, {0, 2});
  EXPECT_THAT(GatherWithDefault(ragged, params, other),
              FailsWith(kInvalid, "must be dense"));
}

}  // namespace
}  // namespace rowsplit
