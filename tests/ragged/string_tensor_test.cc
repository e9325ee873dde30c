#include "rowsplit/ragged/string_tensor.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

TEST(StringTensor, KeepsEveryByte) {
  const std::vector<std::string_view> strings = {
      "ab", "", std::string_view("\0\xff", 2), "c"};
  const StringTensor tensor = StringTensor::FromStrings(strings);
  ASSERT_EQ(tensor.size(), 4);
  for (size_t i = 0; i < strings.size(); ++i) EXPECT_EQ(tensor[i], strings[i]);
  EXPECT_EQ(StringTensor().size(), 0);
}

TEST(StringTensor, RefusesOffsetsThatDoNotEndWithTheBytes) {
  const RowPartition offsets =
      *RowPartition::FromRowLengths(std::vector<int64_t>{2, 1});
  EXPECT_TRUE(StringTensor::FromBytes(offsets, {'a', 'b', 'c'}).ok());
  const auto wrong = StringTensor::FromBytes(offsets, {'a', 'b'});
  EXPECT_THAT(std::string(wrong.status().message()),
              ::testing::HasSubstr("3, 2 bytes"));
}

TEST(StringTensorBuilder, JoinsParts) {
  StringTensorBuilder builder;
  builder.AppendPart("ab");
  builder.AppendPart("c");
  builder.EndString();
  builder.EndString();
  EXPECT_EQ(
      std::move(builder).Build(),
      StringTensor::FromStrings(std::vector<std::string_view>{"abc", ""}));
}

TEST(StringTensorView, SlicesWithoutACopy) {
  const StringTensor tensor = StringTensor::FromStrings(
      std::vector<std::string_view>{"one", "two", "three", ""});
  const StringTensorView slice = tensor.view().Slice(1, 3);
  ASSERT_EQ(slice.size(), 2);
  EXPECT_EQ(slice[0], "two");
  EXPECT_EQ(slice[1], "three");
  EXPECT_EQ(slice[0].data(), tensor[1].data());
  EXPECT_EQ(slice.text(), "twothree");
  EXPECT_EQ(StringTensorView().text(), "");
  EXPECT_EQ(StringTensorView().size(), 0);
}

}  // namespace
}  // namespace rowsplit
