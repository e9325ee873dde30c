#include "text/byte_map_op.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::kernels::ByteMap;
using ::rowsplit::kernels::CompiledByteMap;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::StringsAre;

std::vector<std::string> Expected(const ByteMap& map, StringTensorView input) {
  std::vector<std::string> expected;
  for (int64_t i = 0; i < input.size(); ++i) {
    expected.emplace_back();
    for (const char c : input[i]) {
      const auto byte = static_cast<uint8_t>(c);
      if (!map.drop[byte]) expected.back() += static_cast<char>(map.to[byte]);
    }
  }
  return expected;
}

TEST(ApplyByteMap, MapsEachString) {
  ByteMap table = ByteMap::Identity();
  table.to[0x80] = 'X';
  table.drop[uint8_t{'a'}] = true;
  for (const ByteMap& map :
       {ByteMap::AsciiLower(), ByteMap::DropClass(ByteSet::Of("a.Z")),
        ByteMap::MapClass(ByteSet::Of(".,"), ' '), table}) {
    const CompiledByteMap compiled(map);
    for (const StringCase& c :
         StringCases(Seed(), "abcXYZ.,\x80\xFF", 300'000)) {
      SCOPED_TRACE(c.name);
      for (const int threads : {1, 2, 8}) {
        const auto mapped =
            ApplyByteMap(compiled, c.view(), {.num_threads = threads});
        ASSERT_TRUE(mapped.ok());
        EXPECT_THAT(*mapped, StringsAre(Expected(map, c.view())));
      }
    }
  }
}

TEST(ApplyByteMap, DropsAcrossManyPieces) {
  std::string text;
  std::vector<Offset> offsets = {0};
  for (int row = 0; row < 30000; ++row) {
    text += row % 3 == 0 ? "...." : row % 3 == 1 ? "ab.c." : "plain words";
    offsets.push_back(static_cast<Offset>(text.size()));
  }
  const ByteMap map = ByteMap::DropClass(ByteSet::Of("."));
  const StringTensorView input(offsets, text);
  for (const int threads : {1, 2, 8}) {
    const auto mapped =
        ApplyByteMap(CompiledByteMap(map), input, {.num_threads = threads});
    ASSERT_TRUE(mapped.ok());
    EXPECT_THAT(*mapped, StringsAre(Expected(map, input)));
  }
}

TEST(ApplyByteMap, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const StringTensor input =
      StringTensor::FromStrings(std::vector<std::string_view>{"a"});
  for (const ByteMap& map :
       {ByteMap::AsciiLower(), ByteMap::DropClass(ByteSet::Of("a"))}) {
    EXPECT_THAT(
        ApplyByteMap(CompiledByteMap(map), input, {.cancellation = &token}),
        FailsWith(absl::StatusCode::kCancelled, ""));
  }
}

}  // namespace
}  // namespace rowsplit::internal
