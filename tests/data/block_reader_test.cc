#include "data/block_reader.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::TempFolder;

TEST(FindCut, PrefersWhiteSpaceNearTheLimit) {
  EXPECT_EQ(FindCut("ab cd ef", 7), 6u);
  EXPECT_EQ(FindCut("ab cd ef", 6), 6u);
  EXPECT_EQ(FindCut("ab cd ef", 5), 3u);
  EXPECT_EQ(FindCut("abcdefgh", 5), 5u);
  const std::string far = " " + std::string(2 * kCutLookBack, 'x');
  EXPECT_EQ(FindCut(far, kCutLookBack + 10), kCutLookBack + 10);
}

TEST(FindCut, SplitsNoCharacter) {
  EXPECT_EQ(FindCut("aaa\xE2\x82\xAC", 4), 3u);
  EXPECT_EQ(FindCut("aaa\xE2\x82\xAC", 5), 3u);
  EXPECT_EQ(FindCut("aaa\xE2\x82\xAC"
                    "b",
                    6),
            6u);
  EXPECT_EQ(FindCut("aa\xF0\x9F\x98\x80", 5), 2u);
  EXPECT_EQ(FindCut("\x80\x80\x80\x80\x80\x80", 5), 5u) << "no UTF-8";
  EXPECT_EQ(FindCut("\xF0\x80\x80\x80\x80\x80", 4), 4u);
}

// The blocks' bytes.
std::vector<std::string> Blocks(std::string_view text, ReadOptions options) {
  const TempFolder folder;
  const std::vector<InputFile> inputs = {{.path = folder.Write("a.txt", text)}};
  BlockReader reader(inputs, options);
  RawBlock block;
  std::vector<std::string> blocks;
  int64_t byte = 0;
  while (true) {
    const auto more = reader.ReadBlock(block);
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || !*more) return blocks;
    EXPECT_EQ(block.first_byte, byte);
    blocks.emplace_back(block.bytes.data(), block.bytes.size());
    byte += static_cast<int64_t>(block.bytes.size());
  }
}

TEST(BlockReader, CutsAfterLineEnds) {
  using Bytes = std::vector<std::string>;
  EXPECT_EQ(Blocks("a\nb\nccc\nd", {.block_bytes = 5}),
            Bytes({"a\nb\n", "ccc\n", "d"}));
  EXPECT_EQ(Blocks("a\nb\n", {.block_bytes = 100}), Bytes({"a\nb\n"}));
  EXPECT_EQ(Blocks("", {.block_bytes = 100}), Bytes());
  EXPECT_EQ(Blocks("\n\n", {.block_bytes = 1}), Bytes({"\n", "\n"}));
}

TEST(BlockReader, AssemblesLinesLongerThanABlock) {
  const std::string text = std::string(1000, 'x') + "\nshort\n";
  const std::vector<std::string> blocks = Blocks(text, {.block_bytes = 7});
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].size(), 1001u);
}

TEST(BlockReader, GivesTheMemoryOfALongLineBack) {
  const TempFolder folder;
  std::string text = std::string(1 << 20, 'x') + "\n";
  for (int i = 0; i < 1000; ++i) text += "short line\n";
  const std::vector<InputFile> inputs = {{.path = folder.Write("a.txt", text)}};
  const ReadOptions options{.block_bytes = 4096};
  BlockReader reader(inputs, options);
  RawBlock block;
  ASSERT_TRUE(*reader.ReadBlock(block));
  EXPECT_GE(block.bytes.capacity(), 1u << 20);
  ASSERT_TRUE(*reader.ReadBlock(block));
  EXPECT_LE(block.bytes.capacity(), 5u * 4096);
}

TEST(BlockReader, HoldsNoMoreThanABlockAndALine) {
  const TempFolder folder;
  const std::vector<InputFile> inputs = {
      {.path = folder.Write("a.txt", std::string(3 << 20, 'x'))}};
  for (const ErrorPolicy policy : {ErrorPolicy::kReplace, ErrorPolicy::kSkip}) {
    const ReadOptions options{
        .block_bytes = 4096, .max_line_bytes = 100000, .on_error = policy};
    BlockReader reader(inputs, options);
    RawBlock block;
    while (*reader.ReadBlock(block)) {
      EXPECT_LE(block.bytes.capacity(), 100000u + 2 * 4096 + kBlockPadding);
    }
    EXPECT_EQ(reader.summaries()[0].text_bytes, 3 << 20);
    EXPECT_EQ(reader.summaries()[0].lines, 1);
  }
}

}  // namespace
}  // namespace rowsplit::internal
