#include "core/npy_header.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

std::string WithVersion(int version, std::string_view dictionary) {
  std::string bytes("\x93NUMPY", 6);
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) {
    bytes += static_cast<char>(dictionary.size() >> 8 * i & 0xFF);
  }
  return bytes + std::string(dictionary);
}

TEST(NpyArrayHeader, ReadsWhatItWrites) {
  const std::array<int64_t, 2> shape = {7, 300};
  for (const size_t num_dimensions : {0, 1, 2}) {
    const std::string bytes =
        FormatNpyArrayHeader("<f4", std::span(shape).first(num_dimensions));
    EXPECT_EQ(bytes.size(), kNpyArrayHeaderBytes);
    const auto header = ReadNpyArrayHeader(bytes + "values");
    ASSERT_TRUE(header.ok()) << header.status();
    EXPECT_EQ(header->descr, "<f4");
    EXPECT_FALSE(header->fortran_order);
    EXPECT_EQ(header->num_dimensions, static_cast<int64_t>(num_dimensions));
    EXPECT_EQ(header->shape[0], num_dimensions > 0 ? 7 : 0);
    EXPECT_EQ(header->shape[1], num_dimensions > 1 ? 300 : 0);
    EXPECT_EQ(header->size_bytes, 128);
  }
}

TEST(NpyArrayHeader, TakesEveryVersionOrderAndDtype) {
  for (const int version : {1, 2, 3}) {
    const auto header = ReadNpyArrayHeader(WithVersion(
        version,
        "{\"shape\":(1,2,3,),'fortran_order':True,'descr':'>c16'}   \n"));
    ASSERT_TRUE(header.ok()) << header.status();
    EXPECT_EQ(header->descr, ">c16");
    EXPECT_TRUE(header->fortran_order);
    EXPECT_EQ(header->num_dimensions, 3);
    EXPECT_EQ(header->shape[1], 2);
  }
}

TEST(NpyArrayHeader, NamesWhatIsWrong) {
  const auto message = [](std::string_view bytes) {
    const absl::Status status = ReadNpyArrayHeader(bytes).status();
    EXPECT_NE(status.code(), absl::StatusCode::kOk);
    return std::string(status.message());
  };
  EXPECT_THAT(message(""), HasSubstr("does not start as a .npy file"));
  EXPECT_THAT(message("\x93NUMPX\x01\x02\x03\x04"),
              HasSubstr("does not start"));
  EXPECT_THAT(message(WithVersion(4, "{}")), HasSubstr("got 4"));
  const std::string whole = WithVersion(
      2, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(ReadNpyArrayHeader(whole.substr(0, size)).status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  for (const std::string_view wrong :
       {"{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': "
        "(99999999999999999999, 2)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 2)}", "{", ""}) {
    EXPECT_THAT(message(WithVersion(1, wrong)),
                HasSubstr("not the dictionary of an array"));
  }
}

TEST(IsNpy, LooksAtTheMagic) {
  EXPECT_TRUE(IsNpy("\x93NUMPY\x01"));
  EXPECT_FALSE(IsNpy("\x93NUMP"));
}

}  // namespace
}  // namespace rowsplit::internal
