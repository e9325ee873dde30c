#include "kernels/word_blocks.h"

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/word_blocks_ref.h"
#include "rowsplit/core/offset.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using reference::Word;
using reference::WordsOfRow;

// A table in which some characters are of each kind.
class TestTable {
 public:
  explicit TestTable(bool lowers) {
    constexpr uint32_t kNumCodePoints = 0x110000;
    pool_ = " ";
    for (uint32_t block = 0; block < kNumCodePoints / 64; ++block)
      block_of_.push_back(
          static_cast<uint16_t>(block % 32768 < 4096 ? block % 4096 : 4096));
    values_.resize(size_t{4097} * 64);
    for (uint32_t c = 0; c < 4097 * 64; ++c) {
      values_[c] = character::Make(character::kCopy, SizeOf(c), 0);
    }
    for (const uint32_t c : {9u, 10u, 32u, 0xA0u, 0x3000u})
      values_[c] = character::Make(character::kSpace, 1, 0);
    for (const uint32_t c : {'.', ',', '-'}) Own(c);
    for (uint32_t c = 0x4E00; c < 0x4F00; ++c) Own(c);
    for (const uint32_t c : {0u, 7u, 0x7Fu, 0x301u, 0xFFFDu})
      values_[c] = character::Make(0, 0, 0);
    for (uint32_t c = 'A'; lowers && c <= 'Z'; ++c)
      Become(c, std::string(1, static_cast<char>(c + 32)));
    Become(0xC9, "e");
    Become(0x1E9E, "ss");
    Become(0x1F600, "a long result");
    values_[0x302E] = character::Make(character::kSpecial, 0, 0);
    pool_.append(16, '\0');
    map_ = {};
    map_.block_of = block_of_.data();
    map_.values = values_.data();
    map_.pool = pool_.data();
    map_.growth = 4;
    map_.lowers_ascii = lowers;
    SetAsciiRows(map_);
  }

  const CharacterMap& map() const { return map_; }

 private:
  static uint32_t SizeOf(uint32_t c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }
  void Own(uint32_t c) {
    values_[c] =
        character::Make(character::kOwn | character::kCopy, SizeOf(c), 0);
  }
  void Become(uint32_t c, const std::string& result) {
    values_[c] = character::Make(0, static_cast<uint32_t>(result.size()),
                                 static_cast<uint32_t>(pool_.size()));
    pool_ += result;
  }

  std::vector<uint16_t> block_of_;
  std::vector<uint32_t> values_;
  std::string pool_;
  CharacterMap map_;
};

std::vector<WordsOfRow> WordsByKernel(const CharacterMap& map,
                                      const std::string& bytes,
                                      const std::vector<Offset>& offsets,
                                      bool with_sources, size_t most_kept) {
  std::vector<WordsOfRow> rows(1);
  WordScratch scratch(map, with_sources, most_kept);
  scratch.Start();
  const WordRows text = {reinterpret_cast<const uint8_t*>(bytes.data()),
                         bytes.size(), offsets.data(), offsets.size() - 1};
  WordBlock block;
  while (NextWordBlock(map, text, scratch, &block)) {
    size_t word = 0;
    const auto take = [&](size_t end) {
      for (; word < end; ++word) {
        const uint32_t begin = block.begins[word];
        const uint32_t size = block.ends[word] - begin;
        Word& taken = rows.back().words.emplace_back();
        taken.bytes.assign(reinterpret_cast<const char*>(block.bytes) + begin,
                           size);
        if (!with_sources) continue;
        taken.sources.assign(block.sources + begin,
                             block.sources + begin + size);
        taken.source_sizes.assign(block.source_sizes + begin,
                                  block.source_sizes + begin + size);
      }
    };
    for (size_t i = 0; i < block.num_rows; ++i) {
      EXPECT_EQ(block.first_row + i, rows.size() - 1);
      take(block.row_words[i]);
      rows.back().special = block.row_special[i];
      rows.emplace_back();
    }
    take(block.num_words);
  }
  rows.pop_back();
  return rows;
}

void ExpectAsReference(const CharacterMap& map, const std::string& bytes,
                       const std::vector<Offset>& offsets) {
  std::vector<WordsOfRow> expected;
  for (size_t row = 0; row + 1 < offsets.size(); ++row) {
    expected.push_back(reference::FindWords(
        map, std::string_view(bytes).substr(offsets[row],
                                            offsets[row + 1] - offsets[row])));
  }
  ASSERT_EQ(WordsByKernel(map, bytes, offsets, true, WordScratch::kMostKept),
            expected);
  for (WordsOfRow& row : expected) {
    for (Word& word : row.words) word = {word.bytes, {}, {}};
  }
  ASSERT_EQ(WordsByKernel(map, bytes, offsets, false, WordScratch::kMostKept),
            expected);
}

