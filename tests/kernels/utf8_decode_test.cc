#include "kernels/utf8_decode.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/utf8_decode_ref.h"
#include "kernels/utf8_encode_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;
using ::testing::ElementsAre;

constexpr int32_t kGuardPoint = -77;
constexpr Offset kGuardPlace = -78;

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Code points of one range, or of all: mostly ASCII if `kind` is 5.
std::vector<int32_t> MakePoints(Random& random, size_t count, int kind) {
  constexpr int32_t kBegins[] = {0, 0x80, 0x800, 0xE000, 0x10000};
  constexpr int32_t kEnds[] = {0x80, 0x800, 0xD800, 0x10000, 0x110000};
  std::vector<int32_t> points;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t size =
        kind < 5 ? static_cast<uint64_t>(kind)
                 : (Below(random, 40) == 0 || kind == 6 ? Below(random, 5) : 0);
    points.push_back(
        kBegins[size] +
        static_cast<int32_t>(
            Below(random, static_cast<uint64_t>(kEnds[size] - kBegins[size]))));
  }
  return points;
}

std::string Encode(const std::vector<int32_t>& points) {
  std::string text(4 * points.size(), '\0');
  size_t size = 0;
  for (const int32_t point : points)
    size += reference::EncodeUtf8Character(
        point, reinterpret_cast<uint8_t*>(text.data()) + size);
  text.resize(size);
  return text;
}

class Utf8DecodeTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Utf8DecodeTest);

TEST_P(Utf8DecodeTest, DecodesEveryScalarValue) {
  std::vector<int32_t> points;
  for (int32_t point = 0; point <= 0x10FFFF; ++point)
    if (point < 0xD800 || point > 0xDFFF) points.push_back(point);
  const std::string text = Encode(points);
  std::vector<int32_t> decoded(points.size());
  DecodeUtf8(Bytes(text), text.size(), decoded.size(), decoded.data());
  EXPECT_EQ(decoded, points);
}

TEST_P(Utf8DecodeTest, GivesCodePointsAndPlacesOfAnyLength) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int kind = 0; kind < 7; ++kind) {
    for (size_t count = 0; count < 300; count += count < 80 ? 1 : 7) {
      const std::vector<int32_t> points = MakePoints(random, count, kind);
      // Misaligned, and with nothing behind the text.
      const size_t shift = Below(random, 5);
      const std::string padded = std::string(shift, 'x') + Encode(points);
      const std::string_view text = std::string_view(padded).substr(shift);
      std::vector<int32_t> decoded(count + 1, kGuardPoint);
      DecodeUtf8(Bytes(text), text.size(), count, decoded.data());
      ASSERT_EQ(decoded.back(), kGuardPoint);
      decoded.pop_back();
      ASSERT_EQ(decoded, points);

      std::vector<Offset> expected(count);
      reference::FindUtf8Characters(Bytes(text), text.size(), 1000,
                                    expected.data());
      std::vector<Offset> places(count + 1, kGuardPlace);
      FindUtf8Characters(Bytes(text), text.size(), count, 1000, places.data());
      ASSERT_EQ(places.back(), kGuardPlace);
      places.pop_back();
      ASSERT_EQ(places, expected);
    }
  }
}

TEST_P(Utf8DecodeTest, CountsPerRow) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 60; ++round) {
    const std::string text = Encode(MakePoints(random, Below(random, 400), 6));
    std::vector<Offset> offsets = {
        static_cast<Offset>(Below(random, text.size() + 1))};
    while (offsets.back() < static_cast<Offset>(text.size()) &&
           offsets.size() < 40) {
      const uint64_t most = Below(random, 3) == 0 ? 200 : 4;
      offsets.push_back(std::min<Offset>(
          static_cast<Offset>(text.size()),
          offsets.back() + static_cast<Offset>(Below(random, most))));
    }
    const size_t num_rows = offsets.size() - 1;
    std::vector<Offset> expected(num_rows);
    std::vector<Offset> counts(num_rows + 1, kGuardPlace);
    reference::CountUtf8Characters(Bytes(text), offsets.data(), num_rows,
                                   expected.data());
    CountUtf8Characters(Bytes(text), offsets.data(), num_rows, counts.data());
    ASSERT_EQ(counts.back(), kGuardPlace);
    counts.pop_back();
    ASSERT_EQ(counts, expected);
  }
}

TEST_P(Utf8DecodeTest, CountsRowsOfNothing) {
  const std::vector<Offset> offsets = {0, 0, 0};
  std::vector<Offset> counts(2, kGuardPlace);
  CountUtf8Characters(nullptr, offsets.data(), 2, counts.data());
  EXPECT_THAT(counts, ElementsAre(0, 0));
}

}  // namespace
}  // namespace rowsplit::kernels
