#include "kernels/utf8_encode.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/utf8_encode_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

constexpr uint8_t kGuardByte = 0xA5;
constexpr Offset kGuardEnd = -77;

// Scalar values of one size in bytes, or of all sizes if `kind` is 4 or 5.
std::vector<int32_t> Scalars(Random& random, size_t count, int kind) {
  constexpr uint64_t kEnds[] = {0x80, 0x800, 0xD800, 0x110000};
  std::vector<int32_t> points;
  while (points.size() < count) {
    uint64_t size = static_cast<uint64_t>(kind);
    if (kind == 4) size = Below(random, 4);
    if (kind == 5) size = Below(random, 30) == 0 ? Below(random, 4) : 0;
    const auto point = static_cast<int32_t>(Below(random, kEnds[size]));
    if (reference::IsScalarValue(point)) points.push_back(point);
  }
  return points;
}

class Utf8EncodeTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Utf8EncodeTest);

TEST_P(Utf8EncodeTest, GivesTheBytesOfAnyLength) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int kind = 0; kind < 6; ++kind) {
    for (size_t count = 0; count < 200; count += count < 70 ? 1 : 9) {
      const std::vector<int32_t> points = Scalars(random, count, kind);
      const std::vector<Offset> offsets = {0, static_cast<Offset>(count)};
      Offset size = kGuardEnd;
      CountUtf8Bytes(points.data(), offsets.data(), 1, &size);
      std::vector<uint8_t> expected(4 * count + 1);
      size_t expected_size = 0;
      for (const int32_t point : points)
        expected_size += reference::EncodeUtf8Character(
            point, expected.data() + expected_size);
      ASSERT_EQ(static_cast<size_t>(size), expected_size);
      expected.resize(expected_size);
      std::vector<uint8_t> encoded(expected_size + 1, kGuardByte);
      EncodeUtf8(points.data(), count, expected_size, encoded.data());
      ASSERT_EQ(encoded.back(), kGuardByte);
      encoded.pop_back();
      ASSERT_EQ(encoded, expected);
    }
  }
}

TEST_P(Utf8EncodeTest, CountsPerRow) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<int32_t> points = Scalars(random, 500, 4);
  std::vector<Offset> offsets = {3};
  while (offsets.back() < 490)
    offsets.push_back(offsets.back() + static_cast<Offset>(Below(random, 11)));
  const size_t num_rows = offsets.size() - 1;
  std::vector<Offset> expected(num_rows);
  std::vector<Offset> ends(num_rows + 1, kGuardEnd);
  reference::CountUtf8Bytes(points.data(), offsets.data(), num_rows,
                            expected.data());
  CountUtf8Bytes(points.data(), offsets.data(), num_rows, ends.data());
  EXPECT_EQ(ends.back(), kGuardEnd);
  ends.pop_back();
  EXPECT_EQ(ends, expected);
}

TEST_P(Utf8EncodeTest, FindsTheFirstThatIsNoScalarValue) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const int32_t bad :
       {-1, INT32_MIN, INT32_MAX, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x110000}) {
    for (size_t count = 1; count < 70; ++count) {
      std::vector<int32_t> points = Scalars(random, count, 4);
      ASSERT_EQ(FindNonScalar(points.data(), count), count);
      const size_t at = Below(random, count);
      points[at] = bad;
      ASSERT_EQ(FindNonScalar(points.data(), count), at) << bad;
    }
  }
  for (const int32_t good :
       {0, 0x7F, 0x80, 0xD7FF, 0xE000, 0xFFFE, 0xFFFF, 0x10FFFF})
    EXPECT_EQ(FindNonScalar(&good, 1), 1U) << good;
}

}  // namespace
}  // namespace rowsplit::kernels
