#include "kernels/row_fields.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/row_fields_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;
using ::testing::ElementsAre;

const uint8_t* AsUnsigned(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

Separator Of(std::string_view text, uint64_t limit = ~uint64_t{0}) {
  return {AsUnsigned(text), text.size(), limit};
}

std::vector<TokenSpan> Fields(std::string_view text, const Separator& sep) {
  const Offset offsets[] = {0, static_cast<Offset>(text.size())};
  std::vector<TokenSpan> fields(text.size() + 1);
  fields.resize(
      FindRowFields(AsUnsigned(text), offsets, 1, sep, fields.data()));
  return fields;
}

class RowFieldsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(RowFieldsTest);

TEST_P(RowFieldsTest, CutsAtEachSeparator) {
  EXPECT_THAT(Fields("", Of(",")), ElementsAre(TokenSpan{0, 0}));
  EXPECT_THAT(Fields("a,,b", Of(",")),
              ElementsAre(TokenSpan{0, 1}, TokenSpan{2, 0}, TokenSpan{3, 1}));
  EXPECT_THAT(Fields("aaa", Of("aa")),
              ElementsAre(TokenSpan{0, 0}, TokenSpan{2, 1}));
  EXPECT_THAT(Fields("a<>b<", Of("<>")),
              ElementsAre(TokenSpan{0, 1}, TokenSpan{3, 2}));
  EXPECT_THAT(Fields("a,b,c", Of(",", 1)),
              ElementsAre(TokenSpan{0, 1}, TokenSpan{2, 3}));
  EXPECT_THAT(Fields("a,b", Of(",", 0)), ElementsAre(TokenSpan{0, 3}));
}

// Of two letters, so that separators are found and nearly found often.
std::string TwoLetters(Random& random, size_t size, uint64_t rare) {
  std::string text;
  for (size_t i = 0; i < size; ++i)
    text += Below(random, rare) == 0 ? 'b' : 'a';
  return text;
}

TEST_P(RowFieldsTest, EqualsTheReferenceForAllRowsAndSeparators) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 600; ++repeat) {
    const size_t size = Below(random, repeat % 10 == 0 ? 3000 : 300);
    const uint64_t rare = repeat % 3 == 0 ? 2 : repeat % 3 == 1 ? 9 : 70;
    // Memory of its own, so that reading past the rows is seen.
    const std::unique_ptr<char[]> text(new char[size]);
    const std::string letters = TwoLetters(random, size, rare);
    std::copy(letters.begin(), letters.end(), text.get());
    const std::string separator =
        TwoLetters(random, 1 + Below(random, kMaxSeparator), rare);
    const Separator sep =
        Of(separator, Below(random, 3) == 0 ? Below(random, 4) : ~uint64_t{0});
    std::vector<Offset> offsets = {0, static_cast<Offset>(size)};
    for (uint64_t row = Below(random, 20); row > 0; --row)
      offsets.push_back(static_cast<Offset>(Below(random, size + 1)));
    std::sort(offsets.begin(), offsets.end());
    const size_t num_rows = offsets.size() - 1;
    const auto* bytes = AsUnsigned({text.get(), size});
    std::vector<Offset> expected_ends(num_rows);
    std::vector<Offset> ends(num_rows);
    reference::CountRowFields(bytes, offsets.data(), num_rows, sep,
                              expected_ends.data());
    CountRowFields(bytes, offsets.data(), num_rows, sep, ends.data());
    ASSERT_EQ(ends, expected_ends) << separator;
    std::vector<TokenSpan> expected(static_cast<size_t>(ends.back()));
    std::vector<TokenSpan> fields(expected.size());
    ASSERT_EQ(reference::FindRowFields(bytes, offsets.data(), num_rows, sep,
                                       expected.data()),
              expected.size());
    ASSERT_EQ(
        FindRowFields(bytes, offsets.data(), num_rows, sep, fields.data()),
        fields.size());
    ASSERT_EQ(fields, expected) << separator;
  }
}

}  // namespace
}  // namespace rowsplit::kernels
