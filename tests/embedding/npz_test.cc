#include "embedding/npz.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/npy_header.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/zip_files.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::FailsWith;
using testing::NumberedTable;
using testing::TempFolder;
using testing::ValuesOf;
using testing::ZipFile;

std::string NpyOf(std::string_view descr, std::vector<int64_t> shape,
                  std::string_view values) {
  return FormatNpyArrayHeader(descr, shape) + std::string(values);
}

absl::StatusOr<StoredArray> Array(const std::string& file,
                                  const std::string& tensor) {
  return NpzArray(Buffer<char>::Copy(file), tensor, true, "x.npz");
}

TEST(NpzArray, IsTheNamedOneOrTheOnlyTable) {
  const std::string ids = NpyOf("<i8", {1}, "12345678");
  const std::string rows = NpyOf("<f4", {2, 1}, "abcdefgh");
  for (const bool deflated : {false, true}) {
    const std::string file =
        ZipFile({{"ids.npy", ids}, {"rows.npy", rows, deflated}});
    for (const char* name : {"", "rows", "rows.npy"}) {
      const auto array = Array(file, name);
      ASSERT_TRUE(array.ok()) << array.status();
      EXPECT_EQ(std::string_view(array->bytes.data(), array->bytes.size()),
                "abcdefgh");
    }
    EXPECT_THAT(Array(file, "no"), FailsWith(kInvalid, "\"ids\", \"rows\""));
    EXPECT_THAT(Array(file, "ids"),
                FailsWith(kInvalid, "x.npz: \"ids.npy\": "));
  }
  EXPECT_THAT(Array(ZipFile({{"a.npy", rows}, {"b.npy", rows}}), ""),
              FailsWith(kInvalid, "name of one must be given"));
  EXPECT_THAT(Array(ZipFile({{"a.npy", ids}}), ""),
              FailsWith(kInvalid, "no tensor has two dimensions"));
  EXPECT_THAT(
      Array(ZipFile({{"a.npy", NpyOf("<f4", {int64_t{1} << 58, 4}, "abcd")}}),
            ""),
      FailsWith(absl::StatusCode::kDataLoss, "cut short"));
  // Damage is not taken for an array of another kind.
  std::string damaged = ZipFile({{"a.npy", rows, /*deflated=*/true}});
  for (int i = 0; i < 8; ++i) damaged[35 + i] = '\xFF';
  EXPECT_THAT(Array(damaged, ""),
              FailsWith(absl::StatusCode::kDataLoss, "\"a.npy\": "));
}

TEST(WriteNpz, WritesWhatItReads) {
  const TempFolder folder;
  const EmbeddingTable table = NumberedTable(40, 3);
  ASSERT_TRUE(
      WriteNpz(table, RowFormat::kFloat32, "rows", folder / "a.npz", {}).ok());
  const auto array = Array(folder.Read("a.npz"), "rows");
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(ValuesOf(*TableOfArray(*array, -1, {})), ValuesOf(table));
  EXPECT_THAT(WriteNpz(table, RowFormat::kFloat32, std::string(70000, 'a'),
                       folder / "b.npz", {}),
              FailsWith(kInvalid, "name of the array"));
  for (const std::string_view name :
       {std::string_view("\xFF"), std::string_view("a\0b", 3)}) {
    EXPECT_THAT(WriteNpz(table, RowFormat::kFloat32, std::string(name),
                         folder / "b.npz", {}),
                FailsWith(kInvalid, "can't be the name"));
  }
}

}  // namespace
}  // namespace rowsplit::internal
