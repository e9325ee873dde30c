#include "kernels/convert_rows.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "core/half_float.h"
#include "gtest/gtest.h"
#include "kernels/convert_rows_ref.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/row_format.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using testing::Below;
using testing::Random;

constexpr RowFormat kFormats[] = {RowFormat::kFloat32, RowFormat::kFloat16,
                                  RowFormat::kBfloat16, RowFormat::kInt8,
                                  RowFormat::kInt4};
// Up to 4 vectors of 64 bytes and a bit; and around a block of codes.
constexpr size_t kWidths[] = {0,  1,   2,   3,   4,   5,   7,   8,   9,   15,
                              16, 17,  24,  31,  32,  33,  47,  63,  64,  65,
                              67, 100, 300, 510, 511, 512, 513, 545, 1030};

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

class ConvertRowsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(ConvertRowsTest);

// Items of many magnitudes around some centre, now and then a zero.
std::vector<float> RandomItems(size_t size, Random& random) {
  const auto power = static_cast<int>(Below(random, 40)) - 28;
  const float centre =
      std::ldexp(static_cast<float>(Below(random, 5)) - 2, power);
  std::vector<float> items(size);
  for (float& item : items) {
    const auto places = static_cast<float>(Below(random, 1 << 20)) / (1 << 19);
    item = Below(random, 20) == 0 ? 0 : centre + std::ldexp(places - 1, power);
  }
  return items;
}

void ExpectEncodes(RowFormat format, const std::vector<float>& items,
                   size_t num_rows, size_t width) {
  const auto row_bytes =
      static_cast<size_t>(RowBytes(format, static_cast<int64_t>(width)));
  std::vector<uint8_t> expected(num_rows * row_bytes + 1, 0xAB);
  std::vector<uint8_t> actual = expected;
  for (size_t row = 0; row < num_rows; ++row) {
    ASSERT_TRUE(reference::EncodeRow(format, items.data() + row * width, width,
                                     expected.data() + row * row_bytes));
  }
  ASSERT_EQ(
      kernels::EncodeRows(format, items.data(), num_rows, width, actual.data()),
      num_rows);
  ASSERT_EQ(actual, expected) << RowFormatName(format) << " " << width;
}

TEST_P(ConvertRowsTest, EncodesAsTheReferenceBitForBit) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const RowFormat format : kFormats) {
    for (const size_t width : kWidths) {
      for (int round = 0; round < 8; ++round) {
        ExpectEncodes(format, RandomItems(3 * width, random), 3, width);
      }
      ExpectEncodes(format, std::vector<float>(2 * width, -0.25f), 2, width);
      ExpectEncodes(format, std::vector<float>(2 * width, -0.0f), 2, width);
    }
  }
}

TEST_P(ConvertRowsTest, RoundsEveryKindOfNumberAsTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<float> items = {0.0f,       -0.0f,      kNan,         -kNan,
                              kInfinity,  -kInfinity, 65519.9f,     65520.0f,
                              -65504.0f,  1e-45f,     0x1p-24f,     0x1p-25f,
                              0x1.8p-25f, 0x1p-14f,   0x1.ffcp-15f, 3.4e38f};
  // Halfway between two numbers of 10 and of 7 bits, and beside it.
  for (uint32_t bits = 0x33000000; bits < 0x47800000; bits += 0x00371000) {
    for (const uint32_t beside : {0u, 1u, ~0u}) {
      items.push_back(
          std::bit_cast<float>(((bits | 0x1000) & ~0xFFFu) + beside));
      items.push_back(
          std::bit_cast<float>(((bits | 0x8000) & ~0x7FFFu) + beside));
    }
  }
  for (int i = 0; i < 20'000; ++i) {
    items.push_back(std::bit_cast<float>(static_cast<uint32_t>(random())));
  }
  for (const RowFormat format : {RowFormat::kFloat16, RowFormat::kBfloat16}) {
    ExpectEncodes(format, items, 1, items.size());
  }
}

