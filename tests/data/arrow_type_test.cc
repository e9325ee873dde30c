#include "data/arrow_type.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/arrow_arrays.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using Kind = ArrowLevel::Kind;
using Written = ::rowsplit::testing::ArrowLevel;

Written Nested(const std::string& format, Written child) {
  Written level(format, 0);
  level.child = std::make_unique<Written>(std::move(child));
  return level;
}

TEST(ParseArrowType, NamesTheLevelsFromOutside) {
  Written written = Nested("+L", Nested("+w:3", Written("g", 0)));
  const auto type = ParseArrowType(written.MakeSchema());
  ASSERT_TRUE(type.ok()) << type.status();
  ASSERT_EQ(type->size(), 3u);
  EXPECT_EQ((*type)[0].kind, Kind::kList);
  EXPECT_TRUE((*type)[0].is_large);
  EXPECT_EQ((*type)[1].kind, Kind::kFixedList);
  EXPECT_EQ((*type)[1].size, 3);
  EXPECT_EQ((*type)[2].kind, Kind::kItems);
  EXPECT_EQ((*type)[2].dtype, DType::kFloat64);
}

TEST(ParseArrowType, KnowsTheBuffersOfEachKind) {
  const std::pair<const char*, int64_t> cases[] = {
      {"i", 2},  {"b", 2},  {"u", 3},   {"U", 3},   {"z", 3},    {"w:4", 2},
      {"vu", 3}, {"+l", 2}, {"+vL", 3}, {"+vl", 3}, {"+w:2", 1}, {"+L", 2}};
  for (const auto& [format, num_buffers] : cases) {
    Written written =
        format[0] == '+' ? Nested(format, Written("i", 0)) : Written(format, 0);
    const auto type = ParseArrowType(written.MakeSchema());
    ASSERT_TRUE(type.ok()) << format << ": " << type.status();
    EXPECT_EQ(NumBuffers(type->front()), num_buffers) << format;
  }
}

TEST(ParseArrowType, RefusesWhatNoTensorHas) {
  for (const char* format : {"n", "+s", "w:", "w:-1", "w:1x", "tdD", ""}) {
    Written written(format, 0);
    EXPECT_THAT(ParseArrowType(written.MakeSchema()),
                FailsWith(kInvalid, "is not supported (level 0"))
        << format;
  }
  Written childless("+l", 0);
  EXPECT_THAT(ParseArrowType(childless.MakeSchema()),
              FailsWith(kInvalid, "one child type"));
  Written deep("i", 0);
  for (int level = 0; level < 64; ++level) deep = Nested("+l", std::move(deep));
  EXPECT_THAT(ParseArrowType(deep.MakeSchema()),
              FailsWith(kInvalid, "too deeply"));
}

TEST(EmptyTensor, HasTheAxesOfTheType) {
  Written written =
      Nested("+l", Nested("+w:2", Nested("+w:3", Written("l", 0))));
  const auto tensor = EmptyTensor(*ParseArrowType(written.MakeSchema()));
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  EXPECT_EQ(tensor->ragged_rank(), 1);
  EXPECT_EQ(tensor->flat_shape(), (std::vector<int64_t>{0, 2, 3}));
  EXPECT_EQ(tensor->dtype(), DType::kInt64);
}

TEST(GroupRows, AddsAnAxisToDenseAndAPartitionToRaggedRows) {
  const Tensor values = Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4});
  EXPECT_EQ(GroupRows(values, 2, 2)->flat_shape(),
            (std::vector<int64_t>{2, 2}));
  const Tensor ragged = *Tensor::FromRowSplits(values, {0, 1, 4});
  const auto grouped = GroupRows(ragged, 1, 2);
  ASSERT_TRUE(grouped.ok()) << grouped.status();
  EXPECT_EQ(grouped->ragged_rank(), 2);
  EXPECT_EQ(grouped->num_rows(), 1);
}

}  // namespace
}  // namespace rowsplit::internal
