#include "kernels/copy_ranges.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/copy_ranges_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using kernels::CopyRange;

// Arrays of exactly their size, so that the sanitizers see a read past them.
struct Source {
  explicit Source(size_t size) : bytes(size) {
    for (size_t i = 0; i < size; ++i)
      bytes[i] = static_cast<uint8_t>(i * 31 + size);
  }
  CopyRange Range(size_t begin, size_t size) const {
    return {bytes.data() + begin, size, bytes.data() + bytes.size()};
  }
  std::vector<uint8_t> bytes;
};

// The ranges fill the output, or leave `room` bytes of it.
void ExpectCopied(const std::vector<CopyRange>& ranges, size_t misalignment,
                  size_t room) {
  size_t total = 0;
  for (const CopyRange& range : ranges) total += range.size;
  std::vector<uint8_t> expected(total);
  reference::CopyRanges(ranges.data(), ranges.size(), expected.data());
  std::vector<uint8_t> output(misalignment + total + room, 0xEE);
  uint8_t* begin = output.data() + misalignment;
  uint8_t* end = kernels::CopyRanges(ranges.data(), ranges.size(), begin,
                                     output.data() + output.size());
  ASSERT_EQ(end, begin + total);
  ASSERT_EQ(std::vector<uint8_t>(begin, end), expected);
  for (size_t i = 0; i < misalignment; ++i) ASSERT_EQ(output[i], 0xEE);
}

class CopyRangesTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(CopyRangesTest);

TEST_P(CopyRangesTest, CopiesEverySizeAtEveryDistanceFromTheEnd) {
  for (size_t size = 0; size <= 4 * 64 + 3; ++size) {
    for (const size_t after : {0, 1, 15, 31, 32, 33, 64, 100}) {
      const Source source(3 + size + after);
      for (const size_t room : {0, 1, 31, 32, 65}) {
        for (const size_t misalignment : {0, 1, 7})
          ExpectCopied({source.Range(3, size)}, misalignment, room);
      }
    }
  }
}

TEST_P(CopyRangesTest, CopiesManyRangesOfSeveralArrays) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<Source> sources = {Source(0), Source(1), Source(40),
                                       Source(10'000)};
  for (int round = 0; round < 200; ++round) {
    std::vector<CopyRange> ranges;
    const size_t longest = round % 10 == 0 ? 9'000 : 80;
    for (uint64_t i = testing::Below(random, 300); i > 0; --i) {
      const Source& source = sources[testing::Below(random, sources.size())];
      const size_t begin = testing::Below(random, source.bytes.size() + 1);
      const size_t most = std::min(longest, source.bytes.size() - begin);
      ranges.push_back(source.Range(begin, testing::Below(random, most + 1)));
    }
    ExpectCopied(ranges, testing::Below(random, 9), testing::Below(random, 70));
  }
}

TEST(RangeCopier, FlushesWhenItIsFull) {
  const Source source(1000);
  for (const size_t count : {0, 1, 255, 256, 257, 700}) {
    std::vector<uint8_t> output(count * 3);
    kernels::RangeCopier copier(output.data(), output.data() + output.size());
    std::vector<uint8_t> expected;
    for (size_t i = 0; i < count; ++i) {
      const CopyRange range = source.Range(i, 3);
      copier.Add(range.begin, range.size, range.limit);
      expected.insert(expected.end(), range.begin, range.begin + 3);
    }
    copier.Flush();
    EXPECT_EQ(output, expected);
  }
}

}  // namespace
}  // namespace rowsplit