TEST_P(ConvertRowsTest, FindsTheFirstRowThatCannotBeQuantized) {
  for (const RowFormat format : {RowFormat::kInt8, RowFormat::kInt4}) {
    for (const size_t width : {1, 2, 5, 16, 17, 64, 67}) {
      for (size_t column = 0; column < width; ++column) {
        for (const float bad : {kNan, kInfinity, -kInfinity}) {
          std::vector<float> items(4 * width, 1.5f);
          items[2 * width + column] = bad;
          std::vector<uint8_t> output(4 * (width + 8));
          ASSERT_EQ(kernels::EncodeRows(format, items.data(), 4, width,
                                        output.data()),
                    2u)
              << width << " " << column;
          ASSERT_FALSE(reference::EncodeRow(format, items.data() + 2 * width,
                                            width, output.data()));
        }
      }
    }
  }
  const std::vector<float> wide = {-3e38f, 3e38f, -1e6f, 0.0f};
  uint8_t output[40];
  EXPECT_EQ(kernels::EncodeRows(RowFormat::kInt8, wide.data(), 2, 2, output),
            0u);
  EXPECT_EQ(
      kernels::EncodeRows(RowFormat::kInt8, wide.data() + 2, 1, 2, output), 1u);
  EXPECT_EQ(
      kernels::EncodeRows(RowFormat::kInt4, wide.data() + 2, 1, 2, output), 0u);
}

// The largest product of a code and the scale of a quantized row.
float LargestProduct(RowFormat format, const uint8_t* row, size_t width) {
  if (format == RowFormat::kInt8) {
    return reference::LoadAs<float>(row + width) * 255;
  }
  return internal::ToFloat(reference::LoadAs<Float16>(row + (width + 1) / 2)) *
         15;
}

TEST_P(ConvertRowsTest, DecodesAsTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const RowFormat format : kFormats) {
    for (const size_t width : kWidths) {
      const auto row_bytes =
          static_cast<size_t>(RowBytes(format, static_cast<int64_t>(width)));
      for (const size_t shift : {0, 1}) {  // rows need no alignment
        std::vector<uint8_t> bytes(shift + 20 * row_bytes);
        for (size_t row = 0; row < 20; ++row) {
          const std::vector<float> items = RandomItems(width, random);
          ASSERT_TRUE(
              reference::EncodeRow(format, items.data(), width,
                                   bytes.data() + shift + row * row_bytes));
        }
        const kernels::TableRows table = {bytes.data() + shift, row_bytes,
                                          width, 20, format};
        std::vector<int64_t> ids(30);
        for (int64_t& id : ids) id = static_cast<int64_t>(Below(random, 20));
        std::vector<float> actual(ids.size() * width + 1, 77.0f);
        kernels::DecodeRows(table, ids.data(), ids.size(), actual.data());
        ASSERT_EQ(actual.back(), 77.0f);
        std::vector<float> expected(width);
        for (size_t i = 0; i < ids.size(); ++i) {
          const uint8_t* const row =
              table.rows + static_cast<size_t>(ids[i]) * row_bytes;
          reference::DecodeRow(format, row, width, expected.data());
          for (size_t item = 0; item < width; ++item) {
            const float value = actual[i * width + item];
            if (format < RowFormat::kInt8) {
              ASSERT_EQ(std::bit_cast<uint32_t>(value),
                        std::bit_cast<uint32_t>(expected[item]));
            } else {
              // One rounding more or less: of the product.
              const float product = LargestProduct(format, row, width);
              ASSERT_LE(
                  std::abs(value - expected[item]),
                  product * 0x1p-24f + std::abs(expected[item]) * 0x1p-23f);
            }
          }
        }
        std::vector<float> range(10 * width + 1, 77.0f);
        kernels::DecodeRowRange(table, 7, 10, range.data());
        ASSERT_EQ(range.back(), 77.0f);
        for (int64_t row = 0; row < 10; ++row) {
          const int64_t id = 7 + row;
          std::vector<float> alone(width);
          kernels::DecodeRows(table, &id, 1, alone.data());
          ASSERT_EQ(std::memcmp(alone.data(), range.data() + row * width,
                                width * sizeof(float)),
                    0);
        }
      }
    }
  }
}

TEST_P(ConvertRowsTest, DecodesEveryHalf) {
  for (const RowFormat format : {RowFormat::kFloat16, RowFormat::kBfloat16}) {
    std::vector<uint16_t> halves(65536);
    for (size_t i = 0; i < halves.size(); ++i) {
      halves[i] = static_cast<uint16_t>(i);
    }
    const auto* const bytes = reinterpret_cast<const uint8_t*>(halves.data());
    std::vector<float> expected(halves.size());
    std::vector<float> actual(halves.size());
    reference::DecodeRow(format, bytes, halves.size(), expected.data());
    kernels::DecodeRowRange(
        {bytes, 2 * halves.size(), halves.size(), 1, format}, 0, 1,
        actual.data());
    ASSERT_EQ(std::memcmp(actual.data(), expected.data(),
                          expected.size() * sizeof(float)),
              0);
  }
}

}  // namespace
}  // namespace rowsplit
