#include "embedding/safetensors.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::FailsWith;
using testing::NumberedTable;
using testing::TempFolder;
using testing::ValuesOf;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

std::string FileOf(std::string_view header, std::string_view data) {
  std::string file;
  for (int i = 0; i < 8; ++i) {
    file += static_cast<char>(uint64_t{header.size()} >> 8 * i & 255);
  }
  return file + std::string(header) + std::string(data);
}

absl::StatusOr<StoredArray> Array(const std::string& file,
                                  const std::string& tensor = "") {
  return SafetensorsArray(Buffer<char>::Copy(file), tensor, "x");
}

absl::StatusOr<StoredArray> OneTensor(std::string_view entry,
                                      std::string_view data) {
  return Array(FileOf("{\"t\":" + std::string(entry) + "}", data));
}

TEST(SafetensorsArray, IsTheNamedOneOrTheOnlyTable) {
  const std::string file =
      FileOf(R"({"__metadata__":{"format":"pt"},)"
             R"("w":{"dtype":"BF16","shape":[2,1],"data_offsets":[8,12]},)"
             R"("b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}   )",
             "01234567abcd");
  for (const char* name : {"", "w"}) {
    const auto array = Array(file, name);
    ASSERT_TRUE(array.ok()) << array.status();
    EXPECT_EQ(array->dtype, DType::kBFloat16);
    EXPECT_EQ(array->num_rows, 2);
    EXPECT_EQ(std::string_view(array->bytes.data(), array->bytes.size()),
              "abcd");
  }
  EXPECT_TRUE(IsSafetensors(file, file.size()));
  EXPECT_FALSE(IsSafetensors(file, 20));
  EXPECT_THAT(Array(file, "v"), FailsWith(kInvalid, "\"w\", \"b\""));
  EXPECT_THAT(Array(file, "b"), FailsWith(kInvalid, "two dimensions"));
}

TEST(SafetensorsArray, SaysWhyCodesAreNoVectors) {
  EXPECT_THAT(
      OneTensor(R"({"dtype":"I8","shape":[2,2],"data_offsets":[0,4]})", "abcd"),
      FailsWith(kInvalid, "need a scale and an offset"));
  EXPECT_THAT(
      OneTensor(R"({"dtype":"F4","shape":[2,2],"data_offsets":[0,4]})", "abcd"),
      FailsWith(kInvalid, "dtype \"F4\""));
}

TEST(SafetensorsArray, RefusesPromisesAndDamage) {
  const auto fails = [](std::string_view entry, std::string_view part) {
    EXPECT_THAT(OneTensor(entry, "abcd"),
                FailsWith(kDataLoss, std::string(part)))
        << entry;
  };
  fails(R"({"dtype":"F32","shape":[1152921504606846976,300],)"
        R"("data_offsets":[0,4]})",
        "does not fit 64 bits");
  fails(R"({"dtype":"F32","shape":[1152921504606846976,1],)"
        R"("data_offsets":[0,4]})",
        "64 bits");
  fails(R"({"dtype":"F32","shape":[5,1],"data_offsets":[0,4]})", "20 bytes");
  fails(R"({"dtype":"F32","shape":[1,1],"data_offsets":[4,8]})",
        "ends at byte 8");
  fails(R"({"dtype":"F16","shape":[1,1],"data_offsets":[2,4]})",
        "should begin");
  fails(R"({"dtype":"F16","shape":[1,1],"data_offsets":[0,2]})",
        "end at byte 2");
  fails(R"({"dtype":"F32","shape":[1,1],"data_offsets":[4,0]})", "a begin and");
  fails(R"({"dtype":"F32","shape":[-1,1],"data_offsets":[0,4]})", "below 0");
  fails(R"({"dtype":"F32","shape":[1,1]})", "data_offsets");
  fails(R"({"dtype":1,"shape":[1,1],"data_offsets":[0,4]})",
        "expected a string");
  fails("3", "object");
  EXPECT_THAT(Array(FileOf("{\"t\":", "")), FailsWith(kDataLoss, "x: "));
  EXPECT_THAT(Array("1234"), FailsWith(kDataLoss, "begins with 8 bytes"));
  EXPECT_THAT(Array(std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F{}", 10)),
              FailsWith(kDataLoss, "does not fit"));
  EXPECT_THAT(
      Array(FileOf(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                   R"("b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}})",
                   "abcd"),
            "a"),
      FailsWith(kDataLoss, "\"b\" should begin at byte 3"));
  EXPECT_THAT(Array(FileOf(R"({"a\u0000":{"dtype":"U8","shape":[4],)"
                           R"("data_offsets":[0,4]}})",
                           "abcd"),
                    "a"),
              FailsWith(kInvalid, "\"a\\x00\""));
}

TEST(WriteSafetensors, WritesWhatItReads) {
  const TempFolder folder;
  const EmbeddingTable table = NumberedTable(40, 3);
  for (const RowFormat format :
       {RowFormat::kFloat32, RowFormat::kFloat16, RowFormat::kBfloat16}) {
    ASSERT_TRUE(WriteSafetensors(table, format, "w", folder / "a", {}).ok());
    const auto array = Array(folder.Read("a"));
    ASSERT_TRUE(array.ok()) << array.status();
    EXPECT_EQ(ValuesOf(*TableOfArray(*array, -1, {})), ValuesOf(table));
  }
  for (const char* name : {"", "__metadata__", "\xFF"}) {
    EXPECT_THAT(
        WriteSafetensors(table, RowFormat::kFloat32, name, folder / "a", {}),
        FailsWith(kInvalid, "can't be the name"));
  }
}

}  // namespace
}  // namespace rowsplit::internal
