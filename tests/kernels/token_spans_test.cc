#include "kernels/token_spans.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/token_spans_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TokenSpan kGuard = {0xA5A5A5A5, 0xA5A5A5A5};
constexpr Offset kGuardOffset = -77;

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// One of several kinds of text: words, dense changes, all tokens, all blanks,
// every byte value.
std::string MakeText(Random& random, size_t size, int kind) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    switch (kind) {
      case 0:
        text += Below(random, 6) == 0 ? kBlanks[Below(random, kBlanks.size())]
                                      : 'w';
        break;
      case 1:
        text += i % 2 == 0 ? 'x' : ' ';
        break;
      case 2:
        text += 'x';
        break;
      case 3:
        text += '\n';
        break;
      default:
        text += static_cast<char>(Below(random, 256));
    }
  }
  return text;
}

std::vector<TokenSpan> Tokens(std::string_view text, uint32_t base = 0) {
  std::vector<TokenSpan> spans((text.size() + 1) / 2 + 1, kGuard);
  const size_t count =
      FindTokenSpans(Bytes(text), text.size(), base, spans.data());
  EXPECT_EQ(spans.back(), kGuard) << "wrote past the room";
  spans.resize(count);
  return spans;
}

std::vector<TokenSpan> Lines(std::string_view text, uint32_t base = 0) {
  std::vector<TokenSpan> spans(CountByte(Bytes(text), text.size(), '\n') + 2,
                               kGuard);
  const size_t count =
      FindLineSpans(Bytes(text), text.size(), base, spans.data());
  EXPECT_EQ(spans.back(), kGuard) << "wrote past the room";
  spans.resize(count);
  return spans;
}

class TokenSpansTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(TokenSpansTest);

TEST_P(TokenSpansTest, FindsRunsOfNonWhitespace) {
  EXPECT_THAT(Tokens(""), IsEmpty());
  EXPECT_THAT(Tokens(" \t\r\n"), IsEmpty());
  EXPECT_THAT(Tokens("a"), ElementsAre(TokenSpan{0, 1}));
  EXPECT_THAT(Tokens("  ab c\n"),
              ElementsAre(TokenSpan{2, 2}, TokenSpan{5, 1}));
  EXPECT_THAT(Tokens("ab", 100), ElementsAre(TokenSpan{100, 2}));
}

TEST_P(TokenSpansTest, HasExactlySixWhitespaceBytes) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = {'a', static_cast<char>(byte), 'b'};
    const bool is_blank = byte == 0x20 || (byte >= 0x09 && byte <= 0x0D);
    EXPECT_EQ(Tokens(text).size(), is_blank ? 2u : 1u) << "byte " << byte;
  }
}

TEST_P(TokenSpansTest, EqualsTheReferenceAtEveryLengthAndAlignment) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int kind = 0; kind < 5; ++kind) {
    for (size_t size = 0; size <= 4 * 64 + 3; ++size) {
      const std::string text = MakeText(random, size + size % 7, kind);
      const std::string_view view = std::string_view(text).substr(size % 7);
      std::vector<TokenSpan> expected(size / 2 + 1);
      expected.resize(reference::FindTokenSpans(Bytes(view), view.size(), 5,
                                                expected.data()));
      ASSERT_EQ(Tokens(view, 5), expected) << "kind " << kind << " " << size;
      expected.resize(size + 1);
      expected.resize(reference::FindLineSpans(Bytes(view), view.size(), 5,
                                               expected.data()));
      ASSERT_EQ(Lines(view, 5), expected) << "kind " << kind << " " << size;
      for (const uint8_t value : {0, 10, 32, 120, 255}) {
        ASSERT_EQ(CountByte(Bytes(view), view.size(), value),
                  reference::CountByte(Bytes(view), view.size(), value));
      }
    }
  }
}

TEST_P(TokenSpansTest, KeepsTokensAcrossTheBlocksOfItsLists) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int kind = 0; kind < 5; ++kind) {
    for (const size_t size : {2047, 2048, 2049, 4096, 10000}) {
      std::string text = MakeText(random, size, kind);
      text.replace(1900, 100, std::string(100, 'y'));
      std::vector<TokenSpan> expected(size / 2 + 1);
      expected.resize(reference::FindTokenSpans(Bytes(text), text.size(), 0,
                                                expected.data()));
      ASSERT_EQ(Tokens(text), expected) << "kind " << kind << " " << size;
    }
  }
}

TEST_P(TokenSpansTest, EndsTokensWhereTheirRowsEnd) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 500; ++repeat) {
    const size_t size = Below(random, repeat % 10 == 0 ? 9000 : 400);
    const std::string text = MakeText(random, size, repeat % 5);
    std::vector<Offset> offsets = {
        static_cast<Offset>(Below(random, size + 1))};
    const uint64_t longest = repeat % 3 == 0 ? 3 : repeat % 3 == 1 ? 70 : 1000;
    while (Below(random, 200) != 0) {
      const Offset row = static_cast<Offset>(Below(random, longest));
      if (offsets.back() + row > static_cast<Offset>(size)) break;
      offsets.push_back(offsets.back() + row);
    }
    const size_t num_rows = offsets.size() - 1;
    std::vector<TokenSpan> expected(size + 1);
    expected.resize(reference::FindRowTokenSpans(Bytes(text), offsets.data(),
                                                 num_rows, expected.data()));
    std::vector<TokenSpan> got(expected.size() + 1, kGuard);
    ASSERT_EQ(
        FindRowTokenSpans(Bytes(text), offsets.data(), num_rows, got.data()),
        expected.size());
    ASSERT_EQ(got.back(), kGuard);
    got.pop_back();
    ASSERT_EQ(got, expected);

    std::vector<Offset> expected_ends(num_rows + 1, kGuardOffset);
    std::vector<Offset> ends(num_rows + 1, kGuardOffset);
    reference::CountRowTokens(Bytes(text), offsets.data(), num_rows,
                              expected_ends.data());
    CountRowTokens(Bytes(text), offsets.data(), num_rows, ends.data());
    ASSERT_EQ(ends, expected_ends);
  }
}

TEST_P(TokenSpansTest, FindsLines) {
  EXPECT_THAT(Lines(""), IsEmpty());
  EXPECT_THAT(Lines("\n"), ElementsAre(TokenSpan{0, 0}));
  EXPECT_THAT(Lines("a\r\nb\rc\n\r\r\nd\r"),
              ElementsAre(TokenSpan{0, 1}, TokenSpan{3, 3}, TokenSpan{7, 1},
                          TokenSpan{10, 2}));
  EXPECT_THAT(Lines("\r\n\r\n"), ElementsAre(TokenSpan{0, 0}, TokenSpan{2, 0}));
}

}  // namespace
}  // namespace rowsplit::kernels
