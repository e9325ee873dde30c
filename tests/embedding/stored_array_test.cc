#include "embedding/stored_array.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;

// Small whole numbers, which all floats have: the bits of `value` in `dtype`.
uint64_t BitsOf(DType dtype, int value) {
  const auto single = std::bit_cast<uint32_t>(static_cast<float>(value));
  switch (dtype) {
    case DType::kFloat64:
      return std::bit_cast<uint64_t>(static_cast<double>(value));
    case DType::kBFloat16:
      return single >> 16;
    case DType::kFloat16:
      if (value == 0) return 0;
      return ((single >> 16 & 0x8000) | ((single >> 23 & 255) - 112) << 10 |
              (single >> 13 & 1023));
    default:
      return single;
  }
}

int ValueAt(int64_t row, int64_t column) {
  return static_cast<int>((row * 31 + column * 7) % 200) - 100;
}

StoredArray MakeArray(DType dtype, int64_t num_rows, int64_t width,
                      bool fortran_order, bool swapped, size_t shift = 0) {
  const auto item_size = static_cast<size_t>(DTypeSize(dtype));
  std::string bytes(shift, 'x');
  for (int64_t i = 0; i < num_rows * width; ++i) {
    const int64_t row = fortran_order ? i % num_rows : i / width;
    const int64_t column = fortran_order ? i / num_rows : i % width;
    const uint64_t bits = BitsOf(dtype, ValueAt(row, column));
    std::string item(reinterpret_cast<const char*>(&bits), item_size);
    if (swapped) std::reverse(item.begin(), item.end());
    bytes += item;
  }
  StoredArray array;
  array.dtype = dtype;
  array.num_rows = num_rows;
  array.width = width;
  array.fortran_order = fortran_order;
  array.swapped = swapped;
  array.bytes = Buffer<char>::Copy(bytes).Slice(shift, bytes.size() - shift);
  return array;
}

TEST(TableOfArray, HasTheValuesOfEveryLayout) {
  for (const DType dtype :
       {DType::kFloat16, DType::kBFloat16, DType::kFloat32, DType::kFloat64}) {
    for (const bool fortran_order : {false, true}) {
      for (const bool swapped : {false, true}) {
        const StoredArray array =
            MakeArray(dtype, 150, 3, fortran_order, swapped);
        for (const int64_t max_rows : {-1, 0, 1, 65, 1000}) {
          const auto table = TableOfArray(array, max_rows, {.num_threads = 2});
          ASSERT_TRUE(table.ok()) << table.status();
          ASSERT_EQ(table->num_rows(),
                    max_rows < 0 ? 150 : std::min<int64_t>(max_rows, 150));
          std::vector<float> row(3);
          for (int64_t id = 0; id < table->num_rows(); ++id) {
            ASSERT_TRUE(table->ReadRow(id, row).ok());
            for (int64_t column = 0; column < 3; ++column) {
              ASSERT_EQ(row[static_cast<size_t>(column)], ValueAt(id, column))
                  << DTypeName(dtype) << fortran_order << swapped;
            }
          }
        }
      }
    }
  }
}

TEST(TableOfArray, SharesRowsThatAreAsInMemory) {
  const StoredArray array = MakeArray(DType::kFloat32, 5, 2, false, false);
  const auto shared = TableOfArray(array, -1, {});
  EXPECT_EQ(reinterpret_cast<const char*>(shared->bytes().data()),
            array.bytes.data());
  const StoredArray shifted =
      MakeArray(DType::kFloat32, 5, 2, false, false, /*shift=*/1);
  const auto unaligned = TableOfArray(shifted, -1, {});
  EXPECT_EQ(reinterpret_cast<const char*>(unaligned->bytes().data()),
            shifted.bytes.data());
  EXPECT_EQ(
      TableOfArray(MakeArray(DType::kBFloat16, 5, 2, false, false), -1, {})
          ->format(),
      RowFormat::kBfloat16);
}

TEST(ArrayBytes, RefusesWhatNoFileHas) {
  EXPECT_EQ(*ArrayBytes("x", DType::kFloat64, 3, 5), 120);
  EXPECT_EQ(*ArrayBytes("x", DType::kFloat64, 0, 0), 0);
  EXPECT_THAT(ArrayBytes("x", DType::kFloat32, int64_t{1} << 60, 0),
              FailsWith(absl::StatusCode::kInvalidArgument, "without values"));
  EXPECT_THAT(ArrayBytes("x", DType::kFloat32, int64_t{1} << 60, 2),
              FailsWith(absl::StatusCode::kResourceExhausted, "too large"));
  EXPECT_THAT(ArrayBytes("x", DType::kFloat32, INT64_MAX, INT64_MAX),
              FailsWith(absl::StatusCode::kResourceExhausted, "x: "));
  EXPECT_EQ(*ArrayBytes("x", DType::kFloat64, 0, 5), 0);
  for (const int64_t width : {int64_t{1} << 57, INT64_MAX}) {
    EXPECT_THAT(ArrayBytes("x", DType::kFloat16, 0, width),
                FailsWith(absl::StatusCode::kResourceExhausted, "too large"));
  }
}

}  // namespace
}  // namespace rowsplit::internal
