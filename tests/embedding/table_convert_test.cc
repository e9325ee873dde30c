#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;

constexpr RowFormat kFormats[] = {RowFormat::kFloat32, RowFormat::kFloat16,
                                  RowFormat::kBfloat16, RowFormat::kInt8,
                                  RowFormat::kInt4};

// Items that need no generator: recorded outputs of torch start from the same.
EmbeddingTable PlainTable(int64_t num_rows, int64_t width, float scale) {
  BufferBuilder<float> values(static_cast<size_t>(num_rows * width));
  for (int64_t i = 0; i < num_rows * width; ++i) {
    values[i] = static_cast<float>(i * 7919 % 2003 - 1000) / 977.0f * scale;
  }
  return *EmbeddingTable::FromValues(std::move(values).Build(), num_rows,
                                     width);
}

// FNV-1a of all stored bytes.
uint64_t HashOf(const EmbeddingTable& table) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const std::byte byte : table.bytes()) {
    hash = (hash ^ static_cast<uint64_t>(byte)) * 0x100000001B3;
  }
  return hash;
}

std::vector<int> BytesOf(const EmbeddingTable& table) {
  std::vector<int> bytes;
  for (const std::byte byte : table.bytes()) {
    bytes.push_back(static_cast<int>(byte));
  }
  return bytes;
}

TEST(ConvertTo, QuantizesOneRow) {
  const auto table =
      *EmbeddingTable::FromValues({1, 2, 4, -3.5f, 0.25f, 0}, 1, 6);
  // 7.5 / 255 and -3.5 as float32, 0.5 and -3.5 as float16.
  EXPECT_THAT(BytesOf(*table.ConvertTo(RowFormat::kInt8)),
              ElementsAre(153, 187, 255, 0, 128, 119, 241, 240, 240, 60, 0, 0,
                          96, 192));
  EXPECT_THAT(BytesOf(*table.ConvertTo(RowFormat::kInt4)),
              ElementsAre(185, 15, 120, 0, 56, 0, 195));
}

