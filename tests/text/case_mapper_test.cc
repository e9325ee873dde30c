#include "text/case_mapper.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/icu_case.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::IcuCase;
using ::rowsplit::testing::MapByIcu;
using ::rowsplit::testing::Random;

struct Mapping {
  const char* name;
  const CaseMapper& mapper;
  IcuCase icu;
};

std::vector<Mapping> Mappings() {
  return {{"lower", CaseMapper::Lower(), IcuCase::kLower},
          {"upper", CaseMapper::Upper(), IcuCase::kUpper},
          {"fold", CaseMapper::Fold(), IcuCase::kFold}};
}

std::string Text(const BufferBuilder<char>& out) {
  return {out.span().begin(), out.span().end()};
}

std::string Mapped(const CaseMapper& mapper, std::string_view row) {
  BufferBuilder<char> out;
  mapper.AppendRow(row, out);
  return Text(out);
}

void AppendCodePoint(uint32_t code_point, std::string& out) {
  const char16_t pair[2] = {
      static_cast<char16_t>(0xD7C0 + (code_point >> 10)),
      static_cast<char16_t>(0xDC00 | (code_point & 0x3FF))};
  const auto unit = static_cast<char16_t>(code_point);
  out += code_point < 0x10000 ? rowsplit::testing::ToUtf8({&unit, 1})
                              : rowsplit::testing::ToUtf8({pair, 2});
}

// Every code point by itself and among letters that it may change: behind a
// capital sigma, before one, and both.
TEST(CaseMapper, EqualsIcuForEveryCodePoint) {
  for (const Mapping& mapping : Mappings()) {
    SCOPED_TRACE(mapping.name);
    for (uint32_t first = 0; first < 0x110000; first += 64) {
      std::string text;
      for (uint32_t code_point = first; code_point < first + 64; ++code_point) {
        if (code_point >= 0xD800 && code_point < 0xE000) continue;
        std::string character;
        AppendCodePoint(code_point, character);
        text += character + " a" + character + "Z Σ" + character + " " +
                character + "Σ AΣ" + character + " AΣ" + character + "b A" +
                character + "Σ\n";
      }
      ASSERT_EQ(Mapped(mapping.mapper, text), MapByIcu(mapping.icu, text))
          << "from U+" << std::hex << first;
    }
  }
}

TEST(CaseMapper, EqualsIcuForEachCharacterThatIsAWholeRow) {
  for (const Mapping& mapping : Mappings()) {
    for (uint32_t code_point = 0; code_point < 0x20000; ++code_point) {
      if (code_point >= 0xD800 && code_point < 0xE000) continue;
      std::string row;
      AppendCodePoint(code_point, row);
      ASSERT_EQ(Mapped(mapping.mapper, row), MapByIcu(mapping.icu, row))
          << mapping.name << " U+" << std::hex << code_point;
    }
  }
}

TEST(CaseMapper, ReplacesEveryIllFormedSequenceOfUpToThreeBytes) {
  const CaseMapper& lower = CaseMapper::Lower();
  for (uint32_t first = 0x80; first < 0x100; ++first) {
    for (uint32_t second = 0; second < 0x100; second += 3) {
      for (const uint32_t third : {0x41, 0x80, 0x8F, 0x90, 0xA0, 0xBF, 0xC3}) {
        const std::string row = {static_cast<char>(first),
                                 static_cast<char>(second),
                                 static_cast<char>(third), 'A'};
        for (size_t size = 1; size <= row.size(); ++size) {
          ASSERT_EQ(Mapped(lower, row.substr(0, size)),
                    MapByIcu(IcuCase::kLower, row.substr(0, size)))
              << ::testing::PrintToString(row.substr(0, size));
        }
      }
    }
  }
}

// Pieces of text that make trouble: letters of all sizes, what case ignores,
// results longer and shorter than their source, bytes that are no UTF-8.
std::string RandomText(Random& random, size_t size, bool well_formed) {
  static const std::vector<std::string> kPieces = {
      "a",
      "B",
      " ",
      ".",
      "'",
      "Σ",
      "Σ",
      "ς",
      "\u0301",
      "\u00AD",
      "É",
      "ß",
      "ẞ",
      "İ",
      "ı",
      "ŉ",
      "Ⱥ",
      "ⱥ",
      "ﬁ",
      "Я",
      "Ա",
      "և",
      "Ⴀ",
      "ა",
      "Ꭰ",
      "ꭰ",
      "Ế",
      "日",
      "👍",
      "𐐀",
      "ΐ",
      "ᾳ",
      "ᾼ",
      "K",
      "Ω",
      "",
      "A quite long run of plain ASCII Letters, and so on; ",
      "\x80",
      "\xC3",
      "\xE2\x82",
      "\xF0\x9F",
      "\xFF"};
  const size_t count = kPieces.size() - (well_formed ? 5 : 0);
  std::string text;
  while (text.size() < size) text += kPieces[Below(random, count)];
  return text;
}

