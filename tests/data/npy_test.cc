#include "rowsplit/data/npy.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

std::string File(std::string_view dictionary) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(dictionary.size() & 0xFF);
  bytes += static_cast<char>(dictionary.size() >> 8);
  return bytes + std::string(dictionary);
}

TEST(NpyHeader, IsTheHeaderThatNumPyDocuments) {
  const std::string header = FormatNpyHeader({NpyDtype::kInt32, 7, 10});
  const std::string dictionary =
      "{'descr': '<i4', 'fortran_order': False, 'shape': (7, 10), }";
  EXPECT_EQ(header.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(header.substr(10),
            dictionary + std::string(117 - dictionary.size(), ' ') + "\n");
  EXPECT_THAT(FormatNpyHeader({NpyDtype::kUint16, 3, std::nullopt}),
              HasSubstr("'descr': '<u2', 'fortran_order': False, "
                        "'shape': (3,), }"));
}

TEST(NpyHeader, HasOneLengthForEveryShapeAndReadsBack) {
  const int64_t max = std::numeric_limits<int64_t>::max();
  for (const NpyDtype dtype : {NpyDtype::kUint16, NpyDtype::kInt32,
                               NpyDtype::kInt64, NpyDtype::kFloat32}) {
    for (const int64_t rows : {int64_t{0}, int64_t{1}, int64_t{123456789}}) {
      for (const std::optional<int64_t> columns :
           {std::optional<int64_t>(), std::optional<int64_t>(1),
            std::optional<int64_t>(1000)}) {
        const std::string bytes = FormatNpyHeader({dtype, rows, columns});
        ASSERT_EQ(bytes.size(), kNpyHeaderBytes);
        const auto header = ReadNpyHeader(bytes + "values");
        ASSERT_TRUE(header.ok()) << header.status();
        EXPECT_EQ(header->dtype, dtype);
        EXPECT_EQ(header->num_rows, rows);
        EXPECT_EQ(header->num_columns, columns);
        EXPECT_EQ(header->size_bytes, 128);
      }
    }
    EXPECT_EQ(FormatNpyHeader({dtype, max, max}).size(), kNpyHeaderBytes);
    EXPECT_EQ(*ParseNpyDtype(NpyDtypeName(dtype)), dtype);
  }
}

TEST(NpyHeader, ReadsOtherSpellings) {
  const auto header = ReadNpyHeader(
      File("{\"shape\":(2,3),'fortran_order':False,'descr':'<i8'}\n"));
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->dtype, NpyDtype::kInt64);
  EXPECT_EQ(header->num_rows, 2);
  EXPECT_EQ(header->num_columns, 3);
  std::string second("\x93NUMPY\x02\x00\x35\x00\x00\x00", 12);
  second += "{'descr':'<f4', 'fortran_order': False, 'shape':(4,)}";
  const auto version2 = ReadNpyHeader(second);
  ASSERT_TRUE(version2.ok()) << version2.status();
  EXPECT_EQ(version2->size_bytes, static_cast<int64_t>(second.size()));
}

TEST(NpyHeader, RefusesWhatItCannotRead) {
  const auto code = [](std::string_view bytes) {
    return ReadNpyHeader(bytes).status().code();
  };
  using absl::StatusCode;
  EXPECT_EQ(code(""), StatusCode::kDataLoss);
  EXPECT_EQ(code("\x93NUMPX\x01\x00\x00\x00"), StatusCode::kDataLoss);
  EXPECT_EQ(code(File("{'descr': '<i4', 'fortran_order': False}")),
            StatusCode::kDataLoss);
  EXPECT_EQ(code(File("{'descr': '<i4', 'fortran_order': No, 'shape': (1,)}")),
            StatusCode::kDataLoss);
  EXPECT_EQ(
      code(File("{'descr': '<i4', 'fortran_order': False, 'shape': (-1,)}")),
      StatusCode::kDataLoss);
  EXPECT_EQ(
      code(File("{'descr': '<i4', 'fortran_order': False, 'shape': (1,)} x")),
      StatusCode::kDataLoss);
  EXPECT_EQ(
      code(File("{'descr': '<i4', 'fortran_order': True, 'shape': (1,)}")),
      StatusCode::kUnimplemented);
  EXPECT_EQ(code(File("{'descr': '<i4', 'fortran_order': False, 'shape': ()}")),
            StatusCode::kUnimplemented);
  EXPECT_EQ(
      code(File("{'descr': '<i4', 'fortran_order': False, 'shape': (1,2,3)}")),
      StatusCode::kUnimplemented);
  EXPECT_EQ(
      code(File("{'descr': '>i4', 'fortran_order': False, 'shape': (1,)}")),
      StatusCode::kUnimplemented);
  EXPECT_EQ(code(File("{'descr': '<i8', 'fortran_order': False, "
                      "'shape': (4611686018427387904, 4)}")),
            StatusCode::kResourceExhausted);
  const std::string good = FormatNpyHeader({NpyDtype::kInt32, 7, 10});
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(code(good.substr(0, size)), StatusCode::kDataLoss) << size;
  }
}

