#include "rowsplit/core/dtype.h"

#include <cstdint>

#include "core/visit_dtype.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

TEST(DType, SizesAndNames) {
  EXPECT_EQ(DTypeSize(DType::kBool), 1);
  EXPECT_EQ(DTypeSize(DType::kUInt16), 2);
  EXPECT_EQ(DTypeSize(DType::kBFloat16), 2);
  EXPECT_EQ(DTypeSize(DType::kFloat32), 4);
  EXPECT_EQ(DTypeSize(DType::kInt64), 8);
  EXPECT_EQ(DTypeSize(DType::kString), 0);
  EXPECT_EQ(DTypeName(DType::kUInt8), "uint8");
  EXPECT_EQ(DTypeName(DType::kString), "string");
}

TEST(DType, Kinds) {
  EXPECT_TRUE(IsInteger(DType::kInt8));
  EXPECT_TRUE(IsInteger(DType::kUInt64));
  EXPECT_FALSE(IsInteger(DType::kBool));
  EXPECT_FALSE(IsInteger(DType::kFloat16));
  EXPECT_TRUE(IsFloating(DType::kBFloat16));
  EXPECT_FALSE(IsFloating(DType::kString));
}

TEST(VisitItem, GivesTheTypeOfEachDType) {
  for (int code = 0; code < static_cast<int>(DType::kString); ++code) {
    const auto dtype = static_cast<DType>(code);
    EXPECT_EQ(internal::VisitItem(
                  dtype,
                  []<typename T>(internal::TypeTag<T>) { return kDTypeOf<T>; }),
              dtype);
  }
}

}  // namespace
}  // namespace rowsplit
