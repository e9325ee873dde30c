#include "embedding/npy_array.h"

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;

Buffer<char> NpyBytes(std::string_view dictionary, std::string_view values) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(dictionary.size() & 0xFF);
  bytes += static_cast<char>(dictionary.size() >> 8);
  bytes += dictionary;
  bytes += values;
  return Buffer<char>::Copy(bytes);
}

Buffer<char> WithShape(std::string_view descr, std::string_view shape,
                       std::string_view values) {
  return NpyBytes(
      "{'descr': '" + std::string(descr) +
          "', 'fortran_order': False, 'shape': " + std::string(shape) + "}",
      values);
}

TEST(NpyArray, TellsWhatTheFileHas) {
  const auto array = NpyArray(WithShape("<f2", "(2, 1)", "abcdmore"), "f");
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(array->dtype, DType::kFloat16);
  EXPECT_EQ(array->num_rows, 2);
  EXPECT_EQ(array->width, 1);
  EXPECT_FALSE(array->fortran_order);
  EXPECT_FALSE(array->swapped);
  EXPECT_EQ(std::string_view(array->bytes.data(), array->bytes.size()), "abcd");
  EXPECT_TRUE(NpyArray(WithShape(">f8", "(0, 3)", ""), "f")->swapped);
}

TEST(NpyArray, NamesWhatIsWrong) {
  const auto fails = [](std::string_view descr, std::string_view shape,
                        absl::StatusCode code, std::string_view part) {
    const auto array = NpyArray(WithShape(descr, shape, "12345678"), "x.npy");
    EXPECT_THAT(array, FailsWith(code, "x.npy: "));
    EXPECT_THAT(array, FailsWith(code, std::string(part)));
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  fails("|i1", "(2, 2)", kInvalid, "need a scale and an offset");
  fails("<U5", "(2, 2)", kInvalid, "got '<U5'");
  fails("|f4", "(2, 2)", kInvalid, "got '|f4'");
  fails("f", "(2, 2)", kInvalid, "got 'f'");
  fails("<f4", "(2,)", kInvalid, "two dimensions, got 1");
  fails("<f4", "(1, 1, 1)", kInvalid, "two dimensions, got 3");
  fails("<f4", "(3, 1)", absl::StatusCode::kDataLoss,
        "cut short: 8 of 12 bytes");
  fails("<f4", "(1152921504606846976, 1)", absl::StatusCode::kDataLoss,
        "8 of 4611686018427387904 bytes");
  fails("<f4", "(1152921504606846976, 300)",
        absl::StatusCode::kResourceExhausted, "too large");
  fails("<f4", "(1152921504606846976, 0)", kInvalid, "rows without values");
  EXPECT_THAT(NpyArray(Buffer<char>(), "x.npy"),
              FailsWith(absl::StatusCode::kDataLoss, "x.npy: npy: "));
}

}  // namespace
}  // namespace rowsplit::internal
