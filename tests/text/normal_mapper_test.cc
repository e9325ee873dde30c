#include "text/normal_mapper.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "support/icu_normalize.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::kNormalForms;
using ::rowsplit::testing::NormalizeByIcu;
using ::rowsplit::testing::RandomMarkedText;
using ::rowsplit::testing::Utf8Of;

std::string Mapped(NormalForm form, std::string_view row) {
  const std::vector<Offset> offsets = {0, static_cast<Offset>(row.size())};
  Offset end = 0;
  BufferBuilder<char> out;
  NormalMapper::Of(form).AppendRows(row.data(), offsets, &end, out);
  EXPECT_EQ(end, static_cast<Offset>(out.size()));
  return {out.span().begin(), out.span().end()};
}

// By itself, and behind and before marks and what composes.
TEST(NormalMapper, EqualsIcuForEveryCodePoint) {
  for (const NormalForm form : kNormalForms) {
    for (uint32_t first = 0; first < 0x110000; first += 256) {
      if (first >= 0xD800 && first < 0xE000) continue;
      // What is not assigned is not looked at one by one.
      if (first >= 0x40000 && first < 0xE0000 && first % 0x4000 != 0) continue;
      std::string text;
      for (uint32_t code_point = first; code_point < first + 256;
           ++code_point) {
        const std::string character = Utf8Of(code_point);
        text += character + " a" + character + "\u0301e\u0323" + character +
                "\u0302\u0323" + character + "\u09C7" + character +
                "\u1161\uD558" + character;
      }
      ASSERT_EQ(Mapped(form, text), NormalizeByIcu(form, text))
          << "form " << static_cast<int>(form) << " from U+" << std::hex
          << first;
    }
  }
}

TEST(NormalMapper, EqualsIcuForRandomText) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 5000; ++repeat) {
    const NormalForm form = kNormalForms[repeat % 5];
    const std::string text = RandomMarkedText(random, Below(random, 400));
    ASSERT_EQ(Mapped(form, text), NormalizeByIcu(form, text))
        << "form " << static_cast<int>(form) << ": "
        << ::testing::PrintToString(text);
  }
}

TEST(NormalMapper, GivesEachRowWhatItGetsAlone) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 1000; ++repeat) {
    const NormalForm form = kNormalForms[repeat % 5];
    std::string bytes = RandomMarkedText(random, Below(random, 9));
    std::vector<Offset> offsets = {static_cast<Offset>(bytes.size())};
    std::vector<std::string> expected;
    for (uint64_t row = Below(random, 20); row > 0; --row) {
      bytes += RandomMarkedText(random, Below(random, 60));
      // A row may begin and end inside a character.
      const auto begin = static_cast<size_t>(offsets.back());
      const size_t cut = bytes.size() > begin ? Below(random, 2) : 0;
      offsets.push_back(static_cast<Offset>(bytes.size() - cut));
      expected.push_back(NormalizeByIcu(
          form, std::string_view(bytes).substr(
                    begin, static_cast<size_t>(offsets.back()) - begin)));
    }
    if (expected.empty()) continue;
    BufferBuilder<char> out;
    out.Append('!');
    std::vector<Offset> ends(expected.size());
    NormalMapper::Of(form).AppendRows(bytes.data(), offsets, ends.data(), out);
    const std::string_view text(out.data() + 1, out.size() - 1);
    Offset begin = 0;
    for (size_t row = 0; row < expected.size(); ++row) {
      ASSERT_EQ(text.substr(begin, ends[row] - begin), expected[row]);
      begin = ends[row];
    }
  }
}

TEST(NormalMapper, ReportsTheChangesThatIcuReports) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 4000; ++repeat) {
    const NormalForm form = kNormalForms[repeat % 5];
    const std::string text = RandomMarkedText(random, Below(random, 200));
    icu::Edits found;
    const std::string expected = NormalizeByIcu(form, text, &found);
    std::vector<kernels::NormalEdit> expected_edits;
    UErrorCode status = U_ZERO_ERROR;
    for (auto change = found.getFineChangesIterator(); change.next(status);)
      expected_edits.push_back({change.sourceIndex(),
                                change.sourceIndex() + change.oldLength(),
                                change.newLength()});
    const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
    Offset end = 0;
    BufferBuilder<char> out;
    std::vector<kernels::NormalEdit> edits;
    NormalMapper::Of(form).AppendRows(text.data(), offsets, &end, out, &edits);
    ASSERT_EQ(std::string(out.data(), out.size()), expected);
    // ICU does not report the changes of ASCII letters apart.
    if (form == NormalForm::kNfkcCasefold) continue;
    ASSERT_EQ(edits, expected_edits) << "form " << static_cast<int>(form)
                                     << ": " << ::testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace rowsplit::internal
