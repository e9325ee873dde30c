#include "rowsplit/ops/unique.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/slice.h"
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

// The definition, row by row, for items that are equal if their bytes are.
NestedList Values(const NestedList& nested) {
  NestedList unique;
  for (const NestedList& child : nested.list) {
    if (!child.is_item) {
      unique.list.push_back(Values(child));
    } else if (std::find(unique.list.begin(), unique.list.end(), child) ==
               unique.list.end()) {
      unique.list.push_back(child);
    }
  }
  return unique;
}

// Every fourth item or so comes again.
Tensor WithRepeats(const Tensor& tensor, testing::Random& random) {
  const int64_t size = tensor.num_items();
  if (size == 0) return tensor;
  const Tensor few = AnyTensor(tensor.dtype(), {}, {7});
  if (tensor.is_string()) {
    StringTensorBuilder builder;
    for (int64_t i = 0; i < size; ++i)
      builder.Append(
          few.strings()[static_cast<int64_t>(testing::Below(random, 7))]);
    return Tensor::FromPartitionsUnchecked(
        {tensor.partitions().begin(), tensor.partitions().end()},
        Tensor::DenseUnchecked(std::move(builder).Build(),
                               tensor.flat_shape()));
  }
  const int64_t bytes = DTypeSize(tensor.dtype());
  BufferBuilder<std::byte> built(static_cast<size_t>(size * bytes));
  for (int64_t i = 0; i < size; ++i) {
    const auto from = static_cast<int64_t>(testing::Below(random, 7));
    std::copy_n(few.bytes().data() + from * bytes, bytes,
                built.data() + i * bytes);
  }
  return Tensor::FromPartitionsUnchecked(
      {tensor.partitions().begin(), tensor.partitions().end()},
      Tensor::DenseBytesUnchecked(tensor.dtype(), std::move(built).Build(),
                                  tensor.flat_shape()));
}

int32_t ToInt(const NestedList& item) {
  int32_t value = 0;
  std::memcpy(&value, item.item.data(), sizeof(value));
  return value;
}

// index leads from each value of a row to an equal one, and counts agree.
void ExpectIndexAndCounts(const NestedList& input, const NestedList& values,
                          const NestedList& index, const NestedList& counts) {
  ASSERT_EQ(index.list.size(), input.list.size());
  ASSERT_EQ(values.list.size(), counts.list.size());
  std::vector<int32_t> seen(values.list.size(), 0);
  for (size_t i = 0; i < input.list.size(); ++i) {
    if (!input.list[i].is_item) {
      ExpectIndexAndCounts(input.list[i], values.list[i], index.list[i],
                           counts.list[i]);
      continue;
    }
    const int32_t place = ToInt(index.list[i]);
    ASSERT_LT(static_cast<size_t>(place), values.list.size());
    EXPECT_EQ(values.list[place], input.list[i]);
    ++seen[place];
  }
  for (size_t i = 0; i < counts.list.size(); ++i) {
    if (counts.list[i].is_item) {
      EXPECT_EQ(ToInt(counts.list[i]), seen[i]);
    }
  }
}

TEST(Unique, OfEveryDTypeAndDepthKeepsTheFirstOfEach) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    std::vector<Tensor> tensors = {AnyTensor(dtype, {}, {40}),
                                   AnyTensor(dtype, {}, {5, 8})};
    for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
      const std::vector<RowPartition> partitions(shape.partitions().begin(),
                                                 shape.partitions().end());
      tensors.push_back(AnyTensor(dtype, partitions, {shape.num_values()}));
      tensors.push_back(AnyTensor(dtype, partitions, {shape.num_values(), 5}));
    }
    for (const Tensor& tensor : tensors) {
      const Tensor input =
          *Slice(WithRepeats(tensor, random), {SliceRange{.begin = 1}});
      const auto unique = Unique(input);
      ASSERT_TRUE(unique.ok()) << unique.status();
      EXPECT_EQ(ToNested(unique->values), Values(ToNested(input)));
      EXPECT_EQ(unique->values.dtype(), dtype);
      EXPECT_EQ(unique->index.dtype(), DType::kInt32);
      ExpectIndexAndCounts(ToNested(input), ToNested(unique->values),
                           ToNested(unique->index), ToNested(unique->counts));
    }
  }
}

TEST(Unique, OfAllRaggedCases) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const testing::RaggedCase& made : testing::RaggedCases(random_seed)) {
    SCOPED_TRACE(made.name);
    std::vector<Offset> splits;
    for (const Offset split : made.splits)
      splits.push_back(split - made.splits.front());
    std::vector<int64_t> values;
    for (Offset i = 0; i < splits.back(); ++i)
      values.push_back(static_cast<int64_t>(testing::Below(random, 30)));
    const Tensor input = *Tensor::FromRowSplits(
        Tensor::Vector(Buffer<int64_t>::Copy(values)), splits);
    EXPECT_EQ(ToNested(Unique(input)->values), Values(ToNested(input)));
    EXPECT_EQ(Unique(input, {.exec = {.num_threads = 1}})->counts,
              Unique(input, {.exec = {.num_threads = 4}})->counts);
  }
}

TEST(Unique, KeepsEachNanAndOneZero) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> few = {nan, nan, -0.0f, 0.0f};
  const auto unique = *Unique(Tensor::Vector(Buffer<float>::Copy(few)));
  EXPECT_EQ(unique.values.num_items(), 3);
  EXPECT_THAT(unique.index.items<int32_t>(), ElementsAre(0, 1, 2, 2));
  // In a hash table as well.
  std::vector<float> many(100'000, nan);
  EXPECT_EQ(
      Unique(Tensor::Vector(Buffer<float>::Copy(many)))->values.num_items(),
      100'000);
  std::vector<Float16> halves = {Float16{0x7E00}, Float16{0x7E00},
                                 Float16{0x8000}, Float16{0}};
  EXPECT_EQ(
      Unique(Tensor::Vector(Buffer<Float16>::Copy(halves)))->values.num_items(),
      3);
}

TEST(Unique, GivesVectorsForAVector) {
  const auto unique =
      *Unique(Tensor(StringTensor::FromStrings(
                  std::vector<std::string_view>{"b", "a", "b"})),
              {.index_dtype = DType::kInt64});
  EXPECT_FALSE(unique.values.is_ragged());
  EXPECT_THAT(testing::ToStrings(unique.values.strings()),
              ElementsAre("b", "a"));
  EXPECT_EQ(unique.index, Tensor::Vector(Buffer<int64_t>{0, 1, 0}));
  EXPECT_EQ(unique.counts, Tensor::Vector(Buffer<int64_t>{2, 1}));
  EXPECT_EQ(Unique(Tensor::Vector(Buffer<float>()))->values.num_items(), 0);
}

TEST(Unique, NamesWhatIsWrong) {
  EXPECT_THAT(Unique(Tensor::Scalar(1)),
              FailsWith(kInvalid, "rank of 1 or more"));
  EXPECT_THAT(Unique(Tensor::Vector(Buffer<int32_t>{1}),
                     {.index_dtype = DType::kFloat32}),
              FailsWith(kInvalid, "int32 or int64, got float32"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Unique(Tensor::Vector(Buffer<int32_t>{1}),
                     {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