// Recorded from torch 2.14: embedding_bag_byte_prepack, its 4-bit brother
// (which takes even widths only: 0 here), half() and bfloat16().
TEST(ConvertTo, GivesTheBytesOfTorch) {
  struct Recorded {
    int64_t width;
    float scale;
    uint64_t int8, int4, float16, bfloat16;
  };
  constexpr Recorded kRecorded[] = {
      {1, 1.0f, 0x5EAF9C86755E108D, 0, 0xA182BC2F0D3C83E6, 0x01874EDC09D9E287},
      {1, 1e-6f, 0x590BEE966CB1F4F1, 0, 0x1CB1F1D09C28668B, 0xCF9A071D1D2FF247},
      {1, 250.0f, 0x422B0E0C460BA321, 0, 0x7DEAA97828363248,
       0x2BD2254A81C55243},
      {2, 1.0f, 0xFB1188EEDC4FA109, 0xCB24E11356C2BBB2, 0x94B6BF5DC62CBF32,
       0x65951771AE2B706C},
      {2, 1e-6f, 0xBCA1199745A8677B, 0xB11123A56777A4BE, 0xBC37E23A42329709,
       0xC6C0598089D16FD1},
      {2, 250.0f, 0x507F6909DEB590DA, 0x58B3A1B9ED432F4A, 0xABB039164FCD1DCC,
       0x4010D05298BEE924},
      {5, 1.0f, 0x839D1B2A8C7A2AB3, 0, 0x360499B5B201EBFE, 0x5ED699C66D51BDA4},
      {5, 1e-6f, 0x27A468F47F99C019, 0, 0x4765300728301C1C, 0xD19632E04232E05B},
      {5, 250.0f, 0xD8CE8F2BA7E1C90A, 0, 0x75547B586AF32769,
       0xF5C72D165D9B71CC},
      {16, 1.0f, 0x722D7BB308F17870, 0xB07D1FBF1E5C16CD, 0x0A9D555C4172C9D8,
       0xE0903CB9AF6998E4},
      {16, 1e-6f, 0x4CF42B9A40879809, 0x688E1E1CA8CAD4D5, 0x553C9FA4D95DDF64,
       0x7BBDF56EBF121D32},
      {16, 250.0f, 0x71A7DC9104FC4962, 0x56887A6F01977DCC, 0x736B7FCF0C0AEFB2,
       0x583BFE95F2EED7B0},
      {67, 1.0f, 0xEA8164F53E3424CB, 0, 0xC10C054F04537F6D, 0x219ECEE7507652DD},
      {67, 1e-6f, 0x27BB5C3969373083, 0, 0xA66E316847439D17,
       0x9C43E61173AA5827},
      {67, 250.0f, 0x7FE93607AFFCAAF9, 0, 0x8092CC7AC1D18071,
       0x883C3575D73714B9},
      {300, 1.0f, 0x8AB3DB5482FBF23F, 0x167D08F6C30F16E8, 0x772985384D3206C9,
       0x2B26ABD5F10FDDD9},
      {300, 1e-6f, 0x84F255E8E0BD9EF3, 0x6A06E080FC8BA74B, 0x99BAB57A3DCD3AEC,
       0x29C7F5021BC4C772},
      {300, 250.0f, 0xF12224C7A8AF0297, 0x75F6E14505D1B1F0, 0x6637EEEB4E585D36,
       0x5460499724332FF1},
      {1030, 1.0f, 0xFC8CF3ACCC91FA87, 0xD899CA55B111314E, 0xE49F6233F22B3FD2,
       0x9B13A2B41BF33F30},
      {1030, 1e-6f, 0xFAB1B79DC99D4429, 0xC681939B5156013B, 0x2BBA83B57CC3F9C9,
       0x08112ACD6085663B},
      {1030, 250.0f, 0xCD1F7EC4A216C64D, 0x69633C4586DE5B3A, 0x8AD137A167C67AF6,
       0x890E1456A338D204},
  };
  for (const Recorded& recorded : kRecorded) {
    SCOPED_TRACE(recorded.width);
    const EmbeddingTable table = PlainTable(20, recorded.width, recorded.scale);
    EXPECT_EQ(HashOf(*table.ConvertTo(RowFormat::kInt8)), recorded.int8);
    EXPECT_EQ(HashOf(*table.ConvertTo(RowFormat::kFloat16)), recorded.float16);
    EXPECT_EQ(HashOf(*table.ConvertTo(RowFormat::kBfloat16)),
              recorded.bfloat16);
    if (recorded.int4 == 0) continue;
    EXPECT_EQ(HashOf(*table.ConvertTo(RowFormat::kInt4)), recorded.int4);
  }
}

TEST(ConvertTo, IsTheSameForAnyNumberOfThreadsAndFromAnyFormat) {
  const EmbeddingTable table = PlainTable(3000, 33, 1);
  for (const RowFormat from : kFormats) {
    const auto stored = *table.ConvertTo(from, {.num_threads = 1});
    const auto dense = *stored.ToDense({.num_threads = 3});
    for (const RowFormat to : kFormats) {
      const auto one = *stored.ConvertTo(to, {.num_threads = 1});
      const auto several = *stored.ConvertTo(to, {.num_threads = 3});
      EXPECT_EQ(one.format(), to);
      EXPECT_EQ(HashOf(one), HashOf(several));
      // From the stored form or from the numbers it stands for.
      if (from != to) {
        EXPECT_EQ(HashOf(one), HashOf(*dense.ConvertTo(to)));
      }
    }
  }
}

TEST(ConvertTo, SharesTheMemoryOfTheSameFormat) {
  for (const RowFormat format : kFormats) {
    const auto table = *PlainTable(5, 3, 1).ConvertTo(format);
    EXPECT_EQ(table.ConvertTo(format)->bytes().data(), table.bytes().data());
  }
}

