#include "text/fast_bert_characters.h"

#include <unicode/utf8.h>

#include <cstdint>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/word_blocks.h"

namespace rowsplit::internal {
namespace {

namespace character = kernels::character;

uint32_t ValueOf(FastBertChange change, uint32_t code_point) {
  const kernels::CharacterMap& map = FastBertCharacters::Of(change).map();
  return map
      .values[size_t{map.block_of[code_point / 64]} * 64 + code_point % 64];
}

std::string WordOf(FastBertChange change, uint32_t code_point) {
  const uint32_t value = ValueOf(change, code_point);
  if ((value & character::kCopy) != 0) {
    char bytes[U8_MAX_LENGTH];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, code_point);
    return {bytes, static_cast<size_t>(size)};
  }
  return {
      FastBertCharacters::Of(change).map().pool + character::PoolBegin(value),
      character::Size(value)};
}

TEST(ChangeForFastBert, FoldsAndDropsMarksAndControls) {
  EXPECT_EQ(ChangeForFastBert(0xC9, FastBertChange::kFold), "e");
  EXPECT_EQ(ChangeForFastBert(0x301, FastBertChange::kFold), "");
  EXPECT_EQ(ChangeForFastBert('a', FastBertChange::kFold), std::nullopt);
  EXPECT_EQ(ChangeForFastBert(0xC9, FastBertChange::kControls), std::nullopt);
  EXPECT_EQ(ChangeForFastBert(0x200D, FastBertChange::kControls), " ");
  EXPECT_EQ(ChangeForFastBert(0x200D, FastBertChange::kNone), std::nullopt);
}

TEST(FastKindOf, TellsSpacesAndMarks) {
  EXPECT_EQ(FastKindOf('a'), 0);
  EXPECT_EQ(FastKindOf('!'), kFastMark);
  EXPECT_EQ(FastKindOf(0x65E5), kFastMark);
  EXPECT_EQ(FastKindOf(0x3000), kFastSpace);
  EXPECT_EQ(FastKindOf(-1), 0);
}

TEST(FastBertCharacters, SayWhatBecomesOfACharacter) {
  EXPECT_EQ(WordOf(FastBertChange::kFold, 0xC9), "e");
  EXPECT_EQ(WordOf(FastBertChange::kFold, 'Q'), "q");
  EXPECT_EQ(WordOf(FastBertChange::kFold, 0xDF), "ss");
  EXPECT_EQ(WordOf(FastBertChange::kControls, 0xC9), "\xC3\x89");
  for (const auto change : {FastBertChange::kNone, FastBertChange::kControls,
                            FastBertChange::kFold}) {
    EXPECT_EQ(ValueOf(change, 0x3000) & character::kSpace, character::kSpace);
    EXPECT_EQ(ValueOf(change, '!') & character::kOwn, character::kOwn);
    EXPECT_EQ(ValueOf(change, 0xFFFD), character::kSpecial);
    EXPECT_EQ(ValueOf(change, 'a'), character::Make(character::kCopy, 1, 0));
  }
  EXPECT_EQ(ValueOf(FastBertChange::kFold, 0x301), 0u);
  // Three dots.
  EXPECT_EQ(ValueOf(FastBertChange::kFold, 0x2026), character::kSpecial);
  EXPECT_EQ(ValueOf(FastBertChange::kNone, 0x11), character::kSpecial);
  EXPECT_EQ(ValueOf(FastBertChange::kControls, 0x11) & character::kSpace,
            character::kSpace);
}

}  // namespace
}  // namespace rowsplit::internal