TEST(CaseMapper, EqualsIcuForRandomText) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 6000; ++repeat) {
    const Mapping mapping = Mappings()[static_cast<size_t>(repeat) % 3];
    const std::string text =
        RandomText(random, Below(random, 400), repeat % 4 != 0);
    ASSERT_EQ(Mapped(mapping.mapper, text), MapByIcu(mapping.icu, text))
        << mapping.name;
  }
}

// Rows as spans with and without bytes between them, and as offsets.
TEST(CaseMapper, GivesEachRowWhatItGetsAlone) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 1500; ++repeat) {
    const Mapping mapping = Mappings()[static_cast<size_t>(repeat) % 3];
    const bool well_formed = repeat % 5 != 0;
    std::string bytes = RandomText(random, Below(random, 9), well_formed);
    std::vector<TokenSpan> rows;
    std::vector<Offset> offsets = {static_cast<Offset>(bytes.size())};
    std::vector<std::string> expected;
    const bool has_gaps = repeat % 2 == 0;
    for (uint64_t row = Below(random, 20); row > 0; --row) {
      const auto begin = static_cast<uint32_t>(bytes.size());
      bytes += RandomText(random, Below(random, 40), well_formed);
      rows.push_back({begin, static_cast<uint32_t>(bytes.size()) - begin});
      offsets.push_back(static_cast<Offset>(bytes.size()));
      expected.push_back(
          MapByIcu(mapping.icu, std::string_view(bytes).substr(begin)));
      if (has_gaps) bytes += RandomText(random, Below(random, 3), repeat % 4);
    }
    BufferBuilder<char> out;
    out.Append('!');
    mapping.mapper.AppendRows(bytes, rows, out);
    ASSERT_EQ(rows.size(), expected.size());
    for (size_t row = 0; row < rows.size(); ++row)
      ASSERT_EQ(Text(out).substr(rows[row].begin, rows[row].size),
                expected[row]);
    if (has_gaps || rows.empty()) continue;
    BufferBuilder<char> together;
    std::vector<Offset> ends(rows.size());
    mapping.mapper.AppendRows(bytes.data(), offsets, ends.data(), together);
    Offset begin = 0;
    for (size_t row = 0; row < rows.size(); ++row) {
      ASSERT_EQ(Text(together).substr(begin, ends[row] - begin), expected[row]);
      begin = ends[row];
    }
  }
}

TEST(CaseMapper, CutsNoCharacterThatTwoRowsShare) {
  const std::string bytes = "Aé";
  const std::vector<Offset> offsets = {0, 2, 3};
  std::vector<Offset> ends(2);
  BufferBuilder<char> out;
  CaseMapper::Lower().AppendRows(bytes.data(), offsets, ends.data(), out);
  EXPECT_EQ(Text(out), "a\uFFFD\uFFFD");
  EXPECT_EQ(ends, (std::vector<Offset>{4, 7}));
}

TEST(CaseMapper, KeepsASigmaInsideItsRow) {
  const std::string bytes = "ΑΣΑ";
  std::vector<TokenSpan> rows = {{0, 4}, {4, 2}};
  BufferBuilder<char> out;
  CaseMapper::Lower().AppendRows(bytes, rows, out);
  EXPECT_EQ(Text(out), "αςα");
}

// A quadratic walk over what lies between sigmas would take hours here.
TEST(CaseMapper, IsLinearInSigmasAndCombiningMarks) {
  std::string text = "Α";
  for (int i = 0; i < 500'000; ++i) text += "Σ";
  for (int i = 0; i < 500'000; ++i) text += "\u0301";
  for (int i = 0; i < 20; ++i) {
    text += "Σ";
    for (int j = 0; j < 50'000; ++j) text += "\u0301";
  }
  EXPECT_EQ(Mapped(CaseMapper::Lower(), text), MapByIcu(IcuCase::kLower, text));
  std::string dotted;
  for (int i = 0; i < 500'000; ++i) dotted += "İß";
  EXPECT_EQ(Mapped(CaseMapper::Upper(), dotted),
            MapByIcu(IcuCase::kUpper, dotted));
}

}  // namespace
}  // namespace rowsplit::internal