template <typename T>
std::vector<T> Values(const BufferBuilder<char>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST(AppendNpyInts, NarrowsExactlyWhatFits) {
  BufferBuilder<char> out;
  const std::vector<int64_t> small = {0, 65535, 7};
  ASSERT_TRUE(AppendNpyInts(small, NpyDtype::kUint16, out).ok());
  EXPECT_EQ(Values<uint16_t>(out), (std::vector<uint16_t>{0, 65535, 7}));
  out.Clear();
  const std::vector<int64_t> ints = {-2147483648, 2147483647};
  ASSERT_TRUE(AppendNpyInts(ints, NpyDtype::kInt32, out).ok());
  EXPECT_EQ(Values<int32_t>(out),
            (std::vector<int32_t>{-2147483647 - 1, 2147483647}));
  out.Clear();
  ASSERT_TRUE(AppendNpyInts(ints, NpyDtype::kInt64, out).ok());
  EXPECT_EQ(Values<int64_t>(out), ints);
}

TEST(AppendNpyInts, RefusesWhatDoesNotFitAndAppendsNothing) {
  BufferBuilder<char> out;
  out.Append('x');
  const std::vector<std::pair<NpyDtype, int64_t>> cases = {
      {NpyDtype::kUint16, -1},
      {NpyDtype::kUint16, 65536},
      {NpyDtype::kInt32, int64_t{1} << 31},
      {NpyDtype::kInt32, -(int64_t{1} << 31) - 1},
      {NpyDtype::kInt32, int64_t{1} << 32}};
  for (const auto& [dtype, bad] : cases) {
    const std::vector<int64_t> values = {1, 2, bad, 3};
    const absl::Status status = AppendNpyInts(values, dtype, out);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(
        std::string(status.message()),
        HasSubstr("value " + std::to_string(bad) + " does not fit " +
                  std::string(NpyDtypeName(dtype)) + ": it is number 2 of 4"));
    EXPECT_EQ(out.size(), 1u);
  }
  EXPECT_FALSE(AppendNpyInts({}, NpyDtype::kFloat32, out).ok());
}

class NpyWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/npy_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string Path() const { return folder_ + "/a.npy"; }
  std::string Read() const {
    std::ifstream file(Path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string folder_;
};

TEST_F(NpyWriterTest, PutsTheNumberOfRowsIntoTheHeader) {
  for (const size_t buffer_bytes : {16u, 1u << 20}) {
    auto writer = NpyWriter::Open(Path(), NpyDtype::kInt32, 3, buffer_bytes);
    ASSERT_TRUE(writer.ok()) << writer.status();
    std::vector<int32_t> expected;
    for (int64_t i = 0; i < 300; i += 3) {
      const std::vector<int64_t> row = {i, i + 1, i + 2};
      ASSERT_TRUE(writer->AppendInts(row).ok());
      for (const int64_t value : row) expected.push_back(value);
    }
    ASSERT_TRUE(writer->Close().ok());
    const std::string bytes = Read();
    EXPECT_EQ(writer->size_bytes(), static_cast<int64_t>(bytes.size()));
    const auto header = ReadNpyHeader(bytes);
    ASSERT_TRUE(header.ok()) << header.status();
    EXPECT_EQ(header->num_rows, 100);
    EXPECT_EQ(header->num_columns, 3);
    ASSERT_EQ(bytes.size(), 128 + 300 * sizeof(int32_t));
    EXPECT_EQ(std::memcmp(bytes.data() + 128, expected.data(), 1200), 0);
    Xxh3Hasher hasher;
    hasher.Update(bytes);
    EXPECT_EQ(writer->digest(), hasher.Digest());
  }
}

TEST_F(NpyWriterTest, WritesFloatsAndOneDimension) {
  auto writer = NpyWriter::Open(Path(), NpyDtype::kFloat32, std::nullopt);
  ASSERT_TRUE(writer.ok());
  const std::vector<float> values = {1.5f, -2.0f};
  ASSERT_TRUE(writer->AppendFloats(values).ok());
  EXPECT_FALSE(writer->AppendInts(std::vector<int64_t>{1}).ok());
  ASSERT_TRUE(writer->Close().ok());
  const std::string bytes = Read();
  EXPECT_THAT(bytes, HasSubstr("'shape': (2,)"));
  EXPECT_EQ(std::memcmp(bytes.data() + 128, values.data(), 8), 0);
}

TEST_F(NpyWriterTest, RefusesAPartOfARowAndLeavesNoFile) {
  {
    auto writer = NpyWriter::Open(Path(), NpyDtype::kInt32, 3);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->AppendInts(std::vector<int64_t>{1, 2, 3, 4}).ok());
    EXPECT_FALSE(writer->AppendFloats(std::vector<float>{1}).ok());
    const absl::Status status = writer->Close();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("16 bytes in rows of 12"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  EXPECT_EQ(NpyWriter::Open(Path(), NpyDtype::kInt32, 0).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rowsplit