std::string RandomText(testing::Random& random, size_t size, int kind) {
  static constexpr std::string_view kParts[] = {"a",
                                                "b",
                                                "Z",
                                                " ",
                                                ".",
                                                "\t",
                                                "\x01",
                                                "\xC3\x89",
                                                "\xCC\x81",
                                                "\xE4\xB8\x80",
                                                "\xE3\x80\x80",
                                                "\xE1\xBA\x9E",
                                                "\xF0\x9F\x98\x80",
                                                "\xE3\x80\xAE",
                                                "\xC3",
                                                "\xE2\x82",
                                                "\xF0\x9F",
                                                "\xED\xA0\x80",
                                                "\xFF",
                                                "\x80"};
  std::string text;
  while (text.size() < size) {
    const uint64_t draw = testing::Below(random, 100);
    if (kind == 0 || (kind == 1 && draw < 80)) {
      text += "abcdefgh iXY.,"[testing::Below(random, 14)];
    } else {
      text += kParts[testing::Below(random, std::size(kParts))];
    }
  }
  return text;
}

class WordBlocksTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(WordBlocksTest);

TEST_P(WordBlocksTest, GivesTheWordsOfTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const bool lowers : {true, false}) {
    const TestTable table(lowers);
    for (int round = 0; round < 60; ++round) {
      const std::string bytes =
          RandomText(random, testing::Below(random, 400), round % 3);
      std::vector<Offset> offsets = {
          static_cast<Offset>(testing::Below(random, bytes.size() + 1))};
      while (offsets.size() < 8) {
        const auto rest =
            static_cast<uint64_t>(bytes.size()) - offsets.back() + 1;
        offsets.push_back(offsets.back() +
                          static_cast<Offset>(testing::Below(random, rest)));
      }
      ExpectAsReference(table.map(), bytes, offsets);
    }
  }
}

TEST_P(WordBlocksTest, CutsLongRowsAnywhere) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const TestTable table(true);
  for (int kind = 0; kind < 3; ++kind) {
    const std::string text = RandomText(random, 30'000, kind);
    ExpectAsReference(table.map(), text, {0, static_cast<Offset>(text.size())});
  }
  for (const std::string_view unit :
       {"a", "\xC3\x89", "\xE4\xB8\x80", "\x80", "\xE2\x82", " ", "\xCC\x81",
        "\xF0\x9F\x98\x80"}) {
    std::string text = "xy";
    while (text.size() < 20'000) text += unit;
    ExpectAsReference(table.map(), text,
                      {0, 1, static_cast<Offset>(text.size())});
  }
}

// Of a word that goes over blocks the middle may be left out, but neither its
// ends nor that it is long.
TEST_P(WordBlocksTest, KeepsTheEndsOfLongWords) {
  const TestTable table(true);
  for (const size_t size : {100u, 10'000u, 50'000u}) {
    for (const std::string_view unit : {"a", "\xC3\x89", "\xE1\x80\x80"}) {
      std::string text = "ab ";
      while (text.size() < size) text += unit;
      text += " cd";
      const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
      const auto words = WordsByKernel(table.map(), text, offsets, true, 40);
      const WordsOfRow whole = reference::FindWords(table.map(), text);
      ASSERT_EQ(words[0].words.size(), 3u);
      EXPECT_EQ(words[0].words[0], whole.words[0]);
      EXPECT_EQ(words[0].words[2], whole.words[2]);
      const Word& cut = words[0].words[1];
      const Word& expected = whole.words[1];
      EXPECT_LE(cut.bytes.size(), std::min<size_t>(expected.bytes.size(),
                                                   40 + 3 * kWordBlockBytes));
      EXPECT_GE(cut.bytes.size(), 40u);
      EXPECT_EQ(cut.sources.front(), expected.sources.front());
      EXPECT_EQ(cut.sources.back() + cut.source_sizes.back(),
                expected.sources.back() + expected.source_sizes.back());
    }
  }
}

TEST_P(WordBlocksTest, TakesManyEmptyRows) {
  const TestTable table(true);
  ExpectAsReference(table.map(), "ab", std::vector<Offset>(5000, 1));
}

}  // namespace
}  // namespace rowsplit::kernels
