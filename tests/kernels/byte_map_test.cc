#include "kernels/byte_map.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/byte_map_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

constexpr std::string_view kMarks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
constexpr uint8_t kGuard = 0xA5;

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::vector<ByteMap> Maps() {
  const ByteMap to_space = ByteMap::MapClass(ByteSet::Of(kMarks), ' ');
  const ByteMap strip = ByteMap::DropClass(ByteSet::Of(kMarks));
  ByteMap high = ByteMap::Identity();
  high.drop[0xC3] = true;
  ByteMap reversed = ByteMap::Identity();
  for (int byte = 0; byte < 256; ++byte)
    reversed.to[byte] = static_cast<uint8_t>(255 - byte);
  return {ByteMap::Identity(),
          ByteMap::AsciiLower(),
          ByteMap::AsciiUpper(),
          to_space,
          strip,
          Then(ByteMap::AsciiLower(), to_space),
          Then(ByteMap::AsciiLower(), strip),
          Then(ByteMap::AsciiUpper(), strip),
          ByteMap::MapClass(ByteSet::Of("eE"), 0xFF),
          Then(ByteMap::MapClass(ByteSet::Of(",;"), '.'),
               ByteMap::DropClass(ByteSet::Of("\n\r"))),
          high,
          Then(reversed, strip),
          reversed};
}

// Text with some of everything, of `density` percent of marks.
std::string MakeText(Random& random, size_t size, int density) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += static_cast<int>(Below(random, 100)) < density
                ? kMarks[Below(random, kMarks.size())]
                : static_cast<char>(Below(random, 256));
  }
  return text;
}

TEST(ByteMap, ComposesInOrder) {
  const ByteMap lower_then_drop =
      Then(ByteMap::AsciiLower(), ByteMap::DropClass(ByteSet::Of("a")));
  EXPECT_TRUE(lower_then_drop.drop[size_t{'A'}]);
  EXPECT_TRUE(lower_then_drop.drop[size_t{'a'}]);
  EXPECT_EQ(lower_then_drop.to[size_t{'B'}], 'b');
  const ByteMap drop_then_lower =
      Then(ByteMap::DropClass(ByteSet::Of("a")), ByteMap::AsciiLower());
  EXPECT_FALSE(drop_then_lower.drop[size_t{'A'}]);
  EXPECT_TRUE(drop_then_lower.drop[size_t{'a'}]);
  EXPECT_TRUE(drop_then_lower.drops());
  EXPECT_FALSE(ByteMap::AsciiLower().drops());
}

TEST(ByteMap, ChangesOnlyTheAsciiLetters) {
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(ByteMap::AsciiLower().to[byte],
              byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    EXPECT_EQ(ByteMap::AsciiUpper().to[byte],
              byte >= 'a' && byte <= 'z' ? byte - 32 : byte);
  }
}

TEST(CompiledByteMap, KnowsWhichMapsVectorsCanDo) {
  const std::vector<ByteMap> maps = Maps();
  for (size_t i = 0; i + 3 < maps.size(); ++i)
    EXPECT_TRUE(CompiledByteMap(maps[i]).is_simple()) << "map " << i;
  for (size_t i = maps.size() - 3; i < maps.size(); ++i)
    EXPECT_FALSE(CompiledByteMap(maps[i]).is_simple()) << "map " << i;
}

class ByteMapTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(ByteMapTest);

// Maps into memory that ends `room` bytes after its begin, and checks that
// nothing beyond it is touched.
std::string MapAndDrop(const CompiledByteMap& map, const std::string& text,
                       size_t misalignment, size_t room) {
  std::vector<uint8_t> out(misalignment + room + 64, kGuard);
  const size_t size = MapAndDropBytes(map, Bytes(text), text.size(),
                                      out.data() + misalignment, room);
  for (size_t i = misalignment + room; i < out.size(); ++i)
    EXPECT_EQ(out[i], kGuard) << "wrote past the end, at " << i;
  for (size_t i = 0; i < misalignment; ++i) EXPECT_EQ(out[i], kGuard);
  return std::string(out.begin() + misalignment,
                     out.begin() + misalignment + size);
}

TEST_P(ByteMapTest, MapsAsTheReferenceAtEveryLengthAndAlignment) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const ByteMap& map : Maps()) {
    const CompiledByteMap compiled(map);
    for (size_t size = 0; size <= 4 * 64 + 3; ++size) {
      const std::string text = MakeText(random, size, size % 3 * 20);
      std::string expected(size, '\0');
      expected.resize(reference::MapAndDropBytes(
          map, Bytes(text), size, reinterpret_cast<uint8_t*>(expected.data())));
      const size_t misalignment = size % 7;
      ASSERT_EQ(MapAndDrop(compiled, text, misalignment, size), expected);
      ASSERT_EQ(MapAndDrop(compiled, text, misalignment, expected.size()),
                expected);
      if (map.drops()) continue;
      std::vector<uint8_t> out(misalignment + size + 64, kGuard);
      MapBytes(compiled, Bytes(text), size, out.data() + misalignment);
      ASSERT_EQ(std::string(out.begin() + misalignment,
                            out.begin() + misalignment + size),
                expected);
      ASSERT_EQ(out[misalignment + size], kGuard);
    }
  }
}

TEST_P(ByteMapTest, MapsEachByteValueInEachLane) {
  for (const ByteMap& map : Maps()) {
    const CompiledByteMap compiled(map);
    std::string text;
    for (int i = 0; i < 256 * 3; ++i) text += static_cast<char>(i * 7);
    std::string expected(text.size(), '\0');
    expected.resize(reference::MapAndDropBytes(
        map, Bytes(text), text.size(),
        reinterpret_cast<uint8_t*>(expected.data())));
    EXPECT_EQ(MapAndDrop(compiled, text, 0, text.size()), expected);
  }
}

TEST_P(ByteMapTest, WorksInPlace) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const ByteMap& map : Maps()) {
    const CompiledByteMap compiled(map);
    for (const size_t size : {1, 63, 64, 200, 5000}) {
      std::string text = MakeText(random, size, 10);
      const std::string expected = MapAndDrop(compiled, text, 0, size);
      auto* bytes = reinterpret_cast<uint8_t*>(text.data());
      const size_t kept = MapAndDropBytes(compiled, bytes, size, bytes);
      EXPECT_EQ(text.substr(0, kept), expected);
    }
  }
}

TEST_P(ByteMapTest, CountsKeptBytesOfRows) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const ByteMap& map : Maps()) {
    const CompiledByteMap compiled(map);
    for (int repeat = 0; repeat < 100; ++repeat) {
      const size_t size = Below(random, 300);
      const std::string text = MakeText(random, size, 30);
      std::vector<Offset> offsets = {static_cast<Offset>(Below(random, 20))};
      if (offsets[0] > static_cast<Offset>(size)) offsets[0] = 0;
      while (Below(random, 20) != 0) {
        const Offset row =
            static_cast<Offset>(Below(random, repeat % 2 == 0 ? 3 : 90));
        if (offsets.back() + row > static_cast<Offset>(size)) break;
        offsets.push_back(offsets.back() + row);
      }
      const size_t num_rows = offsets.size() - 1;
      std::vector<Offset> expected(num_rows + 1, -1);
      std::vector<Offset> got(num_rows + 1, -1);
      reference::CountKeptBytes(map, Bytes(text), offsets.data(), num_rows,
                                expected.data());
      CountKeptBytes(compiled, Bytes(text), offsets.data(), num_rows,
                     got.data());
      ASSERT_EQ(got, expected);
    }
  }
}

}  // namespace
}  // namespace rowsplit::kernels