TEST(ConvertTo, StaysNearTheItems) {
  const EmbeddingTable table = PlainTable(100, 40, 1);
  const auto items = *table.ToDense();
  // The items span about 2.05; float16 and bfloat16 have 10 and 7 bits after
  // the first, and float16's scale of int4 moves the last code by some.
  const double limits[] = {0, 0x1p-11, 0x1p-8, 2.06 / 255 / 2 + 1e-6,
                           2.06 / 15 / 2 + 0.002};
  for (const RowFormat format : kFormats) {
    const auto back = *table.ConvertTo(format)->ToDense();
    for (size_t i = 0; i < items.values().size(); ++i) {
      ASSERT_NEAR(back.values()[i], items.values()[i],
                  limits[static_cast<int>(format)])
          << RowFormatName(format);
    }
  }
}

TEST(ConvertTo, KeepsWhatHalvesCanHold) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto table = *EmbeddingTable::FromValues(
      {0, -0.0f, kInfinity, -kInfinity, 70000, 0x1p-24f}, 2, 3);
  const auto half = *table.ConvertTo(RowFormat::kFloat16)->ToDense();
  EXPECT_THAT(half.values(), ElementsAre(0, -0.0f, kInfinity, -kInfinity,
                                         kInfinity, 0x1p-24f));
  const auto bfloat = *table.ConvertTo(RowFormat::kBfloat16)->ToDense();
  EXPECT_THAT(bfloat.values(),
              ElementsAre(0, -0.0f, kInfinity, -kInfinity, 70144, 0x1p-24f));
}

TEST(ConvertTo, NamesTheItemThatCannotBeQuantized) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  std::vector<float> items(size_t{3000} * 8, 1.0f);
  items[size_t{2500} * 8 + 6] = std::numeric_limits<float>::quiet_NaN();
  items[size_t{2600} * 8] = std::numeric_limits<float>::infinity();
  const auto table =
      *EmbeddingTable::FromValues(Buffer<float>::Borrow(items), 3000, 8);
  for (const int num_threads : {1, 3}) {
    EXPECT_THAT(table.ConvertTo(RowFormat::kInt8, {.num_threads = num_threads}),
                FailsWith(kInvalid,
                          "row 2500 can't be stored as int8: the item in "
                          "column 6 is nan"));
  }
  const auto wide =
      *EmbeddingTable::FromValues({0, 0, 1e6f, -3e38f, 3e38f, 0}, 2, 3);
  EXPECT_THAT(wide.ConvertTo(RowFormat::kInt4),
              FailsWith(kInvalid,
                        "row 0 can't be stored as int4: items from 0 (column "
                        "0) to 1e+06 (column 2) need a scale"));
  EXPECT_THAT(wide.ConvertTo(RowFormat::kInt8),
              FailsWith(kInvalid,
                        "row 1 can't be stored as int8: items from -3e+38 "
                        "(column 0) to 3e+38 (column 1)"));
}

TEST(ConvertTo, TakesTablesWithoutRowsOrColumns) {
  for (const RowFormat from : kFormats) {
    for (const RowFormat to : kFormats) {
      for (const auto& [rows, width] : {std::pair(0, 5), {4, 0}, {0, 0}}) {
        const auto table = EmbeddingTable::FromValues({}, rows, width);
        const auto converted = table->ConvertTo(from)->ConvertTo(to);
        ASSERT_TRUE(converted.ok()) << converted.status();
        EXPECT_EQ(converted->num_rows(), rows);
        EXPECT_EQ(converted->size_bytes(), rows * RowBytes(to, width));
      }
    }
  }
}

TEST(ConvertTo, ConvertsTheShortRowsOfAFactorizedTable) {
  const auto table =
      *EmbeddingTable::Factorized(PlainTable(10, 2, 1), {1, 0, 2, 0, 1, -1}, 3);
  const auto small = *table.ConvertTo(RowFormat::kFloat16);
  ASSERT_TRUE(small.is_factorized());
  EXPECT_EQ(small.format(), RowFormat::kFloat16);
  EXPECT_EQ(small.size_bytes(), 10 * 4 + 6 * 4);
  EXPECT_EQ(small.projection().data(), table.projection().data());
  EXPECT_FALSE(small.ToDense()->is_factorized());
}

TEST(ConvertTo, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  const EmbeddingTable table = PlainTable(10, 2, 1);
  EXPECT_THAT(table.ConvertTo(RowFormat::kInt8, {.cancellation = &token}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
