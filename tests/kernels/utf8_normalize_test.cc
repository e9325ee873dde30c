#include "kernels/utf8_normalize.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/utf8_normalize_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

class Utf8NormalizeTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Utf8NormalizeTest);

// "é" becomes "xyz", U+2026 becomes nothing, U+0301 composes with "e", other
// letters of U+0300 are marks of class 220 and 230.
Utf8NormalTables Tables(bool folds_ascii) {
  Utf8NormalTables tables;
  tables.composes = true;
  tables.folds_ascii = folds_ascii;
  Utf8NormalTables::Block latin;
  latin.candidates = uint64_t{1} << (0xE9 & 63);
  latin.entries[0xE9 & 63].flags |= NormalEntry::kMapped;
  latin.entries[0xE9 & 63].result = tables.AddResult("xyz");
  tables.SetBlock(0xE9 / 64, latin);
  Utf8NormalTables::Block points;
  points.candidates = uint64_t{1} << (0x2026 & 63);
  points.entries[0x2026 & 63].flags = NormalEntry::kMapped;
  points.entries[0x2026 & 63].result = tables.AddResult("");
  tables.SetBlock(0x2026 / 64, points);
  Utf8NormalTables::Block marks;
  marks.candidates = ~uint64_t{0};
  for (uint32_t i = 0; i < 64; ++i) {
    marks.entries[i].flags = i == 1 ? NormalEntry::kComposesBack : uint8_t{0};
    marks.entries[i].ccc = i % 3 == 0 ? 220 : 230;
  }
  tables.SetBlock(0x300 / 64, marks);
  tables.AddPair('e', 0x301, 0x2028);
  // Where letters are folded, controls too: tabs become two letters.
  tables.maps_controls = folds_ascii;
  Utf8NormalTables::Block ascii;
  ascii.candidates = uint64_t{folds_ascii} << '\t';
  ascii.entries['\t'].flags |= NormalEntry::kMapped;
  ascii.entries['\t'].result = tables.AddResult("tt");
  if (folds_ascii) tables.SetBlock(0, ascii);
  return tables;
}

struct Outcome {
  NormalizeStop stop;
  size_t at;
  std::string text;
  std::vector<int64_t> row_ends;
  std::vector<NormalEdit> edits;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <class F>
Outcome RunKernel(F&& normalize, const Utf8NormalTables& tables,
                  const std::string& text, const std::vector<int64_t>& limits,
                  size_t room) {
  // Neither the text nor the room may be left.
  const std::vector<uint8_t> source(text.begin(), text.end());
  std::vector<uint8_t> out(room);
  Outcome outcome;
  outcome.row_ends.assign(limits.size() - 1, -1);
  NormalizeRun run;
  run.text = source.data();
  run.limits = limits;
  run.out = out.data();
  run.room = room;
  run.row_ends = outcome.row_ends.data();
  run.edits = &outcome.edits;
  outcome.stop = normalize(tables, run);
  outcome.at = run.at;
  const auto size =
      static_cast<size_t>(static_cast<int64_t>(run.at) + run.growth);
  outcome.text.assign(out.begin(), out.begin() + size);
  return outcome;
}

std::string RandomPieces(Random& random, size_t size, bool is_hard) {
  static constexpr std::string_view kPieces[] = {"a",
                                                 "\t",
                                                 "\x7F",
                                                 "B",
                                                 "e\u0301",
                                                 "\u00E9",
                                                 "e",
                                                 "\u00E8",
                                                 "\u20AC",
                                                 "\u65E5",
                                                 "\u2026",
                                                 "\U0001F44D",
                                                 "plain words ",
                                                 "x\u0300\u0302",
                                                 "\x80",
                                                 "\xC3",
                                                 "\u0301",
                                                 "\u0303\u0302"};
  std::string text;
  while (text.size() < size)
    text += kPieces[Below(random, std::size(kPieces) - (is_hard ? 0 : 2))];
  return text;
}

TEST_P(Utf8NormalizeTest, EqualsTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const bool folds_ascii : {false, true}) {
    const Utf8NormalTables tables = Tables(folds_ascii);
    for (int repeat = 0; repeat < 3000; ++repeat) {
      const std::string text =
          RandomPieces(random, Below(random, 400), repeat % 8 == 0);
      std::vector<int64_t> limits = {0};
      for (uint64_t row = Below(random, 4); row > 0; --row)
        limits.push_back(static_cast<int64_t>(Below(random, text.size() + 1)));
      limits.push_back(static_cast<int64_t>(text.size()));
      std::sort(limits.begin(), limits.end());
      const size_t room = 4 * text.size() + kNormalizeSlack;
      ASSERT_EQ(
          RunKernel(
              [](const auto& t, auto& run) { return NormalizeUtf8(t, run); },
              tables, text, limits, room),
          RunKernel([](const auto& t,
                       auto& run) { return reference::NormalizeUtf8(t, run); },
                    tables, text, limits, room))
          << ::testing::PrintToString(text);
    }
  }
}

TEST_P(Utf8NormalizeTest, StopsBeforeTheRoomIsLeft) {
  const Utf8NormalTables tables = Tables(false);
  std::string text;
  for (int i = 0; i < 600; ++i) text += "\u00E9";
  for (const size_t room : {kNormalizeSlack, size_t{700}, size_t{1500}}) {
    const Outcome outcome = RunKernel(
        [](const auto& t, auto& run) { return NormalizeUtf8(t, run); }, tables,
        text, {0, static_cast<int64_t>(text.size())}, room);
    EXPECT_EQ(outcome.stop, NormalizeStop::kRoom);
    EXPECT_EQ(outcome.text.size() * 2, outcome.at * 3);
  }
}

TEST(Utf8NormalTables, KeepsPairsAndResults) {
  Utf8NormalTables tables;
  for (uint32_t i = 1; i < 3000; ++i) tables.AddPair(i, i + 0x3000, i + 5);
  for (uint32_t i = 1; i < 3000; ++i) {
    ASSERT_EQ(reference::ComposePair(tables, i, i + 0x3000), i + 5);
    ASSERT_EQ(reference::ComposePair(tables, i, i + 0x3001), 0u);
  }
  const uint32_t a = tables.AddResult("abc");
  const uint32_t b = tables.AddResult("");
  EXPECT_EQ(tables.results[a], 3);
  EXPECT_EQ(tables.results[a + 3], 'c');
  EXPECT_EQ(tables.results[b], 0);
  EXPECT_GE(tables.results.size(), b + 17u);
}

}  // namespace
}  // namespace rowsplit::kernels
